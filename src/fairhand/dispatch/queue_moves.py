"""Moving slots that wait from queue to queue, all of a batch at once; each opens at the end of its new queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# What may be moved of batches `%(batches)s`, or of one task: what waits, and is not kept for somebody.
_WAITING = """x.batch_id = ANY (%(batches)s) AND (%(task)s::uuid IS NULL OR x.task_id = %(task)s)
   AND x.state IN ('open', 'planned') AND x.for_person_id IS NULL"""
_GROUPS = f"""
SELECT x.batch_id, x.queue_id, q.tier, x.stage_id, x.seq, x.seq > t.want, t.uncertainty, count(*)
  FROM slot x JOIN queue q ON q.id = x.queue_id JOIN task t ON t.id = x.task_id
 WHERE {_WAITING} GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608  # put together from constants of this file
_WANTED = "unnest(%(queues)s::bigint[], %(tiers)s::smallint[]) AS m (queue_id, tier)"
_LIKE = """n.stage_id = q.stage_id AND n.gate_id IS NOT DISTINCT FROM q.gate_id AND n.lane = q.lane
   AND n.field = q.field AND n.cohort_id IS NOT DISTINCT FROM q.cohort_id AND n.tier = m.tier"""
_MAKE = f"""
INSERT INTO queue (org_id, project_id, stage_id, gate_id, lane, tier, field, cohort_id, until)
SELECT DISTINCT q.org_id, q.project_id, q.stage_id, q.gate_id, q.lane, m.tier, q.field, q.cohort_id, q.until
  FROM {_WANTED} JOIN queue q ON q.id = m.queue_id
ON CONFLICT DO NOTHING
"""  # noqa: S608  # put together from constants of this file
# Beforehand, so that not every slot wakes its queue by itself; queues are locked in the order of their ids everywhere.
_WAKE = f"""
UPDATE queue k SET hint = 2
  FROM (SELECT n.id FROM queue n
         WHERE n.hint <> 2 AND EXISTS (SELECT 1 FROM {_WANTED} JOIN queue q ON q.id = m.queue_id WHERE {_LIKE})
         ORDER BY n.id FOR NO KEY UPDATE) o
 WHERE k.id = o.id
"""  # noqa: S608  # put together from constants of this file
# In the order of their places, so that the order stays. What others hold this moment, to take it or to end work on its
# task, stays where it is: this waits for nobody while it holds slots.
_MOVE = f"""
UPDATE slot y SET queue_id = o.target
  FROM (SELECT x.id, n.id AS target
          FROM unnest(%(queues)s::bigint[], %(seqs)s::int[], %(extras)s::bool[], %(unsure)s::smallint[],
                      %(tiers)s::smallint[]) AS m (queue_id, seq, extra, unsure, tier)
          JOIN queue q ON q.id = m.queue_id JOIN queue n ON {_LIKE}
          JOIN slot x ON x.queue_id = q.id AND {_WAITING} AND x.seq = m.seq
          JOIN task t ON t.id = x.task_id AND (x.seq > t.want) = m.extra
                     AND t.uncertainty IS NOT DISTINCT FROM m.unsure
         ORDER BY x.place FOR UPDATE OF x SKIP LOCKED) o
 WHERE y.id = o.id
"""  # noqa: S608  # put together from constants of this file


@dataclass(frozen=True, slots=True)
class Waiting:
    """Slots of a batch that wait in one queue and are alike to every policy; `n` of them."""

    queue_id: int
    tier: int
    stage_id: UUID
    seq: int
    extra: bool
    uncertainty_pm: int | None
    n: int


def waiting_of(batch_ids: Sequence[UUID], task_id: UUID | None = None) -> dict[UUID, list[Waiting]]:
    """What of some batches (or of one task) waits, in groups: batch -> groups, empty lists too."""
    found: dict[UUID, list[Waiting]] = {batch_id: [] for batch_id in batch_ids}
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"batches": list(batch_ids), "task": task_id})
        for batch_id, *row in cursor.fetchall():
            found[batch_id].append(Waiting(*row))
    return found


def move_waiting(*, batch_id: UUID, task_id: UUID | None, groups: Sequence[tuple[Waiting, int]]) -> int:
    """Move groups to queues of another tier, otherwise alike; how many slots went. What was claimed meanwhile stays."""
    if not groups:
        return 0
    values = {
        "batches": [batch_id], "task": task_id, "queues": [each.queue_id for each, _ in groups],
        "seqs": [each.seq for each, _ in groups], "extras": [each.extra for each, _ in groups],
        "unsure": [each.uncertainty_pm for each, _ in groups], "tiers": [tier for _, tier in groups],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, values)
        cursor.execute(_WAKE, values)
        cursor.execute(_MOVE, values)
        return int(cursor.rowcount)
