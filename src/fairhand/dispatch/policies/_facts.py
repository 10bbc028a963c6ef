"""What policies see, and what they are. Pure: no clock, no database; whatever is drawn comes from the seed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

_STEPS = 2**53


class PolicyTerms(BaseModel):
    """Terms of a policy: whole numbers, lists of them, weights by name. Unknown ones are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A slot that opens. `place`: its task's place in the batch, from 0; `seq`: which attempt of it, from 1.

    `extra`: beyond the attempts wanted at first. `hours_left`: until the batch's deadline, negative beyond it.
    `uncertainty_pm`: how unsure the task's answer is, per mille. `passing_n`: people with a seat who pass the gate of
    the stage, counted up to a limit. None: nobody knows. Priorities: 0 first, 9 last.
    """

    place: int = 0
    seq: int = 1
    extra: bool = False
    hours_left: int | None = None
    batch_priority: int = 5
    project_priority: int = 5
    uncertainty_pm: int | None = None
    passing_n: int | None = None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A queue that may hold something for a person. `own`: set aside for a cohort the person is in."""

    id: int
    project: str
    stage: str
    kind: str = "attempt"
    lane: str = "real"
    tier: int = 0
    field: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """`seed`: new for every claim. `done_n`: handed in so far in the project. `last_fields`: of the last claims, newest
    first. `domains`: from the profile; `wishes`: the fields the person would rather work in, theirs alone.
    """

    seed: str
    done_n: int = 0
    last_fields: tuple[str, ...] = ()
    domains: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()


class SlotPolicy(Protocol):
    """Where a slot ranks. The tiers of a plan's policies are added, 15 at most; tier 0 is given out first."""

    name: str
    version: int
    terms: type[PolicyTerms]

    def tier(self, facts: SlotFacts, terms: Any) -> int:
        """0 or more."""
        ...

    def order(self, facts: SlotFacts, terms: Any) -> tuple[int, ...]:
        """Sorts slots that one launch opens in one tier; () says nothing."""
        ...


class QueuePolicy(Protocol):
    """In which order a person's claim looks through queues: lower ranks first, equal ranks left to the next policy."""

    name: str
    version: int
    terms: type[PolicyTerms]

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: Any) -> Mapping[int, int]:
        """Queue id -> rank, of every queue."""
        ...


def drawn(*parts: object) -> int:
    """1 to 2**53, evenly, the same for the same parts."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _STEPS + 1


def share_drawn(*parts: object) -> float:
    """Above 0, at most 1."""
    return drawn(*parts) / _STEPS


def band(value: int | None, bounds: Sequence[int]) -> int:
    """How many of the rising bounds lie below the value; beyond them all if it isn't known."""
    return len(bounds) if value is None else sum(value > bound for bound in bounds)
