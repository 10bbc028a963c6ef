"""First in, first out: slots come in the order in which they opened."""

from fairhand.dispatch.policies._facts import PolicyTerms, SlotFacts


class FirstInTerms(PolicyTerms):
    """Nothing to set."""


class FirstIn:
    """Tasks in the order of their file; what opens again goes to the end of its queue."""

    name = "first_in"
    version = 1
    terms = FirstInTerms

    def tier(self, facts: SlotFacts, terms: FirstInTerms) -> int:
        """All alike."""
        return 0

    def order(self, facts: SlotFacts, terms: FirstInTerms) -> tuple[int, ...]:
        """By the task's place in its batch."""
        return (facts.place, facts.seq)


PART = FirstIn()
