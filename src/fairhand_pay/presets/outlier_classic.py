"""outlier-classic: a rate that is cut once ($45.00/h, then $40.00/h), here with notice and for later claims only."""

from fairhand_pay.presets._part import Amount, Composed, Minutes, paid_min
from fairhand_pay.primitives._part import Params


class OutlierClassicParams(Params):
    """`rate` holds for claims made before `later_from` (or on no stated day), `later_rate` for those from then on."""

    rate: Amount = "45.00"
    later_rate: Amount = "40.00"
    announced_on: str = "2026-01-12"
    later_from: str = "2026-02-02"
    full_rate_limit_min: Minutes = 60
    reduced_rate: Amount = "21.16"
    paid_max_min: Minutes | None = None


class OutlierClassic:
    """{rate: "45.00", later_rate: "40.00", announced_on: "2026-01-12", later_from: "2026-02-02"}"""

    name = "outlier-classic"
    version = 1
    params = OutlierClassicParams
    copies = "rates that were cut between like projects, $45 to $40 an hour, with the same limit rule"
    source = "Outlier, as told by its experts, 2024 to 2026 (worker forums; an anecdote, not a published rule)"
    ours = "a cut is announced 14 days before or more, for claims made after it; a claim keeps the rate of its card"

    def compose(self, asked: OutlierClassicParams) -> Composed:
        """A RATE with two rows by date, and a TIME that takes it whole and then falls."""
        limit = asked.full_rate_limit_min
        rows = [
            {"when": {}, "rate": asked.rate},
            {"when": {}, "rate": asked.later_rate, "from_date": asked.later_from, "announced_on": asked.announced_on},
        ]
        segments = [{"upto_s": limit * 60, "rate": "100%"}, {"upto_s": None, "rate": asked.reduced_rate}]
        terms = {"paid_s_max": paid_min(asked.paid_max_min, limit) * 60, "primitives": [
            {"primitive": "RATE", "version": 1, "card": 1, "rows": rows, "notice_days": 14},
            {"primitive": "TIME", "version": 2, "basis": "active", "segments": segments},
        ]}  # fmt: skip
        names = {
            "primitives.0.rows.0.rate": "rate", "primitives.0.rows.1.rate": "later_rate",
            "primitives.0.rows.1.from_date": "later_from", "primitives.0.rows.1": "announced_on",
            "primitives.0.rows.1.announced_on": "announced_on", "primitives.1.segments.1.rate": "reduced_rate",
            "": "rate",
        }  # fmt: skip
        return Composed(terms, names)


PART = OutlierClassic()
