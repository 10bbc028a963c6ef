"""A task's whole life from the event table: found by the ids of its slots, claims, submissions and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.kernel.limits import EVENTS_PER_TASK_MAX


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. `alias`: who did it, under their pseudonym in the project; None for jobs, commands and staff.

    `stage`, `seq`: the slot it was about, where there is one. `task_key`, `task_id`: in a project's or person's list.
    """

    at: datetime
    verb: str
    actor_kind: str
    alias: str | None
    facts: Mapping[str, Any]
    stage: str | None
    seq: int | None


# One statement: the ids of everything that is the task's, then their events by the index on subject and moment.
_LIFE = """
WITH slots AS (SELECT x.id, g.kind, x.seq FROM slot x JOIN stage g ON g.id = x.stage_id WHERE x.task_id = %(task)s),
     ids AS (
  SELECT id, kind, seq FROM slots
  UNION ALL SELECT c.id, w.kind, w.seq FROM slots w JOIN claim c ON c.slot_id = w.id
  UNION ALL SELECT s.id, w.kind, w.seq FROM slots w JOIN submission s ON s.slot_id = w.id AND s.task_id = %(task)s
  UNION ALL SELECT DISTINCT i.delivery_id, NULL, NULL::int FROM submission s
              JOIN delivery_item i ON i.submission_id = s.id WHERE s.task_id = %(task)s
  UNION ALL SELECT t.id, NULL, NULL FROM task t WHERE t.id = %(task)s
  UNION ALL SELECT t.batch_id, NULL, NULL FROM task t WHERE t.id = %(task)s)
SELECT e.at, e.verb, e.actor_kind, h.alias, e.facts, i.kind, i.seq
  FROM ids i JOIN event e ON e.subject_id = i.id
  LEFT JOIN seat h ON h.project_id = %(project)s AND h.person_id = e.actor_id AND e.actor_kind IN ('person', 'replay')
 ORDER BY e.seq LIMIT %(limit)s
"""


def life_of(task_id: UUID, project_id: UUID) -> list[Happened]:
    """What happened to a task, from its import on, in the order it was recorded; at most EVENTS_PER_TASK_MAX.

    A replay records moments of the pack's own timeline, which may lie before the import.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, {"task": task_id, "project": project_id, "limit": EVENTS_PER_TASK_MAX})
        return [Happened(*decoded(row, 4)) for row in cursor.fetchall()]


_PROJECT = """
SELECT e.at, e.verb, e.actor_kind, h.alias, e.facts, NULL, NULL FROM event e
  LEFT JOIN seat h ON h.project_id = e.project_id AND h.person_id = e.actor_id AND e.actor_kind = 'person'
 WHERE e.subject_id = ANY (%(subjects)s) AND e.verb = ANY (%(verbs)s)
   AND (%(project)s::uuid IS NULL OR e.project_id = %(project)s)
 ORDER BY e.at DESC, e.seq DESC LIMIT %(limit)s
"""


def decisions_on(subject_ids: list[UUID], verbs: list[str], project_id: UUID, limit: int) -> list[Happened]:
    """The newest events of some verbs about some rows, in one project, newest first."""
    values = {"subjects": subject_ids, "verbs": verbs, "project": project_id, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT, values)
        return [Happened(*decoded(row, 4)) for row in cursor.fetchall()]
