"""Steps of solutions and agents' traces: what is a trace and where it isn't one, labels, their distance and export."""

import copy
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.kernel.limits import SOLUTION_STEPS_MAX
from fairhand.tasks.attached import files_in, resolve
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._steps import steps_in
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.steps.part import prm800k
from fairhand.tasks.template import check_payload
from tests.counts import count
from tests.parts import example, terms_of

TRACE: Any = FIELDS.get("trajectory")
STEPS: Any = QUESTIONS.get("steps")
WHOLE: dict[str, Any] = example(TRACE)["good"][0]
FIELD = {"name": "trace", "type": "trajectory"}
TERMS: dict[str, Any] = terms_of(STEPS)
STOPS = {**TERMS, "after_error": "stop"}


def _said(value: Any) -> str:
    (problem,) = TRACE.check(value, FIELD)
    assert problem.code == "bad_trace"
    return str(problem.why)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["surprise"], 1, "'surprise', which ATIF doesn't know"),
        (["schema_version"], "ATIF-v1.8", "ATIF-v1.0 to ATIF-v1.7"),
        (["agent", "version"], "", "the agent's `version`"),
        (["steps"], [], "list of 1 to 500"),
        (["steps", 1, "step_id"], 3, "step 2 has the `step_id` '3'"),
        (["steps", 1, "source"], "tool", "step 2 has the `source` 'tool'"),
        (["steps", 0, "metrics"], {}, "step 1 has `metrics`, which only a step of the agent has"),
        (["steps", 0, "timestamp"], "yesterday", "step 1 has a `timestamp`"),
        (["steps", 0, "message"], None, "step 1 needs a `message`"),
        (["steps", 0, "message"], [{"type": "text"}], "step 1 has in `message` a part"),
        (["steps", 0, "note"], "x", "step 1 has in it 'note'"),
        (["steps", 1, "tool_calls", 0, "arguments"], "ls", "step 2 has a tool call whose `arguments`"),
        (["steps", 1, "tool_calls", 0, "function_name"], "", "step 2 has a tool call whose `function_name`"),
        (["steps", 1, "observation", "results", 0, "source_call_id"], "c9", "step 2 has a result of the tool call"),
        (["steps", 1, "observation"], [], "step 2 has an `observation` without `results`"),
        (["steps", 1, "metrics", "prompt_tokens"], 1.5, "step 2 `metrics` has a `prompt_tokens`"),
        (["steps", 1, "metrics", "cost_usd"], "much", "step 2 `metrics` has a `cost_usd`"),
        (["final_metrics", "total_steps"], -1, "`final_metrics` has a `total_steps`"),
        (["subagent_trajectories"], [{}], "subagent 1: has the `schema_version`"),
    ],
)  # fmt: skip
def test_what_is_no_trace_is_said_with_its_step(path: list[Any], value: Any, said: str) -> None:
    broken = copy.deepcopy(WHOLE)
    inner: Any = broken
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert said in _said(broken)
    assert said in _said(json.dumps(broken)), "and in the text of a file as well"


def test_a_file_is_told_by_its_line_and_keeps_its_decimals() -> None:
    text = json.dumps(WHOLE, indent=1).replace('"0.0012"', "0.0012")
    assert TRACE.check(text, FIELD) == []
    assert TRACE.drawn(text, FIELD)["steps"][1]["cost"] == "$0.0012"
    assert "in line 2, character" in _said(text.replace('"schema_version"', "schema_version"))
    assert [step.number for step in steps_in(text)] == [1, 2, 3]
    assert "subagent 1: subagent 1: `subagent_trajectories`" in _said(_nested(WHOLE, 3))


def _nested(trace: dict[str, Any], depth: int) -> dict[str, Any]:
    return trace if not depth else {**trace, "subagent_trajectories": [_nested(trace, depth - 1)]}


_KEYS = [*WHOLE, *WHOLE["steps"][1]]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab<", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=count(100, 5000), deadline=None)
@given(_JSON, st.sampled_from(list(WHOLE)), st.sampled_from(list(WHOLE["steps"][1])))
def test_whatever_stands_somewhere_in_a_trace_is_told_or_drawn(strange: Any, key: str, of_step: str) -> None:
    for broken in (
        {**WHOLE, key: strange},
        {**WHOLE, "steps": [{**WHOLE["steps"][1], "step_id": 1, of_step: strange}]},
    ):
        if not TRACE.check(broken, FIELD):
            assert TRACE.drawn(broken, FIELD)["n"] == len(steps_in(broken))
    assert STEPS.check(strange, TERMS) or strange == []


