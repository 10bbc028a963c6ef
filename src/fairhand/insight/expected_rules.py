"""How much work two weeks will bring, to a project and to one of its people, each with an interval. Pure.

Work is what is open, what will follow from it (reviews), and what arrives: batches of the weeks before, or those that
are imported and wait for their launch. It is counted in tasks and in work time; a project that does not know how long
its tasks take gets no hours. Nobody's hours are a promise made by this: they are shown as what they are, a guess.

An interval is meant to hold four times in five. It comes from how much equal parts of what was seen differ, so people
who differ, and spells of long tasks, widen it. bench/expected.py measures how often it holds on recorded work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log, sqrt

AHEAD = timedelta(days=14)
PARTS = 10
WEEKS_MIN = 2  # of launches, before they are taken for a rhythm
TIMES_MIN = 2 * PARTS  # measured work times, before they outweigh an estimate
RATIO_FROM = 20  # attempts handed in, before the share of reviews is read from them
DISPATCHES = frozenset({"draft", "open"})
_EIGHTY_IN_NORMAL = 0.8416  # standard deviations from the middle to the 80th of a hundred
# Four in five on both sides, by how many parts beyond the first were seen (Student's t).
_REACH = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """An amount with the interval it lies in four times in five: 0 <= low <= likely <= high."""

    low: float
    likely: float
    high: float

    def least(self, other: "Span") -> "Span":
        """Whichever of two limits binds."""
        return Span(min(self.low, other.low), min(self.likely, other.likely), min(self.high, other.high))

    def __add__(self, other: "Span") -> "Span":
        """Two amounts that nothing else ties."""
        return _around(self.likely + other.likely, self, other)

    def times(self, factor: float) -> "Span":
        """So many times as much."""
        return Span(self.low * factor, self.likely * factor, self.high * factor)


def _around(likely: float, one: Span, other: Span) -> Span:
    """An amount that two things make uncertain: their widths add like sides of a right angle."""
    below = sqrt((one.likely - one.low) ** 2 + (other.likely - other.low) ** 2)
    above = sqrt((one.high - one.likely) ** 2 + (other.high - other.likely) ** 2)
    return Span(max(0.0, likely - below), likely, likely + above)


NOTHING = Span(0, 0, 0)


def exactly(amount: float) -> Span:
    """An amount that is known."""
    return Span(amount, amount, amount)


def ahead(parts: Sequence[float], steps: float, counts: bool = False) -> Span:
    """What `steps` more parts will bring, from the parts seen so far; nothing seen, nothing foreseen.

    `counts`: things, which scatter at the least as things do that come by chance. Lengths of work change slowly too,
    which parts of one short stretch can't show: their interval widens the further it reaches beyond what was seen.
    """
    if not parts or steps <= 0:
        return NOTHING
    mean = sum(parts) / len(parts)
    var = sum((part - mean) ** 2 for part in parts) / (len(parts) - 1) if len(parts) > 1 else mean * mean
    var = max(var, mean) if counts else var * (1 + steps / len(parts))
    width = _reach(len(parts)) * sqrt(var * (steps + steps * steps / len(parts)))
    return Span(max(0.0, mean * steps - width), mean * steps, mean * steps + width)


def _reach(parts_n: int) -> float:
    return _REACH[min(max(parts_n - 1, 1), len(_REACH)) - 1]


def time_of(measured_ms: Sequence[int], tasks: Span) -> Span | None:
    """Work time of so many tasks, from measured ones in the order of time; None with too few of them.

    The measured ones are cut into PARTS, whose sums tell how far a stretch of work may lie from another.
    """
    if len(measured_ms) < TIMES_MIN:
        return None
    size = len(measured_ms) // PARTS
    latest = measured_ms[-size * PARTS :]
    sums = [float(sum(latest[at : at + size])) for at in range(0, len(latest), size)]
    found = ahead(sums, tasks.likely / size)
    # How many tasks there will be is uncertain too.
    return _around(found.likely, found, tasks.times(sum(latest) / len(latest)))


def time_estimated(p50_s: float, p80_s: float | None, tasks: Span) -> Span:
    """The same from a stage's estimate: its middle and long time give the mean of times that scatter as work does."""
    spread = log(max(p80_s or p50_s * 2, p50_s) / p50_s) / _EIGHTY_IN_NORMAL if p50_s > 0 else 0.0
    mean = p50_s * 1000 * exp(min(spread, 2.0) ** 2 / 2)
    return Span(tasks.low * mean / 2, tasks.likely * mean, tasks.high * mean * 2)


@dataclass(frozen=True, slots=True)
class StageFacts:
    """One stage. `open_n`: slots to take now or later; `measured_ms`: its latest work times, oldest first.

    `per_attempt`: how many of its slots follow from one attempt (0 for the stage of attempts itself).
    `pace`: accepted in each of the days that were seen, at most AHEAD of them.
    """

    kind: str
    open_n: int
    measured_ms: tuple[int, ...] = ()
    p50_s: float | None = None
    p80_s: float | None = None
    per_attempt: float = 0.0
    pace: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project. `weeks`: attempts launched in each week since the first launch, oldest first, at most eight.

    `announced`: attempts of batches that are imported and not launched.
    """

    state: str
    ends_at: datetime | None
    stages: tuple[StageFacts, ...]
    weeks: tuple[int, ...] = ()
    announced: int = 0
    seated_n: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """Two weeks of work. `ms`: its work time, None where nobody knows how long a task takes; `partly`: of some stages
    alone, since nobody knows it of the others. `pace`: what the present people will do of it if they go on as they did,
    None before they did anything."""

    tasks: Span
    ms: Span | None
    pace: Span | None = None
    partly: bool = False


def arrivals(facts: ProjectFacts, now: datetime) -> Span:
    """Attempts that are not there yet: what is announced, or the rhythm of launches if that is more."""
    days = reach_days(facts, now)
    if days <= 0 or facts.state not in DISPATCHES:
        return NOTHING
    rhythm = ahead(facts.weeks, days * timedelta(days=1) / _WEEK) if len(facts.weeks) >= WEEKS_MIN else NOTHING
    return Span(rhythm.low, max(rhythm.likely, facts.announced), max(rhythm.high, facts.announced))


def reach_days(facts: ProjectFacts, now: datetime) -> float:
    """How many of the coming days count: up to AHEAD, or to the project's announced end."""
    until = now + AHEAD if facts.ends_at is None else min(now + AHEAD, max(now, facts.ends_at))
    return (until - now) / timedelta(days=1)


