"""What opens an estimate review. Each trigger gives a finding with its evidence, or None; none decides anything.

- `takes_longer`: the work regularly takes longer than promised (statistics).
- `harms`: too much of the latest work went over its limit, or earned too little for its time (no statistics).
- `voices`: people say that it takes longer (no statistics).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from fairhand.estimates.rules.lognormal import fit, rows_of
from fairhand.estimates.rules.looks import Look, look, lower_bound
from fairhand.estimates.rules.sample import Worked
from fairhand.estimates.rules.survival import quantile, survival

LATEST = 25  # claims, in which
OVER_MAX = 5  # may go over their limit: a fifth
WAGES_MIN = 5  # people, before wages are held against the floor
VOICES_MIN = 3
VOICES_SHARE = 10  # one in so many

_QUARTER = 4


@dataclass(frozen=True, slots=True)
class TakesLonger:
    """Trigger A. Ratios are of what was promised: the middle is `ratio`, and surely above `low_ratio` (over 1.15).

    `ratio` None: so much went over its limit that only the bound is known. To draw: `points` (ratio, whole) in the
    order the claims ended; `steps` (ratio, part of the work still going on).
    """

    ratio: float | None
    low_ratio: float
    n: int
    people: int
    censored_share: float
    points: tuple[tuple[float, bool], ...]
    steps: tuple[tuple[float, float], ...]


def takes_longer(claims: Sequence[Worked]) -> TakesLonger | None:
    """Trigger A, from the claims of one stage since its estimate was last decided on, in the order they ended."""
    seen = look(claims)
    return _finding(seen) if seen is not None and seen.longer else None


def _finding(seen: Look) -> TakesLonger:
    observations = seen.sample.observations
    fitted = fit(rows_of(observations))
    steps = survival(observations)
    ratio = None if fitted is None else fitted.quantile(0)
    if ratio is not None and ratio > exp(max(each.log_s for each in observations)):
        ratio = quantile(steps, 0.5)
    points = tuple((exp(each.log_s), each.whole) for each in observations)
    return TakesLonger(
        ratio, lower_bound(seen), seen.sample.n, seen.sample.people, seen.sample.censored_share, points, steps
    )


@dataclass(frozen=True, slots=True)
class Wage:
    """What a person got for all their time of late: money in minor units, time in milliseconds. `person`: any name."""

    person: str
    earned_minor: int
    time_ms: int

    @property
    def per_hour_minor(self) -> int:
        """Minor units an hour, rounded down."""
        return self.earned_minor * 3_600_000 // self.time_ms


@dataclass(frozen=True, slots=True)
class Harm:
    """Trigger B. Of the latest `of` claims `over` went past their limit; a quarter of the people earn `low_minor` an
    hour or less, and the floor is `floor_minor` (None where nothing was held against one).

    `over_limit`, `under_floor`: which of the two it is. To draw: `times` (work seconds, limit) in the order they
    ended; `wages` an hour in minor units, rising.
    """

    over_limit: bool
    under_floor: bool
    over: int
    of: int
    low_minor: int | None
    floor_minor: int | None
    times: tuple[tuple[float, float | None], ...]
    wages: tuple[int, ...]


def harms(claims: Sequence[Worked], wages: Sequence[Wage] = (), floor_minor: int | None = None) -> Harm | None:
    """Trigger B. More than OVER_MAX of the latest claims are enough, also while there are fewer than LATEST of them."""
    latest = [each for each in claims if each.work_s][-LATEST:]
    over = sum(each.over for each in latest)
    hourly = tuple(sorted(each.per_hour_minor for each in wages if each.time_ms > 0))
    # The nearest rank: the wage that a quarter of the people do not get beyond.
    low = hourly[-(-len(hourly) // _QUARTER) - 1] if len(hourly) >= WAGES_MIN else None
    under = low is not None and floor_minor is not None and low < floor_minor
    if over <= OVER_MAX and not under:
        return None
    times = tuple((each.work_s or 0.0, each.limit_s) for each in latest)
    return Harm(over > OVER_MAX, under, over, len(latest), low, floor_minor, times, hourly)


@dataclass(frozen=True, slots=True)
class Voices:
    """Trigger C. `people` said that it takes longer, of `of` who worked on it; `said_s`: how long it took them."""

    people: int
    of: int
    said_s: tuple[float, ...]


def voices(reports: Mapping[str, float | None], worked: int) -> Voices | None:
    """Trigger C. Reports: person -> how many seconds it takes, None if they didn't say; `worked`: how many people
    worked on the stage. Three people are enough, or one in ten of those who worked on it."""
    people, of = len(reports), max(worked, len(reports))
    if people == 0 or (people < VOICES_MIN and people * VOICES_SHARE < of):
        return None
    return Voices(people, of, tuple(sorted(each for each in reports.values() if each is not None)))
