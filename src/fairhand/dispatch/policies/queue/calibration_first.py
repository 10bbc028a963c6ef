"""Whoever is new in a project begins with its calibration tasks."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from fairhand.dispatch.policies._facts import ExpertFacts, PolicyTerms, QueueFacts


class CalibrationFirstTerms(PolicyTerms):
    """`tasks`: so many handed in, and one is new no longer."""

    tasks: Annotated[int, Field(ge=1, le=1000)] = 5


class CalibrationFirst:
    """Before that the calibration lane comes first, afterwards last."""

    name = "calibration_first"
    version = 1
    terms = CalibrationFirstTerms

    def ranks(
        self, queues: Sequence[QueueFacts], expert: ExpertFacts, terms: CalibrationFirstTerms
    ) -> Mapping[int, int]:
        """The lane that is due gets 0, the other 1."""
        new = expert.done_n < terms.tasks
        return {queue.id: int((queue.lane == "calibration") != new) for queue in queues}


PART = CalibrationFirst()
