"""Answers and tasks that were made to break parts: two ways to write one thing, numbers beyond bounds, much work."""

import json
from fractions import Fraction
from time import process_time
from typing import Any

import pytest

from fairhand.kernel.limits import REGION_CORNERS_MAX, REGION_MARKS_MAX, REGION_POINTS_MAX, SEGMENT_WORDS_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.regions import shapes
from fairhand.tasks.rubrics.lint import lint
from fairhand.tasks.rubrics.tree import Node
from fairhand.tasks.template import check_payload

LABELS = [{"value": "a", "label": {"en": "A"}}]
PICTURE = {"name": "r", "of": "p", "labels": LABELS, "given": {"file": "x", "width": 4000, "height": 4000}}
TALK = {"name": "s", "of": "t", "labels": LABELS, "text": "optional", "given": None}
LINE = {"name": "l", "least": "-5", "most": "5", "step": "0.5"}
TRACE = {
    "schema_version": "ATIF-v1.7", "agent": {"name": "a", "version": "1"},
    "steps": [{"step_id": 1, "source": "agent", "message": "x", "metrics": {"prompt_tokens": 5}}],
}  # fmt: skip
TEMPLATE = {
    "fields": [{"name": "t", "type": "trajectory", "version": 1, "label": {"en": "T"}}],
    "questions": [{"name": "w", "type": "steps", "of": "t", "version": 1, "label": {"en": "W"}}],
}


def kind(name: str) -> Any:
    found = QUESTIONS.get(name)
    assert found is not None
    return found


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize("written", ["2.50", "-0", "0.0", "-0.0", "2.0"])
def test_a_number_of_a_line_is_written_in_one_way(written: str) -> None:
    assert codes(kind("slider").check(written, LINE)) == ["not_a_number"]
    again = kind("slider").read({"l": [written]}, "l", LINE)
    assert kind("slider").check(again, LINE) == [], "a form writes it so"


def test_a_criterion_is_no_group_of_nothing() -> None:
    terms = {"name": "d", "least": 1}
    plain = {"criterion": "Names its source.", "weight": 1}
    assert kind("rubricdraft").check([plain], terms) == []
    for nothing in (None, [], 0, "", {}):
        assert codes(kind("rubricdraft").check([plain | {"criteria": nothing}], terms)) == ["bad_criterion"]


def zigzag(shift: int) -> dict[str, Any]:
    """A polygon whose every edge crosses the whole picture."""
    at = [n for i in range(REGION_POINTS_MAX) for n in ((i * 20 + shift) % 4000, 0 if i % 2 else 3999 - shift % 7)]
    return {"kind": "polygon", "label": "a", "at": at}


def test_polygons_have_so_many_corners_in_all_and_are_compared_in_time() -> None:
    few = REGION_CORNERS_MAX // REGION_POINTS_MAX
    first, second = ({"marks": [zigzag(n + shift) for n in range(few)]} for shift in (0, few))
    regions = kind("regions")
    assert regions.check(first, PICTURE) == []
    much = {"marks": [zigzag(n) for n in range(REGION_MARKS_MAX)]}
    assert codes(regions.check(much, PICTURE)) == ["many_corners"]
    began = process_time()
    assert 0 < regions.distance(first, second, PICTURE) < 1
    assert process_time() - began < 5, "two answers, as wild as they may be"


def test_a_polygon_is_filled_as_its_middles_say() -> None:
    size = shapes.Size(6, 4)
    square = {"kind": "box", "label": "a", "at": [1, 1, 3, 2]}
    same = {"kind": "polygon", "label": "a", "at": [1, 1, 4, 1, 4, 3, 1, 3]}
    assert shapes.apart(square, {**same, "at": [1, 1, 4, 1, 4, 3, 1, 3]}, size) <= shapes.MILLION // 2
    turned = {**same, "at": [4, 3, 1, 3, 1, 1, 4, 1]}
    assert shapes.apart(same, turned, size) == 0, "whichever corner comes first"
    bow = {**same, "at": [0, 0, 6, 4, 6, 0, 0, 4]}
    assert 0 < shapes.apart(bow, same, size) < shapes.MILLION, "a polygon that crosses itself"


def test_what_is_said_has_so_many_words_and_is_compared_in_time() -> None:
    def talk(word: str, each: int, stretches: int) -> dict[str, Any]:
        marks = [{"start": n, "end": n + 1, "label": "a", "text": f"{word} " * each + "z"} for n in range(stretches)]
        return {"marks": marks}

    segments, most = kind("segments"), SEGMENT_WORDS_MAX // 600
    assert segments.check(talk("a", 599, most), TALK) == []
    assert codes(segments.check(talk("a", 599, most + 1), TALK)) == ["many_words"]
    began = process_time()
    assert segments.distance(talk("a", 599, most), talk("b", 598, most), TALK) > Fraction(1, 4)
    assert process_time() - began < 5


@pytest.mark.parametrize(
    "number", ["9" * 4_000, "9" * 5_000, f"1.{'0' * 3_000}1", "1e999999999"], ids=["long", "longer", "exact", "far"]
)
def test_a_trace_with_absurd_numbers_is_refused_in_words(number: str) -> None:
    field = FIELDS.get("trajectory")
    assert field is not None
    for name in ("prompt_tokens", "cost_usd"):
        written = json.dumps(TRACE).replace('"prompt_tokens": 5', f'"{name}": {number}')
        assert codes(field.check(written, {"name": "t"})) == ["bad_trace"]
    twice = json.dumps(TRACE)[:-1] + ', "agent": {"name": "b", "version": "1"}}'
    assert codes(field.check(twice, {"name": "t"})) == ["bad_trace"], "which agent?"


@pytest.mark.parametrize("hidden", [{"a": "\0"}, {"\0": 1}, {"a": [{"b": "\ud800"}]}])
def test_what_can_not_be_stored_is_refused_where_no_part_looks(hidden: dict[str, Any]) -> None:
    assert check_payload(TEMPLATE, {"t": TRACE | {"extra": {"a": ["\u0001"]}}}) == ()
    assert codes(check_payload(TEMPLATE, {"t": TRACE | {"extra": hidden}})) == ["bad_character"]


def test_criteria_that_say_the_same_are_found_among_thousands_in_time() -> None:
    texts = [" ".join(f"word{(n * 7 + k * k * 11) % 4999}" for k in range(10)) for n in range(6_000)]
    texts[5_999] = texts[17] + " once more"
    began = process_time()
    (hint,) = [each for each in lint([Node(text) for text in texts]) if each.code == "overlap" and each.place == 5_999]
    assert hint.quote == texts[17][:60]
    assert process_time() - began < 20
