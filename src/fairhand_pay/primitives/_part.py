"""What a primitive is."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from fairhand_pay.facts import Facts


class Params(BaseModel):
    """Base of every primitive's parameters: frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a plan says for all its primitives."""

    currency: str
    paid_s_max: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before rounding. `exact` is in minor units. The engine adds `amount` to the arguments."""

    inputs: Mapping[str, int | str]
    exact: Fraction
    sentence_key: str
    sentence_args: Mapping[str, str]


P = TypeVar("P", bound=Params)


class Primitive(Protocol[P]):
    """One kind of pay. `sentences` are its English format strings, for lines and for cards."""

    name: str
    version: int
    params: type[P]
    sentences: Mapping[str, str]
    timed: bool

    def settle(self, params: P, frame: Frame) -> P:
        """The parameters in their one written form. Raises TermsError, its path relative to the parameters."""
        ...

    def counts(self, params: P) -> str:
        """What is counted; a plan may count the same thing once only. A unit's name, or `active_ms`."""
        ...

    def drafts(self, facts: Facts, params: P, frame: Frame) -> tuple[Draft, ...]:
        """At least one line. Raises FactsError if the fact that is paid for is missing."""
        ...

    def most(self, params: P, frame: Frame) -> Facts:
        """The facts that pay most: no facts pay more."""
        ...

    def said(self, params: P, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Sentence keys and arguments that say the terms on a card."""
        ...
