"""A project's money and that of its batches, from balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection


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


def money_of_batches(batch_ids: Sequence[UUID]) -> dict[UUID, ProjectMoney]:
    """Batch -> what is reserved and what its pool holds."""
    found: dict[UUID, dict[str, int]] = {batch_id: {} for batch_id in batch_ids}
    with connection.cursor() as cursor:
        cursor.execute(_BATCH_MONEY, [list(batch_ids)])
        for batch_id, purpose, minor in cursor.fetchall():
            found[batch_id][purpose] = minor
    return {batch_id: ProjectMoney(0, by.get("reserved", 0), by.get("pool", 0)) for batch_id, by in found.items()}
