"""convert: what somebody is owed in one currency is owed in another, at a rate that finance entered with its source.

Nothing is fetched: a rate is what a named person wrote down, of a day. An entry of four legs holds rate, day and source
for ever; the person is told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.urls import reverse

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.limits import RATE_DECIMALS_MAX, RATE_SOURCE_CHARS_MAX
from fairhand.kernel.money import AMOUNT_MINOR_MAX, EXPONENTS, format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.commands import add_rate, post_conversion, refusal_of, show_in
from fairhand.ledger.queries import conversion_of_key, latest_rates
from fairhand.ledger.rates import converted_minor, digits
from fairhand.notices.commands import News
from fairhand.people.models import Person

_CONVERTED = "payable:converted"
_RATE = re.compile(rf"[0-9]{{1,9}}(?:\.[0-9]{{1,{RATE_DECIMALS_MAX}}})?")


@dataclass(frozen=True, slots=True)
class Converted:
    """`again`: the same form was sent before."""

    entry_id: int
    taken: tuple[str, int]
    given: tuple[str, int]
    again: bool = False


@transaction.atomic
def enter_rate(
    *, base: str, quote: str, rate: str, of_day: date, source: str, actor: Actor, now: datetime
) -> int | Refused:
    """Write a rate down; its id. Refusals: rate_currencies, rate_number, rate_day, rate_source."""
    if base not in EXPONENTS or quote not in EXPONENTS or base == quote:
        return Refused("rate_currencies", "A rate is of two different currencies.")
    if not _RATE.fullmatch(rate) or not rate.strip("0."):
        return Refused("rate_number", "A rate is a plain number above zero, such as 0.9213.")
    if of_day > (now + timedelta(days=1)).date():
        return Refused("rate_day", "A rate is of a day that has come.")
    if not source.strip() or len(source) > RATE_SOURCE_CHARS_MAX:
        return Refused("rate_source", "Say where the rate is from, so that others find it.")

    if actor.id is None:
        raise ValueError("a rate is entered by a named person")
    rate_id = add_rate(
        base=base, quote=quote, rate=rate, of_day=of_day, source=source.strip(), made_by=actor.id, now=now
    )
    facts: dict[str, Any] = {
        "base": base,
        "quote": quote,
        "rate": rate,
        "of_day": str(of_day),
        "source": source.strip(),
    }
    facts["rate_id"] = rate_id
    record(actor=actor, now=now, happened=[Fact("rate:entered", "installation", None, facts=facts)])
    return rate_id


@transaction.atomic
def convert_payable(
    *, person_id: UUID, amount_minor: int, rate_id: int, key: str, actor: Actor, now: datetime
) -> Converted | Refused:
    """Convert so much of what a person is owed at the latest rate of a pair, once per key.

    Refusals: key_used (the key stands for another amount or rate), convert_own, no_rate (also one that another took the
    place of), no_amount (also what would come to nothing), convert_short.
    """
    Person.objects.select_for_update(no_key=True).get(id=person_id)  # of two sent at once the second sees the first
    idem_key = f"convert:{person_id}:{key}"
    if before := conversion_of_key(idem_key):
        entry_id, meta = before
        if (meta["from_minor"], meta["rate_id"]) != (amount_minor, rate_id):
            return Refused("key_used", "This form was sent before with another amount. Open it anew.")
        return Converted(entry_id, (meta["from"], amount_minor), (meta["to"], meta["to_minor"]), again=True)
    if actor.id == person_id:
        return Refused("convert_own", "Nobody converts what they are owed themselves.")
    rate = next((each for each in latest_rates() if each.rate_id == rate_id), None)
    if rate is None:
        return Refused("no_rate", "There is no such rate, or a newer one took its place.")
    taken = (rate.base, amount_minor)
    given = (rate.quote, converted_minor(amount_minor, rate.base, rate.quote, rate.rate))
    if amount_minor <= 0 or given[1] <= 0:
        return Refused("no_amount", "An amount above zero is needed, on both sides.")
    short = Refused("convert_short", "So much isn't owed in this currency.")
    if max(amount_minor, given[1]) > AMOUNT_MINOR_MAX:
        return short

    meta = {
        "from": rate.base, "from_minor": amount_minor, "to": rate.quote, "to_minor": given[1], "rate": rate.rate,
        "digits": digits(rate.base, rate.quote), "of_day": str(rate.of_day), "source": rate.source, "rate_id": rate_id,
    }  # fmt: skip
    try:
        with transaction.atomic():
            entry_id = post_conversion(key=idem_key, person_id=person_id, taken=taken, given=given, meta=meta, now=now)
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
        return short
    record(actor=actor, now=now, happened=[Fact(_CONVERTED, "person", person_id, facts={**meta, "entry": entry_id})])
    return Converted(entry_id, taken, given)


@transaction.atomic
def show_amounts_in(*, person_id: UUID, currency: str) -> Refused | None:
    """Keep in which currency a person sees, besides, what they are owed. Nothing is converted. Refusal: no_rate."""
    if currency and currency not in EXPONENTS:
        return Refused("no_rate", "There is no such currency.")
    show_in(person_id=person_id, currency=currency)
    return None


def converted_news(events: list[Mapping[str, Any]]) -> list[News]:
    """Whose money it is."""
    return [
        News(event["subject_id"], "payable_converted", event["id"], event["at"], reverse("earnings"), {
            "taken": format_minor(event["facts"]["from_minor"], event["facts"]["from"]),
            "given": format_minor(event["facts"]["to_minor"], event["facts"]["to"]),
            "rate": event["facts"]["rate"], "day": event["facts"]["of_day"], "source": event["facts"]["source"],
        })
        for event in events
    ]  # fmt: skip


READERS: Mapping[str, Callable[[list[Mapping[str, Any]]], list[News]]] = {_CONVERTED: converted_news}
