"""hourly: work time at a rate; past the full-rate limit, where there is one, at another stated rate."""

from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.errors import TermsError
from fairhand_pay.presets._part import Composed, Rates, names_of_rates, rate_of
from fairhand_pay.primitives._part import Params
from fairhand_pay.terms import PAID_S_MAX_MAX

# Without a stated maximum, time is paid up to this many times the full-rate limit.
PAID_OVER_LIMIT = 4

_Seconds = Annotated[int, Field(strict=True, ge=1, le=PAID_S_MAX_MAX)]


class HourlyParams(Params):
    """Rates are decimal text per hour. Seconds are of work time on one claim.

    `rates`: those of people who have another, such as {"tier=chemist:3, zone=DE": "45.00"}.
    """

    rate: Annotated[str, Field(strict=True)]
    rates: Rates = {}
    full_rate_s: _Seconds | None = None
    after_rate: Annotated[str, Field(strict=True)] | None = None
    paid_s_max: _Seconds | None = None
    basis: Literal["active"] = "active"


class Hourly:
    """{rate: "40.00", full_rate_s: 3600, after_rate: "21.16"} or {rate: "15.00", paid_s_max: 2700}"""

    name = "hourly"
    version = 1
    params = HourlyParams
    copies = "work time at a rate, with or without a lower rate after a limit; the plain form, nobody's in particular"
    source = "ours"
    ours = "the limit, what comes after it and the longest paid time are on the card before the task is taken"

    def compose(self, asked: HourlyParams) -> Composed:
        """One TIME with one or two segments; with rates of people's own, a RATE before it."""
        if asked.full_rate_s is None and asked.after_rate is not None:
            raise TermsError("after_rate", "it holds after the full-rate limit; name the limit in full_rate_s")
        if asked.full_rate_s is not None and asked.after_rate is None:
            raise TermsError("after_rate", "say what is paid after full_rate_s; it is shown before the claim")
        paid_s_max = asked.paid_s_max
        if paid_s_max is None:
            if asked.full_rate_s is None:
                raise TermsError("paid_s_max", "say the longest paid time of a claim, in seconds")
            paid_s_max = min(asked.full_rate_s * PAID_OVER_LIMIT, PAID_S_MAX_MAX)
        if asked.full_rate_s is not None and asked.full_rate_s >= paid_s_max:
            raise TermsError("full_rate_s", f"{asked.full_rate_s} s is not below paid_s_max ({paid_s_max} s)")
        first = "100%" if asked.rates else asked.rate
        segments: list[dict[str, int | str | None]] = [{"upto_s": asked.full_rate_s, "rate": first}]
        if asked.full_rate_s is not None:
            segments.append({"upto_s": None, "rate": asked.after_rate})
        time = {"primitive": "TIME", "version": 1, "basis": asked.basis, "segments": segments}
        if asked.rates:
            names = {**names_of_rates(asked.rates), "primitives.1.segments.1.rate": "after_rate", "": "rate"}
            card = rate_of(1, asked.rate, asked.rates)
            return Composed({"paid_s_max": paid_s_max, "primitives": [card, {**time, "version": 2}]}, names)
        names = {"primitives.0.segments.0.rate": "rate", "primitives.0.segments.1.rate": "after_rate", "": "rate"}
        return Composed({"paid_s_max": paid_s_max, "primitives": [time]}, names)


PART = Hourly()
