"""What anybody earned, for finance: people with accounts, their balances, statements and lines. Names stand here."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.insight.accounts import like
from fairhand.insight.rows import decoded

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Paid:
    """Somebody with accounts, and one currency of them."""

    person_id: UUID
    name: str
    email: str
    kind: str
    state: str
    currency: str
    pending_minor: int
    payable_minor: int
    statements: int


_PEOPLE = """
SELECT h.id, h.name, h.email, h.kind, h.state, a.currency,
       coalesce(sum(b.net) FILTER (WHERE a.purpose = 'pending'), 0)::bigint,
       coalesce(sum(b.net) FILTER (WHERE a.purpose = 'payable'), 0)::bigint,
       (SELECT coalesce(max(t.number), 0) FROM statement t WHERE t.person_id = h.id AND t.currency = a.currency)
  FROM (SELECT p.* FROM person p
         WHERE EXISTS (SELECT 1 FROM ledger_account k WHERE k.owner_kind = 'person' AND k.owner_id = p.id)
           AND (%(before)s::uuid IS NULL OR p.id < %(before)s::uuid) {like}
         ORDER BY p.id DESC LIMIT %(limit)s) h
  JOIN ledger_account a ON a.owner_kind = 'person' AND a.owner_id = h.id JOIN ledger_balance b ON b.account_id = a.id
 GROUP BY h.id, h.name, h.email, h.kind, h.state, a.currency ORDER BY h.id DESC, a.currency
"""
_LIKE = "AND (search_fold(p.name) LIKE search_fold(%(like)s) OR lower(p.email) LIKE lower(%(like)s))"
_EXACT = "AND p.id = %(id)s::uuid"


def paid_people(text: str, before: UUID | None, limit: int) -> list[Paid]:
    """People with accounts, the latest to join first, a row per currency; by part of name or e-mail, or by id."""
    values: dict[str, Any] = {"before": before, "limit": limit, "like": like(text), "id": None}
    part = _LIKE if text else ""
    with suppress(ValueError):
        values["id"], part = UUID(text), _EXACT
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(like=part), values)
        return [Paid(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A pay line with what it is for."""

    line_id: UUID
    made_at: datetime
    sentence_key: str
    sentence_args: Mapping[str, str]
    amount_minor: int
    currency: str
    entry_id: int | None
    project_slug: str
    project_name: Mapping[str, str]
    submission_id: UUID | None

    @property
    def short(self) -> str:
        """The last digits of the submission's id, as its author's pages write them."""
        return str(self.submission_id)[-5:].upper() if self.submission_id else ""


_LINE = """
SELECT l.id, l.made_at, l.sentence_key, l.sentence_args, l.amount_minor, l.currency, l.entry_id, p.slug, p.name,
       l.submission_id
"""
_ON = """
  FROM statement_line x JOIN pay_line l ON l.id = x.line_id JOIN project p ON p.id = l.project_id
 WHERE x.statement_id = %(statement)s
   AND (%(at)s::timestamptz IS NULL OR (l.made_at, l.id) < (%(at)s::timestamptz, %(id)s::uuid))
 ORDER BY l.made_at DESC, l.id DESC
"""
_OPEN = """
  FROM (SELECT * FROM pay_line k WHERE k.person_id = %(person)s
           AND (%(at)s::timestamptz IS NULL OR (k.made_at, k.id) < (%(at)s::timestamptz, %(id)s::uuid))
           AND NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = k.id)
         ORDER BY k.made_at DESC, k.id DESC LIMIT %(limit)s) l
  JOIN project p ON p.id = l.project_id ORDER BY l.made_at DESC, l.id DESC
"""


def lines_on(statement_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[StatementLine]:
    """A page of a statement's lines, the newest first."""
    at, last = before or (None, None)
    values = {"statement": statement_id, "at": at, "id": last, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_LINE + _ON + " LIMIT %(limit)s", values)
        return _lines(cursor.fetchall())


def lines_on_streamed(statement_id: UUID) -> Iterator[StatementLine]:
    """All lines of a statement, a few hundred in memory at a time."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINE + _ON, {"statement": statement_id, "at": None, "id": None})
        while rows := cursor.fetchmany(_CHUNK):
            yield from _lines(rows)


def open_lines(person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[StatementLine]:
    """A page of the lines that stand on no statement yet: the period so far."""
    at, last = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_LINE + _OPEN, {"person": person_id, "at": at, "id": last, "limit": limit})
        return _lines(cursor.fetchall())


def _lines(rows: Sequence[Sequence[Any]]) -> list[StatementLine]:
    return [StatementLine(*decoded(row, 3, 8)) for row in rows]


_OPEN_SUMS = """
SELECT k.currency, sum(k.amount_minor)::bigint, count(*) FROM pay_line k
 WHERE k.person_id = %s AND NOT EXISTS (SELECT 1 FROM statement_line x WHERE x.line_id = k.id)
 GROUP BY k.currency ORDER BY k.currency
"""


def open_sums(person_id: UUID) -> list[tuple[str, int, int]]:
    """(currency, minor units, lines) of what stands on no statement yet."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_SUMS, [person_id])
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A frozen statement and whose it is."""

    statement_id: UUID
    number: int
    currency: str
    from_at: datetime
    until_at: datetime
    total_minor: int
    lines_n: int
    made_at: datetime
    person_id: UUID
    person_name: str


_STATEMENT = """
SELECT t.id, t.number, t.currency, t.from_at, t.until_at, t.total_minor, t.lines_n, t.made_at, h.id, h.name
  FROM statement t JOIN person h ON h.id = t.person_id
"""


def statement(statement_id: UUID) -> StatementRow | None:
    """One statement, or None."""
    found = _statements(_STATEMENT + " WHERE t.id = %s", [statement_id])
    return found[0] if found else None


def statements_of(person_id: UUID, limit: int) -> list[StatementRow]:
    """A person's latest statements, the newest first."""
    sql = _STATEMENT + " WHERE t.person_id = %s ORDER BY t.made_at DESC, t.number DESC LIMIT %s"
    return _statements(sql, [person_id, limit])


def _statements(sql: str, values: Sequence[Any]) -> list[StatementRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [StatementRow(*row) for row in cursor.fetchall()]
