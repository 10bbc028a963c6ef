"""A project's tasks as lists with filters, and one task with everything that was done on it.

Lists go by id, newest first, page by page; every filter has an index, but for disagreement, which looks through a
stated number of tasks a page. Who may see them is decided before these are called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.kernel.limits import TASKS_LOOKED_THROUGH_MAX
from fairhand.tasks.queries import HOLDS, key_pattern

# Filter by where a task's slots are: code -> (kind of stage, state of a slot).
SLOT_FILTERS: Mapping[str, tuple[str, str]] = {
    "waiting": ("attempt", "open"),
    "in_work": ("attempt", "claimed"),
    "undecided": ("attempt", "submitted"),
    "review_waiting": ("review", "open"),
    "review_in_work": ("review", "claimed"),
    "review_unpaid": ("review", "planned"),
}
MARKS = ("returned", "differs")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows: each part narrows it; None or empty is no filter."""

    state: str = ""
    batch_id: UUID | None = None
    slots: str = ""
    mark: str = ""
    words: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.state or self.batch_id or self.slots or self.mark or self.words)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of a list. `accepted`, `in_hand`, `undecided`: of its attempts; `differs`: two of them disagree."""

    task_id: UUID
    key: str
    state: str
    batch: int
    batch_state: str
    want: int
    accepted: int
    in_hand: int
    undecided: int
    again: bool
    changed_at: datetime
    differs: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the id to go on from (None at the end). `looked`: how many tasks were looked through, if bounded."""

    rows: list[TaskRow]
    following: UUID | None
    looked: int | None = None


# Two counted attempts of a task whose answers to a question differ.
_DIFFERS = """EXISTS (
  SELECT 1 FROM slot x JOIN submission a ON a.id = x.result_id
    JOIN slot y ON y.task_id = x.task_id AND y.stage_id = x.stage_id AND y.id > x.id
    JOIN submission b ON b.id = y.result_id, unnest(%(questions)s::text[]) q
   WHERE x.task_id = t.id AND x.stage_id = %(attempt)s AND x.subject_slot_id IS NULL
     AND a.answer ->> q IS DISTINCT FROM b.answer ->> q)"""
_TASKS = "SELECT t.id FROM task t WHERE t.project_id = %(project)s"
_BY_SLOT = """SELECT DISTINCT x.task_id AS id FROM slot x JOIN task t ON t.id = x.task_id
 WHERE x.stage_id = %(stage)s"""
_ROWS = f"""
SELECT t.id, t.key, t.state, b.ordinal, b.state, t.want, w.accepted, w.in_hand, w.undecided, w.again,
       coalesce(greatest(w.moved_at, s.moved_at), b.launched_at, b.created_at), {_DIFFERS}
  FROM task t JOIN batch b ON b.id = t.batch_id
  LEFT JOIN LATERAL (
    SELECT count(DISTINCT x.id) FILTER (WHERE x.state = 'settled' AND x.stage_id = %(attempt)s) AS accepted,
           count(DISTINCT x.id) FILTER (WHERE x.state = 'claimed' AND x.stage_id = %(attempt)s) AS in_hand,
           count(DISTINCT x.id) FILTER (WHERE x.state = 'submitted' AND x.stage_id = %(attempt)s) AS undecided,
           coalesce(bool_or(x.round > 1), false) AS again, max(greatest(c.claimed_at, c.ended_at)) AS moved_at
      FROM slot x LEFT JOIN claim c ON c.slot_id = x.id WHERE x.task_id = t.id) w ON true
  LEFT JOIN LATERAL (
    SELECT max(greatest(u.submitted_at, u.decided_at)) AS moved_at FROM submission u WHERE u.task_id = t.id) s ON true
 WHERE t.id = ANY (%(ids)s) ORDER BY t.id DESC
"""  # noqa: S608  # constants of this file


