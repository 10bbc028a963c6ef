"""The attempts wanted from the start are enough, whatever they say."""

from fairhand.review.redundancy._facts import AnswersFacts, Judged, RedundancyTerms


class FixedTerms(RedundancyTerms):
    """None."""


class Fixed:
    """Planned attempts beyond the wanted ones never open."""

    name = "fixed"
    version = 1
    terms = FixedTerms

    def judge(self, facts: AnswersFacts, terms: FixedTerms) -> Judged:
        """Done with the last one wanted; one that was lost is made up for while any is left."""
        return Judged("more" if len(facts.answers) < facts.want and facts.left else "done")


PART = Fixed()
