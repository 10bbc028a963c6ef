"""Verifies the chain over the books: reads entries and legs anew and computes every head again, without the database's
own function for it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from fairhand.ledger.models import Day

FIRST = bytes(32)  # what the first link calls the head before it
_PAGE = 2000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ENTRIES = """
SELECT id, idem_key, kind, resolves_id, reverses_id, effective_at, created_at, meta::text, encode(req_hash, 'hex')
  FROM ledger_entry WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_LEGS = """
SELECT l.entry_id, a.id, a.owner_kind, a.owner_id::text, a.purpose, a.shard, l.currency, l.amount, l.seq, l.net_after
  FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = ANY (%s) ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as its line of JSON, with the day it was recorded on (UTC) and how many legs it has."""

    entry_id: int
    day: date
    line: str
    legs: int


@dataclass(slots=True)
class Verified:
    """What a verification saw. `wrong`: a sentence for each link that doesn't hold; `head`: the last one, in hex."""

    days: int = 0
    entries: int = 0
    legs: int = 0
    head: str = FIRST.hex()
    until: date | None = None
    wrong: list[str] = field(default_factory=list)


def verify(*, last: int | None = None) -> Verified:
    """Compute the heads of all closed days anew, or of the `last` few; each is judged from the head before it."""
    links = list(
        Day.objects.order_by("-until_id")[: last + 1] if last is not None else Day.objects.order_by("until_id")
    )
    links.sort(key=lambda link: link.until_id)
    before: Day | None = None
    if last is not None and len(links) > last:
        before, links = links[0], links[1:]
    found = Verified()
    for link in links:
        _judge(link, before, found)
        before = link
    if before is not None:
        found.head, found.until = bytes(before.head).hex(), before.day
    return found


def _judge(link: Day, before: Day | None, found: Verified) -> None:
    head = expected = bytes(before.head) if before else FIRST
    entries, legs = 0, 0
    late = False
    for each in told(before.until_id if before else 0, link.until_id):
        head = next_head(head, each.line)
        entries, legs = entries + 1, legs + each.legs
        late = late or each.day > link.day
    said = f"{link.day}, up to entry {link.until_id}"
    if bytes(link.previous) != expected:
        found.wrong.append(f"{said}: it does not follow the day before it")
    elif (entries, legs) != (link.entries, link.legs):
        found.wrong.append(
            f"{said}: {link.entries} entries with {link.legs} legs were closed, {entries} with {legs} are there"
        )
    elif head != bytes(link.head):
        found.wrong.append(f"{said}: an entry or a leg was altered after the day was closed")
    elif late or (before is not None and link.day <= before.day):
        found.wrong.append(f"{said}: the day is not that of its entries")
    found.days, found.entries, found.legs = found.days + 1, found.entries + entries, found.legs + legs


def next_head(head: bytes, line: str) -> bytes:
    """SHA-256 over the head so far and the next entry's line."""
    return hashlib.sha256(head + line.encode()).digest()


def told(after: int, until: int) -> Iterator[Told]:
    """The entries with numbers above `after`, up to `until`, in order; a page in memory at a time."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [after, until, _PAGE])
            rows = cursor.fetchall()
            cursor.execute(_LEGS, [[row[0] for row in rows]])
            legs: dict[int, list[list[Any]]] = {}
            for entry_id, *leg in cursor.fetchall():
                legs.setdefault(entry_id, []).append(leg)
        for row in rows:
            entry_id, key, kind, resolves, reverses, effective, created, meta, request = row
            on = legs.get(entry_id, [])
            facts = [entry_id, key, kind, resolves, reverses, _micros(effective), _micros(created), meta, request, on]
            line = json.dumps(facts, ensure_ascii=False)
            yield Told(entry_id, created.astimezone(UTC).date(), line, len(on))
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
