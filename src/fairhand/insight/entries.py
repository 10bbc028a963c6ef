"""Entries of the ledger as finance reads them: the list, one entry with all its legs, and what caused it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.insight.accounts import like

_CHUNK = 500
_ROUNDS_MAX = 20


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries; None or an empty word filters nothing. `until` is the moment right after the last wanted one.

    `text`: part of a payment's reference, the id of a submission, project, batch or slot, or an entry's key.
    `number`: with a text, the entry of that number is found too.
    """

    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry: what it moved in all, between accounts of which purposes; of a conversion, what was taken."""

    entry_id: int
    kind: str
    at: datetime
    currency: str
    moved_minor: int
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    reference: str | None
    key: str


_ENTRIES = """
SELECT e.id, e.kind, e.effective_at, g.currency, g.moved, g.sources, g.targets, e.meta ->> 'reference', e.idem_key
  FROM (SELECT * FROM ledger_entry k WHERE {where} ORDER BY k.effective_at DESC, k.id DESC LIMIT %(limit)s) e
 CROSS JOIN LATERAL (SELECT CASE e.kind WHEN 'convert' THEN e.meta ->> 'from' END AS taken) c
 CROSS JOIN LATERAL (
   SELECT coalesce(c.taken, min(l.currency)) AS currency,
          coalesce(sum(l.amount) FILTER (WHERE l.amount > 0 AND l.currency = coalesce(c.taken, l.currency)), 0)::bigint
            AS moved,
          array_agg(DISTINCT a.purpose) FILTER (WHERE l.amount < 0) AS sources,
          array_agg(DISTINCT a.purpose) FILTER (WHERE l.amount > 0) AS targets
     FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry_id = e.id) g
 ORDER BY e.effective_at DESC, e.id DESC
"""
_KEYS_OF_ID = ("submit", "accept", "release_hold", "launch", "cancel", "close", "pool", "gold")
# Part of a filter -> its SQL. Keys begin with what they are and go on with an id, so an id is a few exact keys, or the
# beginning of some.
_PARTS = {
    "kind": "k.kind = %(kind)s",
    "since": "k.effective_at >= %(since)s",
    "until": "k.effective_at < %(until)s",
    "before": "(k.effective_at, k.id) < (%(before_at)s, %(before_id)s)",
    "keys": "k.idem_key = ANY (%(keys)s)",
    "number": "(k.id = %(number)s OR (k.meta ? 'reference' AND lower(k.meta ->> 'reference') LIKE lower(%(like)s)))",
    "text": "(k.idem_key = %(text)s OR (k.meta ? 'reference' AND lower(k.meta ->> 'reference') LIKE lower(%(like)s)))",
}


def entries(wanted: EntryFilter, before: tuple[datetime, int] | None, limit: int) -> list[EntryRow]:
    """A page of entries, the newest first, before (effective_at, id)."""
    sql, values = _asked(wanted, before, limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_entry(row) for row in cursor.fetchall()]


def entries_streamed(wanted: EntryFilter, limit: int) -> Iterator[EntryRow]:
    """The same, all of them up to `limit`, a few hundred rows in memory at a time."""
    sql, values = _asked(wanted, None, limit)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(_CHUNK):
            yield from (_entry(row) for row in rows)


def _asked(wanted: EntryFilter, before: tuple[datetime, int] | None, limit: int) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {"limit": limit}
    parts = []
    if wanted.kind:
        parts, values["kind"] = [*parts, _PARTS["kind"]], wanted.kind
    if wanted.since is not None:
        parts, values["since"] = [*parts, _PARTS["since"]], wanted.since
    if wanted.until is not None:
        parts, values["until"] = [*parts, _PARTS["until"]], wanted.until
    if before is not None:
        parts, values["before_at"], values["before_id"] = [*parts, _PARTS["before"]], *before
    if wanted.text:
        found = _uuid(wanted.text)
        if found is not None:
            parts, values["keys"] = [*parts, _PARTS["keys"]], _keys_of(found)
        else:
            parts.append(_PARTS["number"] if wanted.number is not None else _PARTS["text"])
            values |= {"text": wanted.text, "like": like(wanted.text), "number": wanted.number}
    return _ENTRIES.format(where=" AND ".join(parts) or "true"), values


def _entry(row: tuple[Any, ...]) -> EntryRow:
    return EntryRow(*row[:5], tuple(row[5] or ()), tuple(row[6] or ()), *row[7:])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _keys_of(found: UUID) -> list[str]:
    """Keys of the entries that an id of a submission, batch, slot or project stands in."""
    rounds = [f"reserve:{found}:{n}" for n in range(1, _ROUNDS_MAX + 1)]
    with connection.cursor() as cursor:
        cursor.execute(_MOVED_BUDGET, [found])
        budget = [row[0] for row in cursor.fetchall()]
    return [f"{kind}:{found}" for kind in _KEYS_OF_ID] + rounds + budget


# What went onto a project's budget and off it, the newest.
_MOVED_BUDGET = """
SELECT e.idem_key FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id
  JOIN ledger_entry e ON e.id = l.entry_id
 WHERE a.owner_kind = 'project' AND a.owner_id = %s ORDER BY l.seq DESC LIMIT 100
"""