def list_tasks(
    project_id: UUID,
    stages: Mapping[str, UUID],
    questions: Sequence[str],
    wanted: Wanted,
    limit: int,
    before: UUID | None = None,
) -> Page:
    """Tasks of a project, newest first. `stages`: kind -> id; `questions`: names of those that can disagree."""
    kind, slot_state = SLOT_FILTERS.get(wanted.slots, ("attempt", ""))
    values: dict[str, Any] = {
        "project": project_id, "state": wanted.state, "batch": wanted.batch_id, "stage": stages.get(kind),
        "slot_state": slot_state, "words": wanted.words, "key": key_pattern(wanted.words),
        "scope": f"'project:{project_id}'", "before": before, "limit": limit + 1, "attempt": stages.get("attempt"),
        "questions": list(questions), "looked": TASKS_LOOKED_THROUGH_MAX,
    }  # fmt: skip
    sql = _ids_sql(wanted, before)
    with connection.cursor() as cursor:
        cursor.execute(sql, {name: value for name, value in values.items() if f"%({name})s" in sql})
        found = cursor.fetchall()
        looked, last = (found[0][1], found[0][2]) if wanted.mark == "differs" and found else (None, None)
        ids = [row[0] for row in found if row[0] is not None]
        cursor.execute(_ROWS, {"ids": ids[:limit], "attempt": values["attempt"], "questions": values["questions"]})
        rows = [TaskRow(*row) for row in cursor.fetchall()]
    if len(ids) > limit:
        return Page(rows, ids[limit - 1], looked)
    # Everything that was looked through is shown; older tasks were not looked at yet.
    return Page(rows, last if looked == TASKS_LOOKED_THROUGH_MAX else None, looked)


def _ids_sql(wanted: Wanted, before: UUID | None) -> str:
    """The ids of a page. Only what is asked stands in the query, so that each filter finds its index."""
    by_slot = bool(wanted.slots) or wanted.mark == "returned"
    sql = _BY_SLOT if by_slot else _TASKS
    own = "x.task_id" if by_slot else "t.id"
    if wanted.slots:
        sql += " AND x.state = %(slot_state)s"
    if wanted.mark == "returned":
        sql += " AND x.round > 1"
    if wanted.state:
        sql += " AND t.state = %(state)s"
    if wanted.batch_id:
        sql += " AND t.batch_id = %(batch)s"
    if wanted.words:
        sql += f" AND {HOLDS}"
    if before:
        sql += f" AND {own} < %(before)s"
    if wanted.mark != "differs":
        return f"{sql} ORDER BY {own} DESC LIMIT %(limit)s"
    return f"""WITH seen AS MATERIALIZED ({sql} ORDER BY {own} DESC LIMIT %(looked)s)
SELECT f.id, n.n, n.last FROM (SELECT count(*)::int AS n, (SELECT id FROM seen ORDER BY id LIMIT 1) AS last FROM seen) n
  LEFT JOIN LATERAL (SELECT t.id FROM seen t WHERE {_DIFFERS} ORDER BY t.id DESC LIMIT %(limit)s) f ON true
 ORDER BY f.id DESC"""  # noqa: S608  # constants of this file


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """One slot of a task. `holder`: the pseudonym of who holds it now, or for whom it is kept."""

    slot_id: UUID
    kind: str
    subject_slot_id: UUID | None
    seq: int
    round: int
    state: str
    holder: str | None
    until: datetime | None


_SLOTS = """
SELECT x.id, g.kind, x.subject_slot_id, x.seq, x.round, x.state, e.alias, coalesce(c.expires_at, x.for_until)
  FROM slot x JOIN stage g ON g.id = x.stage_id LEFT JOIN claim c ON c.id = x.current_claim_id
  LEFT JOIN seat e ON e.project_id = x.project_id AND e.person_id = coalesce(c.person_id, x.for_person_id)
 WHERE x.task_id = %s ORDER BY g.ordinal, x.seq, x.id
"""


def slots_of(task_id: UUID) -> list[SlotSeen]:
    """Every slot of a task, attempts first."""
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [task_id])
        return [SlotSeen(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class WorkSeen:
    """One submission on a task, under its author's pseudonym. `guideline`: the version it was done by."""

    submission_id: UUID
    slot_id: UUID
    kind: str
    alias: str
    author_kind: str
    round: int
    surplus: bool
    state: str
    decided_by: str | None
    decided_at: datetime | None
    answer: Mapping[str, Any]
    work_ms: int | None
    submitted_at: datetime
    template: Mapping[str, Any]
    guideline: int | None
    subject_ids: list[UUID]
    deliveries: list[int]


_WORK = """
SELECT s.id, s.slot_id, g.kind, e.alias, p.kind, s.round, s.surplus, s.state, s.decided_by, s.decided_at, s.answer,
       s.work_ms, s.submitted_at, m.body, (o.terms ->> 'guideline_version')::int, c.subject_ids,
       ARRAY(SELECT d.number FROM delivery_item i JOIN delivery d ON d.id = i.delivery_id
              WHERE i.submission_id = s.id ORDER BY d.number)
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 WHERE s.task_id = %s ORDER BY s.submitted_at, s.id
"""


def work_on(task_id: UUID) -> list[WorkSeen]:
    """Everything handed in on a task, reviews too, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WORK, [task_id])
        return [WorkSeen(*decoded(row, 10, 13)) for row in cursor.fetchall()]
