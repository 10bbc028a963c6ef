"""A template: what a task shows (fields) and asks (questions), and whether a payload or an answer fits it. Pure.

A template's body is the JSON {"version": 1, "fields": [terms...], "questions": [terms...], "layout"?: {...}}; each
entry names its type and version and holds that type's terms.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fairhand.kernel.limits import ANSWER_BYTES_MAX, TASK_PAYLOAD_BYTES_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.wording import Problem, shown

_UNKNOWN_LISTED_MAX = 10
_Check = Callable[[object, Mapping[str, Any]], list[Problem]]


def check_answer(template: Mapping[str, Any], answer: object) -> tuple[Problem, ...]:
    """What is wrong with an answer {question name: value}; empty when nothing is.

    Codes beside those of the question types: not_an_object, unknown, required, too_large, unknown_type. A question that
    is not required may be absent.
    """
    return _problems(template["questions"], answer, _question_check, ANSWER_BYTES_MAX)


def check_payload(template: Mapping[str, Any], payload: object) -> tuple[Problem, ...]:
    """What is wrong with a task's payload {field name: value}: every field, and nothing else. Codes as for answers."""
    return _problems(template["fields"], payload, _field_check, TASK_PAYLOAD_BYTES_MAX)


def _problems(
    parts: list[Mapping[str, Any]],
    given: object,
    check_of: Callable[[Mapping[str, Any]], _Check | None],
    bytes_max: int,
) -> tuple[Problem, ...]:
    if not isinstance(given, Mapping):
        return (Problem("", "not_an_object", "must be a table of names and values"),)
    known = {part["name"] for part in parts}
    strange = [key for key in given if key not in known]
    problems = [Problem(shown(key), "unknown", "is not part of the template") for key in strange[:_UNKNOWN_LISTED_MAX]]
    size = 0
    for part in parts:
        name = part["name"]
        if name not in given:
            if part.get("required", True):
                problems.append(Problem(name, "required", "is missing"))
            continue
        check = check_of(part)
        if check is None:
            problems.append(
                Problem(name, "unknown_type", f"has a type this version does not know: {shown(part['type'])}")
            )
            continue
        found = check(given[name], part)
        problems += found
        if not found:
            size += len(str(given[name]).encode())
    if size > bytes_max:
        problems.append(Problem("", "too_large", f"is {size} bytes; {bytes_max} are allowed"))
    return tuple(problems)


def _question_check(part: Mapping[str, Any]) -> _Check | None:
    kind = QUESTIONS.get(part["type"], part.get("version", 1))
    return kind.check if kind else None


def _field_check(part: Mapping[str, Any]) -> _Check | None:
    kind = FIELDS.get(part["type"], part.get("version", 1))
    return kind.check if kind else None
