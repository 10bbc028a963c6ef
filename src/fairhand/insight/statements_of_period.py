"""A person's statement of a month or of any days: what they had, every movement by its kind, what they had then.

Days are those of the books (UTC), and a statement is of closed days: the numbers of its entries say what is in it, so
it is the same to the last byte whenever it is made again. Balances are sums of ledger legs; lines are pay lines, and
the two are held against each other. One query each for accounts, movements, lines and what has no line, for any number
of people.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.insight.rows import decoded
from fairhand.insight.statements import StatementLine
from fairhand.ledger.queries import Span

FORMAT = "fairhand-statement/1"
CORRECTION = "ADJUST"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Balances:
    """Minor units on a person's three accounts of one currency."""

    pending_minor: int = 0
    payable_minor: int = 0
    transit_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All three."""
        return self.pending_minor + self.payable_minor + self.transit_minor

    def __add__(self, other: "Balances") -> "Balances":
        return Balances(
            self.pending_minor + other.pending_minor, self.payable_minor + other.payable_minor,
            self.transit_minor + other.transit_minor,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """Entries of one kind: how many, and what they did to the three accounts."""

    kind: str
    entries: int
    by: Balances


@dataclass(frozen=True, slots=True)
class Unlined:
    """A movement that no pay line explains, such as a payout or a conversion; `facts` say why."""

    entry_id: int
    at: datetime
    kind: str
    by: Balances
    facts: Mapping[str, Any]


@dataclass(slots=True)
class InCurrency:
    """One currency of a statement. `earned`: minor units of lines; `corrected`: of lines added to earlier ones."""

    currency: str
    opening: Balances = Balances()
    closing: Balances = Balances()
    moved: list[Moved] = field(default_factory=list)
    earned_minor: int = 0
    earned_n: int = 0
    corrected_minor: int = 0
    corrected_n: int = 0
    unlined: list[Unlined] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Legs and lines say the same: opening, movements and closing on each account; lines on all three."""
        end = sum((each.by for each in self.moved), self.opening)
        lined = self.earned_minor + self.corrected_minor + sum(each.by.total_minor for each in self.unlined)
        return end == self.closing and self.opening.total_minor + lined == self.closing.total_minor


@dataclass(frozen=True, slots=True)
class PeriodStatement:
    """What one person had and got in some days, without its lines."""

    person_id: UUID
    span: Span
    currencies: tuple[InCurrency, ...]

    @property
    def lines_n(self) -> int:
        """Lines of all currencies."""
        return sum(each.earned_n + each.corrected_n for each in self.currencies)


_ACCOUNTS = """
SELECT a.owner_id, a.currency, a.purpose, coalesce(sum(l.amount) FILTER (WHERE l.entry_id <= %(after)s), 0)::bigint,
       sum(l.amount)::bigint
  FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id
 WHERE a.owner_kind = 'person' AND a.owner_id = ANY (%(people)s) AND l.entry_id <= %(until)s
 GROUP BY a.owner_id, a.currency, a.purpose ORDER BY 1, 2, 3
"""
# What each entry of the span did to each person, one row per currency.
_EACH = """
WITH each AS (
  SELECT a.owner_id AS person_id, a.currency, l.entry_id,
         coalesce(sum(l.amount) FILTER (WHERE a.purpose = 'pending'), 0)::bigint AS pending,
         coalesce(sum(l.amount) FILTER (WHERE a.purpose = 'payable'), 0)::bigint AS payable,
         coalesce(sum(l.amount) FILTER (WHERE a.purpose = 'transit'), 0)::bigint AS transit
    FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id
   WHERE a.owner_kind = 'person' AND a.owner_id = ANY (%(people)s) AND l.entry_id > %(after)s
     AND l.entry_id <= %(until)s
   GROUP BY a.owner_id, a.currency, l.entry_id)
"""
_MOVED = (
    _EACH
    + """
SELECT x.person_id, x.currency, e.kind, count(*), sum(x.pending)::bigint, sum(x.payable)::bigint, sum(x.transit)::bigint
  FROM each x JOIN ledger_entry e ON e.id = x.entry_id GROUP BY 1, 2, 3 ORDER BY 1, 2, min(e.id)
"""
)
_UNLINED = (
    _EACH  # noqa: S608  # constants of this file
    + """, lined AS (
  SELECT DISTINCT k.person_id, k.currency, k.entry_id FROM pay_line k
   WHERE k.person_id = ANY (%(people)s) AND k.entry_id > %(after)s AND k.entry_id <= %(until)s)
SELECT x.person_id, x.currency, e.id, e.effective_at, e.kind, x.pending, x.payable, x.transit, e.meta
  FROM each x JOIN ledger_entry e ON e.id = x.entry_id
  LEFT JOIN lined n ON n.person_id = x.person_id AND n.currency = x.currency AND n.entry_id = x.entry_id
 WHERE n.entry_id IS NULL AND x.pending + x.payable + x.transit <> 0 ORDER BY e.id, 1, 2
"""
)
_LINED = """
SELECT k.person_id, k.currency, k.primitive = %(correction)s, count(*), sum(k.amount_minor)::bigint FROM pay_line k
 WHERE k.person_id = ANY (%(people)s) AND k.entry_id > %(after)s AND k.entry_id <= %(until)s GROUP BY 1, 2, 3
"""


