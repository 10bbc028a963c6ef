"""A line's numbers, best and worst, marks on pictures and time: worked by hand, and against whatever may be sent."""

from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.kernel.limits import (
    BESTWORST_ITEMS_MAX,
    REGION_CORNERS_MAX,
    REGION_MARKS_MAX,
    SLIDER_STEPS_MAX,
)
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.regions import shapes
from fairhand.tasks.questions.regions.shapes import Size
from fairhand.tasks.questions.segments.times import clock, ms_of, webvtt
from fairhand.tasks.template import bound, check_answer, check_payload
from tests.counts import count
from tests.parts import example, stored, terms_of


def kind(name: str) -> Any:
    found = QUESTIONS.get(name)
    assert found is not None
    return found


SLIDER, ENDS, REGIONS, SEGMENTS = map(kind, ("slider", "bestworst", "regions", "segments"))
MINE = [SLIDER, ENDS, REGIONS, SEGMENTS]
PICTURE, TALK = terms_of(REGIONS), terms_of(SEGMENTS)
SMALL = Size(12, 9)
_words = ["marks", "kind", "label", "at", "start", "end", "text", "comment", "best", "worst"]
_values = ["house", "box", "point", "caller", "1", "0.25"]
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(_values),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(_words), inner, max_size=5),
    max_leaves=14,
)


def mark(kind_: str, label: str, *at: int) -> dict[str, Any]:
    return {"kind": kind_, "label": label, "at": list(at)}


def stretch(start: int, end: int, label: str = "caller", **more: str) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, **more}


@pytest.mark.parametrize("question", MINE, ids=lambda question: question.name)
@settings(max_examples=count(60, 1000), deadline=None)
@given(data=st.data())
def test_whatever_is_sent_is_answered_in_words(question: Any, data: st.DataObject) -> None:
    terms = terms_of(question)
    value = data.draw(_json | st.fixed_dictionaries({"marks": st.lists(_json, max_size=3)}))
    found = question.check(value, terms)
    assert all(problem.code and problem.why for problem in found)
    question.drawn(value, terms)
    if not found:
        assert question.distance(value, value, terms) == 0
        assert question.grade(value, value, terms) == 1
        assert len(question.export_values(value, terms)) == len(question.export_columns(terms))
    name, lists = terms["name"], st.lists(st.text(max_size=12), max_size=1)
    rows = [f"{name}.{row}.{key}" for row in range(2) for key in ("label", "at", "start", "end", "text", "comment")]
    names = st.sampled_from([name, *rows, *(f"{name}.{key}" for key in ("marks", "none", "best", "worst"))])
    read = question.read(data.draw(st.dictionaries(names, lists, max_size=8)), name, terms)
    if read is not None:
        question.check(read, terms)
        question.drawn(read, terms)