def expected_by_stage(facts: ProjectFacts, now: datetime) -> list[Expected]:
    """Two weeks of each stage, in the order of `facts.stages`."""
    if facts.state not in DISPATCHES:
        return [Expected(NOTHING, exactly(0)) for _ in facts.stages]
    new = arrivals(facts, now)
    attempts = sum(stage.open_n for stage in facts.stages if stage.kind == "attempt")
    found = []
    for stage in facts.stages:
        coming = new if stage.kind == "attempt" else (new + exactly(attempts)).times(stage.per_attempt)
        tasks = exactly(stage.open_n) + coming
        pace = ahead(stage.pace, reach_days(facts, now), counts=True) if stage.pace else None
        found.append(Expected(tasks, _ms(stage, tasks), pace))
    return found


def expected_work(facts: ProjectFacts, now: datetime) -> Expected:
    """Two weeks of a project, over its stages."""
    return total(expected_by_stage(facts, now))


def total(parts: Sequence[Expected]) -> Expected:
    """Several stages or projects in one figure; its hours are those of the stages whose times are known."""
    tasks, ms, pace = NOTHING, NOTHING, NOTHING
    for each in parts:
        tasks, ms, pace = tasks + each.tasks, ms + (each.ms or NOTHING), pace + (each.pace or NOTHING)
    at_work = [each for each in parts if each.tasks.high > 0]
    unknown = sum(each.ms is None for each in at_work)
    known = unknown < len(at_work) or not at_work
    paced = any(each.pace is not None for each in parts)
    return Expected(tasks, ms if known else None, pace if paced else None, known and unknown > 0)


def _ms(stage: StageFacts, tasks: Span) -> Span | None:
    measured = time_of(stage.measured_ms, tasks)
    if measured is not None or tasks.high == 0:
        return measured or exactly(0)
    return time_estimated(stage.p50_s, stage.p80_s, tasks) if stage.p50_s else None


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Somebody in a project. `parts`: how many of each tenth of a stage's latest hand-ins are theirs, oldest first.

    `all_n`: how many those hand-ins are; `others_n` people made the rest. `days`: what the person handed in on each of
    the days they were seen; `room_n`: what their caps leave.
    """

    active: bool
    parts: tuple[float, ...]
    all_n: int
    others_n: int
    days: tuple[float, ...] = ()
    room_n: int | None = None


def own_part(tasks: Span, own: OwnFacts) -> Span:
    """What falls to somebody of so many tasks: their share of late; to a newcomer an equal one, give or take it all."""
    mine = sum(own.parts)
    if not mine or own.all_n < TIMES_MIN:
        likely = tasks.likely / (own.others_n + 1)
        return Span(0, likely, min(2 * likely, tasks.high)) if own.others_n else tasks
    found = ahead(own.parts, tasks.likely * len(own.parts) / own.all_n, counts=True)
    # How many tasks there will be is uncertain too.
    return _around(found.likely, found, tasks.times(mine / own.all_n)).least(tasks)


def expected_for_person(work: Expected, own: OwnFacts, days: float) -> Expected:
    """Somebody's part of a stage: their share of what there is, and no more than they do or may do themselves."""
    if not own.active:
        return Expected(NOTHING, exactly(0))
    tasks = own_part(work.tasks, own)
    if len(own.days) > 1 and any(own.days):
        tasks = tasks.least(ahead(own.days, days, counts=True))
    if own.room_n is not None:
        tasks = tasks.least(exactly(own.room_n))
    if work.ms is None or not work.tasks.high:
        return Expected(tasks, work.ms if work.ms is None else exactly(0))
    # The time of a task is as uncertain for one as for all.
    per = [ms / n if n else 0.0 for ms, n in zip(_ends(work.ms), _ends(work.tasks), strict=True)]
    low, likely, high = sorted(per)
    return Expected(tasks, Span(tasks.low * low, tasks.likely * likely, tasks.high * high))


def _ends(span: Span) -> tuple[float, float, float]:
    return span.low, span.likely, span.high


@dataclass(frozen=True, slots=True)
class Seating:
    """How many people the expected work feeds. `hours`: of work in two weeks; `target_hours`: promised a week to each;
    `fits`: so many people get that; `seated`: who has a seat or an open invitation; `more`: who would come."""

    hours: float
    target_hours: int
    seated: int
    more: int

    @property
    def fits(self) -> int:
        """For how many the work suffices."""
        return int(self.hours / (self.target_hours * (AHEAD / _WEEK)))

    @property
    def beyond(self) -> int:
        """How many too many there would be."""
        return max(0, self.seated + self.more - self.fits)


def seating(work: Expected, target_hours: int | None, seated: int, more: int) -> Seating | None:
    """The arithmetic of an invitation; None where nothing is promised, or nobody knows how long a task takes."""
    if not target_hours or work.ms is None:
        return None
    return Seating(work.ms.likely / 3_600_000, target_hours, seated, more)
