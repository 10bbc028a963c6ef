"""What a change of a guideline touches: which marks a project knows, whose work it meets, and how much of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import HOLDS
from fairhand.insight.rows import decoded
from fairhand.kernel.limits import OPEN_COUNTED_MAX


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a change may touch: a field of tasks ("" where tasks have none), or a question with its label."""

    name: str
    field: str | None = None
    question: str | None = None
    label: Mapping[str, str] | None = None


# Queues are kept apart by field, so their few rows know the fields of all that was ever launched.
_FIELDS = "SELECT DISTINCT field FROM queue WHERE project_id = %s ORDER BY field"
_QUESTIONS = """
SELECT q ->> 'name', q -> 'label'
  FROM template m CROSS JOIN LATERAL jsonb_array_elements(m.body -> 'questions') WITH ORDINALITY AS l (q, place)
 WHERE m.project_id = %(project)s AND EXISTS (SELECT 1 FROM stage g WHERE g.template_id = m.id)
 ORDER BY m.version DESC, place
"""


def marks_of(project_id: UUID) -> list[Mark]:
    """What a manager may mark in this project: its fields, if it has any, then the questions of its stages."""
    with connection.cursor() as cursor:
        cursor.execute(_FIELDS, [project_id])
        fields = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute(_QUESTIONS, {"project": project_id})
        asked: dict[str, Mapping[str, str]] = {}
        for row in cursor.fetchall():  # a question's newest words
            asked.setdefault(row[0], decoded(row, 1)[1])
    kinds = [Mark(f"field:{field}", field=field) for field in fields] if any(fields) else []
    return kinds + [Mark(f"question:{name}", question=name, label=label) for name, label in asked.items()]


@dataclass(frozen=True, slots=True)
class Change:
    """A version that touches work begun before it."""

    version: int
    note: str


_TOUCHING = """
SELECT c.id, l.version, l.note
  FROM claim c JOIN offer o ON o.id = c.offer_id
  JOIN guideline l ON l.project_id = c.project_id AND l.version > (o.terms ->> 'guideline_version')::int
  JOIN task t ON t.id = c.task_id JOIN stage g ON g.id = o.stage_id AND g.kind = 'attempt'
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
 WHERE c.id = ANY (%s) AND l.affects <> '{}' AND guideline_touches(l.affects, t.field, m.body)
 ORDER BY c.id, l.version
"""


