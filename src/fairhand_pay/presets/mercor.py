"""mercor: a timesheet at an hourly rate; a weekly cap stops the offers, and all time that was worked is paid."""

from typing import Annotated

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed
from fairhand_pay.primitives._part import Params

_Hours = Annotated[int, Field(strict=True, ge=1, le=168)]


class MercorParams(Params):
    """`weekly_cap_h`: from here on no more work is offered that week. `paid_max_h`: the longest paid time of one task.
    `zone`: whose week it is, such as Europe/Berlin; None: each person's own."""

    rate: Amount = "45.00"
    weekly_cap_h: _Hours = 20
    paid_max_h: _Hours = 60
    zone: Annotated[str, Field(strict=True)] | None = None


class Mercor:
    """{rate: "45.50", weekly_cap_h: 20}"""

    name = "mercor"
    version = 1
    params = MercorParams
    copies = "hourly by timesheet, $45 to $45.50, with a weekly cap of hours; time is paid whatever the quality"
    source = "Mercor, talent.docs.mercor.com/policies (time tracking, contracts, all work paid), read 2026-11-22"
    ours = (
        "no screenshots; time off the page may be declared with a note; time that our clock let run past the cap is "
        "paid and the manager is told, it never vanishes; a week that nobody asks about within three working days is "
        "accepted"
    )

    def compose(self, asked: MercorParams) -> Composed:
        """A TIME by timesheet and a CAP on the week's hours."""
        segments = [{"upto_s": None, "rate": asked.rate}]
        terms = {"paid_s_max": asked.paid_max_h * 3600, "primitives": [
            {"primitive": "TIME", "version": 2, "basis": "timesheet", "segments": segments},
            {"primitive": "CAP", "version": 2, "scope": "week", "hours_s": asked.weekly_cap_h * 3600,
             "zone": asked.zone},
        ]}  # fmt: skip
        return Composed(terms, {"primitives.0.segments.0.rate": "rate", "primitives.1.zone": "zone", "": "rate"})


PART = Mercor()
