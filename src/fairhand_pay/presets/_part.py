"""What a preset is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar, get_args

from pydantic import Field

from fairhand_pay.errors import TermsError, shown
from fairhand_pay.primitives._part import Params
from fairhand_pay.primitives.rate import Dimension
from fairhand_pay.terms import PAID_S_MAX_MAX


@dataclass(frozen=True, slots=True)
class Composed:
    """`terms`: their JSON form without the currency. `names`: path in them -> the parameter it was written as."""

    terms: Mapping[str, Any]
    names: Mapping[str, str]


P = TypeVar("P", bound=Params)


class Preset(Protocol[P]):
    """A named, documented composition of primitives.

    `copies`: what of the field it is like. `source`: where that was read, and when. `ours`: what our guarantees change.
    """

    name: str
    version: int
    params: type[P]
    copies: str
    source: str
    ours: str

    def compose(self, asked: P) -> Composed:
        """Terms from parameters. Raises TermsError, its path the parameter."""
        ...


Amount = Annotated[str, Field(strict=True)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=PAID_S_MAX_MAX // 60)]
# Without a stated maximum, time is paid up to this many times the full-rate limit.
PAID_OVER_LIMIT = 4


def paid_min(stated: int | None, limit_min: int) -> int:
    """The longest paid time in minutes: as stated, or four times the limit. Raises TermsError if it isn't beyond it."""
    found = min(limit_min * PAID_OVER_LIMIT, PAID_S_MAX_MAX // 60) if stated is None else stated
    if found <= limit_min:
        raise TermsError("paid_max_min", f"{found} min is not beyond the full-rate limit of {limit_min} min")
    return found


# Conditions of a row (`tier=chemist:3, zone=DE`) -> its rate.
Rates = dict[str, str]
_ROWS_MAX = 199
_DIMENSIONS = frozenset(get_args(Dimension))


def rate_of(card: int, rate: str, rates: Rates) -> dict[str, Any]:
    """A RATE: everybody's rate, and the rows of those who have another. Raises TermsError."""
    rows: list[dict[str, Any]] = [{"when": {}, "rate": rate}]
    if len(rates) > _ROWS_MAX:
        raise TermsError("rates", f"has more than {_ROWS_MAX} rows")
    for who, amount in rates.items():
        parts = [part.partition("=") for part in who.split(",")]
        when = {name.strip(): value.strip() for name, _equals, value in parts}
        if len(when) < len(parts) or not set(when) <= _DIMENSIONS or not all(when.values()):
            raise TermsError("rates", f"{shown(who)} is not written as tier=chemist:3, zone=DE")
        rows.append({"when": when, "rate": amount})
    return {"primitive": "RATE", "version": 1, "card": card, "rows": rows}


def names_of_rates(rates: Rates) -> dict[str, str]:
    """Paths in a plan whose first primitive is that RATE -> the parameters they were written as."""
    found = {"primitives.0.rows.0.rate": "rate"}
    for number in range(1, len(rates) + 1):
        where = f"primitives.0.rows.{number}"
        found |= {f"{where}.{part}": "rates" for part in ("rate", "from_date", *(f"when.{one}" for one in _DIMENSIONS))}
    return found


def time_of(*segments: tuple[int | None, str]) -> dict[str, Any]:
    """A TIME of work time, from (end in seconds, rate per hour)."""
    rows = [{"upto_s": upto_s, "rate": rate} for upto_s, rate in segments]
    return {"primitive": "TIME", "version": 1, "basis": "active", "segments": rows}


def unit_of(unit: str, units_max: int, *bands: tuple[int | None, str]) -> dict[str, Any]:
    """A UNIT, from (last number, price of each)."""
    rows = [{"upto": upto, "price": price} for upto, price in bands]
    return {"primitive": "UNIT", "version": 1, "unit": unit, "units_max": units_max, "bands": rows}
