"""What the client calls urgent comes first: the priority of the batch, of the project, or of both."""

from typing import Annotated, Literal

from pydantic import Field

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts

_LAST = 9


class ClientPriorityTerms(PolicyTerms):
    """`by`: whose priority counts. `steps`: tiers between the first priority (0) and the last (9)."""

    by: Literal["batch", "project", "both"] = "batch"
    steps: Annotated[int, Field(ge=1, le=15)] = 9


class ClientPriority:
    """Priority 0 is tier 0, priority 9 the last of the steps; of both, their mean."""

    name = "client_priority"
    version = 1
    terms = ClientPriorityTerms

    def tier(self, facts: SlotFacts, terms: ClientPriorityTerms) -> int:
        """Rounded down, so that a higher priority never ranks lower."""
        counted = {
            "batch": 2 * facts.batch_priority,
            "project": 2 * facts.project_priority,
            "both": facts.batch_priority + facts.project_priority,
        }
        return counted[terms.by] * terms.steps // (2 * _LAST)

    def order(self, facts: SlotFacts, terms: ClientPriorityTerms) -> tuple[int, ...]:
        """One launch has one priority."""
        return ()


PART = ClientPriority()
