"""Every task once before any task twice."""

from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts


class BreadthFirstTerms(PolicyTerms):
    """`tiers`: over how many tiers second, third and later attempts are spread, across batches too; 0: none."""

    tiers: Annotated[int, Field(ge=0, le=15)] = 2


class BreadthFirst:
    """First attempts of all tasks, then second ones, and so on."""

    name = "breadth_first"
    version = 1
    terms = BreadthFirstTerms

    def tier(self, facts: SlotFacts, terms: BreadthFirstTerms) -> int:
        """An attempt more is a tier more."""
        return min(facts.seq - 1, terms.tiers)

    def order(self, facts: SlotFacts, terms: BreadthFirstTerms) -> tuple[int, ...]:
        """By the number of the attempt."""
        return (facts.seq,)


PART = BreadthFirst()
