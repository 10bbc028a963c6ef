"""CAP: at most so many hours a week. It stops the offers; what our own clock let run beyond it is paid."""

import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import WINDOW_CAP, Draft, Frame, Params, Usual
from fairhand_pay.primitives.time import clock

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,39}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
_SENTENCES = {
    "cap_week_paid": "%(over)s over the weekly cap of %(cap)s; it is paid all the same, and no further task was "
    "offered: %(amount)s",
    "cap_said_week_own": "once %(cap)s are paid in a week of your own time zone, no further task is offered until "
    "Monday; what runs then is paid whole",
    "cap_said_week_zone": "once %(cap)s are paid in a week (%(zone)s), no further task is offered until Monday; what "
    "runs then is paid whole",
}


class CapParams(Params):
    """`hours_s`: seconds a week, from Monday on. `zone`: whose Monday, such as Europe/Berlin; None: the person's own.

    There is no cutting: a cap of hours stops the offers.
    """

    scope: Literal["week"]
    hours_s: Annotated[int, Field(strict=True, ge=3600, le=7 * 86_400)]
    zone: Annotated[str, Field(strict=True)] | None = None


class Cap(Usual):
    """Version 1 by hours, with the zone of its week."""

    name = "CAP"
    version = 2
    params = CapParams
    sentences = _SENTENCES

    def settle(self, params: CapParams, frame: Frame) -> CapParams:
        """The name of a zone; whether there is such a zone, the platform knows."""
        if params.zone is not None and _ZONE.fullmatch(params.zone) is None:
            raise TermsError("zone", "it is the name of a time zone, such as Europe/Berlin")
        return params

    def counts(self, params: CapParams) -> str:
        """The same that version 1 counts: one of both."""
        return "cap of a week in hours"

    def asks(self, params: CapParams) -> tuple[str, ...]:
        """The hours of the week."""
        return ("done.ms",)

    def scope(self, params: CapParams) -> str:
        """A week."""
        return params.scope

    def step(self, params: CapParams) -> int:
        """Last in its week."""
        return WINDOW_CAP

    def drafts(self, facts: Facts, params: CapParams, frame: Frame) -> tuple[Draft, ...]:
        """A line of nought where the cap is passed, which says by how much."""
        done_ms = frame.period.done.get("ms") if frame.period else None
        if done_ms is None:
            raise FactsError("done.ms", "the plan caps the hours of a week, and they are missing; tell them")
        cap_ms = params.hours_s * 1000
        if done_ms <= cap_ms:
            return ()
        args = {"over": clock(done_ms - cap_ms), "cap": clock(cap_ms)}
        return (Draft({"scope": params.scope, "ms": done_ms, "cap_ms": cap_ms}, Fraction(0), "cap_week_paid", args),)

    def most(self, params: CapParams, frame: Frame) -> Facts:
        """It pays nothing."""
        return Facts(None)

    def most_done(self, params: CapParams) -> dict[str, int]:
        """It pays nothing, and needs its number."""
        return {"ms": 0}

    def said(self, params: CapParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """The cap and whose week it is."""
        args = {"cap": clock(params.hours_s * 1000)}
        if params.zone is None:
            return (("cap_said_week_own", args),)
        return (("cap_said_week_zone", {**args, "zone": params.zone}),)


PART = Cap()
