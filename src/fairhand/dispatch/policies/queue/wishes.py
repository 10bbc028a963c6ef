"""The fields that people said they would rather work in, first."""

from collections.abc import Mapping, Sequence

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts


class WishesTerms(PolicyTerms):
    """Nothing to set."""


class Wishes:
    """A wish is the person's own: what came of it is written down as a draw, so that nobody can read it back."""

    name = "wishes"
    version = 1
    terms = WishesTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: WishesTerms) -> Mapping[int, int]:
        """0 for a field that was wished for, else 1."""
        return {queue.id: int(queue.field.casefold() not in expert.wishes) for queue in queues}


PART = Wishes()
