"""outlier-estimate: the harsher reading: the rate falls at the estimate, and nothing is paid after the limit."""

from fairhand_pay.errors import TermsError
from fairhand_pay.presets._part import Amount, Composed, Minutes, time_of
from fairhand_pay.primitives._part import Params


class OutlierEstimateParams(Params):
    """Rates per hour. Time beyond `full_rate_limit_min` isn't paid: an extension is asked for before."""

    rate: Amount = "40.00"
    estimate_min: Minutes = 30
    full_rate_limit_min: Minutes = 60
    reduced_rate: Amount = "21.16"


class OutlierEstimate:
    """{rate: "40.00", estimate_min: 30, full_rate_limit_min: 60, reduced_rate: "21.16"}"""

    name = "outlier-estimate"
    version = 1
    params = OutlierEstimateParams
    copies = "the harsher reading of the same rule: the rate falls at the estimate, time after the limit is unpaid"
    source = "McKinney v. Scale, complaint of 2024-12-10: pay reduced or denied once the designated time ran out"
    ours = (
        "the card says which of the two readings holds; before the paid time ends the clock says so and offers an "
        "extension; a short estimate is made good. We don't recommend it; it is here to be compared with"
    )

    def compose(self, asked: OutlierEstimateParams) -> Composed:
        """One TIME with two segments that ends at the limit."""
        if asked.estimate_min >= asked.full_rate_limit_min:
            raise TermsError("estimate_min", f"{asked.estimate_min} min is not below the limit")
        time = time_of((asked.estimate_min * 60, asked.rate), (None, asked.reduced_rate))
        names = {"primitives.0.segments.0.rate": "rate", "primitives.0.segments.1.rate": "reduced_rate", "": "rate"}
        return Composed({"paid_s_max": asked.full_rate_limit_min * 60, "primitives": [time]}, names)


PART = OutlierEstimate()
