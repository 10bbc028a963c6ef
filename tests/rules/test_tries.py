"""A prompt that is tried on models: its terms, what it refuses, what a form sends, and its columns."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.kernel.canonical import content_hash
from fairhand.tasks.library import ready
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.prompt.tries import VERDICTS, asked_prompt
from tests.counts import count
from tests.parts import example, stored

PART: Any = QUESTIONS.get("prompt")
PLAIN = stored(PART)
TRIED = {"models": ["tried_1", "tried_2"], "tried": "required", "judged": "required", "fails_least": 1}


def terms(**more: Any) -> dict[str, Any]:
    """The example's terms, with models."""
    model = PART.terms.model_validate({**PLAIN, **TRIED, **more})
    return dict(model.model_dump(mode="json", exclude_none=True))


def said(slot: str = "a", n: int = 1, **more: Any) -> dict[str, Any]:
    """A try."""
    return {"slot": slot, "id": f"0198c0de-0000-7000-8000-{n:012x}", "text": f"Answer {n}", "verdict": "wrong"} | more


def answer(*tries: Any, **more: Any) -> dict[str, Any]:
    """The example's first answer with these tries."""
    return {**copy.deepcopy(example(PART)["good"][0]), "tries": list(tries), **more}


def bare(*tries: dict[str, Any]) -> list[dict[str, Any]]:
    """Tries that nobody judged."""
    return [{key: value for key, value in each.items() if key != "verdict"} for each in tries]


def code(given: Any, **more: Any) -> str | None:
    """What is wrong with an answer."""
    found = PART.check(given, terms(**more))
    assert len(found) <= 1
    return found[0].code if found else None


def test_a_prompt_without_models_is_the_one_that_it_was() -> None:
    told = PART.terms.model_validate(PLAIN).model_dump(mode="json", exclude_none=True)
    assert told == PLAIN
    assert not {"models", "tried", "judged", "fails_least", "temperature", "asked_max"} & set(told)
    assert "answer_tokens" in terms()
    assert PART.export_columns(PLAIN) == ("prompt", "prompt_turns", "prompt_files", "prompt_reference")
    (problem,) = PART.check(answer(said()), PLAIN)
    assert problem.code == "bad_tries"
    assert "tries" not in PART.read({"q.turns": ['[{"role":"user","text":"x","files":[]}]'],
                                     "q.tries": [json.dumps({"tries": [said()]})]}, "q", PLAIN)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"models": [], "judged": "none", "fails_least": 0}, "ask for models"),
        ({"models": [], "tried": "optional", "fails_least": 0}, "ask for models"),
        ({"models": ["a", "a"]}, "twice"), ({"models": ["a", "b", "c"]}, "at most 2"), ({"models": ["A b"]}, "pattern"),
        ({"tried": "optional"}, "fails_least needs"), ({"judged": "none"}, "fails_least needs"),
        ({"asked_max": 1}, "asked_max"), ({"fails_least": 5, "asked_max": 4}, "asked_max"),
        ({"tokens_max": 1_599}, "tokens_max"), ({"fails_least": 3, "tokens_max": 2_399}, "tokens_max"),
        ({"temperature": "2.1"}, "pattern"), ({"temperature": 1}, "string"), ({"seed": -1}, "seed"),
        ({"kinds": []}, "kinds takes none"), ({"fails_least": 401}, "less than or equal"),
    ],
)  # fmt: skip
def test_terms_that_leave_no_room_for_what_they_ask_are_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        PART.terms.model_validate({**PLAIN, **TRIED, **change})


def test_terms_at_their_bounds_are_taken() -> None:
    assert terms(fails_least=3, asked_max=3, tokens_max=2_400)["asked_max"] == 3
    assert terms(kinds=[], files_least=0)["kinds"] == []
    assert PART.sends(terms(kinds=[], files_least=0)) is None


