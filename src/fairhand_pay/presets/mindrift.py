"""mindrift: a task counts as so many base units of 30 seconds, paid at the expert's own hourly rate."""

from typing import Annotated

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed, Rates, names_of_rates, rate_of
from fairhand_pay.primitives._part import Params

BASE_UNIT_S = 30


class MindriftParams(Params):
    """`base_units` are the task's (120 are an hour), `rate` is the expert's own; `card` its version.

    `rates`: those of people who have another, such as {"tier=chemist:3, zone=DE": "45.00"}.
    """

    rate: Amount = "30.00"
    rates: Rates = {}
    base_units: Annotated[int, Field(strict=True, ge=1, le=20_000)] = 120
    card: Annotated[int, Field(strict=True, ge=1)] = 1


class Mindrift:
    """{rate: "30.00", base_units: 94}"""

    name = "mindrift"
    version = 1
    params = MindriftParams
    copies = "pay in base units of 30 seconds times a personal rate; the units are an estimate, longer work is unpaid"
    source = "Mindrift, mindrift.ai/blog/money and its pages on base units, version of 2025-07, read 2026-11-22"
    ours = "time is measured all the same, so too few units trigger a review, and the difference is paid to everybody"

    def compose(self, asked: MindriftParams) -> Composed:
        """A RATE of one row and a UNIT of base units."""
        terms = {"paid_s_max": None, "primitives": [
            rate_of(asked.card, asked.rate, asked.rates),
            {"primitive": "UNIT", "version": 2, "unit": "task", "units_max": 1, "parts": asked.base_units,
             "part_s": BASE_UNIT_S},
        ]}  # fmt: skip
        return Composed(terms, {**names_of_rates(asked.rates), "": "rate"})


PART = Mindrift()
