"""Corrections of recorded time that a project's staff decide, and those decided lately."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's open correction. `counted_ms`: what was measured; `lived_ms`: how long the task was in their hands,
    without pauses. `asked_before`, `granted_before`: their other corrections in this project."""

    correction_id: UUID
    person_id: UUID
    alias: str
    task_id: UUID
    task_key: str
    asked_ms: int
    reason: str
    asked_at: datetime
    handed_in_at: datetime
    counted_ms: int | None
    lived_ms: int
    declared_ms: int
    asked_before: int
    granted_before: int


_WAITING = """
SELECT x.id, c.person_id, e.alias, c.task_id, t.key, x.asked_ms, x.reason, x.asked_at, s.submitted_at, s.work_ms,
       greatest(0, floor(extract(epoch FROM s.submitted_at - c.claimed_at) * 1000)::bigint - c.pause_ms),
       (SELECT coalesce(sum(d.counted_ms), 0)::bigint FROM declared_time d WHERE d.claim_id = c.id), b.asked, b.granted
  FROM (SELECT * FROM time_correction WHERE project_id = %(project)s AND decided_at IS NULL
         ORDER BY asked_at LIMIT %(limit)s) x
  JOIN claim c ON c.id = x.claim_id JOIN submission s ON s.claim_id = c.id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = x.project_id AND e.person_id = c.person_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS asked, count(*) FILTER (WHERE y.granted_ms > 0) AS granted
      FROM claim m JOIN time_correction y ON y.claim_id = m.id
     WHERE m.person_id = c.person_id AND m.project_id = c.project_id AND y.id <> x.id) b
 ORDER BY x.asked_at
"""


def waiting_corrections(project_id: UUID, limit: int) -> list[Waiting]:
    """Those that wait for a decision, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"project": project_id, "limit": limit})
        return [Waiting(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Settled:
    """A correction that was decided; `decided_by` None: at once, within the share that needs no question."""

    alias: str
    task_id: UUID
    task_key: str
    asked_ms: int
    reason: str
    granted_ms: int
    paid_minor: int
    decided_at: datetime
    decided_by: UUID | None
    why: str


_SETTLED = """
SELECT e.alias, c.task_id, t.key, x.asked_ms, x.reason, x.granted_ms, x.paid_minor, x.decided_at, x.decided_by, x.why
  FROM (SELECT * FROM time_correction WHERE project_id = %(project)s AND decided_at IS NOT NULL
         ORDER BY decided_at DESC, id DESC LIMIT %(limit)s) x
  JOIN claim c ON c.id = x.claim_id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = x.project_id AND e.person_id = c.person_id
 ORDER BY x.decided_at DESC, x.id DESC
"""


def settled_corrections(project_id: UUID, limit: int) -> list[Settled]:
    """The latest decisions."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"project": project_id, "limit": limit})
        return [Settled(*row) for row in cursor.fetchall()]
