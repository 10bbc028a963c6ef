"""What a project's end takes away: slots that nobody took. Whoever came first with a lock keeps theirs."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection


@dataclass(slots=True)
class Untaken:
    """How many slots were cancelled, how many of them had been open, and what stood behind those: shard -> minor
    units."""

    cancelled: int = 0
    opened: int = 0
    by_shard: dict[int, int] = field(default_factory=dict)

    def add(self, rows: list[tuple[int, int, int, int]]) -> None:
        """Rows of (shard, how many, how many had been open, their reserves)."""
        for shard, cancelled, opened, reserve_minor in rows:
            self.cancelled += cancelled
            self.opened += opened
            if reserve_minor:
                self.by_shard[shard] = self.by_shard.get(shard, 0) + reserve_minor


# What a row says is read under its lock: a slot that was taken, or opened again, while we waited counts as it is then.
_CANCEL = """
WITH mine AS MATERIALIZED (
  SELECT x.id, x.shard, x.reserve_minor, x.state FROM slot x JOIN stage g ON g.id = x.stage_id
   WHERE x.batch_id = %(batch)s AND {which} FOR UPDATE OF x {others}),
gone AS (
  UPDATE slot x SET state = 'cancelled', reserve_minor = 0, for_person_id = NULL, for_until = NULL, waits_since = NULL
    FROM mine m WHERE x.id = m.id RETURNING m.shard, m.reserve_minor, m.state)
SELECT shard, count(*)::int, (count(*) FILTER (WHERE state = 'open'))::int, sum(reserve_minor)::bigint
  FROM gone GROUP BY shard
"""
_OPEN = _CANCEL.format(which="x.state = 'open' AND x.round = 1 AND g.kind = 'attempt'", others="")
# With the batch's accounts held nobody opens a planned slot. What others hold this moment is found the next time.
_REST = _CANCEL.format(
    which="(x.state IN ('open', 'planned') AND x.round = 1 AND g.kind = 'attempt' "
    "OR x.state = 'planned' AND g.kind IN ('audit', 'adjudicate'))",
    others="SKIP LOCKED",
)


def cancel_open(*, batch_id: UUID, untaken: Untaken) -> None:
    """Cancel a batch's open attempts of the first round, those kept for somebody too. Before any account is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"batch": batch_id})
        untaken.add(cursor.fetchall())


def cancel_rest(*, batch_id: UUID, untaken: Untaken) -> None:
    """Cancel attempts that opened meanwhile, planned ones, and judgements that wait for money: nothing of these was
    begun. The caller holds the batch's pool and reserves."""
    with connection.cursor() as cursor:
        cursor.execute(_REST, {"batch": batch_id})
        untaken.add(cursor.fetchall())


_CANCEL_ONE = """
UPDATE slot x SET state = 'cancelled', reserve_minor = 0, for_person_id = NULL, for_until = NULL
  FROM project p WHERE p.id = x.project_id AND p.state = 'closed' AND x.id = %s AND x.state = 'open' AND x.round = 1
RETURNING old.reserve_minor
"""


def cancel_if_closed(*, slot_id: UUID) -> int | None:
    """Cancel an open attempt of the first round, locked by the caller, if its project is closed: its reserve, else
    None."""
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_ONE, [slot_id])
        row = cursor.fetchone()
    return row and int(row[0])


# Tasks of which nothing was taken; the others are settled by the work on them.
_WITHDRAW = """
UPDATE task t SET state = 'withdrawn' FROM batch b
 WHERE b.id = t.batch_id AND b.state <> 'draft' AND b.kind = 'real' AND t.state = 'open' AND {which}
   AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.task_id = t.id AND x.state <> 'cancelled')
"""
# Tasks of which nothing more is to come: what was accepted of them is what there will be.
_SETTLE = """
UPDATE task t SET state = 'settled' FROM batch b
 WHERE b.id = t.batch_id AND b.state <> 'draft' AND b.kind = 'real' AND t.state = 'open' AND {which}
   AND EXISTS (SELECT 1 FROM slot x WHERE x.task_id = t.id AND x.state = 'settled')
   AND NOT EXISTS (SELECT 1 FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind IN ('attempt', 'adjudicate')
                    WHERE x.task_id = t.id AND x.state IN ('planned', 'open', 'claimed', 'submitted'))
"""
_OF_PROJECT, _OF_TASK = "t.project_id = %s", "t.id = %s"


def end_tasks(*, project_id: UUID) -> None:
    """Tasks of a closed project to which nothing comes any more: withdrawn if nobody took them, else settled."""
    _end(_OF_PROJECT, project_id)


def end_task(*, task_id: UUID) -> None:
    """The same of one task."""
    _end(_OF_TASK, task_id)


def _end(which: str, id_: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW.format(which=which), [id_])
        cursor.execute(_SETTLE.format(which=which), [id_])


# Launched batches of closed projects in which something is to be cancelled, or nothing goes on any more.
_LEFT = """
SELECT b.id FROM project p JOIN batch b ON b.project_id = p.id AND b.state = 'launched'
 WHERE p.state = 'closed' AND (
   EXISTS (SELECT 1 FROM stage g JOIN slot x ON x.stage_id = g.id
            WHERE g.project_id = p.id AND x.batch_id = b.id
              AND (g.kind = 'attempt' AND x.state IN ('open', 'planned') AND x.round = 1
                   OR g.kind IN ('audit', 'adjudicate') AND x.state = 'planned'))
   OR NOT EXISTS (SELECT 1 FROM slot x WHERE x.batch_id = b.id
                     AND x.state IN ('planned', 'open', 'claimed', 'submitted')))
 ORDER BY b.id
"""


def batches_left() -> list[UUID]:
    """Batches of closed projects that there is something to do about; looked for without locks."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT)
        return [row[0] for row in cursor.fetchall()]


_CLOSE = """
UPDATE batch SET state = 'closed' WHERE id = %s AND state = 'launched'
   AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.batch_id = batch.id
                      AND x.state IN ('planned', 'open', 'claimed', 'submitted'))
"""


def close_batch(*, batch_id: UUID) -> bool:
    """Launched -> closed, where nothing of the batch is open, in work or undecided any more; True if this call did
    it."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, [batch_id])
        return bool(cursor.rowcount)
