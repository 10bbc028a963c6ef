"""Slots that are planned: opened when they are wanted and paid for, marked while they wait for money, or cancelled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

_OPEN = """
UPDATE slot SET state = 'open', reserve_minor = %s, shard = %s, waits_since = NULL WHERE id = %s AND state = 'planned'
"""


def open_planned(*, slot_id: UUID, reserve_minor: int, shard: int) -> bool:
    """Planned -> open, on a reserve of this shard; True if this call did it."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [reserve_minor, shard, slot_id])
        return bool(cursor.rowcount == 1)


_WAIT = "UPDATE slot SET waits_since = %s WHERE id = %s AND state = 'planned' AND waits_since IS NULL"


def wait_for_pool(*, slot_id: UUID, now: datetime) -> bool:
    """Mark a planned slot as wanted and unpaid; True if that is news."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, [now, slot_id])
        return bool(cursor.rowcount == 1)


_CANCEL = """
UPDATE slot x SET state = 'cancelled', waits_since = NULL FROM stage g
 WHERE g.id = x.stage_id AND g.kind = 'attempt' AND x.task_id = %s AND x.state = 'planned'
RETURNING x.id
"""


def cancel_planned(*, task_id: UUID) -> Sequence[UUID]:
    """Cancel the attempts at a task that nobody needs any more; nothing was reserved for them. Returns which."""
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [task_id])
        return [row[0] for row in cursor.fetchall()]
