"""Rows of the API that no page has: tasks of a project by id, and a task's submissions under pseudonyms.

Which projects somebody reaches is decided before these are called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a list."""

    id: UUID
    key: str
    batch: int
    kind: str
    state: str
    want: int


_TASKS = """
SELECT t.id, t.key, b.ordinal, b.kind, t.state, t.want FROM task t JOIN batch b ON b.id = t.batch_id
 WHERE t.project_id = %(project)s AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s
"""


def tasks_of(project_id: UUID, before: UUID | None, limit: int) -> list[TaskRow]:
    """A page of a project's tasks, newest first, older than `before`."""
    with connection.cursor() as cursor:
        cursor.execute(_TASKS, {"project": project_id, "before": before, "limit": limit})
        return [TaskRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A submission of a task, its author under the project's pseudonym."""

    id: UUID
    stage: str
    kind: str
    expert: str
    expert_kind: str
    round: int
    state: str
    surplus: bool
    answer: Mapping[str, Any]
    work_ms: int | None
    submitted_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """One task whole."""

    id: UUID
    key: str
    batch: int
    kind: str
    state: str
    want: int
    payload: Mapping[str, Any]
    project_id: UUID
    project: str
    submissions: list[WorkRow]


_TASK = """
SELECT t.id, t.key, b.ordinal, b.kind, t.state, t.want, t.payload, p.id, p.slug
  FROM task t JOIN batch b ON b.id = t.batch_id JOIN project p ON p.id = t.project_id
 WHERE t.id = %s AND t.project_id = ANY (%s)
"""
_WORK = """
SELECT s.id, g.name, g.kind, e.alias, p.kind, s.round, s.state, s.surplus, s.answer, s.work_ms, s.submitted_at,
       s.decided_by, s.decided_at
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 WHERE s.task_id = %s ORDER BY s.submitted_at, s.id LIMIT %s
"""


def task(task_id: UUID, project_ids: Sequence[UUID], limit: int) -> TaskSeen | None:
    """A task of one of the projects, with its first `limit` submissions; None if it is in none of them."""
    with connection.cursor() as cursor:
        cursor.execute(_TASK, [task_id, list(project_ids)])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_WORK, [task_id, limit])
        work = [WorkRow(*decoded(each, 8)) for each in cursor.fetchall()]
    return TaskSeen(*decoded(row, 6), work)


_ALIASES = """
SELECT e.project_id, e.person_id, e.alias FROM unnest(%s::uuid[], %s::uuid[]) AS w (project_id, person_id)
  JOIN seat e ON e.project_id = w.project_id AND e.person_id = w.person_id
"""


def aliases(pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], str]:
    """(project, person) -> pseudonym, for a page of events."""
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ALIASES, [[project for project, _ in pairs], [person for _, person in pairs]])
        return {(project, person): alias for project, person, alias in cursor.fetchall()}
