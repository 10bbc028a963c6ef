"""What an agent did, as an ATIF trajectory: thoughts, tool calls with their arguments, what came back, tokens and cost.

Steps fold, and are found by their words. A question of type `steps` asks which of them are right. Pictures in messages
and results are shown from the project's files, found by the name in their path; one that the project doesn't have, and
those of a trace that is written as one text, are named. Traces of its own subagents are checked and named, not drawn.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from fairhand.kernel.limits import TRAJECTORY_OPEN_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._steps import text_of, trace_in
from fairhand.tasks.fields._text import text_problems
from fairhand.tasks.fields.trajectory.atif import trace_problem
from fairhand.tasks.fields.trajectory.pictures import Files, told, with_files
from fairhand.tasks.jsonline import JsonRefused
from fairhand.tasks.wording import Problem

_TITLE_CHARS_MAX = 110


class TrajectoryTerms(FieldTerms):
    """`reasoning`: whether the agent's thoughts are shown; `cost`: whether tokens and cost are."""

    type: Literal["trajectory"]
    reasoning: bool = True
    cost: bool = True


class TrajectoryField:
    """value: an ATIF trajectory (versions 1.0 to 1.7), as JSON or as the text of its file.

    As JSON it can't hold numbers with decimals, as no task can: a cost is written as text there ("0.0021"), or the
    whole trace as one text.
    """

    name = "trajectory"
    version = 1
    terms = TrajectoryTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: bad_trace, bad_character, too_long. The sentence names the step."""
        field = str(terms["name"])
        if isinstance(value, str) and (found := text_problems(field, value, blank=False)):
            return found
        try:
            why = trace_problem(trace_in(value))
        except JsonRefused as error:
            why = str(error)
        if why is not None:
            return [Problem(field, "bad_trace", why)]
        return text_problems(field, self.search_text(value), blank=True)

    def with_files(self, value: Any, files: Files) -> tuple[Any, list[str]]:
        """The trace with the project's files put beside the paths of its pictures; and paths that bring others."""
        return with_files(value, files)

    def search_text(self, value: Any) -> str:
        """Everything that is said, thought, called and given back in it."""
        return "\n".join(_texts(_trace(value)))

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [
            ("f", ""), ("d", ""), ("u", ""), ("l", ""), ("up down", "trace"), ("enter", "find_next"),
            ("shift+enter", "find_before"),
        ]  # fmt: skip

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> dict[str, Any]:
        """`agent`, `steps` as they are drawn, whether they stand open, and what the whole took."""
        trace = _trace(value)
        steps, final = trace["steps"], trace.get("final_metrics") or {}
        return {
            "agent": trace["agent"], "open": len(steps) <= TRAJECTORY_OPEN_MAX, "n": len(steps),
            "steps": [_step(each, terms) for each in steps], "cost_shown": terms.get("cost", True),
            "prompt": _total(final.get("total_prompt_tokens"), steps, "prompt_tokens"),
            "completion": _total(final.get("total_completion_tokens"), steps, "completion_tokens"),
            "cost": _cost(_total(final.get("total_cost_usd"), steps, "cost_usd")),
            "others": len(trace.get("subagent_trajectories") or ()),
        }  # fmt: skip


def _trace(value: Any) -> Mapping[str, Any]:
    found = trace_in(value)
    return found if isinstance(found, Mapping) else {}


def _step(step: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    calls, metrics = step.get("tool_calls") or [], step.get("metrics") or {}
    names = {call["tool_call_id"]: call["function_name"] for call in calls}
    results = (step.get("observation") or {}).get("results") or []
    said, pictures = told(step["message"])
    title = " ".join(said.split()) or " ".join(names.values())
    return {
        "number": step["step_id"], "source": step["source"], "said": said, "pictures": pictures,
        "time": step.get("timestamp") or "",
        "thought": (step.get("reasoning_content") or "") if terms.get("reasoning", True) else "",
        "title": f"{title[:_TITLE_CHARS_MAX]}…" if len(title) > _TITLE_CHARS_MAX else title,
        "calls": [(call["function_name"], _arguments(call["arguments"])) for call in calls],
        "results": [
            (names.get(each.get("source_call_id"), ""), *told(each.get("content")), "subagent_trajectory_ref" in each)
            for each in results
        ],
        "tokens": (metrics.get("prompt_tokens") or 0) + (metrics.get("completion_tokens") or 0),
        "cost": _cost(metrics.get("cost_usd")),
    }  # fmt: skip


def _arguments(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of each; what is no text as JSON."""
    return [(name, value if isinstance(value, str) else _json(value, 1)) for name, value in given.items()]


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def _total(told: Any, steps: Sequence[Mapping[str, Any]], name: str) -> Any:
    """As the trace tells it, else the sum over its steps; None where no step says anything."""
    if told is not None:
        return told
    given = [value for step in steps if (value := (step.get("metrics") or {}).get(name)) is not None]
    return sum(Decimal(str(value)) for value in given) if given else None


def _cost(dollars: Any) -> str:
    return "" if dollars is None else f"${Decimal(str(dollars)):.4f}"


def _texts(value: Mapping[str, Any]) -> Iterator[str]:
    for step in value["steps"]:
        yield text_of(step["message"])
        yield step.get("reasoning_content") or ""
        for call in step.get("tool_calls") or []:
            yield f"{call['function_name']} {_json(call['arguments'])}"
        for result in (step.get("observation") or {}).get("results") or []:
            yield text_of(result.get("content"))


PART = TrajectoryField()