def test_a_trace_as_long_as_may_be_is_taken_and_one_more_step_is_not() -> None:
    steps = [{"step_id": n, "source": "agent", "message": "a"} for n in range(1, SOLUTION_STEPS_MAX + 2)]
    assert "list of 1 to 500" in _said({**WHOLE, "steps": steps})
    assert TRACE.check({**WHOLE, "steps": steps[:-1]}, FIELD) == []
    assert TRACE.drawn({**WHOLE, "steps": steps[:-1]}, FIELD)["open"] is False


def test_only_the_steps_of_those_named_are_labelled() -> None:
    terms = {**TERMS, "given": WHOLE, "why": "none"}
    assert [row["number"] for row in STEPS.drawn(None, terms)["rows"]] == [2, 3]
    everybody = {**terms, "sources": ["user", "agent"]}
    assert [row["number"] for row in STEPS.drawn(None, everybody)["rows"]] == [1, 2, 3]
    answer = [{"step": 2, "rating": 1}, {"step": 3, "rating": 0}]
    assert STEPS.check(answer, terms) == []
    assert [problem.code for problem in STEPS.check(answer, everybody)] == ["no_label_yet"]
    user = {**WHOLE, "steps": WHOLE["steps"][:1]}
    assert [problem.code for problem in STEPS.check_given(user, terms)] == ["no_steps"]
    assert [problem.code for problem in STEPS.check([], {**terms, "given": None})] == ["no_steps"]


def test_labelling_stops_at_the_first_mistake_where_it_is_to() -> None:
    found = [{"step": 1, "rating": 1}, {"step": 2, "rating": -1, "why": "no"}]
    later = [*found, {"step": 3, "rating": 1}]
    assert STEPS.check(found, STOPS) == []
    assert [problem.code for problem in STEPS.check(later, STOPS)] == ["after_error"]
    assert [problem.code for problem in STEPS.check(found, TERMS)] == ["no_label_yet"]
    posted = {"f.1": ["1"], "f.2": ["-1"], "f.2.why": ["no"], "f.3": ["1"], "f.4": ["1"]}
    assert STEPS.read(posted, "f", STOPS) == found, "what a script did not take away is left out"
    assert [row["after"] for row in STEPS.drawn(found, STOPS)["rows"]] == [False, False, True, True]
    assert STEPS.export_values(found, STOPS)[:4] == ("1", "0", "1", "2")


_ROWS = st.lists(st.sampled_from([None, 1, 0, -1]), min_size=4, max_size=4).map(
    lambda marks: [{"step": n, "rating": mark} for n, mark in enumerate(marks, start=1) if mark is not None]
)


@settings(max_examples=count(100, 5000), deadline=None)
@given(_ROWS, _ROWS, _ROWS)
def test_the_distance_between_labels_is_a_metric(a: Any, b: Any, c: Any) -> None:
    assert 0 <= STEPS.distance(a, b, TERMS) == STEPS.distance(b, a, TERMS) <= 1
    assert (STEPS.distance(a, b, TERMS) == 0) == (a == b)
    assert STEPS.distance(a, c, TERMS) <= STEPS.distance(a, b, TERMS) + STEPS.distance(b, c, TERMS)


def test_labels_are_compared_and_graded_as_worked_out_by_hand() -> None:
    gold: list[dict[str, Any]] = [
        {"step": 1, "rating": 1},
        {"step": 2, "rating": 0},
        {"step": 3, "rating": -1, "why": "a"},
    ]
    mine = [{"step": 1, "rating": 1}, {"step": 2, "rating": 1}, {"step": 3, "rating": 1}, {"step": 4, "rating": 0}]
    assert STEPS.grade(mine, gold, TERMS) == Fraction(1, 3)
    assert STEPS.distance(mine, gold, TERMS) == (0 + Fraction(1, 2) + 1 + 1) / 4
    label = prm800k(gold, steps_in(TERMS["given"]))
    assert label["finish_reason"] == "found_error"
    assert [step["completions"][0]["rating"] for step in label["steps"]] == [1, 0, -1]
    assert [step["chosen_completion"] for step in label["steps"]] == [0, 0, None]
    assert label["steps"][0]["completions"][0]["text"] == TERMS["given"][0]
    assert prm800k(mine, [])["finish_reason"] == "solution"


