"""One person of a project under their pseudonym: figures and work there, nothing of anywhere else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

_TYPICAL_OF = 200  # the latest measured work times that the typical one is the middle of


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of what somebody handed in. `typical_ms`: median of their latest measured work times."""

    attempts: int
    reviews: int
    accepted: int
    pending: int
    returned: int
    by_clock: int
    surplus: int
    in_hand: int
    typical_ms: int | None
    earned_minor: int


_FIGURES = f"""
SELECT count(*) FILTER (WHERE g.kind = 'attempt'), count(*) FILTER (WHERE g.kind = 'review'),
       count(*) FILTER (WHERE g.kind = 'attempt' AND s.state = 'accepted'),
       count(*) FILTER (WHERE g.kind = 'attempt' AND s.state = 'pending'),
       count(*) FILTER (WHERE g.kind = 'attempt' AND s.state = 'returned'),
       count(*) FILTER (WHERE s.decided_by = 'clock'), count(*) FILTER (WHERE s.surplus),
       (SELECT count(*) FROM claim c WHERE c.person_id = e.person_id AND c.project_id = e.project_id
           AND c.state = 'live'),
       (SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY l.work_ms))::bigint FROM (
         SELECT u.work_ms FROM submission u WHERE u.person_id = e.person_id AND u.project_id = e.project_id
            AND u.work_ms IS NOT NULL ORDER BY u.submitted_at DESC LIMIT {_TYPICAL_OF}) l),
       (SELECT coalesce(sum(p.amount_minor), 0)::bigint FROM pay_line p
         WHERE p.person_id = e.person_id AND p.project_id = e.project_id)
  FROM seat e LEFT JOIN submission s ON s.person_id = e.person_id AND s.project_id = e.project_id
  LEFT JOIN slot x ON x.id = s.slot_id LEFT JOIN stage g ON g.id = x.stage_id
 WHERE e.id = %s GROUP BY e.person_id, e.project_id
"""  # noqa: S608  # a constant of this file


def figures_of(seat_id: UUID) -> Figures:
    """What a seat's person did in its project."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, [seat_id])
        return Figures(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One submission of a seat's person."""

    submission_id: UUID
    task_id: UUID
    task_key: str
    kind: str
    state: str
    round: int
    surplus: bool
    work_ms: int | None
    submitted_at: datetime
    earned_minor: int


# Only the page's own rows are read: the index on person and moment gives them in order.
_WORK = """
SELECT s.id, s.task_id, t.key, g.kind, s.state, s.round, s.surplus, s.work_ms, s.submitted_at,
       (SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM pay_line l WHERE l.submission_id = s.id)
  FROM (SELECT * FROM submission u WHERE u.person_id = %(person)s AND u.project_id = %(project)s{before}
         ORDER BY u.submitted_at DESC, u.id DESC LIMIT %(limit)s) s
  JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id JOIN task t ON t.id = s.task_id
 ORDER BY s.submitted_at DESC, s.id DESC
"""
_BEFORE = " AND (u.submitted_at, u.id) < (%(at)s, %(id)s)"


def work_of(project_id: UUID, person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[WorkRow]:
    """What somebody handed in to a project, newest first."""
    values: dict[str, Any] = {"project": project_id, "person": person_id, "limit": limit}
    if before is not None:
        values |= {"at": before[0], "id": before[1]}
    with connection.cursor() as cursor:
        cursor.execute(_WORK.format(before=_BEFORE if before is not None else ""), values)
        return [WorkRow(*row) for row in cursor.fetchall()]


_GIVEN_BACK = """
SELECT coalesce(end_reason, ''), count(*)
  FROM (SELECT * FROM claim WHERE person_id = %(person)s ORDER BY claimed_at DESC LIMIT %(limit)s) c
 WHERE c.project_id = %(project)s AND c.state = 'skipped' GROUP BY 1 ORDER BY 2 DESC, 1
"""
_CLAIMS_LOOKED_AT = 1_000


def given_back(project_id: UUID, person_id: UUID) -> list[tuple[str, int]]:
    """(reason, how often) somebody gave a task of this project back, among their latest 1,000 claims."""
    values = {"project": project_id, "person": person_id, "limit": _CLAIMS_LOOKED_AT}
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_BACK, values)
        return [(str(reason), int(times)) for reason, times in cursor.fetchall()]
