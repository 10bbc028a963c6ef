"""Marks in a text of the task: stretches of it, each with a label, and a comment where the template asks for one."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import SPAN_LABELS_MAX, SPAN_MARKS_MAX
from fairhand.tasks.questions._labels import numbered
from fairhand.tasks.questions._marks import comment_fault, marks_problems
from fairhand.tasks.questions._option import Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.questions.spans import form, marks
from fairhand.tasks.wording import Identifier, Problem, shown, unfit


class SpansTerms(QuestionTerms):
    """`of`: the field that is marked. `labels`: what a mark may be; without a `key` of its own, its number is its key.

    `overlap`: whether marks may lie over each other. `comment`: on each mark. `least`, `most`: how many marks; where
    `least` is 0, that there is nothing to mark is said with a tick. Markdown is marked as it is written.
    """

    of_types: ClassVar[tuple[str, ...]] = ("text", "markdown")

    type: Literal["spans"]
    of: Identifier
    labels: Annotated[list[Option], Field(min_length=1, max_length=SPAN_LABELS_MAX)]
    overlap: bool = False
    comment: Literal["none", "optional", "required"] = "none"
    least: Annotated[int, Field(ge=0, le=SPAN_MARKS_MAX)] = 0
    most: Annotated[int, Field(ge=1, le=SPAN_MARKS_MAX)] = SPAN_MARKS_MAX

    @model_validator(mode="after")
    def _sound(self) -> Self:
        no_two_alike(self.labels)
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self

    def shows_field(self) -> bool:
        """Always."""
        return True


class Spans:
    """answer: {"marks": [{"start", "end", "label", "quote", "comment"?}]}; start and end count code points from 0.

    `end` is the place after the last one, and `quote` what stands there in the task's text, checked.
    """

    name = "spans"
    version = 1
    terms = SpansTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, bad_mark, no_label, quote_not_found, quote_ambiguous, quote_differs, comment_missing,
        too_long, bad_character, too_many, few_marks, mark_twice, overlap."""
        question = str(terms["name"])
        if problems := marks_problems(answer, terms, SPAN_MARKS_MAX, "mark", lambda mark: _fault(mark, terms)):
            return problems
        given: list[Any] = answer["marks"]  # type: ignore[index]  # looked at just now
        places = [(mark["start"], mark["end"], mark["label"]) for mark in given]
        if len(set(places)) < len(places):
            return [Problem(question, "mark_twice", "has a stretch twice under one label")]
        if not terms.get("overlap", False) and marks.overlap(places):
            return [Problem(question, "overlap", "has two marks that lie over each other")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The marks that the page's script keeps, or what was written in the rows; None: neither, and no tick."""
        return form.read(posted, name, terms)

    def draws_given(self, value: Any, terms: Mapping[str, Any]) -> bool:
        """Where something is marked in it."""
        return isinstance(terms.get("given"), str) and bool((value or {}).get("marks"))

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The text in stretches with the labels over each, the marks as rows with empty ones after them, the labels."""
        return form.drawn(value, terms)

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        said = [("enter", "comment")] if terms.get("comment", "none") != "none" else []
        return [*numbered(terms["labels"]), *said, ("delete", "drop_mark")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of labelled characters that the two have in common (Jaccard); comments aside."""
        both, either, _ = marks.shared(a["marks"], b["marks"])
        return 1 - Fraction(both, either) if either else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """F1 over labelled characters."""
        both, _, total = marks.shared(answer["marks"], gold["marks"])
        return Fraction(2 * both, total) if total else Fraction(1)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The marks as JSON, and for each label how many there are."""
        name = terms["name"]
        return (str(name), *(f"{name}_{label['value']}" for label in terms["labels"]))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The marks as JSON, and the numbers."""
        if not answer:
            return ("",) * (1 + len(terms["labels"]))
        found = [mark["label"] for mark in answer["marks"]]
        return (marks.as_json(answer["marks"]), *(str(found.count(label["value"])) for label in terms["labels"]))


def _fault(mark: object, terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why) of one mark."""
    if not isinstance(mark, Mapping):
        return "bad_mark", "is no table"
    if (label := mark.get("label")) not in [each["value"] for each in terms["labels"]]:
        return "no_label", f"has the label {shown(label)}, which is not one of its labels"
    if set(mark) - {"comment"} == {"label", "quote"}:  # written by hand, and its place not found
        times = len(marks.found_at(form.text_of(terms), mark["quote"])) if isinstance(mark["quote"], str) else 0
        if times:
            return "quote_ambiguous", f"quotes what stands there {times} times"
        return "quote_not_found", f"quotes {shown(mark['quote'])}, which is not in the text"
    if set(mark) - {"comment"} != {"start", "end", "label", "quote"}:
        return "bad_mark", "needs start, end, label and quote, and nothing else but a comment"
    start, end = mark["start"], mark["end"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return "bad_mark", "needs whole numbers as start and end, and an end after its start"
    text = form.text_of(terms)
    if end > len(text) or text[start:end] != mark["quote"]:
        return "quote_differs", "quotes what does not stand there"
    return comment_fault(mark, terms.get("comment", "none"))


PART = Spans()
