"""The turns of a conversation, as its user would write them one after the other."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX, TEXT_ANSWER_CHARS_MAX, WRITTEN_TURNS_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Problem, storable_problem, unfit


class TurnsTerms(QuestionTerms):
    """From `least` to `most` turns, each of at most `chars_max` characters."""

    type: Literal["turns"]
    least: Annotated[int, Field(ge=1, le=WRITTEN_TURNS_MAX)] = 2
    most: Annotated[int, Field(ge=1, le=WRITTEN_TURNS_MAX)] = 6
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = PARAGRAPH_CHARS_MAX

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self


class Turns:
    """answer: a list of texts in their order, none of them blank."""

    name = "turns"
    version = 1
    terms = TurnsTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, not_text, few_turns, many_turns, blank_turn, too_long, bad_character."""
        question, (least, most) = str(terms["name"]), _bounds(terms)
        if not isinstance(answer, list):
            return [Problem(question, "not_a_list", "is answered with a list of texts")]
        if len(answer) < least:
            return [Problem(question, "few_turns", f"has {len(answer)} turns; {least} are asked for at the least")]
        if len(answer) > most:
            return [Problem(question, "many_turns", f"has {len(answer)} turns; {most} are allowed")]
        longest = terms.get("chars_max", PARAGRAPH_CHARS_MAX)
        for place, text in enumerate(answer, start=1):
            if (found := _wrong(text, longest)) is not None:
                return [Problem(question, found[0], f"has a turn {place} that {found[1]}")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What was written, turn by turn; a field that was left empty is none."""
        texts = [one(posted, f"{name}.{place}") for place in range(_bounds(terms)[1])]
        return [text for text in texts if text.strip()] or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """For each turn there may be: (its number, its text, whether it is asked for)."""
        least, most = _bounds(terms)
        given = value if isinstance(value, list) else []
        return [(place + 1, given[place] if place < len(given) else "", place < least) for place in range(most)]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """At how many of all the places there may be the two say something else; a turn that one lacks is that."""
        same = sum(_plain(left) == _plain(right) for left, right in zip(a, b, strict=False))
        return Fraction(max(len(a), len(b)) - same, _bounds(terms)[1])

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 if every turn says the same, else 0."""
        return Fraction(self.distance(answer, gold, terms) == 0)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One for each turn there may be."""
        return tuple(f"{terms['name']}_{place + 1}" for place in range(_bounds(terms)[1]))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The turns."""
        given: Sequence[str] = answer or []
        return tuple(given[place] if place < len(given) else "" for place in range(_bounds(terms)[1]))


def _bounds(terms: Mapping[str, Any]) -> tuple[int, int]:
    return terms.get("least", 2), terms.get("most", 6)


def _wrong(text: object, longest: int) -> tuple[str, str] | None:
    if not isinstance(text, str):
        return "not_text", "is no text"
    if not text.strip():
        return "blank_turn", "is blank"
    if len(text) > longest:
        return "too_long", f"is {len(text)} characters long; {longest} are allowed"
    problem = storable_problem(text)
    return ("bad_character", problem) if problem else None


def _plain(text: str) -> str:
    return " ".join(text.split())


PART = Turns()
