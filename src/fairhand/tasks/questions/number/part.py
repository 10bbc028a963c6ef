"""A number, with its unit. It is kept as it was written, digit by digit, so that nothing is rounded."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import NUMBER_DECIMALS_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Label, Problem, unfit

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
# Arabic digits, its decimal sign and the minus of typography. A comma is not guessed at: it parts thousands for some.
_PLAIN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫−", "0123456789.-")  # noqa: RUF001  # the characters that are meant
Exact = Annotated[str, Field(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$")]


class NumberTerms(QuestionTerms):
    """`least`, `most`: its bounds, as text ("0.5"). `within`: how far from the known answer still counts as right."""

    type: Literal["number"]
    unit: Label | None = None
    least: Exact | None = None
    most: Exact | None = None
    decimals: Annotated[int, Field(ge=0, le=NUMBER_DECIMALS_MAX)] = 0
    within: Exact = "0"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least is not None and self.most is not None and Decimal(self.least) >= Decimal(self.most):
            raise unfit("least_below_most", "least must be below most")
        if Decimal(self.within) < 0:
            raise unfit("within_below_zero", "within can't be below zero")
        return self


class Number:
    """answer: a number as text, with a point ("12.5") and no more decimals than the template allows."""

    name = "number"
    version = 1
    terms = NumberTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_number, too_exact, not_in_range."""
        question, decimals = str(terms["name"]), terms.get("decimals", 0)
        if not isinstance(answer, str) or not _NUMBER.fullmatch(answer):
            return [Problem(question, "not_a_number", 'is answered with a number as text, such as "12.5"')]
        if len(answer.partition(".")[2]) > decimals:
            return [Problem(question, "too_exact", f"has more than {decimals} digits after the point")]
        least, most = terms.get("least"), terms.get("most")
        given = Decimal(answer)
        if (least is not None and given < Decimal(least)) or (most is not None and given > Decimal(most)):
            return [Problem(question, "not_in_range", f"is a number from {least or 'any'} to {most or 'any'}")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What was written, in the digits that are stored."""
        return one(posted, name).strip().translate(_PLAIN) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """Nothing beside the terms."""
        return None

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The difference as a share of what is possible; without both bounds, 0 or, for two numbers, 1."""
        left, right = Fraction(a), Fraction(b)
        if terms.get("least") is None or terms.get("most") is None:
            return Fraction(left != right)
        return abs(left - right) / (Fraction(terms["most"]) - Fraction(terms["least"]))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 within the stated reach of the known answer, else 0."""
        return Fraction(abs(Fraction(answer) - Fraction(gold)) <= Fraction(terms.get("within", "0")))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of numbers."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The number."""
        return (answer or "",)


PART = Number()
