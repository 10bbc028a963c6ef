"""TIME: time by one of three clocks, at the card's rate or another, in ticks, up to the plan's paid-time maximum."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor, parse_share, round_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import HOUR_MS, minor, share_written, written
from fairhand_pay.primitives.time import clock

_CLOCK = {"active": "active_ms", "wall": "wall_ms", "timesheet": "timesheet_ms"}
_SENTENCES = {
    "clock_active": "%(clock)s at %(rate)s/h = %(amount)s",
    "clock_wall": "%(clock)s from start to end at %(rate)s/h = %(amount)s",
    "clock_timesheet": "%(clock)s on the timesheet at %(rate)s/h = %(amount)s",
    "clock_after_limit": "%(clock)s after the full-rate limit at %(rate)s/h = %(amount)s",
    "clock_further": "%(clock)s after the first %(from)s at %(rate)s/h = %(amount)s",
    "clock_rounded": "%(worked)s counts as %(clock)s: %(amount)s",
    "clock_over": "%(over)s over the paid-time maximum of %(max)s isn't paid: %(amount)s",
    "clock_rate": "%(rate)s per hour of work time",
    "clock_rate_timesheet": "%(rate)s per hour on the timesheet",
    "clock_rate_wall": "%(rate)s per hour from start to end",
    "clock_rate_first": "%(rate)s/h for the first %(limit)s",
    "clock_rate_upto": "then %(rate)s/h up to %(limit)s",
    "clock_rate_then": "then %(rate)s/h",
    "clock_share": "%(share)s of the rate",
    "clock_share_first": "%(share)s of the rate for the first %(limit)s",
    "clock_share_upto": "then %(share)s of the rate up to %(limit)s",
    "clock_share_then": "then %(share)s of the rate",
    "clock_tick": "each started %(tick)s counts whole",
    "clock_min": "at least %(min)s count",
    "clock_paid_up_to": "paid up to %(max)s",
}


class Segment(Params):
    """`rate` per hour, or a share of RATE (`100%`), until `upto_s` seconds; the last segment has no end (None)."""

    upto_s: Annotated[int, Field(strict=True, ge=1)] | None
    rate: Annotated[str, Field(strict=True)]


class TimeParams(Params):
    """`basis`: work time, from start to end, or the timesheet. Each started `tick_s` and at least `min_s` count."""

    basis: Literal["active", "wall", "timesheet"]
    segments: Annotated[tuple[Segment, ...], Field(min_length=1, max_length=8)]
    tick_s: Annotated[int, Field(strict=True, ge=0, le=3600)] = 0
    min_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0


class Time(Usual):
    """As version 1, with its extras as lines of their own: what a tick added, what lies over the maximum."""

    name = "TIME"
    version = 2
    params = TimeParams
    timed = True
    sentences = _SENTENCES

    def settle(self, params: TimeParams, frame: Frame) -> TimeParams:
        """Segments follow each other, each is reached before the paid-time maximum, rates are in full digits."""
        if frame.paid_s_max is None:
            raise TermsError("", "a plan that pays for time names paid_s_max, the longest paid time of a claim")
        if params.min_s > frame.paid_s_max:
            raise TermsError("min_s", f"{params.min_s} s is beyond paid_s_max ({frame.paid_s_max} s)")
        reached, settled = 0, []
        for number, segment in enumerate(params.segments):
            where, last = f"segments.{number}", number == len(params.segments) - 1
            if reached >= frame.paid_s_max:
                raise TermsError(where, f"never paid: it starts at {reached} s, paid_s_max is {frame.paid_s_max} s")
            if (segment.upto_s is None) != last:
                raise TermsError(f"{where}.upto_s", "only the last segment has no end, and it has none (null)")
            if segment.upto_s is not None and segment.upto_s <= reached:
                raise TermsError(f"{where}.upto_s", f"{segment.upto_s} s is not after {reached} s, where it starts")
            settled.append(Segment(upto_s=segment.upto_s, rate=_rate_written(segment.rate, frame, f"{where}.rate")))
            reached = segment.upto_s or reached
        return TimeParams(basis=params.basis, segments=tuple(settled), tick_s=params.tick_s, min_s=params.min_s)

    def counts(self, params: TimeParams) -> str:
        """Time is counted once in a plan, by whichever clock."""
        return "active_ms"

    def asks(self, params: TimeParams) -> tuple[str, ...]:
        """Its clock, and a rate where a segment takes a share of it."""
        shares = any(segment.rate.endswith("%") for segment in params.segments)
        return (_CLOCK[params.basis], "rate") if shares else (_CLOCK[params.basis],)

    def drafts(self, facts: Facts, params: TimeParams, frame: Frame) -> tuple[Draft, ...]:
        """A line for each segment reached; with no time at all, one line of nought."""
        name = _CLOCK[params.basis]
        worked_ms = getattr(facts, name)
        if worked_ms is None:
            raise FactsError(name, "the plan pays for time and none was recorded by this clock; record it first")
        max_ms = frame.paid_ms_max
        counted_ms = _counted(worked_ms, params)
        paid_ms = min(counted_ms, max_ms)
        found = [*_segments(worked_ms, paid_ms, name, params, frame)]
        inputs: dict[str, int | str] = {name: worked_ms, "paid_ms_max": max_ms}
        if counted_ms > worked_ms:
            args = {"worked": clock(worked_ms), "clock": clock(counted_ms)}
            found.append(Draft({**inputs, "counted_ms": counted_ms}, Fraction(0), "clock_rounded", args))
        if counted_ms > max_ms:
            args = {"over": clock(counted_ms - max_ms), "max": clock(max_ms)}
            found.append(Draft({**inputs, "over_ms": counted_ms - max_ms}, Fraction(0), "clock_over", args))
        return tuple(found)

    def most(self, params: TimeParams, frame: Frame) -> Facts:
        """The paid-time maximum: no rate is negative."""
        return Facts.timed(_CLOCK[params.basis], frame.paid_ms_max)

    def said(self, params: TimeParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Rates in their order, ticks, then the maximum."""
        said: list[tuple[str, dict[str, str]]] = []
        for number, segment in enumerate(params.segments):
            exact = _rate(segment.rate, frame)
            args = {"share": segment.rate} if exact is None else {"rate": _shown(exact, frame)}
            key = "clock_share" if exact is None else "clock_rate"
            if segment.upto_s is not None:
                key += "_upto" if number else "_first"
                args["limit"] = clock(segment.upto_s * 1000)
            elif number:
                key += "_then"
            elif params.basis != "active" and exact is not None:
                key += f"_{params.basis}"
            said.append((key, args))
        if params.tick_s > 1:
            said.append(("clock_tick", {"tick": clock(params.tick_s * 1000)}))
        if params.min_s:
            said.append(("clock_min", {"min": clock(params.min_s * 1000)}))
        return (*said, ("clock_paid_up_to", {"max": clock(frame.paid_ms_max)}))


