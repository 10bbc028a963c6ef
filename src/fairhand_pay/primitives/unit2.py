"""UNIT: units that each count as so many base units of time at the card's rate, whatever time they took."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from fairhand_pay.currency import format_minor
from fairhand_pay.errors import FactsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import HOUR_MS
from fairhand_pay.primitives.time import clock
from fairhand_pay.primitives.unit import UNITS_MAX_MAX, UnitName

_SENTENCES = {
    "base_units": "%(parts)s base units of %(each)s at %(rate)s/h = %(amount)s",
    "base_units_over": "%(over)s over the maximum of %(max)s aren't paid: %(amount)s",
    "base_units_said": "%(parts)s base units of %(each)s at the rate of the card",
    "base_units_said_max": "paid up to %(max)s times",
}
_SINGULARS = {
    "base_units": ("One base unit of %(each)s at %(rate)s/h = %(amount)s", "parts"),
    "base_units_said": ("one base unit of %(each)s at the rate of the card", "parts"),
    "base_units_said_max": ("paid once", "max"),
}


class UnitParams(Params):
    """Each unit counts as `parts` base units of `part_s` seconds. `units_max`: the most units one claim is paid for."""

    unit: UnitName
    units_max: Annotated[int, Field(strict=True, ge=1, le=UNITS_MAX_MAX)]
    parts: Annotated[int, Field(strict=True, ge=1, le=100_000)]
    part_s: Annotated[int, Field(strict=True, ge=1, le=3600)]


class Unit(Usual):
    """One line, and one of nought for units beyond the maximum."""

    name = "UNIT"
    version = 2
    params = UnitParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: UnitParams, frame: Frame) -> UnitParams:
        """Whole numbers have one form."""
        return params

    def counts(self, params: UnitParams) -> str:
        """Each unit is counted once in a plan."""
        return params.unit

    def asks(self, params: UnitParams) -> tuple[str, ...]:
        """The number of units, and a rate."""
        return (f"units.{params.unit}", "rate")

    def drafts(self, facts: Facts, params: UnitParams, frame: Frame) -> tuple[Draft, ...]:
        """Base units at the rate."""
        units = facts.units.get(params.unit)
        if units is None:
            raise FactsError(f"units.{params.unit}", "the plan pays for this unit and its number is missing; count it")
        if frame.rate_minor is None:
            raise FactsError("rate", "the plan pays base units at a rate, and no rate was picked")
        paid = min(units, params.units_max)
        each_ms = params.part_s * 1000
        inputs: dict[str, int | str] = {
            "unit": params.unit, "units": units, "units_max": params.units_max, "parts": paid * params.parts,
            "part_ms": each_ms, "rate_minor": frame.rate_minor,
        }  # fmt: skip
        args = {"parts": str(paid * params.parts), "each": clock(each_ms),
                "rate": format_minor(frame.rate_minor, frame.currency)}  # fmt: skip
        parents = tuple(made.key for made in frame.made if made.tag == "rate")
        exact = Fraction(paid * params.parts * each_ms * frame.rate_minor, HOUR_MS)
        found = [Draft(inputs, exact, "base_units", args, parents=parents)]
        if units > paid:
            said = {"over": str(units - paid), "max": str(params.units_max)}
            inputs = {"unit": params.unit, "units": units, "units_max": params.units_max, "over": units - paid}
            found.append(Draft(inputs, Fraction(0), "base_units_over", said))
        return tuple(found)

    def most(self, params: UnitParams, frame: Frame) -> Facts:
        """The maximum of units: no rate is negative."""
        return Facts(None, {params.unit: params.units_max})

    def said(self, params: UnitParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """How many base units, and how often."""
        said = [("base_units_said", {"parts": str(params.parts), "each": clock(params.part_s * 1000)})]
        if params.units_max > 1:
            said.append(("base_units_said_max", {"max": str(params.units_max)}))
        return tuple(said)


PART = Unit()
