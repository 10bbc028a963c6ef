"""What keeps somebody from the open work of a project, condition by condition, and how much waits behind each. Pure.

It says what the claim function decides, read without locks: a test holds the two together. Every condition that fails
is named, not only the first one met.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fairhand.kernel.limits import OPEN_COUNTED_MAX, RAISED_HELD_PER_PERSON_MAX
from fairhand.projects.states import PROJECT_DISPATCHES

_ATTEMPT = "attempt"
# Of how many an expert is told no exact number: "at least so many".
_STEPS = (1_000, 500, 200, 100, 50, 20, 10, 1, 0)


@dataclass(frozen=True, slots=True)
class Me:
    """The person, over all projects. `day`, `week`: of now, in their zone. `loaded`: they ever had a seat."""

    day: date
    week: date
    week_ends_at: datetime
    loaded: bool
    open_n: int
    open_max: int
    load_week: date | None
    week_ms: int
    week_ms_max: int | None
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """A person's standing in one project. `state` None: no seat. Ends of day and week: when the counts start anew.
    `holds`: a claim of theirs is live there. `reported_n`: tasks that wait for a decision on their reports."""

    project_id: UUID
    project_state: str
    state: str | None
    day: date | None
    day_n: int
    day_max: int | None
    day_ends_at: datetime
    week: date | None
    week_n: int
    week_max: int | None
    week_ends_at: datetime
    total_n: int
    total_max: int | None
    cool_until: datetime | None
    holds: bool
    reported_n: int
    excluded: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class QueueSeen:
    """A queue and what of it a person could be given: tasks that are `free`, `met` before, not covered by their
    reserve (`short`), or judge somebody too often (`paired`). `failing`: conditions of its gate. `rests`: its stage
    asks for a rest between two tasks."""

    stage_id: UUID
    kind: str
    field: str
    rests: bool
    failing: Sequence[Mapping[str, Any]]
    gate_until: datetime | None
    others: bool
    others_until: datetime | None
    free: int
    met: int
    short: int
    paired: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A slot kept for the person, of those the person may meet. `covered` by its reserve; `apart`: it judges nobody too
    often; `rests`: its stage asks for a rest between two tasks."""

    stage_id: UUID
    kind: str
    round: int
    covered: bool
    apart: bool
    rests: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A condition that fails, with the open tasks that wait behind it. `until`: the moment it ends by itself."""

    code: str
    waiting: int = 0
    until: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Why:
    """What of a project is open to a person now, by stage, and everything that fails. `mine` of `all`: tasks in their
    own fields among those that have one; both 0 where none has."""

    open_by_stage: Mapping[UUID, int]
    bars: Sequence[Bar]
    mine: int = 0
    all: int = 0

    @property
    def open_n(self) -> int:
        """Open tasks that a claim would give."""
        return sum(self.open_by_stage.values())


def told(why: Why, exact: bool) -> Why:
    """What is said to the expert: no exact counts where gold is given out (not `exact`). A task that is no client's is
    taken from nowhere, so a count that falls by one for some tasks and not for others would tell them apart.

    What is open and what waits is then "at least so many", in steps; the share of one's fields comes in quarters.
    """
    bars = [replace(bar, waiting=step(bar.waiting)) for bar in why.bars]
    if exact:
        return replace(why, bars=bars)
    quarters = round(4 * why.mine / why.all) if why.all else 0
    return Why({stage: step(n) for stage, n in why.open_by_stage.items()}, bars, quarters, 4 if why.all else 0)


def step(n: int) -> int:
    """The highest step that a count reaches: 0, 1, 10, 20, 50, 100, 200, 500 or 1,000."""
    return next(each for each in _STEPS if n >= each)


@dataclass(frozen=True, slots=True)
class WeekFull:
    """Of a stage whose plan pays so many hours a week: they are reached, until `opens_at`."""

    paid_ms: int
    cap_ms: int
    opens_at: datetime


def judge(
    me: Me, place: Place, queues: Sequence[QueueSeen], kept: Sequence[Kept], now: datetime,
    full: Mapping[UUID, WeekFull] | None = None,
) -> Why:  # fmt: skip
    """Everything that fails, the most waited for first, and what is open. Both at once is usual: one queue's gate.
    `full`: stages that give nothing but rework this week."""
    full = full or {}
    free = sum(each.free for each in queues) + len(kept)
    everywhere = [*_of_me(me, free), *_of_seat(place, me, free, now)]
    hours = _hours(me, sum(each.free for each in queues))
    excluded = _excluded(place, free)
    reports = _reports(place, sum(each.free for each in queues))
    rests = place.project_state not in PROJECT_DISPATCHES
    own = [bar for bar in (hours, excluded, reports) if bar is not None]
    if rests and any(each.kind == _ATTEMPT for each in queues):
        waiting = sum(each.free for each in queues if each.kind == _ATTEMPT)
        own.append(Bar("project_rests", waiting, facts={"state": place.project_state}))
    if place.holds and (resting := [each for each in queues if each.rests]):
        own.append(Bar("cool_down", sum(each.free for each in resting), facts={"holds": True}))
    own += _of_weeks(full, queues, kept)
    found = [*everywhere, *own, *_of_queues(queues)]

    def stays_shut(each: QueueSeen | Kept) -> bool:
        return bool(
            everywhere
            or hours
            or excluded
            or (rests and each.kind == _ATTEMPT)
            or (place.holds and each.rests)
            or each.stage_id in full
        )

    opened: dict[UUID, int] = {}
    for each in queues:
        barred = stays_shut(each) or reports or each.failing or each.others
        opened[each.stage_id] = opened.get(each.stage_id, 0) + (0 if barred else each.free)
    # Rework was promised with the work: only a lost seat or full hands bar it.
    lost = any(bar.code in ("cap_open", "no_seat", "seat_left") for bar in everywhere)
    for one in kept:
        if one.covered and one.apart and not (lost if one.round > 1 else stays_shut(one)):
            opened[one.stage_id] = opened.get(one.stage_id, 0) + 1
    if short := sum(not each.covered for each in kept):
        found.append(Bar("pool_short", short))
    if paired := sum(each.covered and not each.apart for each in kept):
        found.append(Bar("pairs", paired))
    if not found and not sum(opened.values()):
        found.append(Bar("nothing_open"))
    return Why(
        {stage: min(n, OPEN_COUNTED_MAX) for stage, n in opened.items()}, _joined(found),
        sum(each.free for each in queues if each.field and each.field.casefold() in me.fields),
        sum(each.free for each in queues if each.field),
    )  # fmt: skip


def _of_me(me: Me, free: int) -> Iterator[Bar]:
    if me.loaded and me.open_n >= me.open_max:
        yield Bar("cap_open", free, facts={"n": me.open_n, "max": me.open_max})


def _hours(me: Me, free: int) -> Bar | None:
    if me.week_ms_max is None or me.load_week is None or me.load_week < me.week or me.week_ms < me.week_ms_max:
        return None
    return Bar("cap_week", free, me.week_ends_at, {"n": me.week_ms, "max": me.week_ms_max})


def _of_weeks(full: Mapping[UUID, WeekFull], queues: Sequence[QueueSeen], kept: Sequence[Kept]) -> Iterator[Bar]:
    for stage_id, week in full.items():
        waiting = sum(each.free for each in queues if each.stage_id == stage_id)
        waiting += sum(each.round == 1 for each in kept if each.stage_id == stage_id)
        yield Bar("cap_hours", waiting, week.opens_at, {"n": week.paid_ms, "max": week.cap_ms})


def _of_seat(place: Place, me: Me, free: int, now: datetime) -> Iterator[Bar]:
    if not me.loaded or place.state is None:
        yield Bar("no_seat", free)
        return
    if place.state != "active":
        yield Bar(f"seat_{place.state}", free)
    day_n = place.day_n if place.day is not None and place.day >= me.day else 0
    week_n = place.week_n if place.week is not None and place.week >= me.week else 0
    if place.day_max is not None and day_n >= place.day_max:
        yield Bar("cap_day", free, place.day_ends_at, {"n": day_n, "max": place.day_max})
    if place.week_max is not None and week_n >= place.week_max:
        yield Bar("cap_week_n", free, place.week_ends_at, {"n": week_n, "max": place.week_max})
    if place.total_max is not None and place.total_n >= place.total_max:
        yield Bar("cap_total", free, facts={"n": place.total_n, "max": place.total_max})
    if place.cool_until is not None and place.cool_until > now:
        yield Bar("cool_down", free, place.cool_until)


def _excluded(place: Place, free: int) -> Bar | None:
    if place.excluded is None:
        return None
    return Bar("excluded", free, facts=place.excluded)


def _reports(place: Place, free: int) -> Bar | None:
    """What is kept for them alone goes on."""
    if place.reported_n < RAISED_HELD_PER_PERSON_MAX:
        return None
    return Bar("reports_wait", free, facts={"n": place.reported_n, "max": RAISED_HELD_PER_PERSON_MAX})


def _of_queues(queues: Sequence[QueueSeen]) -> Iterator[Bar]:
    for each in queues:
        for condition in each.failing:
            yield Bar("gate", each.free, each.gate_until, {"condition": condition})
        if each.others and each.free:
            yield Bar("set_aside", each.free, each.others_until)
        for code, n in (("met", each.met), ("pool_short", each.short), ("pairs", each.paired)):
            if n:
                yield Bar(code, n)


def _joined(bars: Sequence[Bar]) -> list[Bar]:
    """One bar for each condition: what waits behind it is added up, and the first moment holds."""
    found: dict[str, Bar] = {}
    for bar in bars:
        key = f"{bar.code} {bar.facts.get('condition')}"
        if (one := found.get(key)) is not None:
            moments = [at for at in (one.until, bar.until) if at is not None]
            bar = Bar(bar.code, min(one.waiting + bar.waiting, OPEN_COUNTED_MAX), min(moments, default=None), bar.facts)
        found[key] = bar
    return sorted(found.values(), key=lambda bar: -bar.waiting)