def period_statements(person_ids: Sequence[UUID], span: Span) -> list[PeriodStatement]:
    """A statement for each of the people, in their order; four queries for all of them."""
    found: dict[UUID, dict[str, InCurrency]] = {each: {} for each in person_ids}
    values = {
        "people": list(person_ids), "after": span.after_id, "until": span.until_id, "correction": CORRECTION,
    }  # fmt: skip

    def part(person_id: UUID, currency: str) -> InCurrency:
        return found[person_id].setdefault(currency, InCurrency(currency))

    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, values)
        for person, currency, purpose, opening, closing in cursor.fetchall():
            each = part(person, currency)
            each.opening += Balances(**{f"{purpose}_minor": opening})
            each.closing += Balances(**{f"{purpose}_minor": closing})
        cursor.execute(_MOVED, values)
        for person, currency, kind, n, *by in cursor.fetchall():
            part(person, currency).moved.append(Moved(kind, n, Balances(*by)))
        cursor.execute(_UNLINED, values)
        for row in cursor.fetchall():
            person, currency, entry_id, at, kind, *by, facts = decoded(row, 8)
            part(person, currency).unlined.append(Unlined(entry_id, at, kind, Balances(*by), facts))
        cursor.execute(_LINED, values)
        for person, currency, corrected, n, minor in cursor.fetchall():
            each = part(person, currency)
            if corrected:
                each.corrected_n, each.corrected_minor = n, minor
            else:
                each.earned_n, each.earned_minor = n, minor
    return [PeriodStatement(person, span, tuple(by[key] for key in sorted(by))) for person, by in found.items()]


def period_statement(person_id: UUID, span: Span) -> PeriodStatement:
    """One person's."""
    return period_statements([person_id], span)[0]


_LINE = """
SELECT l.id, l.made_at, l.sentence_key, l.sentence_args, l.amount_minor, l.currency, l.entry_id, p.slug, p.name,
       l.submission_id
  FROM pay_line l JOIN project p ON p.id = l.project_id
 WHERE l.person_id = %(person)s AND l.entry_id > %(after)s AND l.entry_id <= %(until)s
"""
_BEFORE = "AND (l.made_at, l.id) < (%(at)s::timestamptz, %(id)s::uuid)"


def period_lines(person_id: UUID, span: Span, before: tuple[datetime, UUID] | None, limit: int) -> list[StatementLine]:
    """A page of a statement's lines, the newest first."""
    at, last = before or (None, None)
    values = {"person": person_id, "after": span.after_id, "until": span.until_id, "at": at, "id": last}
    order = f" ORDER BY l.made_at DESC, l.id DESC LIMIT {limit:d}"
    with connection.cursor() as cursor:
        cursor.execute(_LINE + (_BEFORE if before else "") + order, values)
        return [StatementLine(*decoded(row, 3, 8)) for row in cursor.fetchall()]


def period_lines_streamed(person_id: UUID, span: Span) -> Iterator[StatementLine]:
    """All of them, the oldest entry first, a few hundred in memory at a time."""
    values = {"person": person_id, "after": span.after_id, "until": span.until_id}
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINE + ' ORDER BY l.entry_id, l.line_key COLLATE "C"', values)
        while rows := cursor.fetchmany(_CHUNK):
            for row in rows:
                yield StatementLine(*decoded(row, 3, 8))


