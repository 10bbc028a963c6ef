"""Templates as data: what parts ask of each other, and questions that are asked only after some answers."""

from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.tasks.template import asked_of, bound, check_answer
from fairhand.tasks.template_spec import Template, template_faults
from fairhand.web.shown import answered, blocks_beside, blocks_judged, blocks_of, read_answer
from fairhand.web.words_of_faults import FAULTS
from tests.counts import count


def question(name: str, kind: str = "choice", **more: Any) -> dict[str, Any]:
    options = [{"value": value, "label": {"en": value}} for value in ("yes", "no", "other")]
    own = {"options": options} if kind in ("choice", "choices") else {}
    return {"name": name, "type": kind, "label": {"en": name}} | own | more


def template(*questions: dict[str, Any], fields: int = 1, **more: Any) -> dict[str, Any]:
    shown = [{"name": f"text_{n}", "type": "text", "label": {"en": "Text"}} for n in range(fields)]
    return {"version": 1, "fields": shown, "questions": list(questions), **more}


def faults(body: dict[str, Any]) -> list[tuple[list[Any], str]]:
    return list(template_faults(Template.model_validate(body)))


ROWS = [{"value": "clear", "label": {"en": "Clear"}}]
SIDES = {"left": {"en": "A"}, "right": {"en": "B"}, "strength": 3}
CHAIN = template(
    question("good"),
    question("why", "text", show_if={"question": "good", "any_of": ["no", "other"]}),
    question("kinds", "choices", show_if={"question": "good", "any_of": ["other"]}, required=False),
    question("more", "text", show_if={"question": "kinds", "any_of": ["yes"]}),
)


def test_a_question_is_asked_only_where_its_condition_holds() -> None:
    assert faults(CHAIN) == []
    assert asked_of(CHAIN, {}) == {"good"}
    assert asked_of(CHAIN, {"good": "yes"}) == {"good"}
    assert asked_of(CHAIN, {"good": "no"}) == {"good", "why"}
    assert asked_of(CHAIN, {"good": "other", "kinds": ["no", "yes"]}) == {"good", "why", "kinds", "more"}
    # A condition on a question that isn't asked itself doesn't hold, whatever stands there.
    assert asked_of(CHAIN, {"good": "no", "kinds": ["yes"]}) == {"good", "why"}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"good": "yes"}, []),
        ({"good": "no"}, [("why", "required")]),
        ({"good": "no", "why": "It is short."}, []),
        ({"good": "yes", "why": "It is short."}, [("why", "not_asked")]),
        ({"good": "other", "why": "x", "kinds": ["yes"]}, [("more", "required")]),
        ({"good": "no", "why": "x", "stray": 1}, [("'stray'", "unknown")]),
        ("no table", [("", "not_an_object")]),
    ],
)
def test_an_answer_holds_what_was_asked_and_nothing_else(answer: Any, found: list[tuple[str, str]]) -> None:
    assert [(each.field, each.code) for each in check_answer(CHAIN, answer)] == found


def test_a_form_forgets_what_is_not_asked_after_all() -> None:
    sent = MultiValueDict({"answer.good": ["yes"], "answer.why": ["typed before"], "answer.kinds": ["yes"]})
    assert read_answer(CHAIN, sent) == {"good": "yes"}


VALUES = st.sampled_from(["yes", "no", "other", None])


