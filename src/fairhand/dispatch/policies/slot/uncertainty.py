"""Tasks whose answer is least sure come first."""

from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts

_WHOLE = 1000


class UncertaintyTerms(PolicyTerms):
    """`steps`: tiers between wholly unsure (0) and sure; a task of which nobody knows ranks with the sure ones."""

    steps: Annotated[int, Field(ge=1, le=15)] = 4


class Uncertainty:
    """Reads the task's `uncertainty`: from its file, or from how far its answers differ."""

    name = "uncertainty"
    version = 1
    terms = UncertaintyTerms

    def tier(self, facts: SlotFacts, terms: UncertaintyTerms) -> int:
        """Even steps over 0 to 1."""
        sure = _WHOLE - (facts.uncertainty_pm or 0)
        return sure * terms.steps // _WHOLE

    def order(self, facts: SlotFacts, terms: UncertaintyTerms) -> tuple[int, ...]:
        """The least sure first."""
        return (-(facts.uncertainty_pm or 0),)


PART = Uncertainty()
