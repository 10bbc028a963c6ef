"""A share of the tasks is gold: their answer is known, and nobody is told which before it is accepted."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts, drawn

_WHOLE = 100


class GoldShareTerms(PolicyTerms):
    """`percent` of an expert's claims, drawn; `first`: not before so many were handed in."""

    percent: Annotated[int, Field(ge=1, le=50)] = 5
    first: Annotated[int, Field(ge=0, le=1000)] = 0


class GoldShare:
    """Orders nothing: where it draws, a slot on gold opens for the person, who is given it as any other task."""

    name = "gold_share"
    version = 1
    terms = GoldShareTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: GoldShareTerms) -> Mapping[int, int]:
        """All alike."""
        return dict.fromkeys((queue.id for queue in queues), 0)

    def draws(self, expert: ExpertFacts, terms: GoldShareTerms) -> bool:
        """Whether this claim is to be gold; the same for the same seed."""
        return expert.done_n >= terms.first and drawn(expert.seed, "gold") % _WHOLE < terms.percent


PART = GoldShare()
