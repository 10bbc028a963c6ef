"""per_unit: one price for each unit of one kind, whatever time it took."""

from typing import Annotated

from pydantic import Field

from fairhand_pay.presets._part import Composed
from fairhand_pay.primitives._part import Params
from fairhand_pay.primitives.unit import UNITS_MAX_MAX, UnitName


class PerUnitParams(Params):
    """`price` is decimal text. `units_max`: the most units one claim is paid for."""

    unit: UnitName
    price: Annotated[str, Field(strict=True)]
    units_max: Annotated[int, Field(strict=True, ge=1, le=UNITS_MAX_MAX)] = 1


class PerUnit:
    """{unit: "judgement", price: "0.12"}"""

    name = "per_unit"
    version = 1
    params = PerUnitParams
    copies = "one price for each unit; the plain form, nobody's in particular"
    source = "ours"
    ours = "the price is on the card before the task is taken"

    def compose(self, asked: PerUnitParams) -> Composed:
        """One UNIT with one band."""
        band = {"upto": None, "price": asked.price}
        unit = {"primitive": "UNIT", "version": 1, "unit": asked.unit, "units_max": asked.units_max, "bands": [band]}
        terms = {"paid_s_max": None, "primitives": [unit]}
        return Composed(terms, {"primitives.0.bands.0.price": "price", "": "price"})


PART = PerUnit()
