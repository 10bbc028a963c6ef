"""What a person handed in and earned, for their own pages. Every query is of one person's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One submission of a list. `earned_minor` is the sum of its pay lines."""

    submission_id: UUID
    claim_id: UUID
    project_name: Mapping[str, str]
    project_slug: str
    kind: str
    state: str
    decided_by: str | None
    decided_at: datetime | None
    round: int
    surplus: bool
    work_ms: int | None
    submitted_at: datetime
    decide_by: datetime
    currency: str
    earned_minor: int

    @property
    def short(self) -> str:
        """The last digits of the submission's id: what a person and the support call it."""
        return str(self.submission_id)[-5:].upper()


_ROWS = """
SELECT s.id, s.claim_id, p.name, p.slug, g.kind, s.state, s.decided_by, s.decided_at, s.round, s.surplus, s.work_ms,
       s.submitted_at, s.decide_by, p.currency,
       (SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM pay_line l WHERE l.submission_id = s.id)
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN project p ON p.id = s.project_id
 WHERE s.person_id = %(person)s
"""
_PAGE = """
   AND (%(at)s::timestamptz IS NULL OR (s.submitted_at, s.id) < (%(at)s::timestamptz, %(id)s::uuid))
   AND (%(kind)s::text IS NULL OR g.kind = %(kind)s)
 ORDER BY s.submitted_at DESC, s.id DESC LIMIT %(limit)s
"""
# What was decided on the person's work, newest first. What the plan accepted at once is no news.
_CHANGED = """
   AND s.decided_at >= %(since)s AND s.decided_by IN ('review', 'clock', 'staff')
 ORDER BY s.decided_at DESC, s.id DESC LIMIT %(limit)s
"""


def handed_in(
    person_id: UUID, before: tuple[datetime, UUID] | None, limit: int, kind: str | None = None
) -> list[WorkRow]:
    """A page of a person's submissions, newest first, older than `before` (submitted_at, id)."""
    at, last = before or (None, None)
    values = {"person": person_id, "at": at, "id": last, "kind": kind, "limit": limit}
    return _rows(_ROWS + _PAGE, values)


def decided_since(person_id: UUID, since: datetime, limit: int) -> list[WorkRow]:
    """The latest decisions on a person's work."""
    return _rows(_ROWS + _CHANGED, {"person": person_id, "since": since, "limit": limit})


def _rows(sql: str, values: Mapping[str, Any]) -> list[WorkRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [WorkRow(*decoded(row, 2)) for row in cursor.fetchall()]


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
class OwnFigures:
    """A person's figures in one project."""

    handed_in: int
    accepted: int
    pending: int
    returned: int
    earned_minor: int
    measured_ms: int | None


_FIGURES = """
SELECT count(*), count(*) FILTER (WHERE s.state = 'accepted'), count(*) FILTER (WHERE s.state = 'pending'),
       count(*) FILTER (WHERE s.state = 'returned'), sum(s.work_ms)::bigint,
       (SELECT coalesce(sum(amount_minor), 0)::bigint FROM pay_line
         WHERE person_id = %(person)s AND project_id = %(project)s)
  FROM submission s WHERE s.person_id = %(person)s AND s.project_id = %(project)s
"""


def own_figures(person_id: UUID, project_id: UUID) -> OwnFigures:
    """Counts of a person's submissions in a project, and what they earned there."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"person": person_id, "project": project_id})
        handed, accepted, pending, returned, measured_ms, earned = cursor.fetchone()
    return OwnFigures(handed, accepted, pending, returned, earned, measured_ms)


@dataclass(frozen=True, slots=True)
class ReviewSeen:
    """A verdict on a submission, as its author reads it."""

    alias: str
    synthetic: bool
    verdict: str
    note: str
    clause: str | None
    fixed_answer: Mapping[str, Any] | None
    at: datetime


_REVIEWS = """
SELECT e.alias, p.kind = 'synthetic', r.verdict, r.note, r.clause, r.fixed_answer, b.submitted_at
  FROM review r JOIN submission b ON b.id = r.submission_id JOIN person p ON p.id = b.person_id
  JOIN seat e ON e.project_id = b.project_id AND e.person_id = b.person_id
 WHERE r.subject_id = ANY (%s) ORDER BY b.submitted_at, b.id
"""


def reviews_of(submission_ids: Sequence[UUID]) -> list[ReviewSeen]:
    """Verdicts on some submissions, oldest first, their reviewers under their pseudonyms."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWS, [list(submission_ids)])
        return [ReviewSeen(*decoded(row, 5)) for row in cursor.fetchall()]
