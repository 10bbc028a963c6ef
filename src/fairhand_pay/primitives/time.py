"""TIME: work time at an hourly rate, in segments, up to the plan's paid-time maximum."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor, parse_minor, plain_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import Draft, Frame, Params, Usual

_HOUR_MS = 3_600_000
_SENTENCES = {
    "time": "%(clock)s at %(rate)s/h = %(amount)s",
    "time_after_limit": "%(clock)s after the full-rate limit at %(rate)s/h = %(amount)s",
    "time_further": "%(clock)s after the first %(from)s at %(rate)s/h = %(amount)s",
    "time_max": "%(clock)s at %(rate)s/h = %(amount)s; %(over)s over the paid-time maximum of %(max)s isn't paid",
    "time_after_limit_max": "%(clock)s after the full-rate limit at %(rate)s/h = %(amount)s; "
    "%(over)s over the paid-time maximum of %(max)s isn't paid",
    "time_further_max": "%(clock)s after the first %(from)s at %(rate)s/h = %(amount)s; "
    "%(over)s over the paid-time maximum of %(max)s isn't paid",
    "time_rate": "%(rate)s per hour of work time",
    "time_rate_first": "%(rate)s/h for the first %(limit)s",
    "time_rate_upto": "then %(rate)s/h up to %(limit)s",
    "time_rate_then": "then %(rate)s/h",
    "time_paid_up_to": "paid up to %(max)s of work time",
}


class Segment(Params):
    """`rate` per hour holds until `upto_s` seconds of work time; the last segment has no end (None)."""

    upto_s: Annotated[int, Field(strict=True, ge=1)] | None
    rate: Annotated[str, Field(strict=True)]


class TimeParams(Params):
    """`basis` is the clock that counts. Only work time is measured so far."""

    basis: Literal["active"]
    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=8)]


class Time(Usual):
    """Milliseconds count exactly; each segment that was worked in is one line."""

    name = "TIME"
    version = 1
    params = TimeParams
    timed = True
    sentences = _SENTENCES

    def settle(self, params: TimeParams, frame: Frame) -> TimeParams:
        """Segments follow each other, each is reached before the paid-time maximum, rates are in full digits."""
        if frame.paid_s_max is None:
            raise TermsError("", "a plan that pays for time names paid_s_max, the longest paid time of a claim")
        reached, settled = 0, []
        for number, segment in enumerate(params.segments):
            where, last = f"segments.{number}", number == len(params.segments) - 1
            if reached >= frame.paid_s_max:
                raise TermsError(where, f"never paid: it starts at {reached} s, paid_s_max is {frame.paid_s_max} s")
            if (segment.upto_s is None) != last:
                raise TermsError(f"{where}.upto_s", "only the last segment has no end, and it has none (null)")
            if segment.upto_s is not None and segment.upto_s <= reached:
                raise TermsError(f"{where}.upto_s", f"{segment.upto_s} s is not after {reached} s, where it starts")
            settled.append(Segment(upto_s=segment.upto_s, rate=_written(segment.rate, frame, f"{where}.rate")))
            reached = segment.upto_s or reached
        return TimeParams(basis=params.basis, segments=tuple(settled))

    def counts(self, params: TimeParams) -> str:
        """Time is counted once in a plan."""
        return f"{params.basis}_ms"

    def drafts(self, facts: Facts, params: TimeParams, frame: Frame) -> tuple[Draft, ...]:
        """A line for each segment worked in; with no time at all, one line of nought."""
        if facts.active_ms is None:
            raise FactsError("active_ms", "the plan pays for time and no work time was recorded; record it first")
        max_ms = (frame.paid_s_max or 0) * 1000
        paid_ms = min(facts.active_ms, max_ms)
        over_ms = facts.active_ms - paid_ms
        worked = list(_worked(params, paid_ms))
        found = []
        for number, from_ms, in_ms in worked:
            rate = params.segments[number].rate
            rate_minor = parse_minor(rate, frame.currency)
            inputs: dict[str, int | str] = {
                "active_ms": facts.active_ms, "from_ms": from_ms, "ms": in_ms, "rate": rate, "segment": number,
                "paid_ms_max": max_ms,
            }  # fmt: skip
            key = ("time", "time_after_limit", "time_further")[min(number, 2)]
            args = {"clock": clock(in_ms), "rate": format_minor(rate_minor, frame.currency)}
            if number > 1:
                args["from"] = clock(from_ms)
            if over_ms and number == worked[-1][0]:
                inputs["over_ms"] = over_ms
                key, args = f"{key}_max", args | {"over": clock(over_ms), "max": clock(max_ms)}
            found.append(Draft(inputs, Fraction(in_ms * rate_minor, _HOUR_MS), key, args))
        return tuple(found)

    def most(self, params: TimeParams, frame: Frame) -> Facts:
        """The paid-time maximum: no rate is negative."""
        return Facts(active_ms=(frame.paid_s_max or 0) * 1000)

    def said(self, params: TimeParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Rates in their order, then the maximum."""
        said: list[tuple[str, dict[str, str]]] = []
        for number, segment in enumerate(params.segments):
            args = {"rate": format_minor(parse_minor(segment.rate, frame.currency), frame.currency)}
            if segment.upto_s is None:
                said.append(("time_rate_then" if number else "time_rate", args))
            else:
                key = "time_rate_upto" if number else "time_rate_first"
                said.append((key, args | {"limit": clock(segment.upto_s * 1000)}))
        return (*said, ("time_paid_up_to", {"max": clock((frame.paid_s_max or 0) * 1000)}))


def _written(rate: str, frame: Frame, path: str) -> str:
    try:
        return plain_minor(parse_minor(rate, frame.currency), frame.currency)
    except ValueError as error:
        raise TermsError(path, str(error)) from None


def _worked(params: TimeParams, paid_ms: int) -> Iterator[tuple[int, int, int]]:
    """(segment number, where it starts in ms, ms worked in it); the first segment always."""
    start_ms = 0
    for number, segment in enumerate(params.segments):
        end_ms = paid_ms if segment.upto_s is None else min(segment.upto_s * 1000, paid_ms)
        yield number, start_ms, end_ms - start_ms
        if end_ms >= paid_ms:
            return
        start_ms = end_ms


def clock(ms: int) -> str:
    """`60:00` (minutes and seconds), from 100 minutes on `1:40:00`; milliseconds only where there are some."""
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    face = f"{minutes}:{seconds:02}" if minutes < 100 else f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return f"{face}.{rest:03}" if rest else face


PART = Time()
