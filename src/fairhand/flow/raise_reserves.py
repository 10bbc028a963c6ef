"""raise_reserves: behind each open slot of a stage lies what its terms may come to by now, so it can be offered."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.kernel.ids import new_id
from fairhand.ledger.accounts import AccountName, Leg, budget, pool, reserved
from fairhand.ledger.commands import post
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Stage

# A claimed one may come back untaken, and is then offered on the new terms; what it has too much goes back when it is
# settled. One handed in gets its reserve anew if it is returned.
_SHORT = """
SELECT x.id, x.batch_id, x.shard, %(ceiling)s - x.reserve_minor FROM slot x
 WHERE x.stage_id = %(stage)s AND x.state IN ('open', 'claimed') AND x.reserve_minor < %(ceiling)s
 ORDER BY x.batch_id, x.id FOR UPDATE
"""
_RAISE = "UPDATE slot SET reserve_minor = %(ceiling)s WHERE id = ANY (%(slots)s)"


def raise_reserves(*, stage_id: UUID, ceiling_minor: int, now: datetime) -> int:
    """Put the reserves of a stage's slots up to a ceiling, from the project's budget, then from the batch's pool.

    Returns the minor units that are missing: slots it had no money for keep their reserve, and the claim function
    offers them to nobody until there is. Runs inside the caller's transaction, which holds the project's row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, {"stage": stage_id, "ceiling": ceiling_minor})
        rows = cursor.fetchall()
    if not rows:
        return 0
    stage = Stage.objects.select_related("project").get(id=stage_id)
    currency, left, missing = stage.project.currency, balance_minor(budget(stage.project_id), stage.project.currency), 0
    for batch_id in dict.fromkeys(row[1] for row in rows):
        mine = [row for row in rows if row[1] == batch_id]
        in_pool = balance_minor(pool(batch_id), currency)
        chosen, cost = [], 0
        for slot_id, _batch, shard, short in mine:
            if cost + short <= left + in_pool:
                chosen.append((slot_id, shard, short))
                cost += short
            else:
                missing += short
        if chosen:
            _post(budget(stage.project_id), min(cost, left), batch_id, chosen, currency, now)
            left -= min(cost, left)
            with connection.cursor() as cursor:
                cursor.execute(_RAISE, {"ceiling": ceiling_minor, "slots": [each[0] for each in chosen]})
    return missing


def _post(
    source: AccountName, first_minor: int, batch_id: UUID, chosen: list[tuple[UUID, int, int]], currency: str,
    now: datetime,
) -> None:  # fmt: skip
    by_shard: Counter[int] = Counter()
    for _slot, shard, short in chosen:
        by_shard[shard] += short
    legs = [Leg(source, -first_minor), Leg(pool(batch_id), first_minor - by_shard.total())]
    legs += [Leg(reserved(batch_id, shard), minor) for shard, minor in sorted(by_shard.items())]
    post(key=f"raise:{new_id(now)}", kind="reserve", currency=currency, legs=legs, now=now)
