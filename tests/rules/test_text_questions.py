"""Rewrites, marks in a text and choices from a tree: worked by hand, and against everything that may be sent."""

import csv
import io
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.kernel.limits import SPAN_LABELS_MAX, TREE_DEPTH_MAX, TREE_NODES_MAX
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._words import changes, counts, word_distance
from fairhand.tasks.questions.spans.marks import stretches
from fairhand.tasks.template import bound, check_answer, misplaced
from tests.counts import count
from tests.parts import example, stored, terms_of


def kind(name: str) -> Any:
    found = QUESTIONS.get(name)
    assert found is not None
    return found


REWRITE, SPANS, TREE = kind("rewrite"), kind("spans"), kind("tree")
MINE = [REWRITE, SPANS, TREE]
RIVER = terms_of(SPANS)
_words = st.lists(st.sampled_from(["one", "two", "Two", "ثلاثة", "水", "火水"]), max_size=8)
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["fact", "marks", "science"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["marks", "start", "end", "label", "quote", "comment", "text"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


def _grid(a: Sequence[str], b: Sequence[str], swap: int) -> int:
    """Steps from one list to the other, by the plain table; exchanging one for another costs `swap`."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (swap if x != y else 0))
    return row[-1]


@settings(max_examples=count(300, 20_000))
@given(_words, _words)
def test_changes_of_words_are_as_few_as_can_be(old: list[str], new: list[str]) -> None:
    split = [each.replace("火水", "火 水").split() for each in (" ".join(old), " ".join(new))]
    edits = _grid(*split, swap=1)
    assert word_distance(" ".join(old), "\n".join(new)) == (
        Fraction(2 * edits, len(split[0]) + len(split[1]) + edits) if edits else 0
    )
    pieces = changes(" ".join(old), " ".join(new))
    assert sum(counts(pieces)) == _grid(*split, swap=2)
    for gone, text in (("added", old), ("removed", new)):
        assert "".join("".join(piece.text for piece in pieces if piece.kind != gone).split()) == "".join(text)


def test_changes_by_hand() -> None:
    assert [(piece.kind, piece.text) for piece in changes("It flows south now.", "It flows far north now.")] == [
        ("same", "It flows "), ("removed", "south "), ("added", "far north "), ("same", "now."),
    ]  # fmt: skip
    assert counts(changes("a\n\nb", "a b")) == (0, 0), "space is no word"
    assert word_distance("a b", "a c") == Fraction(2, 5), "one exchange: 2 / (2 + 2 + 1)"
    assert (word_distance("", ""), word_distance("", "a"), word_distance("a", "b")) == (0, 1, Fraction(2, 3))
    long = " ".join(f"w{n}" for n in range(200_000))
    assert counts(changes(long, "v " * 5_000)) == (5_000, 200_000), "too long to compare: one exchange"


def test_a_text_that_nobody_touched_is_no_answer() -> None:
    told = terms_of(REWRITE)
    was = told["given"]
    crlf = told | {"given": was.replace("\n", "\r\n")}
    for terms in (told, crlf):
        assert REWRITE.read({"q": [was.replace("\n", "\r\n")]}, "q", terms) is None
        assert REWRITE.read({"q": [was], "q.same": ["yes"]}, "q", terms) == {"text": was}
        assert REWRITE.read({"q": [was], "q.same": ["yes"]}, "q", terms | {"same": False}) is None
        assert [each.code for each in REWRITE.check({"text": was}, terms | {"same": False})] == ["unchanged"]
        assert REWRITE.check({"text": was}, terms) == []
    assert REWRITE.drawn({"text": was + "\n"}, told)["spaced"]


# 0 a, 1 🌊 (two units in UTF-16, four bytes in UTF-8), 2 b, 3 CR, 4 LF, 5 b
CRLF = RIVER | {"given": "a🌊b\r\nb", "comment": "none"}


def test_places_count_code_points_of_the_text_as_the_task_holds_it() -> None:
    (mark,) = SPANS.read({"q.marks": ['[[2,5,"fact",""]]']}, "q", CRLF)["marks"]
    assert mark == {"start": 2, "end": 6, "label": "fact", "quote": "b\r\nb"}
    assert SPANS.check({"marks": [mark]}, CRLF) == []
    shown = SPANS.drawn({"marks": [mark]}, CRLF)
    assert shown["kept"] == '[[2,5,"fact",""]]'
    assert shown["rows"][0] | {"comment": ""} == {
        "label": "fact", "quote": "b\nb", "at": 2, "comment": "", "times": 1, "place": 0,
    }  # fmt: skip


def test_what_is_written_by_hand_is_found_or_asked_about() -> None:
    def read(**row: str) -> Any:
        return SPANS.read({f"q.0.{name}": [text] for name, text in row.items()} | {"q.1.quote": [""]}, "q", CRLF)

    assert read(quote="🌊", label="cut") == {"marks": [{"start": 1, "end": 2, "label": "cut", "quote": "🌊"}]}
    assert read(quote="b", label="cut", nth="2")["marks"][0]["start"] == 5
    for row, code in (
        ({"quote": "b", "label": "cut"}, "quote_ambiguous"),
        ({"quote": "b", "label": "cut", "nth": "3"}, "quote_ambiguous"),
        ({"quote": "c", "label": "cut"}, "quote_not_found"),
        ({"quote": "a", "label": ""}, "no_label"),
    ):
        given = read(**row)
        assert [each.code for each in SPANS.check(given, CRLF)] == [code]
        assert SPANS.drawn(given, CRLF)["rows"][0]["quote"] == row["quote"], "what was typed comes back"
    assert read(quote="", label="cut") is None
    assert read(quote="b", label="cut", at="4")["marks"][0]["start"] == 5, "where it was before"
    assert read(quote="b", label="cut", at="4", nth="1")["marks"][0]["start"] == 2, "what is named comes first"
    assert "start" not in read(quote="b", label="cut", at="3")["marks"][0]


def test_nothing_to_mark_is_said_not_left_out() -> None:
    assert SPANS.read({"q.marks": ["[]"]}, "q", RIVER) is None
    assert SPANS.read({"q.marks": ["[]"], "q.none": ["yes"]}, "q", RIVER) == {"marks": []}
    assert SPANS.read({"q.marks": [""], "q.none": ["yes"]}, "q", RIVER | {"least": 1}) is None
    assert [each.code for each in SPANS.check({"marks": []}, RIVER | {"least": 1})] == ["few_marks"]


def test_marks_by_hand() -> None:
    def marks(*places: tuple[int, int, str]) -> dict[str, Any]:
        return {"marks": [{"start": start, "end": end, "label": label, "quote": "x"} for start, end, label in places]}

    a, b = marks((0, 10, "fact"), (20, 24, "cut")), marks((5, 10, "fact"), (20, 24, "style"))
    # 5 labelled characters are in both, of 14 and of 9.
    assert SPANS.distance(a, b, RIVER) == 1 - Fraction(5, 18)
    assert SPANS.grade(a, b, RIVER) == Fraction(10, 23)
    assert SPANS.distance(marks((0, 3, "cut"), (3, 6, "cut")), marks((0, 6, "cut")), RIVER) == 0
    assert (SPANS.grade(marks(), marks(), RIVER), SPANS.grade(marks(), a, RIVER)) == (1, 0)
    overlapping = RIVER | {"overlap": True, "given": "x" * 30}
    both = {
        "marks": [
            {**each, "quote": "x" * (each["end"] - each["start"])}
            for each in marks((0, 9, "cut"), (3, 5, "fact"))["marks"]
        ]
    }
    assert SPANS.check(both, overlapping) == []
    assert [each.code for each in SPANS.check(both, overlapping | {"overlap": False})] == ["overlap"]
    assert [(each.text, each.labels, each.ends) for each in stretches("abcdef", [(0, 5, 2), (1, 3, 0)])] == [
        ("a", [2], []), ("bc", [2, 0], [0]), ("de", [2], [2]), ("f", [], []),
    ]  # fmt: skip


def test_paths_of_a_tree_by_hand() -> None:
    terms = terms_of(TREE)
    optics, mechanics, music = ["science", "physics", "optics"], ["science", "physics", "mechanics"], ["arts", "music"]
    # Of science, physics, optics, mechanics and two ends of paths, two are shared.
    assert TREE.distance([optics], [mechanics], terms) == 1 - Fraction(2, 6)
    assert TREE.distance([optics], [music], terms) == 1
    assert TREE.grade([optics, music], [optics], terms) == Fraction(4, 7)
    whole = terms | {"leaf": False}
    assert TREE.check([["science"]], whole) == []
    assert TREE.distance([["science"], ["science", "biology"]], [["science", "biology"]], whole) > 0
    assert [step[0] for step in TREE.drawn(None, whole)["steps"]][:3] == ["open", "whole", "open"]


def _chain(depth: int) -> list[dict[str, Any]]:
    return [{"value": "a", "label": "A", "options": _chain(depth - 1) if depth > 1 else []}]


@pytest.mark.parametrize(
    "change",
    [
        {"options": []}, {"options": _chain(TREE_DEPTH_MAX + 1)}, {"least": 3},
        {"options": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
        {"options": [{"value": f"a{n}", "label": "A", "options": [{"value": f"b{m}", "label": "B"} for m in range(99)]}
                     for n in range(TREE_NODES_MAX // 100 + 1)]},
    ],
)  # fmt: skip
def test_trees_that_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TREE.terms.model_validate(example(TREE)["terms"] | change)


def test_the_largest_trees_and_lists_of_labels_are_taken() -> None:
    TREE.terms.model_validate(example(TREE)["terms"] | {"options": _chain(TREE_DEPTH_MAX)})
    labels = [{"value": f"l{n}", "label": "L"} for n in range(SPAN_LABELS_MAX)]
    terms = SPANS.terms.model_validate(example(SPANS)["terms"] | {"labels": labels}).model_dump(mode="json")
    signs = [label["sign"] for label in SPANS.drawn(None, terms)["labels"]]
    assert len(set(signs)) == SPAN_LABELS_MAX, "each label is told apart by its sign"
    with pytest.raises(ValidationError):
        SPANS.terms.model_validate(example(SPANS)["terms"] | {"least": 5, "most": 4})


@pytest.mark.parametrize("part", MINE, ids=lambda part: str(part.name))
def test_answers_go_through_jsonl_and_csv_unchanged(part: Any) -> None:
    told, terms = example(part), terms_of(part)
    file = io.StringIO()
    csv.writer(file).writerows(part.export_values(each, terms) for each in told["good"])
    rows = list(csv.reader(io.StringIO(file.getvalue())))
    assert rows == [list(part.export_values(json.loads(json.dumps(each)), terms)) for each in told["good"]]
    if part is SPANS:
        assert [json.loads(row[0]) for row in rows] == [each["marks"] for each in told["good"]]


@pytest.mark.parametrize("part", MINE, ids=lambda part: str(part.name))
def test_whatever_is_sent_is_read_and_judged(part: Any) -> None:
    terms = terms_of(part)

    @settings(max_examples=count(150, 20_000))
    @given(_json, st.text(max_size=20))
    def holds(value: Any, text: str) -> None:
        assert all(each.code for each in part.check(value, terms))
        sent = {
            "q": [text],
            "q.marks": [json.dumps(value)],
            "q.0.quote": [text],
            "q.0.label": ["fact"],
            "q.0.nth": [text],
        }
        for posted in (sent, sent | {"q.marks": [text]}, sent | {"q.marks": [""]}):
            found = part.read(posted, "q", terms)
            assert part.drawn(found, terms) is not None
            if found is not None and part.check(found, terms) == []:
                assert part.distance(found, found, terms) == 0
                assert len(part.export_values(found, terms)) == len(part.export_columns(terms))
        assert part.drawn(found, stored(part)) is not None, "read without its task"

    holds()


def test_a_question_is_about_a_field_that_is_there() -> None:
    field = {"name": "answer", "type": "text", "version": 1, "label": {"en": "Answer"}}
    template = {"version": 1, "fields": [field], "questions": [stored(REWRITE)]}
    assert misplaced(template) == []
    assert misplaced({**template, "fields": [{**field, "type": "table"}]})[0][:2] == ("questions", 0)
    assert "'answer'" in misplaced({**template, "fields": [{**field, "name": "other"}]})[0][2]
    same = {**template, "questions": [stored(REWRITE) | {"same": False}]}
    assert [each.code for each in check_answer(bound(same, {"answer": "a"}), {"better": {"text": "a"}})] == [
        "unchanged"
    ]
    assert check_answer(bound(same, {"answer": "b"}), {"better": {"text": "a"}}) == ()
