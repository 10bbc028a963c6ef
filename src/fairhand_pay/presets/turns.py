"""turns: a price per task with some turns included, a price for each further turn, and supplements by turns."""

from typing import Annotated, Any

from pydantic import Field

from fairhand_pay.errors import TermsError
from fairhand_pay.presets._part import Amount, Composed, unit_of
from fairhand_pay.primitives._part import Params

_Turns = Annotated[int, Field(strict=True, ge=0, le=1000)]


class TurnsParams(Params):
    """`included` turns are in the price, each further one up to `turns_max` adds `extra_price`.

    `factors`: from so many turns on the task's price is multiplied, such as {"2": "1.2", "3": "1.3"}. `hold_share`
    stays pending until review, at most `release_days`.
    """

    price: Amount = "12.00"
    included: _Turns = 5
    extra_price: Amount = "1.50"
    turns_max: Annotated[int, Field(strict=True, ge=1, le=1000)] = 20
    factors: dict[str, str] = {}
    hold_share: str | None = None
    release_days: Annotated[int, Field(strict=True, ge=1, le=14)] = 7


class Turns:
    """{price: "12.00", included: 5, extra_price: "1.50"} or {price: "20.00", factors: {"3": "1.3"}}"""

    name = "turns"
    version = 1
    params = TurnsParams
    copies = "a price that grows with the turns, by the turn or ×1.2, ×1.3, ×1.4; most of it held until review"
    source = "Outlier, worker forum threads on payments, 2024 to 2026 (an anecdote, not a published rule)"
    ours = "what is held has a date on which it is released, reviewed or not; a supplement never lowers accepted work"

    def compose(self, asked: TurnsParams) -> Composed:
        """UNIT of the task, UNIT of its turns, MULT by turns, HOLD."""
        if asked.included >= asked.turns_max:
            raise TermsError("turns_max", f"{asked.turns_max} turns leave no turn beyond the {asked.included} included")
        bands = ((asked.included, "0"), (None, asked.extra_price)) if asked.included else ((None, asked.extra_price),)
        primitives: list[dict[str, Any]] = [
            unit_of("task", 1, (None, asked.price)), unit_of("turn", asked.turns_max, *bands),
        ]  # fmt: skip
        if asked.factors:
            try:
                rising = sorted(asked.factors.items(), key=lambda each: int(each[0]))
            except ValueError:
                raise TermsError("factors", "its keys are numbers of turns in quotes") from None
            steps = [{"at": at, "factor": factor} for at, factor in rising]
            primitives.append({"primitive": "MULT", "version": 1, "by": "turn", "of": ["unit"], "steps": steps})
        if asked.hold_share is not None:
            primitives.append({"primitive": "HOLD", "version": 1, "share": asked.hold_share,
                               "release_days": asked.release_days})  # fmt: skip
        names = {"primitives.0.bands.0.price": "price", "primitives.1.bands.0.price": "extra_price",
                 "primitives.1.bands.1.price": "extra_price", "": "price"}  # fmt: skip
        names |= {f"primitives.2.steps.{n}.{part}": "factors" for n in range(8) for part in ("at", "factor")}
        names |= {f"primitives.{n}.share": "hold_share" for n in (2, 3)}
        return Composed({"paid_s_max": None, "primitives": primitives}, names)


PART = Turns()