def changes_touching(claim_ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    """Claim -> the versions published since its offer that touch it, oldest first. A review is judged by the version of
    the work it is about, so no change touches it; claims that none touches are left out."""
    found: dict[UUID, list[Change]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHING, [list(claim_ids)])
        for claim_id, version, note in cursor.fetchall():
            found.setdefault(claim_id, []).append(Change(version, note))
    return found


_HOLDERS = """
SELECT DISTINCT ON (c.person_id) c.person_id, c.id, p.name
  FROM guideline l JOIN claim c ON c.project_id = l.project_id AND c.state = 'live'
  JOIN project p ON p.id = c.project_id
  JOIN offer o ON o.id = c.offer_id AND (o.terms ->> 'guideline_version')::int < l.version
  JOIN task t ON t.id = c.task_id JOIN stage g ON g.id = o.stage_id AND g.kind = 'attempt'
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
 WHERE l.project_id = %(project)s AND l.version = %(version)s
   AND guideline_touches(l.affects, t.field, m.body)
 ORDER BY c.person_id, c.claimed_at
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a task that a change touches, with the first such claim and the project's name."""

    person_id: UUID
    claim_id: UUID
    project: Mapping[str, str]


def holders_touched(project_id: UUID, version: int) -> list[Holder]:
    """Whom a version concerns at once."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"project": project_id, "version": version})
        return [Holder(*decoded(row, 2)) for row in cursor.fetchall()]


# Work on an earlier version that the change touches; each count reads no further than the limit.
_OLDER = """
  JOIN offer o ON o.id = c.offer_id AND (o.terms ->> 'guideline_version')::int < l.version
  JOIN task t ON t.id = c.task_id JOIN stage g ON g.id = o.stage_id AND g.kind = 'attempt'
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
 WHERE l.project_id = %(project)s AND l.version = %(version)s AND l.affects <> '{}'
   AND guideline_touches(l.affects, t.field, m.body)
"""
# Tasks whose accepted attempts are all older than the change, on which nothing goes on, and which nobody holds back.
_ACCEPTED = f"""
  FROM guideline l JOIN stage g ON g.project_id = l.project_id AND g.kind = 'attempt'
  JOIN template m ON m.id = g.template_id
  JOIN slot x ON x.stage_id = g.id AND x.state = 'settled' JOIN queue q ON q.id = x.queue_id AND q.lane <> 'gold'
  JOIN batch b ON b.id = x.batch_id AND b.state = 'launched'
  JOIN task t ON t.id = x.task_id AND t.state <> 'withdrawn' JOIN submission s ON s.id = x.result_id
 WHERE l.project_id = %(project)s AND l.version = %(version)s AND guideline_touches(l.affects, t.field, m.body)
   AND NOT EXISTS (SELECT 1 FROM slot y WHERE y.task_id = x.task_id AND y.stage_id = x.stage_id
                      AND (y.state IN ('planned', 'open', 'claimed', 'submitted')
                           OR y.state = 'settled' AND y.seq > x.seq))
   AND NOT EXISTS (SELECT 1 FROM slot y JOIN stage a ON a.id = y.stage_id AND a.kind = 'adjudicate'
                    WHERE y.task_id = x.task_id AND y.state NOT IN ('settled', 'cancelled'))
   AND NOT EXISTS (SELECT 1 FROM submission n JOIN claim c ON c.id = n.claim_id JOIN offer o ON o.id = c.offer_id
                    JOIN slot y ON y.id = n.slot_id
                    WHERE n.task_id = x.task_id AND y.stage_id = x.stage_id
                      AND (o.terms ->> 'guideline_version')::int >= l.version)
   AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = x.task_id AND {HOLDS})
"""  # noqa: S608  # put together from constants
_REACH = f"""
SELECT (SELECT count(*) FROM (SELECT 1 FROM guideline l
          JOIN claim c ON c.project_id = l.project_id AND c.state = 'live'
          {_OLDER} LIMIT %(limit)s) found),
       (SELECT count(*) FROM (SELECT 1 FROM guideline l
          JOIN submission s ON s.project_id = l.project_id AND s.state = 'pending' JOIN claim c ON c.id = s.claim_id
          {_OLDER} LIMIT %(limit)s) found),
       (SELECT count(*) FROM (SELECT 1 {_ACCEPTED} LIMIT %(limit)s) found)
"""  # noqa: S608  # constants of this file


@dataclass(frozen=True, slots=True)
class Reach:
    """How much work a version touches: in hand, handed in and undecided, and tasks accepted on earlier versions. Each
    is counted up to OPEN_COUNTED_MAX."""

    in_hand: int
    undecided: int
    accepted: int


def reach_of(project_id: UUID, version: int) -> Reach:
    """What a version of the guideline touches."""
    values = {"project": project_id, "version": version, "limit": OPEN_COUNTED_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, values)
        return Reach(*cursor.fetchone())


_REOPENABLE = f"""
SELECT x.task_id, x.org_id, x.batch_id, x.stage_id, x.queue_id, x.shard,
       (SELECT max(y.seq) FROM slot y
         WHERE y.task_id = x.task_id AND y.stage_id = x.stage_id AND y.subject_slot_id IS NULL)
  {_ACCEPTED} ORDER BY x.stage_id, x.task_id DESC LIMIT %(limit)s
"""  # noqa: S608  # constants of this file


@dataclass(frozen=True, slots=True)
class Reopenable:
    """A task that could be opened once more, with the place of its newest attempt and the highest number of any."""

    task_id: UUID
    org_id: UUID
    batch_id: UUID
    stage_id: UUID
    queue_id: int
    shard: int
    seq: int


def reopenable(project_id: UUID, version: int, limit: int) -> list[Reopenable]:
    """Tasks accepted before a version that touches them, in the order of the index."""
    values: dict[str, Any] = {"project": project_id, "version": version, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_REOPENABLE, values)
        return [Reopenable(*row) for row in cursor.fetchall()]
