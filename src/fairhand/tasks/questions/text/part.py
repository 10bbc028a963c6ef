"""An answer in words."""

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX, TEXT_ANSWER_CHARS_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Problem, storable_problem

_WORD = re.compile(r"\w+")


class TextAnswerTerms(QuestionTerms):
    """`chars_max`: the longest answer, in characters. `format`: how its readers see it; as it stands, if there is none.

    Where that is Markdown, whoever writes can look at it as it will be read.
    """

    type: Literal["text"]
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = PARAGRAPH_CHARS_MAX
    format: Literal["markdown"] | None = None


class TextQuestion:
    """answer: a text; empty only where the question is optional."""

    name = "text"
    version = 1
    terms = TextAnswerTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, required, too_long, bad_character."""
        question = str(terms["name"])
        if not isinstance(answer, str):
            return [Problem(question, "not_text", "is answered with text")]
        if not answer.strip() and terms.get("required", True):
            return [Problem(question, "required", "needs an answer")]
        longest = terms.get("chars_max", PARAGRAPH_CHARS_MAX)
        if len(answer) > longest:
            return [Problem(question, "too_long", f"is {len(answer)} characters long; {longest} are allowed")]
        if (problem := storable_problem(answer)) is not None:
            return [Problem(question, "bad_character", problem)]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What was written; nothing is no answer."""
        return one(posted, name) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """Nothing beside the terms."""
        return None

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of words that the two have in common (case and order aside, repeats counted)."""
        left, right = Counter(_words(a)), Counter(_words(b))
        union = sum((left | right).values())
        return 1 - Fraction(sum((left & right).values()), union) if union else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 if the words are the same in the same order, else 0."""
        return Fraction(_words(answer) == _words(gold))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of text."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The text."""
        return (answer or "",)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


PART = TextQuestion()