_TOLD = """
SELECT l.person_id, jsonb_build_object('line', l.line_key, 'entry', l.entry_id, 'made_at', l.made_at AT TIME ZONE 'UTC',
         'project', p.slug, 'submission', l.submission_id, 'primitive', l.primitive, 'version', l.version,
         'inputs', l.inputs, 'exact', l.exact, 'amount_minor', l.amount_minor, 'currency', l.currency,
         'sentence', l.sentence_key, 'sentence_args', l.sentence_args, 'parents', l.parents, 'hash', l.hash)::text
  FROM pay_line l JOIN project p ON p.id = l.project_id
 WHERE l.person_id = ANY (%(people)s) AND l.entry_id > %(after)s AND l.entry_id <= %(until)s
 ORDER BY l.person_id, l.entry_id, l.line_key COLLATE "C"
"""


def documents(person_ids: Sequence[UUID], span: Span) -> Iterator[tuple[UUID, bytes]]:
    """(person, their statement as JSON with every line), in the order of the ids. Names are not in it: they change.

    The same span gives the same bytes for as long as the books stand. Lines of all these people are in memory.
    """
    lines: dict[UUID, list[str]] = {}
    statements = period_statements(person_ids, span)  # entries of closed days are all there: no snapshot is needed
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"people": list(person_ids), "after": span.after_id, "until": span.until_id})
        for person, text in cursor.fetchall():
            lines.setdefault(person, []).append(text)
    for each in statements:
        told = {**_told(each), "lines": [json.loads(text) for text in lines.get(each.person_id, [])]}
        yield each.person_id, canonical(told)


def document(person_id: UUID, span: Span) -> bytes:
    """One person's statement as JSON."""
    ((_, told),) = documents([person_id], span)
    return told


def canonical(value: Any) -> bytes:
    """The one way of writing a statement down: keys in order, no spaces, UTF-8, a line's end."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def fingerprint(told: bytes) -> str:
    """SHA-256 of a statement's JSON, in hexadecimal."""
    return hashlib.sha256(told).hexdigest()


def _told(found: PeriodStatement) -> Mapping[str, Any]:
    span = found.span
    return {
        "format": FORMAT, "person": str(found.person_id), "first": str(span.first), "last": str(span.last),
        "closed_until": str(span.closed) if span.closed else None, "final": span.final, "head": span.head,
        "after_entry": span.after_id, "until_entry": span.until_id,
        "currencies": [_currency(each) for each in found.currencies],
    }  # fmt: skip


def _currency(each: InCurrency) -> Mapping[str, Any]:
    return {
        "currency": each.currency, "opening": _balances(each.opening), "closing": _balances(each.closing),
        "moved": [{"kind": row.kind, "entries": row.entries, **_balances(row.by)} for row in each.moved],
        "earned_minor": each.earned_minor, "earned_lines": each.earned_n, "corrected_minor": each.corrected_minor,
        "corrected_lines": each.corrected_n, "without_a_line": [
            {"entry": row.entry_id, "at": f"{row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", "kind": row.kind,
             **_balances(row.by), "facts": row.facts}
            for row in each.unlined
        ],
        "adds_up": each.adds_up,
    }  # fmt: skip


def _balances(each: Balances) -> Mapping[str, int]:
    return {
        "pending_minor": each.pending_minor, "payable_minor": each.payable_minor, "transit_minor": each.transit_minor,
    }  # fmt: skip


_MONTHS = """
SELECT DISTINCT date_trunc('month', d.day)::date FROM ledger_day d
 WHERE d.day >= coalesce((SELECT min((e.created_at AT TIME ZONE 'UTC')::date) FROM ledger_account a
   JOIN ledger_leg l ON l.account_id = a.id AND l.seq = 1 JOIN ledger_entry e ON e.id = l.entry_id
  WHERE a.owner_kind = 'person' AND a.owner_id = %s), 'infinity') ORDER BY 1 DESC LIMIT %s
"""


def months_of(person_id: UUID, limit: int) -> list[date]:
    """First days of the months with closed days since a person's first movement, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, [person_id, limit])
        return [row[0] for row in cursor.fetchall()]


_PEOPLE = """
SELECT DISTINCT a.owner_id FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id
 WHERE a.owner_kind = 'person' AND l.seq = 1 AND l.entry_id <= %s ORDER BY 1
"""


def people_until(span: Span) -> list[UUID]:
    """Everybody who had money by the end of a span: those who get a statement."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [span.until_id])
        return [row[0] for row in cursor.fetchall()]


def all_documents(span: Span, people: Iterable[UUID] | None = None) -> Iterator[tuple[UUID, bytes]]:
    """Everybody's, some hundred people at a time."""
    ids = list(people) if people is not None else people_until(span)
    for start in range(0, len(ids), _CHUNK):
        yield from documents(ids[start : start + _CHUNK], span)