@pytest.mark.parametrize(
    "more",
    [
        {"least": "1", "most": "1"}, {"step": "0"}, {"step": "0.3"}, {"step": "-1"}, {"within": "-1"},
        {"least": "0", "most": str(SLIDER_STEPS_MAX + 1), "step": "1"},
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_refused(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SLIDER.terms.model_validate(example(SLIDER)["terms"] | more)


def test_a_line_is_read_as_it_is_meant() -> None:
    terms = terms_of(SLIDER)
    for text, read in (("٠٫٥٠", "0.5"), (" -0 ", "0"), ("−1.00", "-1"), ("", None), ("a lot", "a lot")):
        assert SLIDER.read({"x": [text]}, "x", terms) == read
    assert SLIDER.distance("-1", "0.5", terms) == Fraction(3, 4)
    assert SLIDER.grade("0.25", "0.5", terms) == 1  # within reach
    assert SLIDER.grade("0", "0.5", terms) == Fraction(3, 4)


def test_best_and_worst_are_graded_by_hand() -> None:
    terms = terms_of(ENDS)
    gold = {"best": "1", "worst": "3"}
    for best, worst, grade in (
        ("1", "3", 1),
        ("1", "2", Fraction(1, 2)),
        ("2", "4", 0),
        ("3", "4", 0),
        ("1", "4", Fraction(1, 2)),
    ):
        assert ENDS.grade({"best": best, "worst": worst}, gold, terms) == grade
    for wrong in ({"items": [], "of": None}, {"items": [{"value": "a", "label": "A"}], "of": None}):
        with pytest.raises(ValidationError):
            ENDS.terms.model_validate(example(ENDS)["terms"] | wrong)


def test_a_task_brings_the_items_and_is_refused_where_there_is_nothing_to_choose() -> None:
    template = {"version": 1, "fields": [{"version": 1, **example(ENDS)["field"]}], "questions": [stored(ENDS)]}
    for lines, codes in (
        ("a\nb\nc", []), ("a\nb", ["few_items"]), ("a\nb\na", ["twice"]), ("a\nb\n" + "c" * 601, ["item_long"]),
        ("\n".join(map(str, range(BESTWORST_ITEMS_MAX + 1))), ["many_items"]),
    ):  # fmt: skip
        assert [problem.code for problem in check_payload(template, {"lines": lines})] == codes
    of_task = bound(template, {"lines": "a\nb\nc"})
    assert check_answer(of_task, {"ends": {"best": "3", "worst": "1"}}) == ()
    assert [problem.code for problem in check_answer(of_task, {"ends": {"best": "4", "worst": "1"}})] == [
        "not_an_option"
    ]


def _painted(shape: dict[str, Any]) -> set[tuple[int, int]]:
    """The cells of a shape, one by one: those whose middle it holds, and the cells of a polygon's corners."""
    at = shape["at"]
    if shape["kind"] == "box":
        return {(x, y) for x in range(at[0], at[0] + at[2]) for y in range(at[1], at[1] + at[3])}
    corners = list(zip(at[0::2], at[1::2], strict=True))
    found = {(min(x, SMALL.width - 1), min(y, SMALL.height - 1)) for x, y in corners}
    for column in range(SMALL.width):
        for row in range(SMALL.height):
            x, y, inside = Fraction(2 * column + 1, 2), Fraction(2 * row + 1, 2), False
            for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
                if (y1 <= y) != (y2 <= y) and x1 + (y - y1) * (x2 - x1) / (y2 - y1) <= x:
                    inside = not inside
            if inside:
                found.add((column, row))
    return found


_xs, _ys = st.integers(0, SMALL.width), st.integers(0, SMALL.height)
_corners = st.lists(st.tuples(_xs, _ys), min_size=3, max_size=5, unique=True)
_box = st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4))
_label = st.sampled_from(["house", "ball"])
_mark = st.one_of(
    st.builds(lambda label, at: mark("box", label, *at), _label, _box),
    st.builds(lambda label, at: mark("polygon", label, *(n for pair in at for n in pair)), _label, _corners),
    st.builds(lambda label, x, y: mark("point", label, x, y), _label, _xs, _ys),
)
_marks = st.lists(_mark, max_size=4)


@settings(max_examples=count(100, 3000), deadline=None)
@given(a=_mark, b=_mark)
def test_shapes_share_what_they_share_cell_by_cell(a: dict[str, Any], b: dict[str, Any]) -> None:
    found = shapes.apart(a, b, SMALL)
    if a["label"] != b["label"] or "point" in (a["kind"], b["kind"]):
        return
    left, right = _painted(a), _painted(b)
    exact = 1 - Fraction(len(left & right), len(left | right))
    assert 0 <= Fraction(found, shapes.MILLION) - exact < Fraction(1, shapes.MILLION)


@settings(max_examples=count(100, 3000), deadline=None)
@given(a=_marks, b=_marks, c=_marks, larger=st.sampled_from([1, 173]))
def test_lists_of_marks_are_matched_as_well_as_can_be_and_their_distance_is_a_metric(
    a: Any, b: Any, c: Any, larger: int
) -> None:
    a, b, c = ([each | {"at": [larger * n for n in each["at"]]} for each in marks] for marks in (a, b, c))
    size = Size(SMALL.width * larger, SMALL.height * larger)  # of the larger one, several pixels are a cell

    def apart(one: Any, other: Any) -> Fraction:
        return shapes.marks_apart(one, other, size)

    few, many = sorted((a, b), key=len)
    tried = [
        sum(shapes.apart(one, other, size) for one, other in zip(few, order, strict=False))
        for order in permutations(many, len(few))
    ]
    if many:
        least = Fraction(min(tried) + (len(many) - len(few)) * shapes.MILLION, len(many) * shapes.MILLION)
        assert apart(a, b) == least
    assert apart(a, a) == 0
    assert apart(a, b) == apart(b, a) <= 1
    assert apart(a, c) <= apart(a, b) + apart(b, c)


def test_marks_are_graded_by_hand() -> None:
    gold = {"marks": [mark("box", "house", 0, 0, 100, 100), mark("point", "edge", 50, 50)]}
    for made, grade in (
        ([], 0), ([mark("box", "house", 0, 0, 100, 50)], Fraction(2, 3)), ([mark("box", "house", 0, 0, 100, 49)], 0),
        ([mark("box", "ball", 0, 0, 100, 100)], 0), ([mark("point", "edge", 58, 50)], Fraction(2, 3)),
        ([mark("point", "edge", 59, 50)], 0),
        ([mark("polygon", "house", 0, 0, 100, 0, 100, 100, 0, 100)], Fraction(2, 3)),
    ):  # fmt: skip
        assert REGIONS.grade({"marks": made}, gold, PICTURE) == grade
    assert REGIONS.grade({"marks": []}, {"marks": []}, PICTURE) == 1
    strict = PICTURE | {"overlap_pct": 90}
    assert REGIONS.grade({"marks": [mark("box", "house", 0, 0, 100, 89)]}, gold, strict) == 0
    # Two boxes that both could be found by one, and one of them by the other alone: both are found.
    both = {"marks": [mark("box", "house", 0, 0, 100, 60), mark("box", "house", 0, 0, 100, 100)]}
    known = {"marks": [mark("box", "house", 0, 0, 100, 75), mark("box", "house", 0, 0, 100, 40)]}
    assert REGIONS.grade(both, known, PICTURE) == 1


def test_a_picture_needs_its_size_and_marks_stay_inside() -> None:
    template = {"version": 1, "fields": [{"version": 1, **example(REGIONS)["field"]}], "questions": [stored(REGIONS)]}
    file = example(REGIONS)["given"]
    bare = {key: value for key, value in file.items() if key not in ("width", "height")}
    assert check_payload(template, {"picture": file}) == ()
    assert [problem.code for problem in check_payload(template, {"picture": bare})] == ["no_size"]
    whole = {"seen": {"marks": [mark("box", "house", 0, 0, 320, 240), mark("point", "edge", 320, 240)]}}
    assert check_answer(bound(template, {"picture": file}), whole) == ()
    boxes = PICTURE | {"shapes": ["box"], "comment": "required"}
    codes = [
        REGIONS.check({"marks": [each]}, boxes)[0].code
        for each in (mark("point", "edge", 1, 1), mark("box", "ball", 1, 1, 2, 2))
    ]
    assert codes == ["shape_not_asked", "comment_missing"]


def test_the_most_marks_of_the_most_corners_are_compared_in_time() -> None:
    far = [n for at in range(REGION_CORNERS_MAX // REGION_MARKS_MAX) for n in ((at * 97) % 300, (at * 61) % 200)]
    full = {"marks": [mark("polygon", "house", n, n, *far[:-2]) for n in range(REGION_MARKS_MAX)]}
    terms = PICTURE | {"most": REGION_MARKS_MAX}
    assert REGIONS.check(full, terms) == []
    other = {"marks": [mark("box", "house", n, n, 9, 9) for n in range(REGION_MARKS_MAX)]}
    assert 0 < REGIONS.distance(full, other, terms) < 1


def test_times_are_read_and_written() -> None:
    for text, ms in (("1:02.5", 62_500), ("٠:٠١٫٢٥", 1_250), ("90", 90_000), ("2:00:00.001", 7_200_001), ("0", 0)):
        assert ms_of(text) == ms
        assert ms_of(clock(ms)) == ms
    for text in ("", "soon", "1:2:3:4", "1.2345", "-1", "1e3"):
        assert ms_of(text) is None


def test_a_transcript_is_delivered_as_webvtt_that_nothing_in_it_can_break() -> None:
    said = "a --> b\n\nNOTE <script>&"
    assert webvtt([stretch(61_000, 3_661_007, "clerk", text=said), stretch(0, 10)]) == (
        "WEBVTT\n\n1\n00:00:00.000 --> 00:00:00.010\n<v caller>caller\n\n"
        "2\n00:01:01.000 --> 01:01:01.007\n<v clerk>a --&gt; b NOTE &lt;script&gt;&amp;\n"
    )


def test_stretches_are_compared_and_graded_by_hand() -> None:
    bare = {key: value for key, value in TALK.items() if key != "text"}
    gold = {"marks": [stretch(0, 400), stretch(400, 800, "clerk")]}
    half = {"marks": [stretch(0, 400), stretch(400, 800)]}  # the second under the wrong label
    assert SEGMENTS.distance(gold, half, bare) == Fraction(2, 3)
    assert SEGMENTS.grade(half, gold, bare) == Fraction(1, 2)
    assert SEGMENTS.grade({"marks": []}, gold, bare) == 0
    words = {"marks": [stretch(0, 400, text="one two three four")]}
    wrong = {"marks": [stretch(0, 400, text="one two three five")]}
    assert SEGMENTS.distance(words, wrong, TALK) == Fraction(1, 2) * Fraction(2, 9)
    assert SEGMENTS.grade(wrong, words, TALK) == 1 - Fraction(1, 9)
    over = TALK | {"overlap": True, "text": "required"}
    two = {"marks": [stretch(0, 400, text="a"), stretch(200, 600, "clerk", text="b")]}
    assert SEGMENTS.check(two, over) == []
    assert [problem.code for problem in SEGMENTS.check(two, TALK)] == ["overlap"]
    assert [problem.code for problem in SEGMENTS.check(gold, over)] == ["words_missing"]
