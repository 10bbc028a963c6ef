"""Field and question types: their examples, what they refuse, and the rules every one of them keeps."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.kernel.limits import ANSWER_BYTES_MAX, CHOICE_OPTIONS_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import check_answer, check_payload
from fairhand.tasks.wording import key_problem, shown, wording_problem
from tests.counts import count
from tests.parts import example, stored, terms_of

KINDS = [("fields", part) for part in FIELDS.all()] + [("questions", part) for part in QUESTIONS.all()]
IDS = [f"{kind}-{part.name}" for kind, part in KINDS]


CHOICE, TEXT = QUESTIONS.get("choice"), QUESTIONS.get("text")
assert CHOICE is not None
assert TEXT is not None
TEMPLATE = {
    "version": 1,
    "fields": [stored(FIELDS.get("text"))],
    "questions": [stored(CHOICE), {**stored(TEXT), "required": False}],
}


def test_the_types_there_are() -> None:
    assert FIELDS.names() == [
        "audio", "chat", "code", "image", "markdown", "pdf", "rubric", "steps", "submission", "table", "text",
        "trajectory", "video",
    ]  # fmt: skip
    assert QUESTIONS.names() == [
        "bestworst", "choice", "choices", "factcheck", "file", "number", "panel", "preference", "prompt", "ranking",
        "rating", "regions", "rewrite", "rubric", "rubricdraft", "segments", "slider", "spans", "steps", "text", "tree",
        "turns", "validation",
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "part"), KINDS, ids=IDS)
def test_every_example_is_true(kind: str, part: Any) -> None:
    told, terms = example(part), terms_of(part)
    assert part.terms.model_validate(stored(part)).model_dump(mode="json", exclude_none=True) == stored(part)
    for value in told["good"]:
        assert part.check(value, terms) == []
    for bad in told["bad"]:
        (problem,) = part.check(bad["value"], terms)
        assert (problem.field, problem.code) == (terms["name"], bad["code"])
    if kind == "questions":
        assert list(part.export_columns(terms)) == told["columns"]


@pytest.mark.parametrize(("kind", "part"), KINDS, ids=IDS)
def test_labels_are_in_both_languages_and_a_plain_label_is_english(kind: str, part: Any) -> None:
    terms = example(part)["terms"]
    assert {"en", "ar"} <= set(terms["label"])
    assert part.terms.model_validate({**terms, "label": "One"}).label == {"en": "One"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Winner"}, {"name": "a b"}, {"name": ""}, {"type": "other"}, {"version": 2}, {"label": ""},
        {"label": {}}, {"label": {"ar": "س"}}, {"label": {"en": "x", "english": "y"}}, {"label": "a\u202eb"},
        {"label": 3}, {"extra": 1}, {"label": "x" * 301}, {"help": "\x00"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(("kind", "part"), KINDS, ids=IDS)
def test_terms_that_no_type_takes(kind: str, part: Any, change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        part.terms.model_validate({**example(part)["terms"], **change})


BOUNDED = [part for part in QUESTIONS.all() if {"least", "most"} <= part.terms.model_fields.keys()]


@pytest.mark.parametrize("part", BOUNDED, ids=[part.name for part in BOUNDED])
def test_what_asks_for_more_than_it_takes_can_never_be_answered_and_is_refused(part: Any) -> None:
    with pytest.raises(ValidationError, match=r"least|scale"):
        part.terms.model_validate({**example(part)["terms"], "least": 2, "most": 1})


def option(value: str, **more: Any) -> dict[str, Any]:
    return {"value": value, "label": value, **more}


@pytest.mark.parametrize(
    "options",
    [
        [],
        [option("a")],
        [option("a"), option("a")],
        [option("a", key="1"), option("b", key="1")],
        [option("a", key="11"), option("b")],
        [option("A b"), option("b")],
        [option(f"o{number}") for number in range(CHOICE_OPTIONS_MAX + 1)],
        ["a", "b"],
    ],
)
def test_options_that_are_refused(options: list[Any]) -> None:
    with pytest.raises(ValidationError):
        CHOICE.terms.model_validate({"name": "q", "type": "choice", "label": "Q", "options": options})


def _is_metric(part: Any, a: Any, b: Any, c: Any) -> None:
    terms = terms_of(part)
    assert [part.check(each, terms) for each in (a, b, c)] == [[], [], []]
    assert part.distance(a, a, terms) == 0
    assert 0 <= part.distance(a, b, terms) == part.distance(b, a, terms) <= 1
    assert part.distance(a, c, terms) <= part.distance(a, b, terms) + part.distance(b, c, terms)
    assert 0 <= part.grade(a, b, terms) <= 1
    assert part.grade(a, a, terms) == 1


_ranks = st.lists(st.integers(0, 2), min_size=3, max_size=3).map(
    lambda at: [[item for item, mine in zip("abc", at, strict=True) if mine == place] for place in sorted(set(at))]
)


def _file(n: int) -> dict[str, Any]:
    told = example(QUESTIONS.get("file"))["good"][0][0]
    return {**told, "file": f"0198c0de-0000-7000-8000-00000000000{n}", "sha256": str(n) * 64}


_river_words = st.sampled_from(["The", "Nile", "flows", "north.", "north", "شمالًا"])
_texts = st.lists(_river_words, min_size=1, max_size=8).map(" ".join)
_LEAVES = [["science", "physics", "optics"], ["science", "physics", "mechanics"], ["science", "biology"], ["other"]]
_RIVER = str(example(QUESTIONS.get("spans"))["given"])
_mark = st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from(["fact", "style", "cut"]))


def _apart(found: list[tuple[int, int, str]]) -> dict[str, Any]:
    """Marks that do not lie over each other."""
    marks: list[dict[str, Any]] = []
    for start, length, label in sorted(found):
        if not marks or start >= marks[-1]["end"]:
            end = start + length
            marks.append({"start": start, "end": end, "label": label, "quote": _RIVER[start:end]})
    return {"marks": marks}


_scores = st.fixed_dictionaries(
    {name: st.sampled_from([None, *range(top + 1)]) for name, top in (("dose", 1), ("harm", 1), ("clear", 2))}
)
_verdict = st.sampled_from(["supported", "refuted", "not_enough", "not_a_claim"])


def _claim(verdict: str, **claim: str) -> dict[str, Any]:
    needs = [] if verdict == "not_a_claim" else [{"source": "A book, p. 3", "quote": "so"}]
    return {**claim, "verdict": verdict, "sources": needs}


_cells = st.dictionaries(
    st.sampled_from(["1:1", "2:2", "3:1", "3:3"]),
    st.sampled_from([{"fix": "x"}, {"fix": "y"}, {"flag": "twice"}, {"flag": "old"}]),
)
ANSWERS = {
    "rubric": _scores.map(lambda marks: {name: {"score": score} for name, score in marks.items()}),
    "factcheck": st.tuples(_verdict, _verdict, st.one_of(st.none(), st.tuples(st.sampled_from("AB"), _verdict))).map(
        lambda said: [_claim(said[0], claim="bridge"), _claim(said[1], claim="longest")]
        + ([_claim(said[2][1], text=said[2][0])] if said[2] else [])
    ),
    "validation": _cells.map(lambda cells: {"looked": [1, 2, 3], "cells": cells}),
    "file": st.lists(st.sampled_from(range(3)), min_size=1, max_size=2, unique=True).map(
        lambda ids: [_file(n) for n in sorted(ids)]
    ),
    "choice": st.sampled_from(["left", "right", "tie"]),
    "choices": st.lists(st.sampled_from(["facts", "tone", "form"]), min_size=1, max_size=2, unique=True),
    "number": st.integers(0, 5000).map(lambda tenths: str(Fraction(tenths, 10).limit_denominator(1)) if tenths % 10 == 0
                                       else f"{tenths // 10}.{tenths % 10}"),
    "preference": st.sampled_from([-3, -2, -1, 1, 2, 3]),
    "ranking": _ranks,
    "rating": st.fixed_dictionaries({"truth": st.integers(1, 5), "clarity": st.integers(1, 5)}),
    "rewrite": _texts.map(lambda text: {"text": text}),
    "spans": st.lists(_mark, max_size=4).map(_apart),
    "turns": st.lists(st.sampled_from(["one", "two", "two ", "ثلاثة"]), min_size=2, max_size=4),
    "tree": st.lists(st.sampled_from(_LEAVES), min_size=1, max_size=2, unique_by=tuple),
    "text": st.lists(st.sampled_from(["one", "two", "Three", "ثلاثة", "two,"]), min_size=1, max_size=6).map(" ".join),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS.names())
def test_distances_are_metrics(name: str) -> None:
    """Of types that aren't named above, over their good examples; marks and steps have tests of their own beside."""
    part = QUESTIONS.get(name)
    answers = ANSWERS[name] if name in ANSWERS else st.sampled_from(example(part)["good"])

    @settings(max_examples=count(100, 20_000))
    @given(*[answers] * 3)
    def holds(a: Any, b: Any, c: Any) -> None:
        _is_metric(QUESTIONS.get(name), a, b, c)

    holds()


