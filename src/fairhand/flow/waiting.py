"""Which of what waits for money can be paid now: batch by batch, so that a dry pool keeps no other's work waiting."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from fairhand.flow.stage_cards import StageCard, cards_of


@dataclass(frozen=True, slots=True)
class Group:
    """Slots of one stage of a batch that wait, and what the batch's pool holds, in minor units."""

    project_id: UUID
    batch_id: UUID
    stage_id: UUID
    currency: str
    pool_minor: int


# A batch's pool, beside its project `p` and its id `w.batch_id`.
POOL = """
JOIN LATERAL (SELECT sum(l.net)::bigint AS net FROM ledger_account a JOIN ledger_balance l ON l.account_id = a.id
               WHERE a.owner_kind = 'batch' AND a.owner_id = w.batch_id AND a.purpose = 'pool'
                 AND a.currency = p.currency) m ON m.net > 0
"""


def payable(groups: Iterable[Group], limit: int) -> Iterator[tuple[Group, StageCard, int]]:
    """Each group that its pool can carry, with its card and how many to open: everybody gets a part of `limit`."""
    found = list(groups)
    cards = cards_of(list({each.project_id for each in found}))
    left = {each.batch_id: each.pool_minor for each in found}
    for each in found:
        card = next(card for card in cards[each.project_id] if card.stage_id == each.stage_id)
        ceiling = card.card.ceiling_minor
        n = min(-(-limit // len(found)), left[each.batch_id] // ceiling if ceiling else limit)
        left[each.batch_id] -= n * ceiling
        if n:
            yield each, card, n
