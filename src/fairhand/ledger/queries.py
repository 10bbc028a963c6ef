"""Balances, movements and closed days, read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Sum

from fairhand.ledger.accounts import AccountName
from fairhand.ledger.models import Balance, Day, Leg


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
