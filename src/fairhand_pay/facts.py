"""What happened, as far as pay cares: on one claim, or in one day, week or window."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from fairhand_pay.currency import parse_decimal
from fairhand_pay.errors import FactsError, shown

_CLOCKS = ("active_ms", "wall_ms", "timesheet_ms", "median_ms")


@dataclass(frozen=True, slots=True)
class Happened:
    """A one-off event. `key` is what it is about (the referred person, the course): one key is paid once.

    `base_minor` is what a share is taken of (the referred person's earnings, the receipt); None where nothing is.
    """

    kind: str
    key: str
    base_minor: int | None = None

    def __post_init__(self) -> None:
        if self.base_minor is not None:
            _whole(f"events.{self.kind}", self.base_minor)


@dataclass(frozen=True, slots=True)
class Facts:
    """`active_ms`: work time in milliseconds, None where none was recorded (it is then unknown, not nought).

    `units`: how many of each unit the submission holds. `wall_ms`: from start to end. `timesheet_ms`: as declared.
    `median_ms`: the typical time of this kind of task, once it is known. `score`: the reviewers', as decimal text.
    `flags`: what held when the work was done (`surge`). `dims`: who and what, for a rate card. `paid_keys`: keys of
    events paid for earlier. Raises FactsError for anything but whole numbers from 0.
    """

    active_ms: int | None
    units: Mapping[str, int] = field(default_factory=dict)
    wall_ms: int | None = None
    timesheet_ms: int | None = None
    median_ms: int | None = None
    score: str | None = None
    flags: frozenset[str] = frozenset()
    dims: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Happened, ...] = ()
    paid_keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in _CLOCKS:
            value = getattr(self, name)
            if value is not None:
                _whole(name, value)
        for unit, number in self.units.items():
            _whole(f"units.{unit}", number)
        if self.score is not None:
            try:
                parse_decimal(self.score)
            except ValueError as error:
                raise FactsError("score", str(error)) from None
        # Frozen copies: lines computed twice from the same facts are the same lines.
        object.__setattr__(self, "units", MappingProxyType(dict(self.units)))
        object.__setattr__(self, "dims", MappingProxyType(dict(self.dims)))

    @classmethod
    def timed(cls, clock: str, ms: int) -> "Facts":
        """Facts of one clock alone, by its name (`wall_ms`)."""
        return cls(
            active_ms=ms if clock == "active_ms" else None,
            wall_ms=ms if clock == "wall_ms" else None,
            timesheet_ms=ms if clock == "timesheet_ms" else None,
            median_ms=ms if clock == "median_ms" else None,
        )

    @property
    def worked_ms(self) -> int | None:
        """The time that was paid by: work time, or the timesheet of it; None where neither is told."""
        return self.timesheet_ms if self.active_ms is None else self.active_ms

    def lasting(self, ms: int) -> "Facts":
        """The same with another time on the clock that these facts tell; of neither, as work time."""
        if self.active_ms is None and self.timesheet_ms is not None:
            return replace(self, timesheet_ms=ms)
        return replace(self, active_ms=ms, timesheet_ms=None if self.timesheet_ms is None else ms)

    @property
    def scored(self) -> Fraction | None:
        """The score as a number."""
        return None if self.score is None else Fraction(parse_decimal(self.score))

    def joined(self, other: "Facts") -> "Facts":
        """Each fact at its larger value: of the facts that pay most for single rules, those that pay most for all."""
        clocks = {name: _larger(getattr(self, name), getattr(other, name)) for name in _CLOCKS}
        units = dict(self.units)
        for unit, number in other.units.items():
            units[unit] = max(number, units.get(unit, 0))
        scores = [each for each in (self.score, other.score) if each is not None]
        return Facts(
            **clocks, units=units, score=max(scores, key=parse_decimal, default=None), flags=self.flags | other.flags,
            dims={**self.dims, **other.dims}, events=self.events + other.events,
            paid_keys=self.paid_keys | other.paid_keys,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Earned:
    """A pay line of a period, as the rules of the period see it. `counts`: not a referral, an expense or a gift."""

    key: str
    amount_minor: int
    hash: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """One person's day, week or window. `done`: numbers by name, `tasks`, `good_tasks` and `ms` of work time.

    Work counts in the period it was *handed in*, from the moment it is accepted: a late review costs no bonus.
    """

    scope: str
    done: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[Earned, ...] = ()

    def __post_init__(self) -> None:
        if self.scope not in ("day", "week", "window"):
            raise FactsError("scope", f"{shown(self.scope)} is not day, week or window")
        for name, number in self.done.items():
            _whole(f"done.{name}", number)
        object.__setattr__(self, "done", MappingProxyType(dict(self.done)))


def work_ms(intervals: "list[tuple[int, int]]") -> int:
    """Milliseconds covered by intervals [from, to): what is covered twice (two tabs, two devices) counts once.

    Order and cuts don't matter. Raises FactsError for an interval that ends before it begins.
    """
    covered, reached = 0, None
    for start, end in sorted(intervals):
        if end < start:
            raise FactsError("intervals", f"one ends at {end}, before it begins at {start}")
        begin = start if reached is None else max(start, reached)
        covered += max(0, end - begin)
        reached = end if reached is None else max(reached, end)
    return covered


def _larger(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _whole(path: str, value: object) -> None:
    if type(value) is not int or value < 0:
        raise FactsError(path, f"{shown(value)} is not a whole number from 0")
