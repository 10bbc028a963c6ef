"""Tasks that are held back: what waits of them stands in queues of the lane `held`, which are given to nobody.

Whatever opens of such a task later stays there, since it opens in the queue of its slot, or in one like that. What is
in work goes on. Gold is left alone: its slots are drawn one by one, and end with their claim.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

# In the order of their ids, so that two who lock the same task's slots wait for each other and nothing worse. Every
# statement after it sees what the locks' last owners committed. Planned slots are locked after accounts.
_LOCK = """
SELECT x.id FROM slot x WHERE x.task_id = %s AND x.state IN ('open', 'claimed', 'submitted') ORDER BY x.id FOR UPDATE
"""
_MAKE = """
INSERT INTO queue (org_id, project_id, stage_id, gate_id, lane, tier, field, cohort_id, until)
SELECT DISTINCT q.org_id, q.project_id, q.stage_id, q.gate_id, %(to)s, q.tier, q.field, q.cohort_id, q.until
  FROM slot x JOIN queue q ON q.id = x.queue_id
 WHERE x.task_id = %(task)s AND x.state NOT IN ('settled', 'cancelled') AND q.lane <> 'gold'
   AND (q.lane = 'held') = %(held)s
ON CONFLICT DO NOTHING
"""
_MOVE = """
UPDATE slot x SET queue_id = n.id FROM queue q JOIN queue n ON n.stage_id = q.stage_id AND n.lane = %(to)s
   AND n.gate_id IS NOT DISTINCT FROM q.gate_id AND n.tier = q.tier AND n.field = q.field
   AND n.cohort_id IS NOT DISTINCT FROM q.cohort_id
 WHERE x.queue_id = q.id AND x.task_id = %(task)s AND x.state NOT IN ('settled', 'cancelled')
   AND q.lane <> 'gold' AND (q.lane = 'held') = %(held)s
"""
# Attempts of the first round that nobody took, and judgements that wait for money: nothing of these was begun. A review
# stays, since work waits for it.
_CANCEL = """
WITH mine AS MATERIALIZED (
  SELECT x.id, x.shard, x.reserve_minor, x.batch_id FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane = 'held'
    JOIN stage g ON g.id = x.stage_id
   WHERE x.task_id = %s AND (x.state IN ('open', 'planned') AND x.round = 1 AND g.kind = 'attempt'
                             OR x.state = 'planned' AND g.kind IN ('audit', 'adjudicate'))
   ORDER BY x.id FOR UPDATE OF x),
gone AS (
  UPDATE slot x SET state = 'cancelled', reserve_minor = 0, for_person_id = NULL, for_until = NULL, waits_since = NULL
    FROM mine m WHERE x.id = m.id RETURNING m.batch_id, m.shard, m.reserve_minor)
SELECT batch_id, shard, count(*)::int, sum(reserve_minor)::bigint FROM gone GROUP BY batch_id, shard
"""
_RESERVED = """
SELECT DISTINCT x.batch_id, x.shard FROM slot x WHERE x.task_id = %s AND x.state IN ('open', 'planned')
"""
_CANCEL_ONE = """
UPDATE slot x SET state = 'cancelled', reserve_minor = 0, for_person_id = NULL, for_until = NULL
  FROM queue q JOIN stage g ON g.id = q.stage_id AND g.kind = 'attempt'
 WHERE q.id = x.queue_id AND q.lane = 'held' AND x.id = %s AND x.state = 'open' AND x.round = 1
RETURNING old.reserve_minor
"""


@dataclass(slots=True)
class Cancelled:
    """How many slots of a task were cancelled, and what stood behind them: (batch, shard) -> minor units."""

    slots: int = 0
    reserved: dict[tuple[UUID, int], int] = field(default_factory=dict)


def lock_slots(*, task_id: UUID) -> None:
    """Lock what goes on of a task; whoever takes or ends a claim on it waits, and nobody is given any of it."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [task_id])


def hold(*, task_id: UUID) -> int:
    """Take what waits, and what will wait, of a task out of everybody's queues; how many slots moved. Under
    `lock_slots`."""
    return _move(task_id, "held", held=False)


def put_back(*, task_id: UUID) -> int:
    """Back into everybody's queues, at their ends."""
    return _move(task_id, "real", held=True)


def reserves_of(*, task_id: UUID) -> set[tuple[UUID, int]]:
    """(batch, shard) of the reserves that may stand behind what `cancel` takes away: to be locked before it."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVED, [task_id])
        return {(batch_id, shard) for batch_id, shard in cursor.fetchall()}


def cancel(*, task_id: UUID) -> Cancelled:
    """Cancel what nobody took of a task that is held. The caller holds its reserves and its pool."""
    done = Cancelled()
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [task_id])
        for batch_id, shard, slots, reserve_minor in cursor.fetchall():
            done.slots += slots
            done.reserved[batch_id, shard] = reserve_minor
    return done


def cancel_one(*, slot_id: UUID) -> int | None:
    """Cancel an open attempt of the first round that is held, locked by the caller: its reserve; None for any other."""
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL_ONE, [slot_id])
        row = cursor.fetchone()
    return row and int(row[0])


def _move(task_id: UUID, to: str, *, held: bool) -> int:
    values = {"task": task_id, "to": to, "held": held}
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, values)
        cursor.execute(_MOVE, values)
        return int(cursor.rowcount)
