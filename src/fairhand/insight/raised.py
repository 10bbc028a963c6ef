"""What experts raised about the tasks of a project, as its staff read it: under pseudonyms, grouped by task."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import STANDS
from fairhand.kernel.limits import RAISED_ANSWERED_AT_ONCE_MAX, SKIPS_LOOKED_AT_MAX


@dataclass(frozen=True, slots=True)
class RaisedRow:
    """Something that was asked or reported. `alike`: how many of its kind wait about its task, this one among them,
    up to as many as are answered at once. `claim_state`: whether its author still works on it. `stands`: it took its
    task out of work, and nobody put it back since; then `returned` says why."""

    raised_id: UUID
    alias: str
    person_id: UUID
    task_id: UUID
    task_key: str
    stage_kind: str
    claim_state: str
    kind: str
    place: str
    words: str
    at: datetime
    state: str
    answer: str
    answered_by: UUID | None
    answered_at: datetime | None
    done: str
    version: int | None
    alike: int
    stands: bool
    returned: str


_ROWS = """
SELECT r.id, e.alias, r.person_id, r.task_id, t.key, g.kind, c.state, r.kind, r.place, r.words, r.at, r.state, r.answer,
       r.answered_by_id, r.answered_at, r.done, r.version,
       CASE WHEN r.state = 'open' THEN (
         SELECT least(%(at_once)s, count(*)) FROM raised o
          WHERE o.task_id = r.task_id AND o.kind = r.kind AND o.state = 'open') ELSE 0 END,
       {stands}, coalesce(w.reason, '')
  FROM (SELECT * FROM raised WHERE project_id = %(project)s {which} {after} ORDER BY at, id LIMIT %(limit)s) r
  JOIN claim c ON c.id = r.claim_id JOIN slot x ON x.id = c.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN task t ON t.id = r.task_id
  JOIN seat e ON e.project_id = r.project_id AND e.person_id = r.person_id
  LEFT JOIN task_return w ON w.raised_id = r.id
 ORDER BY r.at, r.id
"""
_STATE, _KIND, _AFTER = "AND state = %(state)s", "AND kind = %(kind)s", "AND (at, id) > (%(at)s, %(id)s)"


def raised_of_project(
    project_id: UUID, kind: str, state: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[RaisedRow]:
    """Oldest first; of one kind and in one state, where they are named."""
    values: dict[str, Any] = {
        "project": project_id, "kind": kind, "state": state, "limit": limit, "at_once": RAISED_ANSWERED_AT_ONCE_MAX
    }  # fmt: skip
    if after is not None:
        values |= {"at": after[0], "id": after[1]}
    which = " ".join(part for part, named in ((_STATE, state), (_KIND, kind)) if named)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(which=which, after=_AFTER if after else "", stands=STANDS), values)
        return [RaisedRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Longer:
    """How many people said of a stage that its tasks take longer, since its estimate was last decided on. `review`:
    whether that is under review."""

    stage_kind: str
    stage_name: str
    reports: int
    people: int
    first_at: datetime
    last_at: datetime
    review: bool


_LONGER = """
SELECT g.kind, g.name, count(*)::int, count(DISTINCT o.person_id)::int, min(o.at), max(o.at),
       EXISTS (SELECT 1 FROM estimate_review v WHERE v.stage_id = g.id AND v.state = 'open')
  FROM stage g
  CROSS JOIN LATERAL (SELECT max(v.decided_at) AS at FROM estimate_review v WHERE v.stage_id = g.id) d
  JOIN overrun_report o ON o.stage_id = g.id AND (d.at IS NULL OR o.at > d.at)
 WHERE g.project_id = %s GROUP BY g.id ORDER BY g.ordinal
"""


def said_longer(project_id: UUID) -> list[Longer]:
    """Stages of which somebody said so."""
    with connection.cursor() as cursor:
        cursor.execute(_LONGER, [project_id])
        return [Longer(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Skipped:
    """How often a task was given back, and why: ((reason, how often), ...), the most frequent first."""

    task_id: UUID
    task_key: str
    times: int
    last_at: datetime
    reasons: tuple[tuple[str, int], ...]


_SKIPPED = """
SELECT n.task_id, t.key, sum(n.n)::int, max(n.at), array_agg(n.reason ORDER BY n.n DESC, n.reason),
       array_agg(n.n ORDER BY n.n DESC, n.reason)
  FROM (SELECT task_id, end_reason AS reason, count(*)::int AS n, max(ended_at) AS at
          FROM (SELECT task_id, end_reason, ended_at FROM claim WHERE project_id = %(project)s AND state = 'skipped'
                 ORDER BY ended_at DESC LIMIT %(looked)s) c
         GROUP BY task_id, end_reason) n
  JOIN task t ON t.id = n.task_id
 GROUP BY n.task_id, t.key ORDER BY 3 DESC, 4 DESC, 1 LIMIT %(limit)s
"""


def skipped_tasks(project_id: UUID, limit: int) -> list[Skipped]:
    """Tasks that were given back most often, among the latest that were."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIPPED, {"project": project_id, "looked": SKIPS_LOOKED_AT_MAX, "limit": limit})
        return [
            Skipped(task_id, key, times, at, tuple(zip(reasons, counts, strict=True)))
            for task_id, key, times, at, reasons, counts in cursor.fetchall()
        ]
