"""What a simulation is asked and what it answers: crowds, their hours, their draws, the figures. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import log
from random import Random
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

# Where nothing is known of a stage's work time.
TYPICAL_S, LONG_S = 60, 120
_ONE_SIDED_80 = 0.8416  # standard deviations from the middle of a normal distribution to its 80th percentile


class SpecRefused(ValueError):
    """A specification can't be used; the message names each fault."""


class Group(BaseModel):
    """People alike. `accuracy`: how often they give the right answer (experts), or see a wrong one (reviewers).

    `speed`: 2 works twice as fast as is typical. `spread`: how far members' speeds and accuracies differ. `hours`: from
    and to on their own clock; beyond midnight where the second comes first. `leaves`: share who leave for ever on a day
    they work. `drops`: share of claims that are walked away from. `skips`: share that are given back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    role: Literal["expert", "reviewer"] = "expert"
    n: Annotated[int, Field(ge=1, le=10_000)]
    accuracy: Annotated[float, Field(ge=0, le=1)] = 0.85
    speed: Annotated[float, Field(gt=0.05, le=20)] = 1.0
    spread: Annotated[float, Field(ge=0, le=1)] = 0.2
    hours: tuple[time, time] = (time(9), time(17))
    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    zone: str = "UTC"
    leaves: Annotated[float, Field(ge=0, le=1)] = 0.0
    drops: Annotated[float, Field(ge=0, le=1)] = 0.0
    skips: Annotated[float, Field(ge=0, le=1)] = 0.0

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value[:60]!r} is not a time zone; write one like Africa/Cairo")
        return value


class Crowd(BaseModel):
    """Everybody who works."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Annotated[tuple[Group, ...], Field(min_length=1, max_length=50)]


def crowd_of(text: str) -> Crowd:
    """A crowd as TOML tells it: one [[group]] each. Raises SpecRefused."""
    try:
        return Crowd.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SpecRefused(f"this is not TOML: {error}") from None
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:10])
        raise SpecRefused(told) from None


def plain_crowd(experts: int, reviewers: int) -> Crowd:
    """So many of everyday skill and hours, in two zones, of whom some walk away."""
    groups = [
        Group(name="morning", n=max(1, experts - experts // 3), drops=0.02, skips=0.03, leaves=0.01),
        Group(
            name="evening", n=max(1, experts // 3), hours=(time(18), time(23)), days=(0, 1, 2, 3, 4, 5, 6),
            zone="Africa/Cairo", accuracy=0.8, speed=0.8, drops=0.04, skips=0.03, leaves=0.02,
        ),
    ]  # fmt: skip
    if reviewers:
        groups.append(Group(name="reviewers", role="reviewer", n=reviewers, accuracy=0.9, speed=1.2))
    return Crowd(group=tuple(groups))


@dataclass(slots=True)
class Worker:
    """One simulated person, and what became of them. Times in seconds."""

    name: str
    group: Group
    accuracy: float
    speed: float
    done: int = 0
    worked_s: float = 0.0
    waited_s: float = 0.0
    present_s: float = 0.0
    earned_minor: int = 0
    skipped: int = 0
    dropped: int = 0
    left: bool = False
    claims: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def workers_of(crowd: Crowd, draw: Random) -> list[Worker]:
    """Everybody, each a little different from their group."""
    found = []
    for group in crowd.group:
        for number in range(1, group.n + 1):
            accuracy = min(1.0, max(0.0, group.accuracy + draw.uniform(-1, 1) * group.spread * (1 - group.accuracy)))
            speed = group.speed * draw.lognormvariate(0, group.spread)
            found.append(Worker(f"{group.name}-{number}", group, accuracy, speed))
    return found


def work_s(estimate: Mapping[str, Any], speed: float, draw: Random) -> float:
    """A draw of work time: log-normal through an estimate's typical and long time, at a speed; 1 s at least."""
    middle = float(estimate.get("p50_s") or TYPICAL_S)
    long = max(float(estimate.get("p80_s") or middle * LONG_S / TYPICAL_S), middle * 1.01)
    return max(1.0, draw.lognormvariate(log(middle), log(long / middle) / _ONE_SIDED_80) / speed)


def next_shift(group: Group, now: datetime) -> tuple[datetime, datetime]:
    """The stretch of hours that `now` lies in, or the next one: from (never before now) and to."""
    zone = ZoneInfo(group.zone)
    local = now.astimezone(zone)
    for day in range(-1, 9):
        date = (local + timedelta(days=day)).date()
        if date.weekday() not in group.days:
            continue
        begin = datetime.combine(date, group.hours[0], zone)
        end = datetime.combine(date, group.hours[1], zone)
        if end <= begin:
            end = datetime.combine(date + timedelta(days=1), group.hours[1], zone)
        if end.astimezone(now.tzinfo) > now:
            return max(begin.astimezone(now.tzinfo), now), end.astimezone(now.tzinfo)
    raise ValueError(f"group {group.name} works on no day")


def gini(amounts: Sequence[float]) -> float:
    """0: all the same; towards 1: one has everything. 0 for nobody or nothing."""
    ordered = sorted(amounts)
    total, n = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * place - n - 1) * amount for place, amount in enumerate(ordered, start=1)) / (n * total)


def quantile(values: Sequence[float], share: float) -> float | None:
    """By linear interpolation; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
