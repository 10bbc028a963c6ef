"""One more attempt at a time until enough answers agree; where they still differ at the last, somebody adjudicates."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field, field_validator

from fairhand.kernel.money import parse_decimal
from fairhand.review.redundancy._facts import AnswersFacts, Judged, RedundancyTerms, alike


class AgreeTerms(RedundancyTerms):
    """`question`: whose answers are compared; empty: all. `share` of equal answers that is enough, above a half.

    `budget`: extra attempts at most, of those that a task's cap allows.
    """

    question: Annotated[str, Field(max_length=64)] = ""
    share: Annotated[str, Field(max_length=10)] = "0.6"
    budget: Annotated[int, Field(ge=0, le=100)] = 100

    @field_validator("share")
    @classmethod
    def _is_a_share(cls, value: str) -> str:
        if not Fraction(1, 2) < Fraction(parse_decimal(value)) <= 1:
            raise ValueError("lies above 0.5, up to 1, such as 0.6")
        return value


class Agree:
    """A task whose first answers agree costs no more than they did."""

    name = "agree"
    version = 1
    terms = AgreeTerms

    def judge(self, facts: AnswersFacts, terms: AgreeTerms) -> Judged:
        """The largest group of equal answers is held against all of them."""
        top_n, n = alike(facts, terms.question), len(facts.answers)
        if n and n >= facts.want and Fraction(top_n, n) >= Fraction(terms.share):
            return Judged("done", top_n)
        may_open = facts.left and (n < facts.want or n - facts.want < terms.budget)
        return Judged("more" if may_open else "adjudicate", top_n)


PART = Agree()