@pytest.mark.parametrize(
    ("tries", "more", "wrong"),
    [
        ([said("a", 1), said("b", 2)], {}, None),
        ([said("a", 1, verdict="right"), said("b", 2)], {}, None),
        ([said("a", 1), said("a", 2), said("b", 3, verdict="partly")], {"fails_least": 2}, None),
        ([], {}, "bad_tries"), ("tries", {}, "bad_tries"), ([7], {}, "bad_tries"),
        ([said("c", 1)], {}, "bad_tries"), ([said("a", 1), said("b", 1)], {}, "bad_tries"),
        ([said("a", 1, text="x\0")], {}, "bad_tries"), ([said("a", 1, text="x" * 98_001)], {}, "bad_tries"),
        ([said("a", 1, id="1")], {}, "bad_tries"), ([said("a", 1, more=1)], {}, "bad_tries"),
        ([said("a", 1, verdict="Wrong")], {}, "bad_tries"), ([said("a", 1, verdict=None)], {}, "bad_tries"),
        ([said("a", 1)], {}, "untried"), ([said("b", 1)], {}, "untried"),
        ([said("b", 1)], {"models": ["one"]}, "bad_tries"), ([said("a", 1)], {"models": ["one"]}, None),
        (bare(said("a", 1), said("b", 2)), {}, "no_verdict"),
        ([said("a", 1, verdict="right"), said("b", 2, verdict="partly")], {}, "few_fails"),
        ([said("a", 1), said("b", 2)], {"fails_least": 3}, "few_fails"),
        ([said("a", n) for n in range(1, 402)], {"models": ["one"], "asked_max": 400}, "bad_tries"),
        ([said("a", 1), said("a", 2), said("b", 3)], {"asked_max": 2}, None),  # some were asked in an earlier round
        (bare(said("a", 1)), {"tried": "optional", "judged": "none", "fails_least": 0}, None),
        ([said("a", 1)], {"tried": "optional", "judged": "none", "fails_least": 0}, "bad_tries"),
        (bare(said("a", 1)), {"tried": "optional", "fails_least": 0}, "no_verdict"),
    ],
)  # fmt: skip
def test_what_is_said_of_tries(tries: Any, more: dict[str, Any], wrong: str | None) -> None:
    given = answer()
    given["tries"] = tries
    assert code(given, **more) == wrong


def test_a_prompt_that_was_not_tried_is_taken_where_that_is_left_open() -> None:
    given = example(PART)["good"][0]
    assert code(given) == "untried"
    assert code(given, tried="optional", fails_least=0) is None


def test_what_people_are_told_of_a_picture_is_no_part_of_what_is_asked() -> None:
    turns = example(PART)["good"][0]["turns"]
    other = copy.deepcopy(turns)
    other[0]["files"][0]["alt"] = "Something else"
    assert turns[0]["files"][0]["alt"] != other[0]["files"][0]["alt"]
    assert content_hash(asked_prompt(turns)) == content_hash(asked_prompt(other))
    other[0]["text"] += " "
    assert content_hash(asked_prompt(turns)) != content_hash(asked_prompt(other))


def test_columns_say_what_models_answered_and_how_it_was_judged() -> None:
    asked = terms()
    given = answer(said("a", 1), said("b", 2, verdict="partly"))
    named = dict(zip(PART.export_columns(asked), PART.export_values(given, asked), strict=True))
    assert json.loads(named["prompt_tries"]) == given["tries"]
    assert named["prompt_verdicts"] == "wrong partly"
    assert PART.export_values(None, asked) == ("",) * 6
    untried = example(PART)["good"][1]
    assert PART.export_values(untried, asked)[4:] == ("", "")
    assert PART.distance(given, {key: value for key, value in given.items() if key != "tries"}, asked) == 0


_texts = st.text(st.characters(), max_size=12)
_keys = st.sampled_from(["tries", "slot", "id", "text", "verdict", "to", "x"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=12,
)
_tries = st.lists(
    st.builds(said, st.sampled_from("ab"), st.integers(1, 6), verdict=st.sampled_from([*VERDICTS, "no", 3])), max_size=6
)


@settings(max_examples=count(300, 30_000))
@given(st.one_of(_json, _tries, st.lists(st.one_of(_json, st.builds(said)), max_size=3)))
def test_whatever_comes_as_tries_is_told_in_one_problem_and_can_be_drawn_and_read_back(given: Any) -> None:
    asked, whole = terms(), answer()
    whole["tries"] = given
    problems = PART.check(whole, asked)
    assert len(problems) <= 1
    drawn = PART.drawn(whole, asked)
    turns = json.dumps(whole["turns"])
    posted = {"q.turns": [turns], "q.reference": [whole["reference"]], "q.tries": [json.dumps({"tries": given})]}
    back = PART.read(posted, "q", asked)
    if not problems:
        assert back == whole
        assert PART.read({**posted, "q.tries": [drawn["tried"]]}, "q", asked)["tries"] == sorted(
            given, key=lambda each: each["slot"]
        )
    else:
        assert PART.check(back, asked), "what was wrong does not become right on its way through the form"


@settings(max_examples=count(200, 20_000))
@given(st.text(max_size=40))
def test_no_text_in_the_field_of_tries_breaks_its_reading(text: str) -> None:
    found = PART.read({"q.turns": ['[{"role":"user","text":"x","files":[]}]'], "q.tries": [text]}, "q", terms())
    assert found["turns"][0]["text"] == "x"
    PART.check(found, terms())


def test_the_ready_made_template_asks_for_a_prompt_that_fails() -> None:
    found = ready("stump-the-model")
    assert found is not None
    (prompt, *_) = found.template["questions"]
    assert (prompt["models"], prompt["tried"], prompt["fails_least"]) == (["tried_1"], "required", 1)
    (example_,) = found.examples
    assert PART.check(example_.answer["prompt"], prompt) == []
    right = copy.deepcopy(dict(example_.answer["prompt"]))
    right["tries"][0]["verdict"] = "right"
    assert PART.check(right, prompt)[0].code == "few_fails"
