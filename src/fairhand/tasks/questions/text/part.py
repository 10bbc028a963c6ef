"""An answer in words."""

import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX, TEXT_ANSWER_CHARS_MAX
from fairhand.tasks.questions._language import TAG, direction_of, words_in
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Problem, storable_problem, unfit

_WORD = re.compile(r"\w+")


class TextAnswerTerms(QuestionTerms):
    """`chars_least`, `chars_max`: the shortest and the longest answer, in characters; space around it is no help to
    the least. `words_least`, `words_max`: in words. `language`: the one it is asked for in, as a tag of BCP 47 (`ar`,
    `zh-Hant`, `pt-BR`): the box has its direction, and the page hints where the letters are of another script.
    `format`: how its readers see it; as it stands, if there is none. Where that is Markdown, whoever writes can look
    at it as it will be read.
    """

    type: Literal["text"]
    chars_least: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] | None = None
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = PARAGRAPH_CHARS_MAX
    format: Literal["markdown"] | None = None
    words_least: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] | None = None
    words_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] | None = None
    language: Annotated[str, Field(pattern=TAG)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for least, most in ((self.chars_least, self.chars_max), (self.words_least, self.words_max)):
            if least is not None and most is not None and least > most:
                why = "the least (%(least)s) is more than the most (%(most)s)"
                raise unfit("least_above_most", why, least=least, most=most)
        if self.words_least is not None and self.words_least > self.chars_max:
            why = "%(words)s words have no room in %(chars)s characters"
            raise unfit("words_no_room", why, words=self.words_least, chars=self.chars_max)
        return self


class TextQuestion:
    """answer: a text; empty only where the question is optional."""

    name = "text"
    version = 1
    terms = TextAnswerTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, required, too_long, too_short, too_few_words, too_many_words, bad_character."""
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
        return _length_problems(question, answer, terms) if answer.strip() else []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What was written; nothing is no answer."""
        return one(posted, name) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """How many words it has so far, whether there are limits to say beside the most characters, the direction."""
        limits = any(terms.get(name) for name in ("chars_least", "words_least", "words_max"))
        words = words_in(value) if limits and isinstance(value, str) else 0
        return {"words": words, "limits": limits, "dir": direction_of(terms.get("language"))}

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


def _length_problems(question: str, answer: str, terms: Mapping[str, Any]) -> list[Problem]:
    chars, words = len(answer.strip()), words_in(answer)
    if chars < terms.get("chars_least", 0):
        why = f"is {chars} characters long; {terms['chars_least']} are asked for"
        return [Problem(question, "too_short", why)]
    if words < terms.get("words_least", 0):
        return [Problem(question, "too_few_words", f"has {words} words; {terms['words_least']} are asked for")]
    if words > terms.get("words_max", words):
        return [Problem(question, "too_many_words", f"has {words} words; {terms['words_max']} are allowed")]
    return []


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


PART = TextQuestion()
