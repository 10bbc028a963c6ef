"""Shares of the claims for each field, drawn by weight."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts, share_drawn

_SCALE = 1_000_000
Weight = Annotated[int, Field(ge=1, le=1000)]
Name = Annotated[str, StringConstraints(max_length=60)]


class WeightsTerms(PolicyTerms):
    """`fields`: field of work -> weight. `otherwise`: the weight of every field that isn't named."""

    fields: Annotated[dict[Name, Weight], Field(max_length=50)] = {}
    otherwise: Weight = 1


class Weights:
    """A field of weight 3 is tried first three times as often as one of weight 1; the draw is new for every claim."""

    name = "weights"
    version = 1
    terms = WeightsTerms

    def ranks(self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: WeightsTerms) -> Mapping[int, int]:
        """A weighted draw without putting back: an exponential of the weight's rate for each field, the least first."""
        known = {name.casefold(): weight for name, weight in terms.fields.items()}
        keys = {
            field: round(
                -math.log(share_drawn(expert.seed, "weights", field)) / known.get(field, terms.otherwise) * _SCALE
            )
            for field in {queue.field.casefold() for queue in queues}
        }
        return {queue.id: keys[queue.field.casefold()] for queue in queues}


PART = Weights()
