"""What a primitive is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from fairhand_pay.facts import Facts, PeriodFacts

# The order in which primitives act. Lines of one step stand in the order of the plan.
RATE, BASE, MULT, CAP, FLOOR, HOLD = range(6)
WINDOW_GOAL, WINDOW_FLOOR, WINDOW_CAP, ADJUST = range(6, 10)


class Params(BaseModel):
    """Base of every primitive's parameters: frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Made:
    """A line that stands already. `exact` in minor units; `tag` is what a later primitive calls it by.

    `counts`: floors and caps look at it (not so at a referral, an expense, a gift).
    """

    key: str
    tag: str
    exact: Fraction
    amount_minor: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan says for all its primitives, and what stands when one of them acts.

    `rate_minor` is the hourly rate that RATE picked; `made` the lines of earlier steps; `period` only in a window.
    """

    currency: str
    paid_s_max: int | None
    rate_minor: int | None = None
    made: tuple[Made, ...] = ()
    period: PeriodFacts | None = None

    @property
    def paid_ms_max(self) -> int:
        """The longest paid time of a claim; 0 where no time is paid for."""
        return (self.paid_s_max or 0) * 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before rounding. `exact` is in minor units. The engine adds `amount` to the arguments.

    `tag`: by default the primitive's name in small letters. `rate_minor`: only RATE sets the rate for what follows.
    """

    inputs: Mapping[str, int | str]
    exact: Fraction
    sentence_key: str
    sentence_args: Mapping[str, str]
    parents: tuple[str, ...] = ()
    tag: str = ""
    counts: bool = True
    rate_minor: int | None = None


P = TypeVar("P", bound=Params)


class Primitive(Protocol[P]):
    """One kind of pay. `sentences` are its English format strings, for lines and for cards.

    `singulars`: for a sentence that counts something, (its text for one, the argument that counts).
    """

    name: str
    version: int
    params: type[P]
    sentences: Mapping[str, str]
    singulars: Mapping[str, tuple[str, str]]
    timed: bool

    def settle(self, params: P, frame: Frame) -> P:
        """The parameters in their one written form. Raises TermsError, its path relative to the parameters."""
        ...

    def counts(self, params: P) -> str:
        """What is counted; a plan may count the same thing once only. A unit's name, or `active_ms`."""
        ...

    def asks(self, params: P) -> tuple[str, ...]:
        """What it must be told: names of facts (`active_ms`, `units.turn`, `score`), and `rate` for a RATE before."""
        ...

    def scope(self, params: P) -> str:
        """`task`: it acts on one claim. `day`, `week`, `window`: when that closes."""
        ...

    def step(self, params: P) -> int:
        """When it acts: RATE, BASE, MULT, CAP, FLOOR, HOLD; WINDOW_GOAL, WINDOW_FLOOR, WINDOW_CAP."""
        ...

    def drafts(self, facts: Facts, params: P, frame: Frame) -> tuple[Draft, ...]:
        """Its lines. What pays by itself has at least one. Raises FactsError if a fact that it needs is missing."""
        ...

    def most(self, params: P, frame: Frame) -> Facts:
        """The facts that pay most: no facts pay more. In a window they are `most_done` of the period."""
        ...

    def most_done(self, params: P) -> Mapping[str, int]:
        """In a window: the numbers that pay most."""
        ...

    def said(self, params: P, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Sentence keys and arguments that say the terms on a card."""
        ...


class Usual(ABC):
    """What most primitives have in common: they pay for one claim by what they count, in the first step."""

    singulars: Mapping[str, tuple[str, str]] = {}
    timed = False

    @abstractmethod
    def counts(self, params: Any) -> str:
        """What it pays for: a unit, or a clock."""

    def asks(self, params: Any) -> tuple[str, ...]:
        """Work time if it is timed, else the unit that it counts."""
        counted = self.counts(params)
        return (counted,) if self.timed else (f"units.{counted}",)

    def scope(self, params: Any) -> str:
        """One claim."""
        return "task"

    def step(self, params: Any) -> int:
        """The base, beside its like."""
        return BASE

    def most_done(self, params: Any) -> Mapping[str, int]:
        """Nothing: it acts in no window."""
        return {}
