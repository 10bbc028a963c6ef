"""One of several options. The answer is the option's value."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import CHOICE_OPTIONS_MAX
from fairhand.tasks.questions._option import Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Problem, shown


class ChoiceTerms(QuestionTerms):
    """At least two options; values and keys are unique."""

    type: Literal["choice"]
    options: Annotated[list[Option], Field(min_length=2, max_length=CHOICE_OPTIONS_MAX)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        no_two_alike(self.options)
        return self

    def possible(self) -> frozenset[str | int]:
        """The options' values."""
        return frozenset(option.value for option in self.options)


class Choice:
    """answer: one of the options' values."""

    name = "choice"
    version = 1
    terms = ChoiceTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, not_an_option."""
        question = str(terms["name"])
        if not isinstance(answer, str):
            return [Problem(question, "not_text", "is answered with the value of one option, as text")]
        values = [option["value"] for option in terms["options"]]
        if answer not in values:
            listed = ", ".join(values[:8]) + (", …" if len(values) > 8 else "")
            return [Problem(question, "not_an_option", f"{shown(answer)} is not one of the options: {listed}")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The option that is marked."""
        return one(posted, name) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """Nothing beside the terms."""
        return None

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """0 for the same option, 1 for another."""
        return Fraction(a != b)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 for the known option, else 0."""
        return Fraction(answer == gold)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of option values."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The option."""
        return (answer or "",)


PART = Choice()
