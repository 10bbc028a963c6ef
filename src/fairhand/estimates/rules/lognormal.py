"""A log-normal fitted to times of which some are open at the end, without being led by a few odd ones.

It solves the equations of maximum likelihood with bounded (Huber) residuals. An observation that only says "at least so
long" enters with what the residual of somebody who took longer is on average, given the fit; so nothing is made up, and
nothing is left out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import erfc, exp, log, pi, sqrt

from fairhand.estimates.rules.sample import Observation

BOUND = 1.5  # standard deviations, at which a residual is cut
SIGMA_USUAL = 0.6  # of the logarithm of times, as crowd work has it; counts as SIGMA_WEIGHT observations
SIGMA_WEIGHT = 1.0
WHOLE_MIN = 3  # whole times that a fit needs
Z_80, Z_90 = 0.8416212335729143, 1.2815515655446004
_SIGMA_LOW, _SIGMA_HIGH = log(0.01), log(10.0)
_FURTHEST = 6.0  # beyond the longest observation, in logarithms, that a middle is looked for
_CLOSE = 1e-7
_SOLVED = 1e-4

Row = tuple[float, bool, float]  # log of time, whole, weight


@dataclass(frozen=True, slots=True)
class LogNormal:
    """`mu`, `sigma` of the logarithm of seconds."""

    mu: float
    sigma: float

    def quantile(self, z: float) -> float:
        """Seconds at so many standard deviations from the middle."""
        return exp(self.mu + z * self.sigma)


def above(z: float) -> float:
    """How much of a normal distribution lies above z."""
    return 0.5 * erfc(z / sqrt(2))


def _density(z: float) -> float:
    return exp(-0.5 * z * z) / sqrt(2 * pi)


_TAIL, _EDGE = above(BOUND), _density(BOUND)
_INNER = 1 - 2 * _TAIL - 2 * BOUND * _EDGE  # of squares between the bounds
_SQUARE = _INNER + 2 * BOUND**2 * _TAIL  # the average square of a bounded residual


def whole_residual(z: float) -> tuple[float, float]:
    """A bounded residual, and its square less the average square."""
    bounded = max(-BOUND, min(BOUND, z))
    return bounded, bounded * bounded - _SQUARE


def open_residual(z: float) -> tuple[float, float]:
    """The same, on average over everything above z."""
    if z >= BOUND:
        return BOUND, BOUND * BOUND - _SQUARE
    part = above(z)
    if z <= -BOUND:
        below = part - (1 - _TAIL)
        return BOUND * (_TAIL - below) / part, (BOUND * BOUND * (below + _TAIL) + _INNER) / part - _SQUARE
    edge = _density(z)
    first = (edge - _EDGE + BOUND * _TAIL) / part
    square = (part - _TAIL + z * edge - BOUND * _EDGE + BOUND * BOUND * _TAIL) / part
    return first, square - _SQUARE


def rows_of(observations: Iterable[Observation]) -> list[Row]:
    """Equal observations in one row: those cut at one limit are equal."""
    found: Counter[tuple[float, bool]] = Counter()
    for each in observations:
        found[each.log_s, each.whole] += each.weight  # type: ignore[assignment]  # a Counter adds any numbers
    return [(log_s, whole, weight) for (log_s, whole), weight in found.items()]


def equations(rows: Sequence[Row], mu: float, sigma: float) -> tuple[float, float]:
    """What is zero at the fit: the sum of residuals (falls as mu rises), and that of their squares (as sigma rises)."""
    first, second = 0.0, SIGMA_WEIGHT * _SQUARE * ((SIGMA_USUAL / sigma) ** 2 - 1)
    for log_s, whole, weight in rows:
        residual, square = (whole_residual if whole else open_residual)((log_s - mu) / sigma)
        first += weight * residual
        second += weight * square
    return first, second


def spread(rows: Sequence[Row], mu: float) -> float:
    """The sigma that fits if the middle is known to be mu."""
    return exp(_root(lambda size: equations(rows, mu, exp(size))[1], log(SIGMA_USUAL), 0.5, _SIGMA_LOW, _SIGMA_HIGH))


def fit(rows: Sequence[Row]) -> LogNormal | None:
    """The log-normal that fits; None without a whole time. Where almost every end is open, the times don't tell a
    spread: then it is the usual one."""
    if not any(whole for _, whole, _ in rows):
        return None
    low, high = min(row[0] for row in rows), max(row[0] for row in rows) + _FURTHEST
    start = sorted(row[0] for row in rows)[len(rows) // 2]
    mu = _root(lambda at: equations(rows, at, spread(rows, at))[0], start, 0.3, low, high)
    sigma = spread(rows, mu)
    if abs(equations(rows, mu, sigma)[0]) < _SOLVED * sum(weight for _, _, weight in rows):
        return LogNormal(mu, sigma)
    return LogNormal(_root(lambda at: equations(rows, at, SIGMA_USUAL)[0], start, 0.3, low, high), SIGMA_USUAL)


def pseudo_rows(prior: LogNormal, n: int) -> list[Row]:
    """So many (at least 2) made-up whole times that lie along a distribution evenly; a fit to them finds it again."""
    places = [_quantile((place + 0.5) / n) for place in range(n)]
    size = _root(lambda size: -sum(whole_residual(size * z)[1] for z in places), 1.0, 0.1, 0.1, 9.0)
    return [(prior.mu + prior.sigma * size * z, True, 1.0) for z in places]


def _quantile(part: float) -> float:
    """The z below which a part of a normal distribution lies."""
    return _root(lambda z: part - (1 - above(z)), 0.0, 1.0, -9.0, 9.0)


def _root(falling: Callable[[float], float], start: float, step: float, low: float, high: float) -> float:
    """Where a falling function crosses zero, or the end of the span it doesn't cross in (false position, Illinois)."""
    start = max(low, min(high, start))
    at = falling(start)
    if at == 0:
        return start
    a, f_a = start, at
    while True:  # outwards, in growing steps, until the sign changes
        b = min(high, a + step) if at > 0 else max(low, a - step)
        f_b = falling(b)
        if f_b == 0 or (f_b > 0) != (at > 0):
            break
        if b in (low, high):
            return b
        a, f_a, step = b, f_b, step * 2
    for _ in range(80):
        if abs(b - a) < _CLOSE or f_b == 0:
            break
        c = b - f_b * (b - a) / (f_b - f_a)
        f_c = falling(c)
        if (f_c > 0) != (f_b > 0):
            a, f_a = b, f_b
        else:
            f_a /= 2
        b, f_b = c, f_c
        if abs(f_b) < _CLOSE:
            break
    return b
