"""What launching a batch takes from the budget. Pure."""

from dataclasses import dataclass

# Beside the expected reviews the pool holds a tenth of the attempts' reserve, for rework and late answers.
_POOL_MARGIN_PART = 10


@dataclass(frozen=True, slots=True)
class LaunchMoney:
    """What a launch takes from the budget, in minor units."""

    slots: int
    reserve_minor: int
    pool_minor: int

    @property
    def total_minor(self) -> int:
        """Reserve and pool together."""
        return self.reserve_minor + self.pool_minor


def launch_money(
    slots: int, ceiling_minor: int, reviews: int, review_ceiling_minor: int, others_minor: int = 0
) -> LaunchMoney:
    """Every slot at its ceiling; the pool for the reviews expected, and a margin for rework. Pure.

    `others_minor`: for extra attempts, audits and adjudications that are expected.
    """
    reserve = slots * ceiling_minor
    margin = -(-reserve // _POOL_MARGIN_PART)
    return LaunchMoney(slots, reserve, reviews * review_ceiling_minor + others_minor + margin)
