"""carry_offers: after an estimate was questioned or moved, an offer may cost more than was reserved for its slot.

More money is put behind open slots, those first whose turn is next: from the project's budget, else from the batch's
pool. What neither can carry is not offered, and the manager's page says so; work that was taken is paid in any case.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from fairhand.dispatch.offers import SAMPLES_MIN
from fairhand.flow.stage_cards import StageCard, cards_of
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import SLOTS_CARRIED_PER_STAGE_MAX
from fairhand.ledger.accounts import AccountName, Leg, budget, pool, reserved
from fairhand.ledger.commands import post, refusal_of
from fairhand.ledger.queries import balance_minor

_PROJECTS = """
SELECT DISTINCT g.project_id FROM stage g JOIN project p ON p.id = g.project_id
 WHERE p.state IN ('open', 'paused') AND (coalesce((g.estimate ->> 'n')::numeric, 0) < %s OR EXISTS (
   SELECT 1 FROM estimate_review v WHERE v.stage_id = g.id))
"""
_SHORT = """
SELECT id, batch_id, shard, %(ceiling)s - reserve_minor FROM slot
 WHERE stage_id = %(stage)s AND state = 'open' AND reserve_minor < %(ceiling)s
 ORDER BY for_person_id IS NULL, place LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
_CARRY = "UPDATE slot SET reserve_minor = %s WHERE id = ANY (%s) AND state = 'open'"


@dataclass(frozen=True, slots=True)
class _Short:
    slot_id: UUID
    batch_id: UUID
    shard: int
    missing_minor: int


def carry_offers(*, now: datetime, project_id: UUID | None = None) -> int:
    """Put more money behind open slots whose offers ask for it, of one project or of all whose estimates may have
    moved; how many got it."""
    project_ids = [project_id] if project_id else _projects()
    carried = 0
    for found_id, cards in cards_of(project_ids).items():
        for card in cards:
            carried += _carry(found_id, card, now)
    return carried


def _projects() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_PROJECTS, [SAMPLES_MIN])
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def _carry(project_id: UUID, card: StageCard, now: datetime) -> int:
    """One stage. Slots before accounts, as everywhere."""
    ceiling = card.card.ceiling_minor
    with connection.cursor() as cursor:
        limit = SLOTS_CARRIED_PER_STAGE_MAX
        cursor.execute(_SHORT, {"ceiling": ceiling, "stage": card.stage_id, "limit": limit})
        short = [_Short(*row) for row in cursor.fetchall()]
    done = _paid_by(budget(project_id), short, card.card.currency, now)
    for batch_id in sorted({each.batch_id for each in short}):
        rest = [each for each in short if each.batch_id == batch_id and each.slot_id not in done]
        done |= _paid_by(pool(batch_id), rest, card.card.currency, now)
    with connection.cursor() as cursor:
        cursor.execute(_CARRY, [ceiling, sorted(done)])
    return len(done)


def _paid_by(source: AccountName, short: Sequence[_Short], currency: str, now: datetime) -> set[UUID]:
    """Slots in their order, as far as an account's money goes; none where it was spent meanwhile."""
    left, chosen = balance_minor(source, currency), []
    for each in short:
        if each.missing_minor > left:
            break
        left -= each.missing_minor
        chosen.append(each)
    if not chosen:
        return set()
    behind: Counter[tuple[UUID, int]] = Counter()
    for each in chosen:
        behind[each.batch_id, each.shard] += each.missing_minor
    legs = [Leg(reserved(*where), minor) for where, minor in sorted(behind.items())]
    try:
        with transaction.atomic():
            post(
                key=f"carry:{new_id(now)}", kind="reserve", currency=currency, now=now,
                legs=[Leg(source, -behind.total()), *legs],
            )  # fmt: skip
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
        return set()
    return {each.slot_id for each in chosen}
