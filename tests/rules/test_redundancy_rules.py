"""Redundancy: a task never gets more attempts than its cap, always ends, and answers alike end it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.review.redundancy import REDUNDANCY, judge, problems
from fairhand.review.redundancy._facts import AnswersFacts, alike
from fairhand.review.rules import grade

OPTIONS = [{"value": value, "label": {"en": value}} for value in ("left", "right", "none")]
QUESTIONS: list[dict[str, Any]] = [
    {"name": "winner", "type": "choice", "version": 1, "label": {"en": "Which?"}, "required": True, "options": OPTIONS},
    {"name": "why", "type": "text", "version": 1, "label": {"en": "Why?"}, "required": False, "chars_max": 100},
]
ANSWERS = st.lists(st.sampled_from(["left", "right", "none"]), min_size=1, max_size=12)
CHOICES = st.one_of(
    st.none(),
    st.just({"name": "fixed", "version": 1, "terms": {}}),
    st.builds(
        lambda share, budget: {"name": "agree", "version": 1,
                               "terms": {"question": "winner", "share": share, "budget": budget}},
        st.sampled_from(["0.51", "0.6", "0.75", "1"]), st.integers(0, 5),
    ),
)  # fmt: skip


@given(CHOICES, ANSWERS, st.integers(1, 5), st.integers(0, 7))
def test_a_task_ends_within_its_cap(chosen: dict[str, Any] | None, said: list[str], want: int, extra: int) -> None:
    cap = want + extra
    answers = [{"winner": said[n % len(said)]} for n in range(cap)]
    done = want
    while (judged := judge(chosen, AnswersFacts(answers[:done], want, cap - done, QUESTIONS))).step == "more":
        done += 1
        assert done <= cap
    assert judged.step in ("done", "adjudicate")
    if len(set(said)) == 1:
        assert (judged.step, done) == ("done", want)
    if chosen is None or chosen["name"] == "fixed":
        assert done == want


@pytest.mark.parametrize(
    ("terms", "field"),
    [({"share": "0.5"}, "share"), ({"share": 1}, "share"), ({"budget": -1}, "budget"), ({"x": 1}, "x"),
     ({"question": "what"}, "question")],
)  # fmt: skip
def test_terms_that_make_no_sense_are_said(terms: dict[str, Any], field: str) -> None:
    found = problems({"name": "agree", "version": 1, "terms": terms}, ["winner", "why"])
    assert [name for name, _ in found] == [field]


def test_a_choice_that_nobody_knows_opens_nothing_by_mistake() -> None:
    facts = AnswersFacts([{"winner": "left"}, {"winner": "right"}], 2, 5, QUESTIONS)
    for chosen in ({"name": "hunch", "version": 1, "terms": {}}, {"name": "agree", "version": 1, "terms": {"x": 1}}):
        assert judge(chosen, facts).step == "done"
    assert problems({"name": "hunch", "version": 1, "terms": {}}, [])
    assert REDUNDANCY.names() == ["agree", "fixed"]


def test_answers_are_compared_at_the_question_named_or_at_all() -> None:
    facts = AnswersFacts([{"winner": "left", "why": "a"}, {"winner": "left", "why": "b"}], 2, 0, QUESTIONS)
    assert (alike(facts, "winner"), alike(facts, "")) == (2, 1)
    assert alike(AnswersFacts([{"winner": "left"}, {"winner": "left", "why": "b"}], 2, 0, QUESTIONS), "why") == 1


def test_a_grade_counts_what_the_gold_answers() -> None:
    gold = {"winner": "left"}
    assert grade({"winner": "left", "why": "anything"}, gold, QUESTIONS) == (1000, {"winner": 1000})
    assert grade({"winner": "right"}, gold, QUESTIONS) == (0, {"winner": 0})
    assert grade({}, gold, QUESTIONS) == (0, {"winner": 0})
