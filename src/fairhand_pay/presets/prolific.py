"""prolific: a fixed reward, topped up for everybody if the median time brings it under an hourly floor."""

from fairhand_pay.presets._part import Amount, Composed, Minutes, unit_of
from fairhand_pay.primitives._part import Params


class ProlificParams(Params):
    """`floor_rate` per hour of the median time, looked at up to `median_max_min` minutes."""

    reward: Amount = "4.00"
    floor_rate: Amount = "8.00"
    median_max_min: Minutes = 240


class Prolific:
    """{reward: "4.00", floor_rate: "8.00"}"""

    name = "prolific"
    version = 1
    params = ProlificParams
    copies = "a fixed reward; at least $8 (advised $12) an hour by the median time, else a top-up to everybody"
    source = "Prolific, researcher-help.prolific.com (payment principles, adjustments), read 2026-11-22"
    ours = (
        "the top-up is paid without anybody being asked, each as a line of its own, when a month is over and when the "
        "project is closed; typical is what all recorded work says, unfinished work included"
    )

    def compose(self, asked: ProlificParams) -> Composed:
        """UNIT, and a FLOOR on the typical time."""
        floor = {"primitive": "FLOOR", "version": 1, "scope": "task", "rate": asked.floor_rate, "basis": "median",
                 "upto_s": asked.median_max_min * 60}  # fmt: skip
        terms = {"paid_s_max": None, "primitives": [unit_of("task", 1, (None, asked.reward)), floor]}
        return Composed(
            terms, {"primitives.0.bands.0.price": "reward", "primitives.1.rate": "floor_rate", "": "reward"}
        )


PART = Prolific()
