"""What a project will have cost when its work is done, with an interval. Pure.

Like the forecast of the end (`insight.forecast`): the latest stretch, at most WINDOW long, is cut into equal parts.
What its pay lines come to by what was accepted in it is the cost of one accepted judgement, reviews and everything else
included. How far the parts stray from that cost widens it to an interval that holds four times in five if work goes on
as it did. What is handed in and not decided was paid for already; only what comes after the attempt is still to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import sqrt

from fairhand.insight.forecast import ACCEPTED_MIN, PARTS, WINDOW, WINDOW_MIN

_FOUR_IN_FIVE = 1.28  # standard errors on either side


@dataclass(frozen=True, slots=True)
class Spent:
    """Minor units on pay lines made at one moment; `attempt`: for attempts, not for what follows them."""

    at: datetime
    minor: int
    attempt: bool


@dataclass(frozen=True, slots=True)
class SpendAhead:
    """`rest_minor`: still to come, likely, with the interval. `each_minor`: of one accepted judgement.

    `since`, `accepted`: the stretch it was read from.
    """

    rest_minor: int
    low_minor: int
    high_minor: int
    each_minor: int
    since: datetime
    accepted: int


def spend_ahead(
    spent: Sequence[Spent], accepted: Sequence[tuple[datetime, int]], left: int, undecided: int, now: datetime
) -> SpendAhead | None:
    """From pay and acceptances at their moments; `left`: judgements not accepted yet, `undecided` of them handed in.

    None when nothing is left, or with too little to go by: less than WINDOW_MIN since the first acceptance, or fewer
    than ACCEPTED_MIN in the window.
    """
    if left <= 0 or not accepted:
        return None
    since = max(min(at for at, _ in accepted), now - WINDOW)
    done = sum(n for at, n in accepted if at >= since)
    if now - since < WINDOW_MIN or done < ACCEPTED_MIN:
        return None
    paid, counted = [0] * PARTS, [0] * PARTS
    for each in spent:
        if since <= each.at <= now:
            paid[_part(each.at, since, now)] += each.minor
    for at, n in accepted:
        if since <= at <= now:
            counted[_part(at, since, now)] += n
    whole = Fraction(sum(paid), done)
    after = Fraction(sum(each.minor for each in spent if not each.attempt and since <= each.at <= now), done)
    undecided = min(undecided, left)
    rest = whole * (left - undecided) + after * undecided

    # A ratio estimator's spread: of the cost itself, and of the work to come around it.
    strays = sum((Fraction(p) - whole * n) ** 2 for p, n in zip(paid, counted, strict=True)) / (PARTS - 1)
    of_cost = left * sqrt(PARTS * strays) / done
    of_work = sqrt(left * PARTS * strays / done)
    spread = _FOUR_IN_FIVE * sqrt(of_cost**2 + of_work**2)
    return SpendAhead(
        round(rest), max(0, round(float(rest) - spread)), round(float(rest) + spread), round(whole), since, done
    )


def _part(at: datetime, since: datetime, now: datetime) -> int:
    return min(PARTS - 1, int((at - since) / (now - since) * PARTS))
