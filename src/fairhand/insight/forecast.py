"""When a project will be done at its present pace, with an interval. Pure.

The model is simple and said on the page: the latest stretch of work, at most WINDOW long, is cut into equal parts; the
mean of what the parts accepted is the pace, and its standard error (parts taken as independent) widens it to an
interval that holds four times in five if work goes on as it did. With too little to go by there is no forecast.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt

WINDOW = timedelta(days=14)
WINDOW_MIN = timedelta(days=2)
PARTS = 10
ACCEPTED_MIN = 20
HORIZON = timedelta(days=3 * 365)
_FOUR_IN_FIVE = 1.28  # standard errors on either side


@dataclass(frozen=True, slots=True)
class Forecast:
    """`late_at` None: at the slow end of the interval the work never ends, or not within HORIZON.

    `per_day`: the pace. `since`, `accepted`: the stretch it was read from.
    """

    done_at: datetime
    early_at: datetime
    late_at: datetime | None
    per_day: float
    since: datetime
    accepted: int


def forecast(totals: Sequence[tuple[datetime, int]], wanted: int, now: datetime) -> Forecast | None:
    """From running totals (moment, accepted so far) in order; None when done, or with too little to go by.

    Too little: less than WINDOW_MIN since the first moment, fewer than ACCEPTED_MIN accepted in the window, or an end
    beyond HORIZON.
    """
    if not totals:
        return None
    left = wanted - totals[-1][1]
    since = max(totals[0][0], now - WINDOW)
    if left <= 0 or now - since < WINDOW_MIN:
        return None
    step = (now - since) / PARTS
    marks = [_at(totals, since + step * part) for part in range(PARTS)] + [totals[-1][1]]
    accepted = marks[-1] - marks[0]
    if accepted < ACCEPTED_MIN:
        return None

    parts = [after - before for before, after in pairwise(marks)]
    mean = accepted / PARTS
    error = sqrt(sum((part - mean) ** 2 for part in parts) / (PARTS - 1) / PARTS)
    done_at = _end(left, mean, step, now)
    early_at = _end(left, mean + _FOUR_IN_FIVE * error, step, now)
    if done_at is None or early_at is None:
        return None
    late_at = _end(left, mean - _FOUR_IN_FIVE * error, step, now)
    return Forecast(done_at, early_at, late_at, mean * (timedelta(days=1) / step), since, accepted)


def _at(totals: Sequence[tuple[datetime, int]], moment: datetime) -> int:
    """The running total at a moment."""
    place = bisect_right(totals, moment, key=lambda total: total[0])
    return totals[place - 1][1] if place else 0


def _end(left: int, per_step: float, step: timedelta, now: datetime) -> datetime | None:
    """When `left` are done at so many a step; None for never, or beyond the horizon."""
    if per_step <= 0 or left / per_step * (step / HORIZON) > 1:
        return None
    return now + step * (left / per_step)