@settings(max_examples=count(200, 20_000))
@given(good=VALUES, why=VALUES, kinds=st.none() | st.lists(st.sampled_from(["yes", "no"]), min_size=1, unique=True))
def test_what_a_form_gives_is_never_refused_for_not_being_asked(good: Any, why: Any, kinds: Any) -> None:
    sent = {"answer.good": [good], "answer.why": [why], "answer.kinds": kinds or []}
    posted = MultiValueDict({name: [each for each in values if each] for name, values in sent.items()})
    problems = check_answer(CHAIN, read_answer(CHAIN, posted))
    assert {each.code for each in problems} <= {"required"}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (template(question("a"), question("a")), ["questions", 1, "name"]),
        (template(question("text_0")), ["questions", 0, "name"]),
        (
            template(question("a", show_if={"question": "a", "any_of": ["yes"]})),
            ["questions", 0, "show_if", "question"],
        ),
        (
            template(question("a", "text"), question("b", show_if={"question": "a", "any_of": ["yes"]})),
            ["questions", 1, "show_if", "question"],
        ),
        (
            template(question("a"), question("b", show_if={"question": "a", "any_of": ["yes", "nope"]})),
            ["questions", 1, "show_if", "any_of", 1],
        ),
        (
            template(question("a", "rating", most=3), question("b", show_if={"question": "a", "any_of": [1, 2, 3, 4]})),
            ["questions", 1, "show_if", "any_of", 3],
        ),
        (
            template(question("a", "rating", rows=ROWS), question("b", show_if={"question": "a", "any_of": [1]})),
            ["questions", 1, "show_if", "question"],
        ),
        (
            template(
                question("a", "preference", tie=False, **SIDES),
                question("b", show_if={"question": "a", "any_of": [-3, 3, 0]}),
            ),
            ["questions", 1, "show_if", "any_of", 2],
        ),
        (template(question("a", "rewrite", of="b")), ["questions", 0, "of"]),
        (
            template(question("a", "rewrite", of="text_0"), question("b", "validation", of="text_0")),
            ["questions", 1, "of"],
        ),
        (template(question("a"), layout={"kind": "pair", "left": "text_0", "right": "x"}), ["layout", "right"]),
        (template(question("a"), layout={"kind": "pair", "left": "text_0", "right": "text_0"}), ["layout", "right"]),
        (template(question("a"), layout={"kind": "columns", "fields": ["text_0", "b"]}), ["layout", "fields", 1]),
    ],
)
def test_parts_that_do_not_fit_together_are_named(body: dict[str, Any], path: list[Any]) -> None:
    assert [found for found, _ in faults(body)] == [path]


def test_columns_stand_side_by_side_where_the_first_of_them_stands() -> None:
    body = template(question("a"), fields=5, layout={"kind": "columns", "fields": ["text_3", "text_1", "text_4"]})
    assert faults(body) == []
    rows = blocks_of(body, {f"text_{n}": str(n) for n in range(5)})
    assert [[part.name for part in block.parts] for block in rows] == [
        ["text_0"], ["text_3", "text_1", "text_4"], ["text_2"],
    ]  # fmt: skip
    assert [block.row for block in rows if block.paired] == ["three"]


def _marked(**more: Any) -> dict[str, Any]:
    labels = [{"value": "a", "label": {"en": "A"}}]
    return question("marks", "spans", of="text_0", labels=labels, **more)


def _in_question(*questions: dict[str, Any], fields: int = 2, **more: Any) -> dict[str, Any]:
    body = template(*questions, fields=fields, **more)
    body["fields"][0]["shown"] = "in_question"
    return body


def test_a_field_that_a_question_shows_stands_beside_no_form_and_is_read_as_ever() -> None:
    body, payload = _in_question(question("a"), _marked()), {"text_0": "0", "text_1": "1"}
    assert faults(body) == []
    assert [part.name for block in blocks_beside(body, payload) for part in block.parts] == ["text_1"]
    assert [part.name for block in blocks_of(body, payload) for part in block.parts] == ["text_0", "text_1"]
    alone = _in_question(_marked(), fields=1)
    assert (faults(alone), blocks_beside(alone, payload)) == ([], [])


def test_a_field_is_left_out_beside_judged_work_only_where_every_answer_draws_it() -> None:
    body, payload = _in_question(question("a"), _marked()), {"text_0": "one two", "text_1": "1"}
    drawn = {"marks": {"marks": [{"start": 0, "end": 3, "label": "a", "quote": "one"}]}}
    bare = {"marks": {"marks": []}}  # reads as "nothing to mark", without the text

    def beside(body: dict[str, Any], *answers: dict[str, Any]) -> list[str]:
        works = [answered(bound(body, payload), answer) for answer in answers]
        return [part.name for block in blocks_judged(body, payload, works) for part in block.parts]

    assert beside(body, drawn) == beside(body, drawn, drawn) == ["text_1"]
    assert beside(body, bare) == beside(body, drawn, bare) == beside(body, {}) == beside(body) == ["text_0", "text_1"]
    open_too = template(question("a"), _marked(), fields=2)
    assert beside(open_too, drawn) == ["text_0", "text_1"], "its author put it beside the questions too"


@pytest.mark.parametrize(
    "body",
    [
        _in_question(question("a")),  # nobody would see it
        _in_question(question("a", "rewrite", of="text_0")),  # shows what is made of it
        _in_question(question("a"), _marked(show_if={"question": "a", "any_of": ["yes"]})),
        _in_question(_marked(), layout={"kind": "pair", "left": "text_0", "right": "text_1"}),
    ],
)
def test_a_field_stands_in_a_question_only_where_everybody_sees_it(body: dict[str, Any]) -> None:
    ((path, why),) = faults(body)
    assert path == ["fields", 0, "shown"]
    assert getattr(why, "code", "") in FAULTS, "said in the reader's language"
