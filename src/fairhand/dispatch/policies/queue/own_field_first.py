"""Work of one's own field before other work."""

from collections.abc import Mapping, Sequence

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts


class OwnFieldFirstTerms(PolicyTerms):
    """Nothing to set."""


class OwnFieldFirst:
    """A field is one's own if the profile names it, word for word, capitals aside."""

    name = "own_field_first"
    version = 1
    terms = OwnFieldFirstTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: OwnFieldFirstTerms) -> Mapping[int, int]:
        """0 for one's own field, else 1."""
        return {queue.id: int(queue.field.casefold() not in expert.domains) for queue in queues}


PART = OwnFieldFirst()
