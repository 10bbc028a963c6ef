"""A task that was begun is finished before the next one begins."""

from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts


class DepthFirstTerms(PolicyTerms):
    """`tiers`: how many tiers the attempts wanted at first wait behind extra ones; 0: none."""

    tiers: Annotated[int, Field(ge=0, le=15)] = 1


class DepthFirst:
    """All attempts of a task stand side by side; one that a disagreement asks for goes before tasks not yet begun."""

    name = "depth_first"
    version = 1
    terms = DepthFirstTerms

    def tier(self, facts: SlotFacts, terms: DepthFirstTerms) -> int:
        """An extra attempt belongs to a task that was begun."""
        return 0 if facts.extra else terms.tiers

    def order(self, facts: SlotFacts, terms: DepthFirstTerms) -> tuple[int, ...]:
        """Task by task."""
        return (facts.place, facts.seq)


PART = DepthFirst()
