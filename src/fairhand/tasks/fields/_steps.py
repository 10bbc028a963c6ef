"""Steps that stand in a task: of a solution, or of an agent's trace. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from fairhand.tasks.jsonline import JsonRefused, once_each, refuse_deep, small_int
from fairhand.tasks.wording import because, shown

AGENT = "agent"
_DIGITS_MAX = 40


@dataclass(frozen=True, slots=True)
class Step:
    """`number`: how it is named, from 1. `source`: user, agent or system; of a solution, agent. `calls`: of tools."""

    number: int
    text: str
    source: str = AGENT
    calls: tuple[str, ...] = ()


def trace_in(value: object) -> object:
    """A trace, which may be written as the text of its file; numbers keep their decimals. Raises JsonRefused."""
    if not isinstance(value, str):
        return value
    refuse_deep(value)
    try:
        return json.loads(
            value, parse_float=_decimal, parse_constant=_no_constant, parse_int=small_int, object_pairs_hook=once_each
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(
            because(
                "not_json",
                "is not JSON: %(said)s, in line %(line)s, character %(at)s",
                said=error.msg,
                line=error.lineno,
                at=error.colno,
            )
        ) from None


def _decimal(digits: str) -> Decimal:
    if len(digits) > _DIGITS_MAX:
        raise JsonRefused(
            because("json_digits", "holds the number %(given)s, which is absurdly long", given=shown(digits))
        )
    return Decimal(digits)


def _no_constant(name: str) -> NoReturn:
    raise JsonRefused(because("json_no_number", "holds %(given)s, which is not a number", given=name))


def steps_in(value: object) -> list[Step]:
    """The steps of a field's value that was checked; of anything else none."""
    if isinstance(value, str):
        value = trace_in(value)
    if isinstance(value, list):
        return [Step(number, text) for number, text in enumerate(value, start=1) if isinstance(text, str)]
    steps = value.get("steps") if isinstance(value, Mapping) else None
    return [_step(each) for each in steps if isinstance(each, Mapping)] if isinstance(steps, list) else []


def _step(given: Mapping[str, Any]) -> Step:
    calls = given.get("tool_calls") or []
    return Step(
        int(given["step_id"]), text_of(given.get("message")), str(given["source"]),
        tuple(str(call["function_name"]) for call in calls),
    )  # fmt: skip


def text_of(content: object) -> str:
    """A message, or what a tool gave back: a text, or parts of which pictures are named by their place."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part["text"]) if part.get("type") == "text" else f"[{_place(part)}]" for part in parts)


def _place(part: Mapping[str, Any]) -> str:
    source = part.get("source")
    return str(source.get("path", "")) if isinstance(source, Mapping) else ""
