"""raise_reserves: behind each open slot of a stage lies what its terms may come to by now, so it can be offered.

The money comes from the project's budget, then from the pool of the slot's batch; those whose turn is next come first.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.kernel.ids import new_id
from fairhand.ledger.accounts import AccountName, Leg, budget, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.ledger.queries import balance_minor

_SHORT = """
SELECT id, batch_id, shard, %(ceiling)s - reserve_minor FROM slot
 WHERE stage_id = %(stage)s AND state = ANY (%(states)s) AND reserve_minor < %(ceiling)s
 ORDER BY for_person_id IS NULL, place, id LIMIT %(limit)s FOR UPDATE
"""
_RAISE = "UPDATE slot SET reserve_minor = %s WHERE id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Raised:
    """Slots that got more behind them, and the minor units that are missing behind the others."""

    slots_n: int
    missing_minor: int


def raise_reserves(
    *, project_id: UUID, stage_id: UUID, ceiling_minor: int, currency: str, now: datetime,
    waiting_max: int | None = None,
) -> Raised:  # fmt: skip
    """Put the reserves of a stage's slots up to a ceiling, as far as the money goes; the claim function offers the
    others to nobody until there is some.

    `waiting_max`: only so many open slots, and none that another transaction holds. Else the claimed ones too: such a
    one may come back untaken, and is then offered on the new terms; what it has too much goes back when it is settled.
    (One handed in gets its reserve anew if it is returned.) Runs inside the caller's transaction.
    """
    states = ["open"] if waiting_max is not None else ["open", "claimed"]
    values = {"stage": stage_id, "ceiling": ceiling_minor, "states": states, "limit": waiting_max}
    with connection.cursor() as cursor:
        cursor.execute(_SHORT + (" SKIP LOCKED" if waiting_max is not None else ""), values)
        rows = cursor.fetchall()
    if not rows:
        return Raised(0, 0)

    # Slots before accounts, as everywhere; and what the accounts hold is read once nobody else can move it.
    sources = [budget(project_id), *(pool(batch_id) for batch_id in sorted({row[1] for row in rows}))]
    targets = sorted({(row[1], row[2]) for row in rows})
    hold(accounts=[*sources, *(reserved(*each) for each in targets)], currency=currency)
    left = {each: balance_minor(each, currency) for each in sources}
    legs: Counter[AccountName] = Counter()
    chosen, missing = [], 0
    for slot_id, batch_id, shard, short in rows:
        free, pooled = max(0, left[budget(project_id)]), max(0, left[pool(batch_id)])
        if short > free + pooled:
            missing += short
            continue
        for source, minor in ((budget(project_id), min(short, free)), (pool(batch_id), short - min(short, free))):
            left[source] -= minor
            legs[source] -= minor
        legs[reserved(batch_id, shard)] += short
        chosen.append(slot_id)
    moved = [Leg(account, minor) for account, minor in legs.items() if minor]
    post(key=f"raise:{new_id(now)}", kind="reserve", currency=currency, legs=moved, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [ceiling_minor, chosen])
    return Raised(len(chosen), missing)
