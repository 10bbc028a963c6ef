"""A project's money and that of its batches, from balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from fairhand.kernel.limits import OPEN_COUNTED_MAX


@dataclass(frozen=True, slots=True)
class ProjectMoney:
    """Minor units: what no batch has reserved, what stands behind open work, what is kept for reviews and rework."""

    free_minor: int = 0
    reserved_minor: int = 0
    pool_minor: int = 0


_MONEY = """
SELECT a.purpose, sum(b.net)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
 WHERE a.owner_kind = 'project' AND a.owner_id = %(project)s AND a.purpose = 'budget' GROUP BY 1
UNION ALL
SELECT a.purpose, sum(b.net)::bigint FROM batch k
  JOIN ledger_account a ON a.owner_kind = 'batch' AND a.owner_id = k.id AND a.purpose IN ('reserved', 'pool')
  JOIN ledger_balance b ON b.account_id = a.id WHERE k.project_id = %(project)s GROUP BY 1
"""


def money_of(project_id: UUID) -> ProjectMoney:
    """Where a project's money is that nobody has earned yet."""
    with connection.cursor() as cursor:
        cursor.execute(_MONEY, {"project": project_id})
        found = dict(cursor.fetchall())
    return ProjectMoney(found.get("budget", 0), found.get("reserved", 0), found.get("pool", 0))


_BATCH_MONEY = """
SELECT a.owner_id, a.purpose, sum(b.net)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
 WHERE a.owner_kind = 'batch' AND a.owner_id = ANY (%s) AND a.purpose IN ('reserved', 'pool') GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """Slots of one stage of a batch that wait for its pool, counted up to OPEN_COUNTED_MAX."""

    batch_id: UUID
    batch: int
    stage_id: UUID
    kind: str
    n: int


# Planned slots that are wanted, and reviews of rework: those were handed in once, and wait for the next round.
_WAITS = """
SELECT b.id, b.ordinal, g.id, g.kind, w.n FROM batch b JOIN stage g ON g.project_id = b.project_id
 CROSS JOIN LATERAL (
   SELECT (SELECT count(*) FROM (
             SELECT 1 FROM slot x WHERE x.batch_id = b.id AND x.stage_id = g.id AND x.state = 'planned'
                AND x.waits_since IS NOT NULL LIMIT %(counted)s) p)
        + (SELECT count(*) FROM (
             SELECT 1 FROM slot x
               JOIN slot y ON y.id = x.subject_slot_id AND y.state = 'submitted' AND y.round > x.round
              WHERE g.kind = 'review' AND x.stage_id = g.id AND x.state = 'submitted' AND x.batch_id = b.id
              LIMIT %(counted)s) r) AS n) w
 WHERE b.project_id = %(project)s AND (%(batch)s::uuid IS NULL OR b.id = %(batch)s) AND b.state = 'launched' AND w.n > 0
 ORDER BY b.ordinal, g.ordinal
"""


def waits_for_pools(project_id: UUID, batch_id: UUID | None = None) -> list[Waits]:
    """What waits for money in a project's launched batches, or in one of them."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"project": project_id, "batch": batch_id, "counted": OPEN_COUNTED_MAX})
        return [Waits(*row) for row in cursor.fetchall()]


def money_of_batches(batch_ids: Sequence[UUID]) -> dict[UUID, ProjectMoney]:
    """Batch -> what is reserved and what its pool holds."""
    found: dict[UUID, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    with connection.cursor() as cursor:
        cursor.execute(_BATCH_MONEY, [list(batch_ids)])
        for batch_id, purpose, minor in cursor.fetchall():
            found[batch_id][purpose] = minor
    return {batch_id: ProjectMoney(0, by.get("reserved", 0), by.get("pool", 0)) for batch_id, by in found.items()}