def test_distances_by_hand() -> None:
    def apart(name: str, a: Any, b: Any, **more: Any) -> Fraction:
        part = QUESTIONS.get(name)
        assert part is not None
        return part.distance(a, b, terms_of(part) | more)

    def right(name: str, answer: Any, gold: Any) -> Fraction:
        part = QUESTIONS.get(name)
        assert part is not None
        return part.grade(answer, gold, terms_of(part))

    assert (apart("choice", "left", "tie"), right("choice", "left", "left")) == (1, 1)
    # {the, cat, sat} and {the, cat, ran}: two of four words are shared.
    assert apart("text", "The cat sat.", "the cat ran") == Fraction(1, 2)
    assert apart("text", "a a b", "a b b") == Fraction(1, 2)
    assert (apart("text", "", ""), apart("text", "", "x")) == (0, 1)
    assert (right("text", "The  Cat!", "the cat"), right("text", "cat the", "the cat")) == (1, 0)
    # One of two options is shared.
    assert apart("choices", ["facts", "tone"], ["tone"]) == Fraction(1, 2)
    # 2 and 0 steps apart, of 4 each.
    assert apart("rating", {"truth": 1, "clarity": 5}, {"truth": 3, "clarity": 5}) == Fraction(1, 4)
    assert apart("rating", 1, 5, rows=[]) == 1
    assert (apart("preference", -3, 3), apart("preference", 1, 2)) == (1, Fraction(1, 6))
    assert (right("preference", -1, 1), right("preference", 1, 3)) == (0, Fraction(2, 3))
    # Of the pairs ab, ac and bc: turned round; one of three; a tie against an order is half of one.
    assert apart("ranking", [["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]) == 1
    assert apart("ranking", [["a"], ["b"], ["c"]], [["b"], ["a"], ["c"]]) == Fraction(1, 3)
    assert apart("ranking", [["a"], ["b"], ["c"]], [["a", "b"], ["c"]]) == Fraction(1, 6)
    ranking, terms = QUESTIONS.get("ranking"), terms_of(QUESTIONS.get("ranking"))
    ranked = ranking.drawn([["c", "a"], ["b"]], terms)["ranked"]
    assert [(each["said"], [item["value"] for item in each["items"]]) for each in ranked] == [
        ("1=", ["a", "c"]), ("2", ["b"])
    ]  # fmt: skip
    assert (apart("number", "0", "125"), apart("number", "1", "2", least=None)) == (Fraction(1, 4), 1)
    assert (right("number", "12.5", "12"), right("number", "12.6", "12")) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ({"winner": "left"}, []),
        ({"winner": "tie", "comment": ""}, []),
        ({"winner": "tie", "comment": "Both are fine."}, []),
        ({}, [("winner", "required")]),
        ({"comment": "x"}, [("winner", "required")]),
        ({"winner": "up"}, [("winner", "not_an_option")]),
        ({"winner": None}, [("winner", "not_text")]),
        ({"winner": {"deep": [[]]}}, [("winner", "not_text")]),
        ({"winner": "left", "comment": "x" * 41}, [("comment", "too_long")]),
        ({"winner": "left", "comment": "\ud800"}, [("comment", "bad_character")]),
        ({"winner": "left", "loser": "right"}, [("'loser'", "unknown")]),
        (None, [("", "not_an_object")]),
        ([], [("", "not_an_object")]),
        ("winner", [("", "not_an_object")]),
    ],
)
def test_answers(answer: object, codes: list[tuple[str, str]]) -> None:
    assert [(problem.field, problem.code) for problem in check_answer(TEMPLATE, answer)] == codes


def test_an_answer_has_a_size() -> None:
    long = {"type": "text", "version": 1, "label": {"en": "x"}, "chars_max": 20_000, "required": True}
    template = {"fields": [], "questions": [{**long, "name": f"q{number}"} for number in range(20)]}
    answer = {f"q{number}": "ن" * 10_000 for number in range(20)}
    (problem,) = check_answer(template, answer)
    assert problem.code == "too_large"
    assert str(ANSWER_BYTES_MAX) in problem.why


def test_ten_thousand_unknown_keys_are_not_all_told() -> None:
    problems = check_answer(TEMPLATE, {"winner": "left"} | {f"k{number}": 1 for number in range(10_000)})
    assert len(problems) == 10


def test_a_type_that_is_gone_is_said() -> None:
    gone = {**TEMPLATE, "questions": [{"name": "q", "type": "hologram", "version": 1}]}
    assert [problem.code for problem in check_answer(gone, {"q": "x"})] == ["unknown_type"]


@pytest.mark.parametrize(
    ("payload", "codes"),
    [
        ({"prompt": "p"}, []),
        ({"prompt": "right to left \u202e is data here"}, []),
        ({}, ["required"]),
        ({"prompt": "p", "answer": "a"}, ["unknown"]),
        ({"prompt": "\x00"}, ["bad_character"]),
        ({"prompt": "  "}, ["blank"]),
        ({"prompt": 1.5}, ["not_text"]),
        ([], ["not_an_object"]),
    ],
)
def test_payloads(payload: object, codes: list[str]) -> None:
    assert [problem.code for problem in check_payload(TEMPLATE, payload)] == codes


def test_a_field_may_be_blank_only_where_the_template_says_so() -> None:
    template = {**TEMPLATE, "fields": [{**TEMPLATE["fields"][0], "blank": True}]}
    assert check_payload(template, {"prompt": ""}) == ()


@settings(max_examples=count(300, 30_000))
@given(st.text(st.characters(), max_size=80))
def test_what_is_quoted_is_short_and_prints(text: str) -> None:
    quoted = shown(text)
    assert quoted.isprintable()
    assert len(quoted) <= 90


@settings(max_examples=count(300, 30_000))
@given(st.text(st.characters(), max_size=20))
def test_a_key_that_is_taken_is_a_label_that_is_taken(text: str) -> None:
    if key_problem(text) is None:
        assert wording_problem(text) is None
        assert text == text.strip()
        assert text[0] not in "=+-@"


def test_names_by_hand() -> None:
    assert [key_problem(name) for name in ("w0001", "expert-058", "سارة", "Zoë", "李 雷", "a.b/c:1")] == [None] * 6
    refused = [
        "",
        " a",
        "a\n",
        "=1",
        "-1",
        "+1",
        "@a",
        "a\u200b",
        "a\u200f",
        "a\u202eb",
        "a\u2069",
        "e\u0301",
        "\ud800",
    ]
    assert all(key_problem(name) for name in refused)
    assert wording_problem("می\u200cخواهم") is None, "Persian needs the joiner inside a word"
