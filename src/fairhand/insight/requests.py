"""Requests for more time on claims of a project, and the time owed for work that was taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's open request for more time, with what is known of the claim. `most_s`: what may still be granted.
    `asked_before`, `granted_before`: their other requests in this project."""

    extension_id: UUID
    alias: str
    task_id: UUID
    task_key: str
    asked_s: int
    reason: str
    asked_at: datetime
    state: str
    claimed_at: datetime
    expires_at: datetime
    hard_until: datetime
    paused_at: datetime | None
    work_ms: int | None
    extended_s: int
    most_s: int
    asked_before: int
    granted_before: int


_OPEN = """
SELECT x.id, e.alias, c.task_id, t.key, x.asked_s, x.reason, x.asked_at, c.state, c.claimed_at, c.expires_at,
       c.hard_until, c.paused_at, c.work_ms, c.extended_s,
       least(x.asked_s, coalesce((o.terms ->> 'extension_s_max')::int, 0) - c.extended_s), b.asked, b.granted
  FROM extension x JOIN claim c ON c.id = x.claim_id JOIN offer o ON o.id = c.offer_id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = x.project_id AND e.person_id = c.person_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS asked, count(*) FILTER (WHERE y.granted_s > 0) AS granted
      FROM claim m JOIN extension y ON y.claim_id = m.id
     WHERE m.person_id = c.person_id AND m.project_id = c.project_id AND y.id <> x.id) b
 WHERE x.project_id = %(project)s AND x.decided_at IS NULL AND c.state IN ('live', 'expired')
 ORDER BY x.asked_at LIMIT %(limit)s
"""


def open_requests(project_id: UUID, limit: int) -> list[Request]:
    """Requests that wait for a decision, oldest first; those of claims that expired meanwhile too."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"project": project_id, "limit": limit})
        return [Request(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Decided:
    """A request that was decided; `decided_by` None: at once, by the stage's own allowance, or `closed`."""

    alias: str
    task_id: UUID
    task_key: str
    asked_s: int
    reason: str
    granted_s: int
    decided_at: datetime
    decided_by: UUID | None
    why: str
    closed: str


_DECIDED = """
SELECT e.alias, c.task_id, t.key, x.asked_s, x.reason, x.granted_s, x.decided_at, x.decided_by, x.why, x.closed
  FROM (SELECT * FROM extension WHERE project_id = %(project)s AND decided_at IS NOT NULL
         ORDER BY decided_at DESC, id DESC LIMIT %(limit)s) x
  JOIN claim c ON c.id = x.claim_id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = x.project_id AND e.person_id = c.person_id
 ORDER BY x.decided_at DESC, x.id DESC
"""


def decided_requests(project_id: UUID, limit: int) -> list[Decided]:
    """The latest decisions."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, {"project": project_id, "limit": limit})
        return [Decided(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A claim that ended through no choice of its expert's, and was not handed in since. `terms`: its offer's."""

    claim_id: UUID
    alias: str
    task_id: UUID
    task_key: str
    state: str
    reason: str
    ended_at: datetime
    work_ms: int | None
    terms: Mapping[str, Any]


_TAKEN = """
SELECT c.id, e.alias, c.task_id, t.key, c.state, c.end_reason, c.ended_at, c.work_ms, o.terms
  FROM (SELECT * FROM claim WHERE project_id = %(project)s
           AND (state = 'released' OR end_reason IN ('guideline_changed', 'distressing', 'illegal')) {before}
         ORDER BY ended_at DESC, id DESC LIMIT %(limit)s) c
  JOIN offer o ON o.id = c.offer_id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = c.project_id AND e.person_id = c.person_id
 ORDER BY c.ended_at DESC, c.id DESC
"""
_BEFORE = "AND (ended_at, id) < (%(at)s, %(id)s)"


def taken_back(project_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[TakenBack]:
    """Work that was interrupted, newest first: its time is owed by the platform."""
    values: dict[str, Any] = {"project": project_id, "limit": limit}
    if before is not None:
        values |= {"at": before[0], "id": before[1]}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN.format(before=_BEFORE if before is not None else ""), values)
        return [TakenBack(*decoded(row, 8)) for row in cursor.fetchall()]
