"""What is wrong with an agent's trace in the Agent Trajectory Interchange Format (ATIF), 1.0 to 1.7. Pure.

A key that the format doesn't know is refused, so that nothing is dropped in silence; `extra` takes what is one's own.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fairhand.kernel.limits import CHAT_CALLS_MAX, SOLUTION_STEPS_MAX, TRAJECTORY_PARTS_MAX
from fairhand.tasks.fields._text import kind_of
from fairhand.tasks.fields.trajectory.pictures import is_picture
from fairhand.tasks.wording import shown

SOURCES = ("user", "agent", "system")
_VERSION = re.compile(r"ATIF-v1\.[0-7]")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,12})?")
_COST_MAX = 10**9
_ROOT = {
    "schema_version", "session_id", "trajectory_id", "agent", "steps", "notes", "final_metrics",
    "continued_trajectory_ref", "extra", "subagent_trajectories",
}  # fmt: skip
_AGENT = {"name", "version", "model_name", "tool_definitions", "extra"}
_OF_AGENTS = ("model_name", "reasoning_effort", "reasoning_content", "tool_calls", "metrics")
_STEP = {"step_id", "timestamp", "source", "message", "observation", "is_copied_context", "llm_call_count", "extra"}
_METRICS = {
    "prompt_tokens", "completion_tokens", "cached_tokens", "cost_usd", "prompt_token_ids", "completion_token_ids",
    "logprobs", "extra",
}  # fmt: skip
_FINAL = {
    "total_prompt_tokens", "total_completion_tokens", "total_cached_tokens", "total_cost_usd", "total_steps", "extra",
}  # fmt: skip
_DEEP = 3  # agents whose agents have agents
_Why = str | None


def trace_problem(value: object, depth: int = 1) -> _Why:
    """What is wrong with a trace, with its place; None: nothing."""
    if not isinstance(value, Mapping):
        return f"must be an ATIF trajectory as a table, not {kind_of(value)}"
    if (why := _known(value, _ROOT, "the trajectory")) is not None:
        return why
    version = value.get("schema_version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        return f"has the `schema_version` {shown(version)}; ATIF-v1.0 to ATIF-v1.7 are taken"
    if (why := _agent_problem(value.get("agent"))) is not None:
        return why
    steps = value.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= SOLUTION_STEPS_MAX:
        return f"needs `steps`, a list of 1 to {SOLUTION_STEPS_MAX}"
    for number, step in enumerate(steps, start=1):
        if (why := _step_problem(step, number)) is not None:
            return f"step {number} {why}"
    if (why := _numbers(value.get("final_metrics"), _FINAL)) is not None:
        return f"`final_metrics` {why}"
    return _others_problem(value.get("subagent_trajectories"), depth)


def _others_problem(others: object, depth: int) -> _Why:
    if others is None:
        return None
    if not isinstance(others, list) or (others and depth >= _DEEP):
        return f"`subagent_trajectories` is no list, or goes deeper than {_DEEP}"
    for number, each in enumerate(others, start=1):
        if (why := trace_problem(each, depth + 1)) is not None:
            return f"subagent {number}: {why}"
    return None


def _agent_problem(agent: object) -> _Why:
    if not isinstance(agent, Mapping):
        return "needs `agent`, a table with its name and version"
    if (why := _known(agent, _AGENT, "`agent`")) is not None:
        return why
    for name in ("name", "version"):
        if not isinstance(agent.get(name), str) or not agent[name]:
            return f"needs the agent's `{name}`, a text"
    model = agent.get("model_name")
    return None if model is None or isinstance(model, str) else "has an agent's `model_name` that is no text"


def _step_problem(step: object, number: int) -> _Why:
    if not isinstance(step, Mapping):
        return "is no table"
    if (why := _known(step, _STEP | {*_OF_AGENTS}, "it")) is not None:
        return why
    if type(step.get("step_id")) is not int or step["step_id"] != number:
        return f"has the `step_id` {shown(step.get('step_id'))}; steps are numbered from 1 without a gap"
    if step.get("source") not in SOURCES:
        return f"has the `source` {shown(step.get('source'))}; it is user, agent or system"
    if step["source"] != "agent" and (mine := [name for name in _OF_AGENTS if step.get(name) is not None]):
        return f"has `{mine[0]}`, which only a step of the agent has"
    time = step.get("timestamp")
    if time is not None and (not isinstance(time, str) or not _TIME.fullmatch(time)):
        return "has a `timestamp` that is no ISO 8601 time"
    for name in ("model_name", "reasoning_content"):
        if step.get(name) is not None and not isinstance(step[name], str):
            return f"has a `{name}` that is no text"
    if (why := _content_problem(step.get("message"), "message")) is not None:
        return why
    if (why := _calls_problem(step.get("tool_calls"))) is not None:
        return why
    if (why := _observed_problem(step.get("observation"), step.get("tool_calls") or [])) is not None:
        return why
    why = _numbers(step.get("metrics"), _METRICS)
    return f"`metrics` {why}" if why else None


def _content_problem(content: object, what: str) -> _Why:
    if isinstance(content, str):
        return None
    if not isinstance(content, list) or len(content) > TRAJECTORY_PARTS_MAX:
        return f"needs a `{what}`: a text, or a list of at most {TRAJECTORY_PARTS_MAX} parts"
    for part in content:
        kind = part.get("type") if isinstance(part, Mapping) else None
        if kind == "text" and isinstance(part.get("text"), str):
            continue
        source = part.get("source") if kind == "image" else None
        if not isinstance(source, Mapping) or not isinstance(source.get("path"), str):
            return f"has in `{what}` a part that is neither a text nor a picture with its path"
        if "file" in source and not is_picture(source["file"]):
            return f"has in `{what}` a picture whose `file` is no picture of the project"
    return None


def _calls_problem(calls: object) -> _Why:
    if calls is None:
        return None
    if not isinstance(calls, list) or len(calls) > CHAT_CALLS_MAX:
        return f"has `tool_calls` that are no list of at most {CHAT_CALLS_MAX}"
    seen = set()
    for call in calls:
        if not isinstance(call, Mapping) or not isinstance(call.get("arguments"), Mapping):
            return "has a tool call whose `arguments` are no table"
        for name in ("tool_call_id", "function_name"):
            if not isinstance(call.get(name), str) or not call[name]:
                return f"has a tool call whose `{name}` is no text"
        if (why := _known(call, {"tool_call_id", "function_name", "arguments", "extra"}, "a tool call")) is not None:
            return why
        if call["tool_call_id"] in seen:
            return f"has two tool calls with the id {shown(call['tool_call_id'])}"
        seen.add(call["tool_call_id"])
    return None


def _observed_problem(observed: object, calls: list[Any]) -> _Why:
    if observed is None:
        return None
    results = observed.get("results") if isinstance(observed, Mapping) else None
    if not isinstance(results, list) or len(results) > CHAT_CALLS_MAX:
        return f"has an `observation` without `results`, a list of at most {CHAT_CALLS_MAX}"
    ids = {call["tool_call_id"] for call in calls}
    for result in results:
        if not isinstance(result, Mapping):
            return "has a result that is no table"
        told = {"source_call_id", "content", "subagent_trajectory_ref", "extra"}
        if (why := _known(result, told, "a result")) is not None:
            return why
        of = result.get("source_call_id")
        if of is not None and of not in ids:
            return f"has a result of the tool call {shown(of)}, which the step doesn't make"
        if result.get("content") is not None and (why := _content_problem(result["content"], "content")) is not None:
            return why
    return None


def _numbers(given: object, known: set[str]) -> _Why:
    if given is None:
        return None
    if not isinstance(given, Mapping):
        return "is no table"
    if (why := _known(given, known, "it")) is not None:
        return why
    for name, value in given.items():
        if value is None or name in ("extra", "prompt_token_ids", "completion_token_ids", "logprobs"):
            continue
        if name.endswith("cost_usd"):
            if not _is_amount(value):
                return f"has a `{name}` that is no number from 0, and none written as text"
        elif type(value) is not int or value < 0:
            return f"has a `{name}` that is no whole number from 0"
    return None


def _is_amount(value: object) -> bool:
    """A number, or one that is written as a text: what is stored here knows no numbers with decimals."""
    if isinstance(value, str):
        return bool(_AMOUNT.fullmatch(value))
    return not isinstance(value, bool) and isinstance(value, int | float | Decimal) and 0 <= value < _COST_MAX


def _known(given: Mapping[str, Any], names: set[str], what: str) -> _Why:
    strange = [name for name in given if name not in names]
    if not strange:
        return None
    return f"has in {what} {shown(strange[0])}, which ATIF doesn't know; `extra` takes what is one's own"
