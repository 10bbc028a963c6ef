"""Work that few of the project's people may do comes first for those few."""

from typing import Annotated

from pydantic import Field, model_validator

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts, band

People = Annotated[int, Field(ge=0, le=100_000)]


class ScarceSkillTerms(PolicyTerms):
    """`people`: rising bounds. No more than the first pass the gate: tier 0; than the second: tier 1; and so on."""

    people: Annotated[list[People], Field(min_length=1, max_length=15)] = [3, 10]

    @model_validator(mode="after")
    def _rise(self) -> "ScarceSkillTerms":
        if sorted(set(self.people)) != self.people:
            raise ValueError("each bound must be higher than the one before it")
        return self


class ScarceSkill:
    """Counts people with a seat who pass the stage's gate when its slots open; a stage without a gate comes last."""

    name = "scarce_skill"
    version = 1
    terms = ScarceSkillTerms

    def tier(self, facts: SlotFacts, terms: ScarceSkillTerms) -> int:
        """The band in which the number of people lies."""
        return band(facts.passing_n, terms.people)

    def order(self, facts: SlotFacts, terms: ScarceSkillTerms) -> tuple[int, ...]:
        """All slots of a stage have one gate."""
        return ()


PART = ScarceSkill()
