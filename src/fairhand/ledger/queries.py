"""Balances, movements and closed days, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from fairhand.ledger.accounts import AccountName
from fairhand.ledger.models import Balance, Day, Entry, FxRate, Leg, ShownCurrency
from fairhand.ledger.rates import converted_minor


@dataclass(frozen=True, slots=True)
class PersonBalance:
    """A person's three balances in one currency, minor units: waiting, owed, and on its way."""

    currency: str
    pending_minor: int
    payable_minor: int
    transit_minor: int = 0


def balance_minor(account: AccountName, currency: str) -> int:
    """Balance of one account over all its shards; 0 if it was never used."""
    found = Balance.objects.filter(
        account__owner_kind=account.owner_kind,
        account__owner_id=account.owner_id,
        account__purpose=account.purpose,
        account__currency=currency,
    ).aggregate(net=Sum("net"))
    return int(found["net"] or 0)


def balances_of_person(person_id: UUID) -> list[PersonBalance]:
    """One row per currency a person has money in."""
    rows = (
        Balance.objects.filter(account__owner_kind="person", account__owner_id=person_id)
        .values_list("account__currency", "account__purpose")
        .annotate(net=Sum("net"))
    )
    found: dict[str, dict[str, int]] = {}
    for currency, purpose, net in rows:
        found.setdefault(currency, {})[purpose] = int(net)
    return [
        PersonBalance(currency, by.get("pending", 0), by.get("payable", 0), by.get("transit", 0))
        for currency, by in sorted(found.items())
    ]


def entry_of_key(idem_key: str, account: AccountName) -> tuple[int, int] | None:
    """(entry, what it put onto or off the account in minor units) of the entry posted under a key; None if none was."""
    found = Leg.objects.filter(
        entry__idem_key=idem_key, account__owner_kind=account.owner_kind, account__owner_id=account.owner_id,
        account__purpose=account.purpose,
    )  # fmt: skip
    return found.values_list("entry_id", "amount").first()


def conversion_of_key(idem_key: str) -> tuple[int, dict[str, Any]] | None:
    """(entry, what stands on it) of the conversion posted under a key; None if none was."""
    return Entry.objects.filter(idem_key=idem_key, kind="convert").values_list("id", "meta").first()


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A link of the chain over the books; `head` is in hexadecimal."""

    day: date
    until_id: int
    entries: int
    legs: int
    head: str
    closed_at: datetime


def last_closed() -> ClosedDay | None:
    """The last day of the books that was closed, or None."""
    day = Day.objects.order_by("-until_id").first()
    return _closed(day) if day else None


def closed_over(at: datetime) -> ClosedDay | None:
    """The first closed day whose head covers everything recorded up to a moment; None while its day is open."""
    day = Day.objects.filter(day__gte=at.astimezone(UTC).date()).order_by("day").first()
    return _closed(day) if day else None


def closed_with(head: str) -> ClosedDay | None:
    """The day with this head (hexadecimal, 64 digits), or None."""
    day = Day.objects.filter(head=bytes.fromhex(head)).first()
    return _closed(day) if day else None


def closed_days() -> list[ClosedDay]:
    """All closed days, the oldest first."""
    return [_closed(day) for day in Day.objects.order_by("until_id")]


def _closed(day: Day) -> ClosedDay:
    return ClosedDay(day.day, day.until_id, day.entries, day.legs, bytes(day.head).hex(), day.closed_at)


@dataclass(frozen=True, slots=True)
class Span:
    """The entries of some days (UTC): those with numbers above `after_id`, up to `until_id`.

    `final`: every day of it is closed, so no entry can come into it any more. Else it ends with `closed`, the last
    closed day in it, if there is one. `head` (hexadecimal) is the chain's after its last entry.
    """

    first: date
    last: date
    after_id: int
    until_id: int
    closed: date | None
    head: str | None
    final: bool


def span_of(first: date, last: date) -> Span:
    """The entries of the days from `first` to `last`, as far as these days are closed."""
    before = Day.objects.filter(day__lt=first).order_by("-day").first()
    ended = Day.objects.filter(day__lte=last).order_by("-day").first()
    final = Day.objects.filter(day__gte=last).exists()
    within = ended is not None and ended.day >= first
    return Span(
        first, last, before.until_id if before else 0, ended.until_id if ended else 0,
        ended.day if ended is not None and within else None, bytes(ended.head).hex() if ended else None, final,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate` (plain decimal text) units of `quote` for one of `base`."""

    rate_id: int
    base: str
    quote: str
    rate: str
    of_day: date
    source: str
    made_at: datetime


def rates(before: int | None, limit: int) -> list[Rate]:
    """Rates as they were entered, the latest first."""
    found = FxRate.objects.order_by("-id")
    return [_rate(row) for row in (found.filter(id__lt=before) if before else found)[:limit]]


def rate_of(rate_id: int) -> Rate | None:
    """One rate, or None."""
    row = FxRate.objects.filter(id=rate_id).first()
    return _rate(row) if row else None


def latest_rates() -> list[Rate]:
    """For each pair of currencies the rate of the latest day, of several on it the one entered last."""
    found = FxRate.objects.order_by("base", "quote", "-of_day", "-id").distinct("base", "quote")
    return [_rate(row) for row in found]


def _rate(row: FxRate) -> Rate:
    return Rate(row.id, row.base, row.quote, row.rate, row.of_day, row.source, row.made_at)


@dataclass(frozen=True, slots=True)
class About:
    """What an amount comes to in another currency at the latest rate; nothing was converted."""

    minor: int
    currency: str
    about_minor: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class ShownIn:
    """`chosen`: "" for none. `choices`: currencies that a rate leads to from one that the person has."""

    chosen: str
    choices: tuple[str, ...]
    about: tuple[About, ...]


def shown_in(person_id: UUID, balances: Sequence[PersonBalance]) -> ShownIn:
    """What a person is owed, in the currency they chose to see besides. Two queries."""
    row = ShownCurrency.objects.filter(person_id=person_id).first()
    chosen = row.currency if row else ""
    found = latest_rates()
    mine = {each.currency: each.payable_minor for each in balances}
    about = tuple(
        About(mine[rate.base], rate.base, converted_minor(mine[rate.base], rate.base, rate.quote, rate.rate), rate)
        for rate in found
        if rate.quote == chosen and mine.get(rate.base, 0) > 0
    )
    return ShownIn(chosen, tuple(sorted({rate.quote for rate in found if rate.base in mine})), about)
