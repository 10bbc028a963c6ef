"""Several of some options. The answer is the list of the options' values."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import CHOICE_OPTIONS_MAX
from fairhand.tasks.questions._option import Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.wording import Problem, shown, unfit


class ChoicesTerms(QuestionTerms):
    """`least`, `most`: how many may be chosen, where the question is answered; `most` None: all."""

    type: Literal["choices"]
    options: Annotated[list[Option], Field(min_length=2, max_length=CHOICE_OPTIONS_MAX)]
    least: Annotated[int, Field(ge=1, le=CHOICE_OPTIONS_MAX)] = 1
    most: Annotated[int, Field(ge=1, le=CHOICE_OPTIONS_MAX)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        no_two_alike(self.options)
        if not self.least <= (self.most or len(self.options)) <= len(self.options):
            raise unfit("least_most_options", "least and most must follow each other and be no more than the options")
        return self

    def possible(self) -> frozenset[str | int]:
        """The options' values."""
        return frozenset(option.value for option in self.options)


class Choices:
    """answer: a list of the options' values, none twice."""

    name = "choices"
    version = 1
    terms = ChoicesTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, not_an_option, twice, too_few, too_many."""
        question = str(terms["name"])
        if not isinstance(answer, list):
            return [Problem(question, "not_a_list", "is answered with a list of options' values")]
        values = {option["value"] for option in terms["options"]}
        strange = [each for each in answer if not isinstance(each, str) or each not in values]
        if strange:
            return [Problem(question, "not_an_option", f"{shown(strange[0])} is not one of the options")]
        if len(set(answer)) < len(answer):
            return [Problem(question, "twice", "names an option twice")]
        least, most = terms.get("least", 1), terms.get("most") or len(values)
        if len(answer) < least:
            return [Problem(question, "too_few", f"names {len(answer)}; at least {least} are asked for")]
        if len(answer) > most:
            return [Problem(question, "too_many", f"names {len(answer)}; at most {most} are allowed")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The options that are marked; none is no answer."""
        return list(posted.get(name, [])) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The values that are marked."""
        return value or []

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of options in both among those in either (Jaccard)."""
        either = set(a) | set(b)
        return 1 - Fraction(len(set(a) & set(b)), len(either)) if either else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One for each option."""
        return tuple(f"{terms['name']}_{option['value']}" for option in terms["options"])

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """1 or 0 for each option."""
        if answer is None:
            return ("",) * len(terms["options"])
        return tuple(str(int(option["value"] in answer)) for option in terms["options"])


PART = Choices()