def _segments(worked_ms: int, paid_ms: int, name: str, params: TimeParams, frame: Frame) -> tuple[Draft, ...]:
    """The lines that pay; the first segment always has one."""
    found, start_ms = [], 0
    parents = tuple(each.key for each in frame.made if each.tag == "rate")
    for number, segment in enumerate(params.segments):
        end_ms = paid_ms if segment.upto_s is None else min(segment.upto_s * 1000, paid_ms)
        rate = _rate(segment.rate, frame)
        if rate is None:
            raise FactsError("rate", "the plan pays a share of a rate, and no rate was picked")
        inputs: dict[str, int | str] = {
            name: worked_ms, "from_ms": start_ms, "ms": end_ms - start_ms, "rate": segment.rate, "segment": number,
            "rate_minor": str(rate), "paid_ms_max": frame.paid_ms_max,
        }  # fmt: skip
        key = (f"clock_{params.basis}", "clock_after_limit", "clock_further")[min(number, 2)]
        args = {"clock": clock(end_ms - start_ms), "rate": _shown(rate, frame)}
        if number > 1:
            args["from"] = clock(start_ms)
        of_card = parents if segment.rate.endswith("%") else ()
        found.append(Draft(inputs, (end_ms - start_ms) * rate / HOUR_MS, key, args, parents=of_card))
        if end_ms >= paid_ms:
            break
        start_ms = end_ms
    return tuple(found)


def _counted(worked_ms: int, params: TimeParams) -> int:
    """Started ticks count whole, and never less than the minimum."""
    tick_ms = params.tick_s * 1000
    ticked = -(-worked_ms // tick_ms) * tick_ms if tick_ms else worked_ms
    return max(ticked, params.min_s * 1000)


def _rate(text: str, frame: Frame) -> Fraction | None:
    """Minor units per hour; None where the rate isn't known yet."""
    if not text.endswith("%"):
        return Fraction(minor(text, frame))
    return None if frame.rate_minor is None else frame.rate_minor * parse_share(text)


def _shown(rate: Fraction, frame: Frame) -> str:
    return format_minor(round_minor(rate), frame.currency)


def _rate_written(rate: str, frame: Frame, path: str) -> str:
    return share_written(rate, path, most=300) if rate.endswith("%") else written(rate, frame, path)


PART = Time()