def _pictured(path: str, **more: Any) -> dict[str, Any]:
    parts = [{"type": "text", "text": "It looks so:"}, {"type": "image", "source": {"media_type": "image/png",
              "path": path, **more}}]  # fmt: skip
    step = {"step_id": 1, "source": "agent", "message": "I look.", "observation": {"results": [{"content": parts}]}}
    return {"schema_version": "ATIF-v1.7", "agent": {"name": "a", "version": "1"}, "steps": [step]}


SHOT = {
    "file": "0198c0de-0000-7000-8000-000000000008", "name": "screen.png", "media_type": "image/png", "bytes": 1200,
    "sha256": "8" * 64, "width": 40, "height": 30,
}  # fmt: skip
PICTURED = {"fields": [{**FIELD, "label": {"en": "Trace"}}], "questions": []}


@pytest.mark.parametrize("path", ["screen.png", "steps/1/screen.png", "C:\\steps\\screen.png"])
def test_a_picture_in_a_trace_gets_the_projects_file_of_its_name_and_keeps_its_path(path: str) -> None:
    given = {"trace": _pictured(path)}
    found, problems = resolve(PICTURED, given, {"screen.png": SHOT, SHOT["file"]: SHOT})
    assert problems == []
    assert given == {"trace": _pictured(path)}, "what came in is left as it was"
    assert found == {"trace": _pictured(path, file=SHOT)}
    assert check_payload(PICTURED, found) == ()
    assert list(files_in(found)) == [SHOT]
    (step,) = TRACE.drawn(found["trace"], FIELD)["steps"]  # type: ignore[index]
    assert step["results"] == [("", "It looks so:", [{"media_type": "image/png", "path": path, "file": SHOT}], False)]
    again, problems = resolve(PICTURED, found, {"screen.png": SHOT, SHOT["file"]: SHOT})
    assert (again, problems) == (found, []), "what was exported comes in again"


def test_a_picture_that_the_project_does_not_have_is_named_and_one_of_elsewhere_refused() -> None:
    named = {"trace": _pictured("other.png")}
    assert resolve(PICTURED, named, {"screen.png": SHOT}) == (named, [])
    (step,) = TRACE.drawn(named["trace"], FIELD)["steps"]
    assert step["results"] == [("", "It looks so:\n[other.png]", [], False)]
    for stranger in (SHOT, {**SHOT, "sha256": "9" * 64}, "screen.png", None, []):
        _, problems = resolve(PICTURED, {"trace": _pictured("screen.png", file=stranger)}, {})
        assert [problem.code for problem in problems] == ["no_such_file"]
    assert "no picture of the project" in _said(_pictured("screen.png", file={**SHOT, "media_type": "video/mp4"}))
    assert "no picture of the project" in _said(_pictured("screen.png", file="screen.png"))


def test_arguments_of_tools_and_a_trace_as_text_are_left_as_they_are() -> None:
    trace = _pictured("screen.png")
    part = trace["steps"][0]["observation"]["results"][0]["content"][1]
    trace["steps"][0]["tool_calls"] = [{"tool_call_id": "c", "function_name": "f", "arguments": {"part": part}}]
    found, _ = resolve(PICTURED, {"trace": trace}, {"screen.png": SHOT})
    assert found["trace"]["steps"][0]["tool_calls"] == trace["steps"][0]["tool_calls"]  # type: ignore[index]
    text = {"trace": json.dumps(trace)}
    assert resolve(PICTURED, text, {"screen.png": SHOT}) == (text, [])


@settings(max_examples=count(100, 10_000))
@given(st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
        st.sampled_from(["steps", "message", "observation", "results", "content", "type", "source", "path", "file"]),
        st.one_of(inner, st.just("image"), st.just("screen.png")), max_size=4)),
    max_leaves=20,
))  # fmt: skip
def test_whatever_comes_as_a_trace_its_pictures_can_be_looked_for(value: Any) -> None:
    found, problems = resolve(PICTURED, {"trace": value}, {"screen.png": SHOT})
    assert isinstance(found, dict)
    assert all(problem.code == "no_such_file" for problem in problems)
    check_payload(PICTURED, found)
