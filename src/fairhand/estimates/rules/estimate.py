"""The estimate that a card says: typical (P50) and long (P80) work time, and what it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, exp, floor, log, sqrt
from typing import Any, Literal

from fairhand.estimates.rules.lognormal import (
    SIGMA_USUAL,
    WHOLE_MIN,
    Z_80,
    Z_90,
    LogNormal,
    fit,
    pseudo_rows,
    rows_of,
)
from fairhand.estimates.rules.sample import Sample, Worked, sample_of
from fairhand.estimates.rules.survival import quantile, survival

PILOTS_MIN = 3
PRIOR_N = 8  # observations that the pilots count for, while there are fewer than so many others
CURVE_FROM = 30  # observations, before the curve without a model may speak;
CURVE_WORTH = 15  # of equal weight, as many of which they must be worth: a curve of two people is no check
CURVE_OFF = 0.15  # of the model's figure; if the curve is further off, it speaks
LATEST = 500  # observations that an estimate looks back at
LIMIT_OF_TYPICAL = 2  # times the typical time: the least full-rate limit
# Times the longest that was seen, open ends too: no figure guesses further.
TYPICAL_OF_SEEN, LONG_OF_SEEN = 2, 4
_WHOLE_FOR_RANKS = 100
_SIGMA_PILOTS = 8  # pilots, as many of which say as much about the spread as what is usual

# Where a figure comes from: the pilots and what there is; the log-normal; the Kaplan-Meier curve.
By = Literal["pilots", "log-normal", "curve"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Work time in whole seconds: p50_s <= p80_s <= limit_s.

    `limit_s`: the full-rate limit to offer. `n`: observations behind it, of which `censored_share` (0 to 1) say only
    "at least so long"; pilots are not among them. `beyond`: the typical time lies beyond anything that was seen whole.
    """

    p50_s: int
    p80_s: int
    limit_s: int
    p50_by: By
    p80_by: By
    n: int
    pilots: int
    people: int
    censored_share: float
    beyond: bool
    as_of: datetime


def estimate(claims: Sequence[Worked], pilots: Sequence[float], as_of: datetime) -> Estimate | None:
    """From ended claims, in the order they ended, and pilots in seconds of work; None while there is too little.

    Too little: fewer than PRIOR_N observations and fewer than PILOTS_MIN pilots, or hardly a whole time among them.
    Where enough was handed in, hardly any of it within its limit, and nobody piloted, the times seen beyond the limits
    stand for themselves: nothing else is known, and saying nothing would leave a limit that nobody can keep.
    Work on a stage without an estimate is paid at the full rate up to the plan's maximum.
    """
    pilots = [each for each in pilots if each > 0]
    sample = sample_of(claims, latest=LATEST)
    if sample.n >= PRIOR_N and sample.whole < WHOLE_MIN and len(pilots) < PILOTS_MIN:
        sample = sample_of([replace(each, limit_s=None) for each in claims], latest=LATEST)
    rows = rows_of(sample.observations)
    early = sample.n < PRIOR_N or sample.whole < WHOLE_MIN
    if early and len(pilots) < PILOTS_MIN:
        return None
    fitted = fit(rows + pseudo_rows(_prior(pilots), PRIOR_N) if early else rows)
    if fitted is None:
        return None

    p50, p80 = fitted.quantile(0), fitted.quantile(Z_80)
    p50_by: By = "pilots" if early else "log-normal"
    p80_by: By = p50_by
    if sample.n >= CURVE_FROM and sample.effective_n >= CURVE_WORTH:
        steps = survival(sample.observations)
        (p50, p50_by), (p80, p80_by) = _checked(p50, steps, 0.5, p50_by), _checked(p80, steps, 0.8, p80_by)
    whole = max([exp(each.log_s) for each in sample.observations if each.whole] + pilots)
    seen = max([exp(each.log_s) for each in sample.observations] + pilots)
    p50_s = max(1, floor(min(p50, TYPICAL_OF_SEEN * seen) + 0.5))
    p80_s = max(p50_s, floor(min(p80, LONG_OF_SEEN * seen) + 0.5))
    limit_s = max(LIMIT_OF_TYPICAL * p50_s, p80_s, ceil(min(upper_p90(sample, fitted, early), LONG_OF_SEEN * seen)))
    return Estimate(
        p50_s, p80_s, limit_s, p50_by, p80_by, sample.n, len(pilots), sample.people, sample.censored_share,
        p50 > whole, as_of,
    )  # fmt: skip


def takes_pilots(on_card: Mapping[str, Any], measured: Estimate | None, *, in_review: bool) -> bool:
    """Whether pilots may still be written down or struck: the work itself doesn't say enough, and nobody has to decide
    on what it says."""
    return not in_review and max(int(on_card.get("n") or 0), measured.n if measured else 0) < PRIOR_N


def _prior(pilots: Sequence[float]) -> LogNormal:
    """What some pilots say: their middle, and a spread between theirs and the usual one."""
    logs = [log(each) for each in pilots]
    mu = sum(logs) / len(logs)
    squares = sum((each - mu) ** 2 for each in logs) + _SIGMA_PILOTS * SIGMA_USUAL**2
    return LogNormal(mu, sqrt(squares / (len(logs) - 1 + _SIGMA_PILOTS)))


def _checked(figure: float, steps: Sequence[tuple[float, float]], part: float, by: By) -> tuple[float, By]:
    """The model's figure, or the curve's where the curve gets there and is too far off."""
    seen = quantile(steps, part)
    if seen is None or abs(seen / figure - 1) <= CURVE_OFF:
        return figure, by
    return seen, "curve"


def upper_p90(sample: Sample, fitted: LogNormal, early: bool = False) -> float:
    """Seconds within which the next claim is done nine times in ten, what few observations leave open included.

    From a hundred whole times on, and none open, the rank that makes this true whatever the times look like.
    """
    if sample.n >= _WHOLE_FOR_RANKS and sample.whole == sample.n:
        found = LogNormal(sorted(each.log_s for each in sample.observations)[ceil(0.9 * (sample.n + 1)) - 1], 0.0)
        return found.quantile(0)
    n = sample.effective_n + (PRIOR_N if early else 0)
    # Student's t by its first correction, and the middle itself being uncertain.
    reach = (Z_90 + (Z_90**3 + Z_90) / (4 * max(n - 1, 1))) * sqrt(1 + 1 / n)
    return fitted.quantile(reach)


@dataclass(frozen=True, slots=True)
class Step:
    """How long the claims from number `first` to `last` (None: and on) of a person took; None if that wasn't seen."""

    first: int
    last: int | None
    n: int
    middle_s: float | None


_STEPS: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, None))


def learning_curve(claims: Sequence[Worked]) -> tuple[Step, ...]:
    """How work gets quicker with practice: why a person's first claim is left out of estimates."""
    found = []
    for first, last in _STEPS:
        here = [each for each in claims if each.ordinal >= first and (last is None or each.ordinal <= last)]
        # As if nobody's were the first: sample_of leaves those out.
        sample = sample_of([Worked(each.person, each.work_s, each.end, each.limit_s) for each in here])
        found.append(Step(first, last, sample.n, quantile(survival(sample.observations), 0.5)))
    return tuple(found)
