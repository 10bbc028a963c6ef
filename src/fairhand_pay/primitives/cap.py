"""CAP: at most so much for a claim; over a day, week or window, at most so many hours or so much money."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Earned, Facts
from fairhand_pay.primitives._part import CAP, WINDOW_CAP, Draft, Frame, Made, Params, Usual
from fairhand_pay.primitives._text import minor, money, written
from fairhand_pay.primitives.time import clock

_SENTENCES = {
    "cap_task": "At most %(cap)s for one task, %(earned)s earned: %(amount)s",
    "cap_period": "At most %(cap)s in this period, %(earned)s earned: %(amount)s",
    "cap_period_paid": "%(over)s over the period's cap of %(cap)s; it is paid all the same, and no more work is "
    "offered: %(amount)s",
    "cap_said_task": "at most %(cap)s for one task",
    "cap_said_day": "at most %(cap)s a day; offers stop before",
    "cap_said_week": "at most %(cap)s a week; offers stop before",
    "cap_said_window": "at most %(cap)s in all; offers stop before",
}


class CapParams(Params):
    """`amount` of money, or `hours_s` of work in seconds (not for one task: that is paid_s_max).

    `over`: what lies beyond is paid and stops further offers, or is cut. Time is never cut here.
    """

    scope: Literal["task", "day", "week", "window"]
    amount: Annotated[str, Field(strict=True)] | None = None
    hours_s: Annotated[int, Field(strict=True, ge=1, le=100 * 7 * 86_400)] | None = None
    over: Literal["paid", "cut"] = "paid"


class Cap(Usual):
    """It looks at lines as they are printed, so that they add up to the cap to the cent, and only at pay for work.

    A referral or an expense is no work: no cap eats it, as no floor counts it.
    """

    name = "CAP"
    version = 1
    params = CapParams
    sentences = _SENTENCES

    def settle(self, params: CapParams, frame: Frame) -> CapParams:
        """Money or hours; a task's cap is of money and cuts."""
        if (params.amount is None) == (params.hours_s is None):
            raise TermsError("amount", "say either an amount or hours")
        if params.scope == "task" and (params.amount is None or params.over != "cut"):
            raise TermsError("over", 'a cap on one task is an amount and cuts (over = "cut")')
        if params.hours_s is not None and params.over == "cut":
            raise TermsError("over", "time that our own clock let run is paid: a cap of hours stops the offers")
        amount = None if params.amount is None else written(params.amount, frame, "amount")
        return CapParams(scope=params.scope, amount=amount, hours_s=params.hours_s, over=params.over)

    def counts(self, params: CapParams) -> str:
        """One cap for each scope and measure."""
        return f"cap of a {params.scope} in {'hours' if params.amount is None else 'money'}"

    def asks(self, params: CapParams) -> tuple[str, ...]:
        """In a period its hours; its money is the lines."""
        return () if params.hours_s is None else ("done.ms",)

    def scope(self, params: CapParams) -> str:
        """As written."""
        return params.scope

    def step(self, params: CapParams) -> int:
        """After supplements; in a window last."""
        return CAP if params.scope == "task" else WINDOW_CAP

    def drafts(self, facts: Facts, params: CapParams, frame: Frame) -> tuple[Draft, ...]:
        """A line only where the cap is passed."""
        if params.hours_s is not None:
            return self._hours(params, frame)
        cap_minor = minor(params.amount or "0", frame)
        earlier: tuple[Earned | Made, ...] = (*(frame.period.lines if frame.period else ()), *frame.made)
        before = [each for each in earlier if each.counts]
        earned = sum(each.amount_minor for each in before)
        if earned <= cap_minor:
            return ()
        parents = tuple(each.key for each in before if each.amount_minor)
        inputs: dict[str, int | str] = {"scope": params.scope, "cap": params.amount or "0", "earned_minor": earned}
        args = {"cap": money(params.amount or "0", frame), "earned": format_minor(earned, frame.currency)}
        if params.over == "paid":
            args["over"] = format_minor(earned - cap_minor, frame.currency)
            return (Draft(inputs, Fraction(0), "cap_period_paid", args, parents=parents),)
        key = "cap_task" if params.scope == "task" else "cap_period"
        return (Draft(inputs, Fraction(cap_minor - earned), key, args, parents=parents),)

    def _hours(self, params: CapParams, frame: Frame) -> tuple[Draft, ...]:
        done_ms = frame.period.done.get("ms") if frame.period else None
        if done_ms is None:
            raise FactsError("done.ms", "the plan caps the hours of a period, and they are missing; tell them")
        cap_ms = (params.hours_s or 0) * 1000
        if done_ms <= cap_ms:
            return ()
        args = {"over": clock(done_ms - cap_ms), "cap": clock(cap_ms)}
        return (Draft({"scope": params.scope, "ms": done_ms, "cap_ms": cap_ms}, Fraction(0), "cap_period_paid", args),)

    def most(self, params: CapParams, frame: Frame) -> Facts:
        """It pays nothing."""
        return Facts(None)

    def most_done(self, params: CapParams) -> dict[str, int]:
        """It pays nothing, and needs its number."""
        return {} if params.hours_s is None else {"ms": 0}

    def said(self, params: CapParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """The cap."""
        cap = clock((params.hours_s or 0) * 1000) if params.amount is None else money(params.amount, frame)
        return ((f"cap_said_{params.scope}", {"cap": cap}),)


PART = Cap()
