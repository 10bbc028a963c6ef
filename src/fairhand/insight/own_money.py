"""What a person earned: by day, week and project, and every pay line as a stream. Every query is of one person's rows.

Amounts are minor units of their currency; currencies are never added up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from fairhand.insight.rows import decoded
from fairhand.pay.models import PayLine, Statement

_CHUNK = 500


_EARNED = """
SELECT currency, sum(amount_minor)::bigint, count(DISTINCT submission_id) FROM pay_line
 WHERE person_id = %s AND made_at >= %s GROUP BY currency ORDER BY currency
"""


@dataclass(frozen=True, slots=True)
class Earned:
    """What lines of a stretch of time come to, in one currency."""

    currency: str
    minor: int
    submissions: int


def earned_since(person_id: UUID, since: datetime) -> list[Earned]:
    """A row per currency."""
    with connection.cursor() as cursor:
        cursor.execute(_EARNED, [person_id, since])
        return [Earned(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class EarnedIn:
    """What lines of one day or week come to; `first` is its first day."""

    currency: str
    first: date
    minor: int


# `part` is day or week; a day begins at midnight of the reader's zone, a week on its Monday.
_OVER_TIME = """
SELECT currency, date_trunc(%(part)s, made_at AT TIME ZONE %(zone)s)::date, sum(amount_minor)::bigint
  FROM pay_line WHERE person_id = %(person)s AND made_at >= %(since)s GROUP BY 1, 2 ORDER BY 1, 2
"""


def earned_by(part: str, person_id: UUID, since: datetime, zone: str) -> list[EarnedIn]:
    """Rows per currency and `day` or `week`, oldest first; days without a line have none."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER_TIME, {"part": part, "zone": zone, "person": person_id, "since": since})
        return [EarnedIn(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """What a person earned in one project: all of it, and how much of that still waits for a decision."""

    name: Mapping[str, str]
    slug: str
    seated: bool
    currency: str
    minor: int
    pending_minor: int


_BY_PROJECT = """
SELECT p.name, p.slug,
       EXISTS (SELECT 1 FROM seat e WHERE e.project_id = p.id AND e.person_id = %(person)s AND e.state = 'active'),
       l.currency, sum(l.amount_minor)::bigint,
       coalesce(sum(l.amount_minor) FILTER (WHERE s.state IN ('pending', 'returned')), 0)::bigint
       - coalesce((SELECT sum(h.free_minor + CASE WHEN h.released_at IS NULL THEN 0 ELSE h.held_minor END)
                     FROM submission u JOIN pay_hold h ON h.submission_id = u.id
                    WHERE u.person_id = %(person)s AND u.project_id = p.id AND u.state IN ('pending', 'returned')
                      AND h.currency = l.currency), 0)::bigint
  FROM pay_line l JOIN project p ON p.id = l.project_id LEFT JOIN submission s ON s.id = l.submission_id
 WHERE l.person_id = %(person)s GROUP BY p.id, p.name, p.slug, l.currency ORDER BY 5 DESC, p.slug LIMIT %(limit)s
"""


def earned_by_project(person_id: UUID, limit: int) -> list[ProjectMoney]:
    """Projects by what they paid a person, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PROJECT, {"person": person_id, "limit": limit})
        return [ProjectMoney(*decoded(row, 0)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class HeldPay:
    """What a plan holds of one submission's pay, and till when at the latest."""

    project_name: Mapping[str, str]
    submission_id: UUID
    currency: str
    held_minor: int
    release_at: datetime


_HELD = """
SELECT p.name, h.submission_id, h.currency, h.held_minor, h.release_at
  FROM pay_hold h JOIN project p ON p.id = h.project_id
 WHERE h.person_id = %s AND h.released_at IS NULL ORDER BY h.release_at, h.submission_id LIMIT %s
"""


def held_pay(person_id: UUID, limit: int) -> list[HeldPay]:
    """What is held of a person's pay, the soonest released first."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [person_id, limit])
        return [HeldPay(*decoded(row, 0)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One pay line with everything it was computed from, for a file of one's own."""

    line_id: UUID
    made_at: datetime
    project: str
    submission_id: UUID | None
    state: str | None
    statement: int | None
    primitive: str
    version: int
    inputs: Mapping[str, Any]
    exact: str
    amount_minor: int
    currency: str
    sentence_key: str
    sentence_args: Mapping[str, str]


_LINES = """
SELECT l.id, l.made_at, p.slug, l.submission_id, s.state, t.number, l.primitive, l.version, l.inputs, l.exact,
       l.amount_minor, l.currency, l.sentence_key, l.sentence_args
  FROM pay_line l JOIN project p ON p.id = l.project_id LEFT JOIN submission s ON s.id = l.submission_id
  LEFT JOIN statement_line x ON x.line_id = l.id LEFT JOIN statement t ON t.id = x.statement_id
 WHERE l.person_id = %s ORDER BY l.made_at DESC, l.id DESC
"""


def own_lines(person_id: UUID) -> Iterator[OwnLine]:
    """Every line of a person, newest first, a few hundred in memory at a time."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, [person_id])
        while rows := cursor.fetchmany(_CHUNK):
            for row in rows:
                yield OwnLine(*decoded(row, 8, 13))


def own_statement(person_id: UUID, statement_id: UUID) -> Statement | None:
    """One of a person's own statements."""
    return Statement.objects.filter(id=statement_id, person_id=person_id).first()


def statement_page(
    person_id: UUID, statement_id: UUID, before: tuple[datetime, UUID] | None, limit: int
) -> list[PayLine]:
    """Lines of a person's own statement, newest first, older than `before` (made_at, id)."""
    found = PayLine.objects.filter(statementline__statement_id=statement_id, person_id=person_id)
    if before is not None:
        at, last = before
        found = found.filter(Q(made_at__lt=at) | Q(made_at=at, id__lt=last))
    return list(found.order_by("-made_at", "-id")[:limit])
