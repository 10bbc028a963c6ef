"""fairhand: our recommendation: the full rate to the end, more for very good work, a guaranteed week if wanted."""

from typing import Annotated, Any

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed, Minutes, Rates, names_of_rates, paid_min, rate_of
from fairhand_pay.primitives._part import Params

_Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class FairhandParams(Params):
    """The limit (twice the typical time where none is given) only starts a look at the estimate: the rate goes on.

    `quality_factor` (1: no supplement) from a score of `quality_from`; `week_guarantee` for whoever works
    `week_guarantee_from_hours`;
    `mission_amount` for `mission_tasks` in the mission's window. What is left out is not promised. `rates`: of people
    who have another, such as {"tier=chemist:3": "45.00"}.
    """

    rate: Amount = "40.00"
    rates: Rates = {}
    card: Annotated[int, Field(strict=True, ge=1)] = 1
    typical_min: Minutes = 30
    full_rate_limit_min: Minutes | None = None
    paid_max_min: Minutes | None = None
    quality_from: str = "4.5"
    quality_factor: str = "1.10"
    week_guarantee: Amount | None = None
    week_guarantee_from_hours: _Count = 10
    mission_tasks: _Count = 20
    mission_amount: Amount | None = None


class Fairhand:
    """{rate: "40.00", typical_min: 30}"""

    name = "fairhand"
    version = 1
    params = FairhandParams
    copies = "what is best of the others: hours owed whatever the quality, measured medians, missions that are kept"
    source = "ours; the parts from Mercor (all work paid), Prolific (measured medians), Handshake (pausable clock)"
    ours = "nothing is lowered or held: no drop after the limit, no hold, more for very good work, never a deduction"

    def compose(self, asked: FairhandParams) -> Composed:
        """RATE, TIME at all of it, MULT by score, and GOAL and FLOOR where they are asked for."""
        limit = asked.full_rate_limit_min or 2 * asked.typical_min
        segments = [{"upto_s": limit * 60, "rate": "100%"}, {"upto_s": None, "rate": "100%"}]
        primitives: list[dict[str, Any]] = [
            rate_of(asked.card, asked.rate, asked.rates),
            {"primitive": "TIME", "version": 2, "basis": "active", "segments": segments},
        ]
        if asked.quality_factor != "1":
            step = {"at": asked.quality_from, "factor": asked.quality_factor}
            primitives.append({"primitive": "MULT", "version": 1, "by": "score", "of": ["time"], "steps": [step]})
        names = {**names_of_rates(asked.rates), "primitives.2.steps.0.at": "quality_from",
                 "primitives.2.steps.0.factor": "quality_factor", "": "rate"}  # fmt: skip
        if asked.mission_amount is not None:
            names[f"primitives.{len(primitives)}.tiers.0.amount"] = "mission_amount"
            tier = {"at": asked.mission_tasks, "amount": asked.mission_amount}
            primitives.append({"primitive": "GOAL", "version": 1, "scope": "window", "of": "tasks", "tiers": [tier]})
        if asked.week_guarantee is not None:
            names[f"primitives.{len(primitives)}.amount"] = "week_guarantee"
            primitives.append({"primitive": "FLOOR", "version": 1, "scope": "week", "amount": asked.week_guarantee,
                               "from_s": asked.week_guarantee_from_hours * 3600})  # fmt: skip
        return Composed({"paid_s_max": paid_min(asked.paid_max_min, limit) * 60, "primitives": primitives}, names)


PART = Fairhand()
