"""A text of the task, written anew or mended. What changed is shown word by word beside it, as it changes."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from fairhand.kernel.limits import TEXT_ANSWER_CHARS_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.questions._words import changes, counts, plain_ends, word_distance
from fairhand.tasks.wording import Identifier, Problem, storable_problem


class RewriteTerms(QuestionTerms):
    """`of`: the field that is rewritten. `chars_max`: the longest answer, in characters.

    `same`: whether it may stay as it is, which is then said with a tick.
    """

    of_types: ClassVar[tuple[str, ...]] = ("text", "markdown")

    type: Literal["rewrite"]
    of: Identifier
    chars_max: Annotated[int, Field(ge=1, le=TEXT_ANSWER_CHARS_MAX)] = TEXT_ANSWER_CHARS_MAX
    same: bool = False


class Rewrite:
    """answer: {"text": the text as it should be}."""

    name = "rewrite"
    version = 1
    terms = RewriteTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, not_text, required, too_long, bad_character, unchanged."""
        question = str(terms["name"])
        if not isinstance(answer, Mapping) or set(answer) != {"text"}:
            return [Problem(question, "not_an_object", 'is answered with {"text": …}')]
        text = answer["text"]
        if not isinstance(text, str):
            return [Problem(question, "not_text", "is answered with text")]
        if not text.strip():
            return [Problem(question, "required", "needs a text")]
        longest = terms.get("chars_max", TEXT_ANSWER_CHARS_MAX)
        if len(text) > longest:
            return [Problem(question, "too_long", f"is {len(text)} characters long; {longest} are allowed")]
        if (problem := storable_problem(text)) is not None:
            return [Problem(question, "bad_character", problem)]
        if not terms.get("same", False) and plain_ends(text) == _given(terms):
            return [Problem(question, "unchanged", "is the text of the task, unchanged")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The text; one that nobody touched is no answer, unless somebody ticked that it stays as it is."""
        text = one(posted, name)
        stays = terms.get("same", False) and one(posted, f"{name}.same") == "yes"
        return {"text": text} if text and (stays or text != _given(terms)) else None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The text to edit, what it was (None where the task isn't known), what changed, and how many words did."""
        old, text = _given(terms), _text(value)
        new = old if text is None else plain_ends(text)
        pieces = changes(old, new) if old is not None and new is not None else []
        added, removed = counts(pieces)
        return {
            "text": new or "", "old": old, "pieces": pieces, "added": added, "removed": removed,
            "same": text is not None and new == old, "spaced": not added and not removed and new != old,
        }  # fmt: skip

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Words to put in, take out or exchange (d), as 2d / (words of both + d)."""
        return word_distance(a["text"], b["text"])

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of text."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The text."""
        return (answer["text"] if answer else "",)


def _given(terms: Mapping[str, Any]) -> str | None:
    given = terms.get("given")
    return plain_ends(given) if isinstance(given, str) else None


def _text(value: Any) -> str | None:
    text = value.get("text") if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else None


PART = Rewrite()
