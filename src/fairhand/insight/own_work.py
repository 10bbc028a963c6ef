"""What a person handed in and earned, for their own pages. Every query is of one person's rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from fairhand.dispatch.models import Seat
from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One submission of a list. `earned_minor` is the sum of its pay lines. `surplus`: None while it is undecided: late
    gold is always one, and is not to be told from late work."""

    submission_id: UUID
    claim_id: UUID
    project_name: Mapping[str, str]
    project_slug: str
    kind: str
    state: str
    decided_by: str | None
    decided_at: datetime | None
    round: int
    surplus: bool | None
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
SELECT s.id, s.claim_id, p.name, p.slug, g.kind, s.state, s.decided_by, s.decided_at, s.round,
       CASE WHEN s.state <> 'pending' THEN s.surplus END, s.work_ms,
       s.submitted_at, s.decide_by, p.currency,
       (SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM pay_line l WHERE l.submission_id = s.id)
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN project p ON p.id = s.project_id
 WHERE s.person_id = %(person)s
"""
_PAGE = """
   AND (%(at)s::timestamptz IS NULL OR (s.submitted_at, s.id) < (%(at)s::timestamptz, %(id)s::uuid))
   AND (%(kind)s::text IS NULL OR g.kind = %(kind)s)
   AND (%(state)s::text IS NULL OR s.state = %(state)s)
   AND (%(project)s::uuid IS NULL OR s.project_id = %(project)s::uuid)
 ORDER BY s.submitted_at DESC, s.id DESC LIMIT %(limit)s
"""
# What was decided on the person's work, newest first. What the plan accepted at once is no news.
_CHANGED = """
   AND s.decided_at >= %(since)s AND s.decided_by IN ('review', 'clock', 'staff', 'adjudication')
 ORDER BY s.decided_at DESC, s.id DESC LIMIT %(limit)s
"""


def handed_in(
    person_id: UUID,
    before: tuple[datetime, UUID] | None,
    limit: int,
    kind: str | None = None,
    state: str | None = None,
    project_id: UUID | None = None,
) -> list[WorkRow]:
    """A page of a person's submissions, newest first, older than `before` (submitted_at, id); None: of every kind."""
    at, last = before or (None, None)
    values = {"person": person_id, "at": at, "id": last, "kind": kind, "state": state, "project": project_id}
    return _rows(_ROWS + _PAGE, values | {"limit": limit})


def decided_since(person_id: UUID, since: datetime, limit: int) -> list[WorkRow]:
    """The latest decisions on a person's work."""
    return _rows(_ROWS + _CHANGED, {"person": person_id, "since": since, "limit": limit})


def _rows(sql: str, values: Mapping[str, Any]) -> list[WorkRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [WorkRow(*decoded(row, 2)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """A person's figures in one project, for one kind of stage. Times in milliseconds, money in minor units.

    `measured_n` submissions had their time measured: `typical_ms` is their median, `measured_ms` their sum, and
    `measured_minor` what they pay. Nothing is said about work whose time nobody measured.
    """

    kind: str
    handed_in: int
    accepted: int
    pending: int
    returned: int
    earned_minor: int
    measured_n: int
    measured_ms: int
    measured_minor: int
    typical_ms: int | None
    estimate_s: int | None

    @property
    def per_hour_minor(self) -> int | None:
        """What an hour of measured work came to, rounded half up; None where no time was measured."""
        if not self.measured_ms:
            return None
        return (2 * self.measured_minor * 3_600_000 + self.measured_ms) // (2 * self.measured_ms)

    def share(self, n: int) -> int | None:
        """Percent of what was handed in, rounded half up; None before the first."""
        return (200 * n + self.handed_in) // (2 * self.handed_in) if self.handed_in else None

    @property
    def accepted_share(self) -> int | None:
        """Percent that is accepted."""
        return self.share(self.accepted)

    @property
    def returned_share(self) -> int | None:
        """Percent that came back for rework."""
        return self.share(self.returned)


# `returned` counts every submission that a reviewer sent back, also those accepted with a later round. Slots are looked
# up one by one (OFFSET 0): the planner would rather read all slots there are.
_FIGURES = """
SELECT kind, count(*), count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'pending'),
       count(*) FILTER (WHERE sent_back), coalesce(sum(minor), 0)::bigint,
       count(*) FILTER (WHERE work_ms > 0), coalesce(sum(work_ms) FILTER (WHERE work_ms > 0), 0)::bigint,
       coalesce(sum(minor) FILTER (WHERE work_ms > 0), 0)::bigint,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY work_ms) FILTER (WHERE work_ms > 0))::bigint,
       max(estimate_s)
  FROM (SELECT g.kind, s.state, s.work_ms, (g.estimate ->> 'p50_s')::numeric::int AS estimate_s,
               EXISTS (SELECT 1 FROM review r WHERE r.subject_id = s.id AND r.kind = 'review'
                          AND r.verdict = 'return') AS sent_back,
               (SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = s.id) AS minor
          FROM submission s CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = s.slot_id OFFSET 0) x
          JOIN stage g ON g.id = x.stage_id
         WHERE s.person_id = %(person)s AND s.project_id = %(project)s) own
 GROUP BY kind ORDER BY kind
"""


def own_figures(person_id: UUID, project_id: UUID) -> list[OwnFigures]:
    """A row for each kind of work a person did in a project, judgements first; empty before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"person": person_id, "project": project_id})
        return [OwnFigures(*row) for row in cursor.fetchall()]


_SEEN = """
SELECT (o.terms ->> 'guideline_version')::int FROM claim c JOIN offer o ON o.id = c.offer_id
 WHERE c.person_id = %s AND c.project_id = %s ORDER BY c.claimed_at DESC LIMIT 1
"""


def guideline_worked_on(person_id: UUID, project_id: UUID) -> int | None:
    """The guideline's version at a person's last claim in a project; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [person_id, project_id])
        row = cursor.fetchone()
    return row[0] if row else None


def own_seats(person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Seat]:
    """A person's active seats, newest first, older than `before` (joined_at, id), each with its project."""
    found = Seat.objects.filter(person_id=person_id, state="active").select_related("project")
    if before is not None:
        at, last = before
        found = found.filter(Q(joined_at__lt=at) | Q(joined_at=at, id__lt=last))
    return list(found.order_by("-joined_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class ReviewSeen:
    """A verdict on a submission, as its author reads it."""

    review_id: UUID
    alias: str
    synthetic: bool
    verdict: str
    note: str
    clause: str | None
    fixed_answer: Mapping[str, Any] | None
    score: int | None
    at: datetime


_REVIEWS = """
SELECT b.id, CASE WHEN o.terms ? 'blind' THEN '' ELSE e.alias END, p.kind = 'synthetic', r.verdict, r.note, r.clause,
       r.fixed_answer, (r.scores ->> 'overall')::int, b.submitted_at
  FROM review r JOIN submission b ON b.id = r.submission_id JOIN person p ON p.id = b.person_id
  JOIN seat e ON e.project_id = b.project_id AND e.person_id = b.person_id
  JOIN claim c ON c.id = b.claim_id JOIN offer o ON o.id = c.offer_id
 WHERE r.subject_id = ANY (%s) AND r.kind = 'review' ORDER BY b.submitted_at, b.id
"""


def reviews_of(submission_ids: Sequence[UUID]) -> list[ReviewSeen]:
    """Verdicts on some submissions, oldest first; their reviewers' pseudonyms, "" where it was offered as blind."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWS, [list(submission_ids)])
        return [ReviewSeen(*decoded(row, 6)) for row in cursor.fetchall()]
