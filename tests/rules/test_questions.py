"""Field and question types: their examples, what they refuse, and the rules every one of them keeps."""

import json
from fractions import Fraction
from importlib import resources
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

KINDS = [("fields", part) for part in FIELDS.all()] + [("questions", part) for part in QUESTIONS.all()]
IDS = [f"{kind}-{part.name}" for kind, part in KINDS]


def example(kind: str, name: str) -> dict[str, Any]:
    text = resources.files(f"fairhand.tasks.{kind}").joinpath(name, "example.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def terms_of(kind: str, part: Any) -> dict[str, Any]:
    """The example's terms in the JSON form that a template stores."""
    stored = part.terms.model_validate(example(kind, part.name)["terms"]).model_dump(mode="json", exclude_none=True)
    return dict(stored)


CHOICE, TEXT = QUESTIONS.get("choice"), QUESTIONS.get("text")
assert CHOICE is not None
assert TEXT is not None
TEMPLATE = {
    "version": 1,
    "fields": [terms_of("fields", FIELDS.get("text"))],
    "questions": [terms_of("questions", CHOICE), {**terms_of("questions", TEXT), "required": False}],
}


def test_the_types_there_are() -> None:
    assert FIELDS.names() == ["text"]
    assert QUESTIONS.names() == ["choice", "text"]


@pytest.mark.parametrize(("kind", "part"), KINDS, ids=IDS)
def test_every_example_is_true(kind: str, part: Any) -> None:
    told = example(kind, part.name)
    terms = terms_of(kind, part)
    assert part.terms.model_validate(terms).model_dump(mode="json", exclude_none=True) == terms
    for value in told["good"]:
        assert part.check(value, terms) == []
    for bad in told["bad"]:
        (problem,) = part.check(bad["value"], terms)
        assert (problem.field, problem.code) == (terms["name"], bad["code"])
    if kind == "questions":
        assert list(part.export_columns(terms)) == told["columns"]


@pytest.mark.parametrize(("kind", "part"), KINDS, ids=IDS)
def test_labels_are_in_both_languages_and_a_plain_label_is_english(kind: str, part: Any) -> None:
    terms = example(kind, part.name)["terms"]
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
        part.terms.model_validate({**example(kind, part.name)["terms"], **change})


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


@settings(max_examples=count(200, 20_000))
@given(*[st.sampled_from(["left", "right", "tie"])] * 3)
def test_distance_of_choices_is_a_metric(a: str, b: str, c: str) -> None:
    _is_metric(CHOICE, a, b, c)


_words = st.lists(st.sampled_from(["one", "two", "Three", "ثلاثة", "two,"]), max_size=6).map(" ".join)


@settings(max_examples=count(200, 20_000))
@given(_words, _words, _words)
def test_distance_of_texts_is_a_metric(a: str, b: str, c: str) -> None:
    _is_metric(TEXT, a, b, c)


def _is_metric(part: Any, a: str, b: str, c: str) -> None:
    assert part.distance(a, a) == 0
    assert 0 <= part.distance(a, b) == part.distance(b, a) <= 1
    assert part.distance(a, c) <= part.distance(a, b) + part.distance(b, c)
    assert part.grade(a, b) in (0, 1)
    assert part.grade(a, a) == 1
    if part.grade(a, b) == 1:
        assert part.distance(a, b) == 0


def test_distances_by_hand() -> None:
    assert (CHOICE.distance("left", "tie"), CHOICE.grade("left", "left")) == (Fraction(1), Fraction(1))
    # {the, cat, sat} and {the, cat, ran}: two of four words are shared.
    assert TEXT.distance("The cat sat.", "the cat ran") == Fraction(1, 2)
    assert TEXT.distance("a a b", "a b b") == Fraction(1, 2)
    assert (TEXT.distance("", ""), TEXT.distance("", "x")) == (0, 1)
    assert (TEXT.grade("The  Cat!", "the cat"), TEXT.grade("cat the", "the cat")) == (1, 0)


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
