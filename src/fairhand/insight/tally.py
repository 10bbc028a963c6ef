"""Running counts of projects: slots by state, accepted work and pay over time. One indexed read each, however large.

Who may see a project's figures is decided before these are called (`people.access`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class SlotCount:
    """Slots of one stage and batch in one state; `again`: from the second round on."""

    project_id: UUID
    batch_id: UUID
    batch_kind: str
    stage_id: UUID
    stage_kind: str
    state: str
    again: bool
    n: int


_SLOTS = """
SELECT y.project_id, y.batch_id, b.kind, y.stage_id, g.kind, rtrim(y.state, '+'), y.state LIKE '%%+', sum(y.n)::bigint
  FROM tally y JOIN batch b ON b.id = y.batch_id JOIN stage g ON g.id = y.stage_id
 WHERE y.project_id = ANY (%s) AND y.what = 'slots' GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(y.n) <> 0
"""


def slots_of(project_ids: Sequence[UUID]) -> list[SlotCount]:
    """How many slots are in which state."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [list(project_ids)])
        return [SlotCount(*row) for row in cursor.fetchall()]


_TASKS = """
SELECT y.project_id, y.batch_id, sum(y.n)::bigint FROM tally y JOIN batch b ON b.id = y.batch_id AND b.kind = 'real'
 WHERE y.project_id = ANY (%s) AND y.what = 'tasks' GROUP BY 1, 2
"""


def tasks_of(project_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], int]:
    """(project, batch) -> its tasks; practice batches aside."""
    with connection.cursor() as cursor:
        cursor.execute(_TASKS, [list(project_ids)])
        return {(project, batch): n for project, batch, n in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Point:
    """So many (or so much, in minor units) at one moment, of one kind of stage, by who decided or in which currency."""

    at: datetime
    stage_kind: str
    state: str
    n: int


_POINTS = """
SELECT y.at, coalesce(g.kind, ''), y.state, sum(y.n)::bigint FROM tally y LEFT JOIN stage g ON g.id = y.stage_id
 WHERE y.project_id = %s AND y.what = %s GROUP BY 1, 2, 3 HAVING sum(y.n) <> 0 ORDER BY 1
"""


def accepted_points(project_id: UUID) -> list[Point]:
    """Accepted submissions, surplus aside, in the order of time. `state`: who decided (review, plan, clock, staff)."""
    return _points(project_id, "accepted")


def _points(project_id: UUID, what: str) -> list[Point]:
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [project_id, what])
        return [Point(*row) for row in cursor.fetchall()]


_PAID = "SELECT project_id, sum(n)::bigint FROM tally WHERE project_id = ANY (%s) AND what = 'paid' GROUP BY 1"


def paid_of(project_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Project -> what its pay lines come to, in minor units of its currency."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [list(project_ids)])
        return dict(cursor.fetchall())


def compact(now: datetime) -> int:
    """Add old rows up; returns how many went away. Safe beside everything, also beside itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tally_compact(%s)", [now])
        return int(cursor.fetchone()[0])
