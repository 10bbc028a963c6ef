"""UNIT: a price for each unit handed in, in bands, up to a stated number of units."""

from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import Field

from fairhand_pay.currency import format_minor, parse_minor, plain_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import Draft, Frame, Params, Usual

UnitName = Literal["judgement", "review", "task", "turn", "item", "word"]
UNITS: tuple[str, ...] = get_args(UnitName)
UNITS_MAX_MAX = 1_000_000
_SENTENCES = {
    "unit_judgement": "Judgements: %(count)s × %(price)s = %(amount)s",
    "unit_review": "Reviews: %(count)s × %(price)s = %(amount)s",
    "unit_task": "Tasks: %(count)s × %(price)s = %(amount)s",
    "unit_turn": "Turns: %(count)s × %(price)s = %(amount)s",
    "unit_item": "Items: %(count)s × %(price)s = %(amount)s",
    "unit_word": "Words: %(count)s × %(price)s = %(amount)s",
    "unit_max": "%(count)s × %(price)s = %(amount)s; %(over)s over the maximum of %(max)s aren't paid",
    "unit_price_judgement": "%(price)s per judgement",
    "unit_price_review": "%(price)s per review",
    "unit_price_task": "%(price)s per task",
    "unit_price_turn": "%(price)s per turn",
    "unit_price_item": "%(price)s per item",
    "unit_price_word": "%(price)s per word",
    "unit_band": "from number %(first)s to %(last)s",
    "unit_paid_up_to": "paid up to %(max)s",
}


class Band(Params):
    """`price` of each unit up to number `upto`; the last band has no end (None)."""

    upto: Annotated[int, Field(strict=True, ge=1)] | None
    price: Annotated[str, Field(strict=True)]


class UnitParams(Params):
    """`units_max`: the most units one claim is paid for; the ceiling is computed there."""

    unit: UnitName
    units_max: Annotated[int, Field(strict=True, ge=1, le=UNITS_MAX_MAX)]
    bands: Annotated[tuple[Band, ...], Field(min_length=1, max_length=8)]


class Unit(Usual):
    """Each band that units fall into is one line."""

    name = "UNIT"
    version = 1
    params = UnitParams
    timed = False
    sentences = _SENTENCES

    def settle(self, params: UnitParams, frame: Frame) -> UnitParams:
        """Bands follow each other, each is reached before the maximum, prices are in full digits."""
        reached, settled = 0, []
        for number, band in enumerate(params.bands):
            where, last = f"bands.{number}", number == len(params.bands) - 1
            if reached >= params.units_max:
                raise TermsError(where, f"never paid: it starts after {reached} units, units_max is {params.units_max}")
            if (band.upto is None) != last:
                raise TermsError(f"{where}.upto", "only the last band has no end, and it has none (null)")
            if band.upto is not None and band.upto <= reached:
                raise TermsError(f"{where}.upto", f"{band.upto} is not after {reached}, where it starts")
            settled.append(Band(upto=band.upto, price=_written(band.price, frame, f"{where}.price")))
            reached = band.upto or reached
        return UnitParams(unit=params.unit, units_max=params.units_max, bands=tuple(settled))

    def counts(self, params: UnitParams) -> str:
        """Each unit is counted once in a plan."""
        return params.unit

    def drafts(self, facts: Facts, params: UnitParams, frame: Frame) -> tuple[Draft, ...]:
        """A line for each band reached; with no units at all, one line of nought."""
        units = facts.units.get(params.unit)
        if units is None:
            raise FactsError(f"units.{params.unit}", "the plan pays for this unit and its number is missing; count it")
        paid = min(units, params.units_max)
        reached, found = 0, []
        for number, band in enumerate(params.bands):
            end = paid if band.upto is None else min(band.upto, paid)
            price_minor = parse_minor(band.price, frame.currency)
            inputs: dict[str, int | str] = {
                "unit": params.unit, "units": units, "from": reached, "count": end - reached, "price": band.price,
                "band": number, "units_max": params.units_max,
            }  # fmt: skip
            key = f"unit_{params.unit}"
            args = {"count": str(end - reached), "price": format_minor(price_minor, frame.currency)}
            if units > paid == end:
                inputs["over"] = units - paid
                key, args = "unit_max", args | {"over": str(units - paid), "max": str(params.units_max)}
            found.append(Draft(inputs, Fraction((end - reached) * price_minor), key, args))
            if end >= paid:
                break
            reached = end
        return tuple(found)

    def most(self, params: UnitParams, frame: Frame) -> Facts:
        """The maximum of units: no price is negative."""
        return Facts(active_ms=None, units={params.unit: params.units_max})

    def said(self, params: UnitParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Prices in their order, each with its band where there is more than one, then the maximum."""
        said: list[tuple[str, dict[str, str]]] = []
        reached = 0
        for band in params.bands:
            price = format_minor(parse_minor(band.price, frame.currency), frame.currency)
            said.append((f"unit_price_{params.unit}", {"price": price}))
            if len(params.bands) > 1:
                last = min(band.upto or params.units_max, params.units_max)
                said.append(("unit_band", {"first": str(reached + 1), "last": str(last)}))
                reached = last
        if len(params.bands) == 1 and params.units_max > 1:
            said.append(("unit_paid_up_to", {"max": str(params.units_max)}))
        return tuple(said)


def _written(price: str, frame: Frame, path: str) -> str:
    try:
        return plain_minor(parse_minor(price, frame.currency), frame.currency)
    except ValueError as error:
        raise TermsError(path, str(error)) from None


PART = Unit()
