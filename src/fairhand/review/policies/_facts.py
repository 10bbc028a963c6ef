"""What a policy sees, and what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """`handed_in_before`: the author's earlier submissions in this project.

    `slot_key`: stable, and unknown to experts.
    """

    slot_key: str
    round: int
    handed_in_before: int


class Policy(Protocol):
    """A review policy."""

    name: str
    version: int

    def problems(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, sentence) of each thing wrong with the terms."""
        ...

    def wanted(self, facts: SubmissionFacts, terms: Mapping[str, Any]) -> int:
        """How many review slots this submission gets."""
        ...

    def expected(self, submissions: int, experts: int, terms: Mapping[str, Any]) -> int:
        """About how many review slots so many submissions by so many experts will get; the pool is funded for it."""
        ...
