"""Stretches of a recording or a film, from and to, each with a label; with what is said in each, a transcript."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import (
    SEGMENT_MARKS_MAX,
    SEGMENT_MS_MAX,
    SEGMENT_TEXT_CHARS_MAX,
    SEGMENT_WORDS_MAX,
    SPAN_LABELS_MAX,
)
from fairhand.tasks.questions._labels import numbered
from fairhand.tasks.questions._marks import marks_problems
from fairhand.tasks.questions._option import Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.questions._words import word_count, word_distance
from fairhand.tasks.questions.segments import form
from fairhand.tasks.questions.segments.times import webvtt
from fairhand.tasks.questions.spans.marks import shared
from fairhand.tasks.wording import Identifier, Problem, shown, storable_problem, unfit


class SegmentsTerms(QuestionTerms):
    """`of`: the recording. `labels`: what a stretch may be; without a `key` of its own, its number is its key.

    `text`: what is said in each stretch. `overlap`: whether stretches may lie over each other. `least`, `most`: how
    many; where `least` is 0, that there is nothing to mark is said with a tick.
    """

    of_types: ClassVar[tuple[str, ...]] = ("audio", "video")

    type: Literal["segments"]
    of: Identifier
    labels: Annotated[list[Option], Field(min_length=1, max_length=SPAN_LABELS_MAX)]
    text: Literal["none", "optional", "required"] = "none"
    overlap: bool = False
    least: Annotated[int, Field(ge=0, le=SEGMENT_MARKS_MAX)] = 0
    most: Annotated[int, Field(ge=1, le=SEGMENT_MARKS_MAX)] = SEGMENT_MARKS_MAX

    @model_validator(mode="after")
    def _sound(self) -> Self:
        no_two_alike(self.labels)
        if any(label.value == "vtt" for label in self.labels):
            why = "a label can't have the value %(value)s: a column of what is delivered is called so"
            raise unfit("label_taken", why, value="vtt")
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self

    def shows_field(self) -> bool:
        """Always."""
        return True


class Segments:
    """answer: {"marks": [{"start", "end", "label", "text"?}]}; start and end in whole milliseconds from the beginning.

    Stretches stand in the order of their beginnings. Where the recording's length is known, they lie inside it.
    """

    name = "segments"
    version = 1
    terms = SegmentsTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, bad_mark, no_label, bad_time, after_end, words_missing, too_long, bad_character,
        too_many, few_marks, many_words, not_in_order, time_twice, overlap."""
        question = str(terms["name"])
        if problems := marks_problems(answer, terms, SEGMENT_MARKS_MAX, "stretch", lambda mark: _fault(mark, terms)):
            return problems
        given: list[Any] = answer["marks"]  # type: ignore[index]  # looked at just now
        if (said := word_count(_said(given))) > SEGMENT_WORDS_MAX:
            return [Problem(question, "many_words", f"has {said} words; {SEGMENT_WORDS_MAX} are allowed")]
        if fault := _together(given, bool(terms.get("overlap", False))):
            return [Problem(question, *fault)]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The stretches that the page's script keeps, or the times of the rows; None: neither, and no tick."""
        return form.read(posted, name, terms)

    def draws_given(self, value: Any, terms: Mapping[str, Any]) -> bool:
        """To be played beside its stretches."""
        return form.drawn(value, terms)["file"] is not None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The recording, the stretches as rows with empty ones after them, the labels, the length as far as known."""
        return form.drawn(value, terms)

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        words = [("enter", "mark_words"), ("ctrl+space", "play_writing")] if terms.get("text", "none") != "none" else []
        return [
            *numbered(terms["labels"]), ("i", ""), ("o", ""), ("v", ""), ("space", "play"), ("arrows", "time"),
            ("j", "next_mark"), ("k", "mark_before"), *words, ("delete", "drop_mark"), ("esc", "leave_mark"),
            ("+ -", "zoom"), ("0", "zoom_fit"),
        ]  # fmt: skip

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of labelled time that the two have in common (Jaccard); where there is text, the mean of
        that and of how far the words of the two are apart, one after the other. A metric."""
        both, either, _ = shared(a["marks"], b["marks"])
        apart = 1 - Fraction(both, either) if either else Fraction(0)
        if terms.get("text", "none") == "none":
            return apart
        return (apart + word_distance(_said(a["marks"]), _said(b["marks"]))) / 2

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """F1 over labelled time; where the known answer has text, the mean of that and of how near the words are."""
        both, _, total = shared(answer["marks"], gold["marks"])
        right = Fraction(2 * both, total) if total else Fraction(1)
        words = _said(gold["marks"])
        return (right + 1 - word_distance(_said(answer["marks"]), words)) / 2 if words else right

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The stretches as JSON, the same as a file in WebVTT, and for each label how many there are."""
        name = terms["name"]
        return (str(name), f"{name}_vtt", *(f"{name}_{label['value']}" for label in terms["labels"]))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The stretches, the file, and the numbers."""
        if not answer:
            return ("",) * (2 + len(terms["labels"]))
        found = [mark["label"] for mark in answer["marks"]]
        counts = (str(found.count(label["value"])) for label in terms["labels"])
        return (form.as_json(answer["marks"]), webvtt(answer["marks"]), *counts)


def _said(marks: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(text for mark in marks if (text := mark.get("text", "")))


def _fault(mark: object, terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why) of one stretch."""
    if not isinstance(mark, Mapping) or set(mark) - {"text"} != {"start", "end", "label"}:
        return "bad_mark", "needs start, end and label, and nothing else but a text"
    if (label := mark["label"]) not in [each["value"] for each in terms["labels"]]:
        return "no_label", f"has the label {shown(label)}, which is not one of its labels"
    start, end = mark["start"], mark["end"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return "bad_time", "needs whole milliseconds as start and end, and an end after its start"
    if end > (form.length_of(terms) or SEGMENT_MS_MAX):
        return "after_end", "ends after the recording does"
    return _text_fault(mark, terms.get("text", "none"))


def _text_fault(mark: Mapping[str, Any], asked: str) -> tuple[str, str] | None:
    text = mark.get("text", "")
    if not isinstance(text, str) or ("text" in mark and (asked == "none" or not text)):
        return "bad_mark", "has a text that is none, is empty or is not asked for"
    if asked == "required" and not text.strip():
        return "words_missing", "does not say what is said in it"
    if len(text) > SEGMENT_TEXT_CHARS_MAX:
        return "too_long", f"has a text of more than {SEGMENT_TEXT_CHARS_MAX} characters"
    if (problem := storable_problem(text)) is not None:
        return "bad_character", problem
    return None


def _together(marks: Sequence[Mapping[str, Any]], over: bool) -> tuple[str, str] | None:
    places = [(mark["start"], mark["end"]) for mark in marks]
    if places != sorted(places):
        return "not_in_order", "has stretches that don't stand in the order of their times"
    if len({(*place, mark["label"]) for place, mark in zip(places, marks, strict=True)}) < len(marks):
        return "time_twice", "has a stretch twice under one label"
    if not over and any(before[1] > after[0] for before, after in pairwise(places)):
        return "overlap", "has two stretches that lie over each other"
    return None


PART = Segments()
