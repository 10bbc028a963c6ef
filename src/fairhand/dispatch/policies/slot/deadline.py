"""The nearer a batch's deadline, the earlier its slots."""

from typing import Annotated

from pydantic import Field, model_validator

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts, band

_YEAR_H = 24 * 366
Hours = Annotated[int, Field(ge=0, le=_YEAR_H)]


class DeadlineTerms(PolicyTerms):
    """`hours`: rising bounds. Left less than the first: tier 0; less than the second: tier 1; and so on."""

    hours: Annotated[list[Hours], Field(min_length=1, max_length=15)] = [24, 72, 168]

    @model_validator(mode="after")
    def _rise(self) -> "DeadlineTerms":
        if sorted(set(self.hours)) != self.hours:
            raise ValueError("each bound must be higher than the one before it")
        return self


class Deadline:
    """A batch without a deadline comes after all bounds. An hour that passes moves what is still open, by a job."""

    name = "deadline"
    version = 1
    terms = DeadlineTerms

    def tier(self, facts: SlotFacts, terms: DeadlineTerms) -> int:
        """The band in which the hours left lie."""
        return band(facts.hours_left, terms.hours)

    def order(self, facts: SlotFacts, terms: DeadlineTerms) -> tuple[int, ...]:
        """One launch has one deadline."""
        return ()


PART = Deadline()
