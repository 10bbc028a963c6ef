"""No more than so many tasks of one field in a row, as long as there is another."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts

LAST_FIELDS_MAX = 10


class VarietyTerms(PolicyTerms):
    """`alike`: how many in a row may be of one field."""

    alike: Annotated[int, Field(ge=1, le=LAST_FIELDS_MAX)] = 3


class Variety:
    """Nothing is withheld: where only one field has work, it goes on."""

    name = "variety"
    version = 1
    terms = VarietyTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: VarietyTerms) -> Mapping[int, int]:
        """1 for the field of the last tasks if it was so often in a row, else 0."""
        last = expert.last_fields[:1]
        row = sum(1 for _ in takewhile(lambda field: (field,) == last, expert.last_fields))
        tired = last[0] if last and row >= terms.alike else None
        return {queue.id: int(queue.field == tired) for queue in queues}


PART = Variety()
