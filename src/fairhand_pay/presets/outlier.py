"""outlier: the full rate up to a limit, then a reduced rate: $40.00/h for 60 minutes, then $21.16/h."""

from fairhand_pay.presets._part import Amount, Composed, Minutes, Rates, names_of_rates, paid_min, rate_of, time_of
from fairhand_pay.primitives._part import Params


class OutlierParams(Params):
    """Rates per hour. Without `paid_max_min`, time is paid up to four times the limit.

    `rates`: those of people who have another full rate, such as {"tier=chemist:3, zone=DE": "45.00"}.
    """

    rate: Amount = "40.00"
    full_rate_limit_min: Minutes = 60
    rates: Rates = {}
    reduced_rate: Amount = "21.16"
    paid_max_min: Minutes | None = None


class Outlier:
    """{rate: "40.00", full_rate_limit_min: 60, reduced_rate: "21.16"}"""

    name = "outlier"
    version = 1
    params = OutlierParams
    copies = "hourly pay with a limit for each task: $35 to $50 an hour, falling to $21.16 once the time given is over"
    source = "Outlier, as told by its experts (the case this project began with), 2026-11; the 60 minutes are ours"
    ours = (
        "limit and reduced rate are on the card before the task is taken; pausing stops the paid clock; a limit that "
        "turns out too short is reviewed within 72 working hours and the difference is paid to everybody"
    )

    def compose(self, asked: OutlierParams) -> Composed:
        """One TIME with two segments; with rates of people's own, a RATE before it."""
        limit = asked.full_rate_limit_min
        longest = paid_min(asked.paid_max_min, limit) * 60
        if asked.rates:
            names = {**names_of_rates(asked.rates), "primitives.1.segments.1.rate": "reduced_rate", "": "rate"}
            time = {**time_of((limit * 60, "100%"), (None, asked.reduced_rate)), "version": 2}
            card = rate_of(1, asked.rate, asked.rates)
            return Composed({"paid_s_max": longest, "primitives": [card, time]}, names)
        time = time_of((limit * 60, asked.rate), (None, asked.reduced_rate))
        names = {"primitives.0.segments.0.rate": "rate", "primitives.0.segments.1.rate": "reduced_rate", "": "rate"}
        return Composed({"paid_s_max": longest, "primitives": [time]}, names)


PART = Outlier()
