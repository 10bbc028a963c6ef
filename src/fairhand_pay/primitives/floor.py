"""FLOOR: what is earned is brought up to a stated amount or wage, for one claim or for a day, week or window."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor, round_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Earned, Facts
from fairhand_pay.primitives._part import FLOOR, WINDOW_FLOOR, Draft, Frame, Made, Params, Usual
from fairhand_pay.primitives._text import HOUR_MS, hours, minor, money, written
from fairhand_pay.primitives.time import clock

_SENTENCES = {
    "floor_task": "Guaranteed for one task %(floor)s, %(earned)s earned: %(amount)s more",
    "floor_day": "Guaranteed for the day %(floor)s, %(earned)s earned: %(amount)s more",
    "floor_week": "Guaranteed for the week %(floor)s, %(earned)s earned: %(amount)s more",
    "floor_window": "Guaranteed in all %(floor)s, %(earned)s earned: %(amount)s more",
    "floor_wage": "At least %(rate)s/h for %(clock)s is %(floor)s, %(earned)s earned: %(amount)s more",
    "floor_median": "At least %(rate)s/h for the typical time of %(clock)s is %(floor)s, %(earned)s earned: "
    "%(amount)s more",
    "floor_median_waits": "At least %(rate)s/h, looked at once the typical time is known: %(amount)s so far",
    "floor_needs_tasks": "The guarantee asks for at least %(at)s tasks, %(done)s are done: %(amount)s",
    "floor_needs_hours": "The guarantee asks for at least %(at)s h, %(done)s h are done: %(amount)s",
    "floor_said_task": "at least %(floor)s for one task",
    "floor_said_day": "at least %(floor)s a day",
    "floor_said_week": "at least %(floor)s a week",
    "floor_said_window": "at least %(floor)s in all",
    "floor_said_wage": "at least %(rate)s per hour",
    "floor_said_median": "at least %(rate)s per hour by the typical time of everybody",
    "floor_said_tasks": "from %(at)s tasks on",
    "floor_said_hours": "from %(at)s h on",
}
_SINGULARS = {
    "floor_needs_tasks": ("The guarantee asks for at least one task, %(done)s are done: %(amount)s", "at"),
    "floor_said_tasks": ("from one task on", "at"),
}


class FloorParams(Params):
    """Either a flat `amount`, or a `rate` per hour over at most `upto_s` seconds of `basis`.

    In a window it may ask for work: at least `from_tasks`, or `from_s` seconds.
    """

    scope: Literal["task", "day", "week", "window"]
    amount: Annotated[str, Field(strict=True)] | None = None
    rate: Annotated[str, Field(strict=True)] | None = None
    basis: Literal["active", "median"] = "active"
    upto_s: Annotated[int, Field(strict=True, ge=1, le=100 * 7 * 86_400)] | None = None
    from_tasks: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    from_s: Annotated[int, Field(strict=True, ge=1, le=100 * 7 * 86_400)] | None = None


class Floor(Usual):
    """max(0, floor − what counts): referrals, expenses and gifts don't count, so they come on top."""

    name = "FLOOR"
    version = 1
    params = FloorParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: FloorParams, frame: Frame) -> FloorParams:
        """Flat or by the hour; by the hour it says up to when, so that there is a ceiling."""
        if (params.amount is None) == (params.rate is None):
            raise TermsError("amount", "say either an amount or a rate per hour")
        if (params.rate is None) != (params.upto_s is None):
            raise TermsError("upto_s", "a floor by the hour says up to how many seconds, and a flat one doesn't")
        if params.basis == "median" and (params.rate is None or params.scope != "task"):
            raise TermsError("basis", "the typical time is that of one task, at a rate")
        if params.scope == "task" and (params.from_tasks or params.from_s):
            raise TermsError("from_tasks", "a floor of one task asks for nothing else")
        if params.from_tasks and params.from_s:
            raise TermsError("from_s", "it asks for tasks or for hours, not for both")
        changed = {name: written(value, frame, name) for name in ("amount", "rate") if (value := getattr(params, name))}
        return params.model_copy(update=changed)

    def counts(self, params: FloorParams) -> str:
        """One floor for each scope."""
        return f"floor of a {params.scope}"

    def asks(self, params: FloorParams) -> tuple[str, ...]:
        """The clock of a wage, and what it asks for."""
        if params.scope == "task":
            return () if params.rate is None else (f"{params.basis}_ms",)
        wanted = ["done.ms"] if params.rate is not None or params.from_s else []
        return (*wanted, "done.tasks") if params.from_tasks else tuple(wanted)

    def scope(self, params: FloorParams) -> str:
        """As written."""
        return params.scope

    def step(self, params: FloorParams) -> int:
        """After a task's cap; in a window after the goals."""
        return FLOOR if params.scope == "task" else WINDOW_FLOOR

    def drafts(self, facts: Facts, params: FloorParams, frame: Frame) -> tuple[Draft, ...]:
        """One line; of nought where enough was earned, or where something is missing, which it says."""
        inputs: dict[str, int | str] = {"scope": params.scope}
        if (waits := self._waits(facts, params, frame, inputs)) is not None:
            return (waits,)
        earlier: tuple[Earned | Made, ...] = (*(frame.period.lines if frame.period else ()), *frame.made)
        counted = [each for each in earlier if each.counts]
        earned = sum(each.amount_minor for each in counted)
        if params.rate is None:
            floor = Fraction(minor(params.amount or "0", frame))
            key, args = f"floor_{params.scope}", {"floor": money(params.amount or "0", frame)}
            inputs["amount"] = params.amount or "0"
        else:
            name, ms = self._clock(facts, params, frame)
            timed_ms = min(ms, (params.upto_s or 0) * 1000)
            floor = Fraction(timed_ms * minor(params.rate, frame), HOUR_MS)
            key = "floor_median" if params.basis == "median" else "floor_wage"
            args = {"rate": money(params.rate, frame), "clock": clock(timed_ms),
                    "floor": format_minor(round_minor(floor), frame.currency)}  # fmt: skip
            inputs |= {name: ms, "rate": params.rate, "upto_ms": (params.upto_s or 0) * 1000}
        args["earned"] = format_minor(earned, frame.currency)
        inputs["earned_minor"] = earned
        parents = tuple(each.key for each in counted if each.amount_minor)
        return (Draft(inputs, max(Fraction(0), floor - earned), key, args, parents=parents),)

    def _waits(self, facts: Facts, params: FloorParams, frame: Frame, inputs: dict[str, int | str]) -> Draft | None:
        """The line of nought while it waits for something, else None."""
        if params.basis == "median" and facts.median_ms is None:
            return Draft(inputs, Fraction(0), "floor_median_waits", {"rate": money(params.rate or "0", frame)})
        wanted = (("tasks", "tasks", params.from_tasks), ("hours", "ms", (params.from_s or 0) * 1000))
        for said, name, at in wanted:
            if not at:
                continue
            done = _done(frame, name)
            inputs |= {name: done, f"from_{name}": at}
            if done < at:
                shown = (str(at), str(done)) if said == "tasks" else (hours(at), hours(done))
                return Draft(inputs, Fraction(0), f"floor_needs_{said}", {"at": shown[0], "done": shown[1]})
        return None

    def _clock(self, facts: Facts, params: FloorParams, frame: Frame) -> tuple[str, int]:
        if params.scope != "task":
            return "ms", _done(frame, "ms")
        name = f"{params.basis}_ms"
        ms = getattr(facts, name)
        if ms is None:
            raise FactsError(name, "the plan guarantees a wage and no work time was recorded; record it first")
        return name, ms

    def most(self, params: FloorParams, frame: Frame) -> Facts:
        """All the time that it covers."""
        if params.rate is None or params.scope != "task":
            return Facts(None)
        return Facts.timed(f"{params.basis}_ms", (params.upto_s or 0) * 1000)

    def most_done(self, params: FloorParams) -> dict[str, int]:
        """All the time that it covers, and what it asks for."""
        if params.scope == "task":
            return {}
        most_ms = max(params.upto_s or 0, params.from_s or 0) * 1000
        return {"ms": most_ms, "tasks": params.from_tasks or 0}

    def said(self, params: FloorParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """The guarantee, and what it asks for."""
        if params.rate is None:
            said = [(f"floor_said_{params.scope}", {"floor": money(params.amount or "0", frame)})]
        else:
            key = "floor_said_median" if params.basis == "median" else "floor_said_wage"
            said = [(key, {"rate": money(params.rate, frame)})]
        if params.from_tasks:
            said.append(("floor_said_tasks", {"at": str(params.from_tasks)}))
        if params.from_s:
            said.append(("floor_said_hours", {"at": hours(params.from_s * 1000)}))
        return tuple(said)


def _done(frame: Frame, name: str) -> int:
    number = frame.period.done.get(name) if frame.period else None
    if number is None:
        raise FactsError(f"done.{name}", "the guarantee looks at it, and it is missing; tell it")
    return number


PART = Floor()
