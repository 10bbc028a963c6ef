"""Whether work regularly takes longer than was promised: looked at often, with few false alarms over all looks.

The question is asked of times as multiples of what each claim's card promised: is their middle above TOLERANCE? The
test is the sum of bounded residuals around TOLERANCE, over its own size: it goes on working where every claim went over
its limit. People differ in pace, so thirty claims of three people say less than thirty of thirty: the size counts what
one person's claims have in common.

Looking often makes chance win more often, so the bar is higher in the first look, where a few long claims weigh
much. bench/estimates.py measures what comes of that; docs/explanation/estimates.md shows it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from fairhand.estimates.rules.lognormal import Row, equations, open_residual, rows_of, spread, whole_residual
from fairhand.estimates.rules.sample import Observation, Sample, Worked, left_out, sample_of

TOLERANCE = 1.15  # times what was promised
EVERY = 5  # ended claims that count, between two looks
FIRST_LOOK = 10
LOOKED_AT = 100  # of them, the latest: a project that drifts is not drowned by its past
SURE = 1.645  # standard deviations: 95 in 100, on one side
_SURE_FIRST = 2.0  # the same in the first look
_LOWEST = log(1 / 1_000)  # of the longest work: where a bound is looked for, at the same places whatever the unit
ALIKE = 0.2  # of the noise is a person's own pace, as long as there are too few people to tell;
_ALIKE_WORTH = 5  # as many people it counts for
_CLOSE = 1e-4
_STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a sample of multiples. `z` at least `bar`: the middle lies above TOLERANCE."""

    sample: Sample
    z: float
    bar: float

    @property
    def longer(self) -> bool:
        """Whether the work takes longer than promised."""
        return self.z >= self.bar


def look(claims: Sequence[Worked]) -> Look | None:
    """The latest look due at these claims, which stand in the order they ended; None before the first one is due.

    Claims after the last look wait for the next, so that asking often is not looking often. `claims` are those of one
    stage since its estimate was last decided on.
    """
    counted = [claim for claim in claims if left_out(claim, promised=True) is None]
    due = len(counted) - len(counted) % EVERY
    if due < FIRST_LOOK:
        return None
    sample = sample_of(counted[:due], promised=True, latest=LOOKED_AT)
    return Look(sample, z_above(sample.observations, log(TOLERANCE)), _SURE_FIRST if due == FIRST_LOOK else SURE)


def z_above(observations: Sequence[Observation], mu: float) -> float:
    """By how many standard deviations the middle of some observations lies above mu."""
    rows = rows_of(observations)
    sigma = spread(rows, mu)
    lean = _lean(rows, mu, sigma)
    total, of_people = 0.0, defaultdict[str, list[tuple[float, float]]](list)
    for each in observations:
        residual, square = (whole_residual if each.whole else open_residual)((each.log_s - mu) / sigma)
        total += each.weight * residual
        of_people[each.person].append((each.weight * (residual - lean * square), each.weight))
    chance = noise(list(of_people.values()))
    return total / sqrt(chance) if chance > 0 else 0.0


def noise(of_people: Sequence[Sequence[tuple[float, float]]]) -> float:
    """The square of what chance makes of a sum. For each person, the values and weights that it adds up."""
    values = sum(value**2 for person in of_people for value, _ in person)
    weights = sum(weight for person in of_people for _, weight in person)
    squares = sum(weight**2 for person in of_people for _, weight in person)
    pairs = sum(sum(weight for _, weight in person) ** 2 for person in of_people) - squares
    if pairs <= 0:
        return values
    # How alike a person's claims are, from people's own middles; with few people mostly what is usual.
    middle = sum(value for person in of_people for value, _ in person) / weights
    centred = [[value - weight * middle for value, weight in person] for person in of_people]
    spread_ = sum(value**2 for person in centred for value in person)
    common = sum(sum(person) ** 2 for person in centred) - spread_
    seen = min(1.0, max(0.0, common / pairs * squares / spread_)) if spread_ > 0 else 1.0
    known = len(of_people) - 1
    alike = (seen * known + ALIKE * _ALIKE_WORTH) / (known + _ALIKE_WORTH)
    return values * (1 + alike * pairs / squares)


def _lean(rows: Sequence[Row], mu: float, sigma: float) -> float:
    """How much the residuals move for each move of their squares when sigma is a little off: taken off the noise."""
    wide, narrow = equations(rows, mu, sigma * exp(_STEP)), equations(rows, mu, sigma * exp(-_STEP))
    return (wide[0] - narrow[0]) / (wide[1] - narrow[1]) if wide[1] != narrow[1] else 0.0


def lower_bound(look: Look) -> float:
    """The multiple of what was promised that the middle lies above, as sure as the look asks; 0 if none is."""
    high = max(each.log_s for each in look.sample.observations)
    low = high + _LOWEST
    if z_above(look.sample.observations, low) < look.bar:
        return 0.0
    while high - low > _CLOSE:
        mu = (low + high) / 2
        low, high = (mu, high) if z_above(look.sample.observations, mu) >= look.bar else (low, mu)
    return exp(low)
