"""Low tiers first, always or mostly."""

import math
from collections.abc import Mapping, Sequence

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts, share_drawn

_SCALE = 1_000_000


class TierTerms(PolicyTerms):
    """`mixed`: instead of always the lowest, a tier gets half as many claims as the one before it: nothing starves."""

    mixed: bool = False


class Tier:
    """A plan that doesn't name it has it at its end, unmixed."""

    name = "tier"
    version = 1
    terms = TierTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: TierTerms) -> Mapping[int, int]:
        """The tier itself, or a draw in which each tier weighs half of the one before."""
        if not terms.mixed:
            return {queue.id: queue.tier for queue in queues}
        keys = {
            tier: round(-math.log(share_drawn(expert.seed, "tier", tier)) * 2**tier * _SCALE)
            for tier in {queue.tier for queue in queues}
        }
        return {queue.id: keys[queue.tier] for queue in queues}


PART = Tier()
