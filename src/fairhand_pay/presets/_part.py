"""What a preset is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import Field

from fairhand_pay.errors import TermsError
from fairhand_pay.primitives._part import Params
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


def time_of(*segments: tuple[int | None, str]) -> dict[str, Any]:
    """A TIME of work time, from (end in seconds, rate per hour)."""
    rows = [{"upto_s": upto_s, "rate": rate} for upto_s, rate in segments]
    return {"primitive": "TIME", "version": 1, "basis": "active", "segments": rows}


def unit_of(unit: str, units_max: int, *bands: tuple[int | None, str]) -> dict[str, Any]:
    """A UNIT, from (last number, price of each)."""
    rows = [{"upto": upto, "price": price} for upto, price in bands]
    return {"primitive": "UNIT", "version": 1, "unit": unit, "units_max": units_max, "bands": rows}
