"""mindrift-set: a fixed reward for a set of tasks, shown before it is taken."""

from typing import Annotated

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed, unit_of
from fairhand_pay.primitives._part import Params


class MindriftSetParams(Params):
    """`reward` is for one whole set; `sets_max`: the most that one claim hands in."""

    reward: Amount = "24.00"
    sets_max: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class MindriftSet:
    """{reward: "24.00"}"""

    name = "mindrift-set"
    version = 1
    params = MindriftSetParams
    copies = "a reward per task set, fixed by the project, visible before the start, paid for accepted work"
    source = "Mindrift, mindrift.ai/blog/money, version of 2026, and Toloka's price per task suite, read 2026-11-22"
    ours = "undecided work is accepted by the clock and paid in full; the typical time stands beside the reward"

    def compose(self, asked: MindriftSetParams) -> Composed:
        """One UNIT of tasks; the set is the task."""
        terms = {"paid_s_max": None, "primitives": [unit_of("task", asked.sets_max, (None, asked.reward))]}
        return Composed(terms, {"primitives.0.bands.0.price": "reward", "": "reward"})


PART = MindriftSet()
