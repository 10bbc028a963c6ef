"""tasks.jsonl and gold.jsonl: one object a line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fairhand.kernel.limits import ATTEMPTS_PER_TASK_MAX, PACK_GOLD_MAX, PACK_TASKS_MAX
from fairhand.packs.errors import Errors
from fairhand.packs.files import TextLines
from fairhand.tasks.attached import Files, resolve
from fairhand.tasks.jsonline import JsonRefused, parse_object
from fairhand.tasks.template import bound, check_answer, check_payload
from fairhand.tasks.wording import Paragraph, Problem, key_problem, shown

TASKS, GOLD = "tasks.jsonl", "gold.jsonl"
_TASK_KEYS = frozenset({"key", "payload", "want"})
_GOLD_KEYS = frozenset({"key", "payload", "answer", "reason", "use"})
_REASON: TypeAdapter[dict[str, str]] = TypeAdapter(Paragraph)


@dataclass(frozen=True, slots=True)
class PackTask:
    """A task: its key in the client's data, its payload, how many attempts it wants, its line in the file."""

    key: str
    payload: dict[str, Any]
    want: int
    line: int


@dataclass(frozen=True, slots=True)
class PackGold:
    """A task with its known answer, for practice. `reason`: language -> why the answer is right."""

    key: str
    payload: dict[str, Any]
    answer: dict[str, Any]
    reason: dict[str, str]
    use: str
    line: int


def tasks_in(
    lines: TextLines, template: Mapping[str, Any], want: int, errors: Errors, files: Files
) -> Iterator[PackTask]:
    """The tasks without a fault; faults are noted. A task whose line names no number wants `want` attempts.

    `files`: those of the pack by name; a payload names them, and holds what is known of each when it is given out.
    """
    for number, value in _objects(lines, TASKS, _TASK_KEYS, PACK_TASKS_MAX, errors):
        before = errors.count
        key = _key(TASKS, number, value, errors)
        payload = _payload(TASKS, number, value, template, files, errors)
        wanted = value.get("want", want)
        if type(wanted) is not int or not 1 <= wanted <= ATTEMPTS_PER_TASK_MAX:
            why = f"must be a whole number from 1 to {ATTEMPTS_PER_TASK_MAX}; it is {shown(wanted)}"
            errors.add(TASKS, number, "want", why)
        if errors.count == before:
            yield PackTask(key, payload, wanted, number)


def gold_in(lines: TextLines, template: Mapping[str, Any], errors: Errors, files: Files) -> Iterator[PackGold]:
    """The gold tasks without a fault; faults are noted."""
    for number, value in _objects(lines, GOLD, _GOLD_KEYS, PACK_GOLD_MAX, errors):
        before = errors.count
        key = _key(GOLD, number, value, errors)
        payload = _payload(GOLD, number, value, template, files, errors)
        asked = bound(template, payload) if isinstance(payload, Mapping) else template
        _note(GOLD, number, "answer", check_answer(asked, value.get("answer")), errors)
        reason = _reason(number, value.get("reason"), errors)
        use = value.get("use", "training")
        if use == "evaluation":
            errors.add(GOLD, number, "use", 'gold for evaluation is not available yet; write "training"')
        elif use != "training":
            errors.add(GOLD, number, "use", f'must be "training"; it is {shown(use)}')
        if errors.count == before:
            yield PackGold(key, payload, value["answer"], reason, use, number)


def _objects(
    lines: TextLines, file: str, known: frozenset[str], items_max: int, errors: Errors
) -> Iterator[tuple[int, dict[str, Any]]]:
    items = 0
    for number, text in lines:
        if not text.strip():
            errors.add(file, number, None, "is an empty line; every line holds one object")
            continue
        items += 1
        if items == items_max + 1:
            errors.add(file, number, None, f"has more than {items_max} lines; split it into several packs")
        if items > items_max:
            continue
        try:
            value = parse_object(text)
        except JsonRefused as refused:
            errors.add(file, number, None, str(refused))
            continue
        for key in [key for key in value if key not in known][:5]:
            errors.add(
                file, number, shown(key), f"is not a key that is known here; there are {', '.join(sorted(known))}"
            )
        yield number, value


def _key(file: str, number: int, value: Mapping[str, Any], errors: Errors) -> str:
    key = value.get("key")
    if not isinstance(key, str):
        errors.add(file, number, "key", "is missing" if key is None else "must be text, in quotes")
        return ""
    if (problem := key_problem(key)) is not None:
        errors.add(file, number, "key", f"{shown(key)} {problem}")
    return key


def _payload(
    file: str, number: int, value: Mapping[str, Any], template: Mapping[str, Any], files: Files, errors: Errors
) -> Any:
    """A line's payload with its files in their places."""
    payload, missing = resolve(template, value.get("payload"), files)
    _note(file, number, "payload", tuple(missing) or check_payload(template, payload), errors)
    return payload


def _note(file: str, number: int, part: str, problems: tuple[Problem, ...], errors: Errors) -> None:
    for problem in problems:
        errors.add(file, number, f"{part}.{problem.field}" if problem.field else part, problem.why)


def _reason(number: int, value: object, errors: Errors) -> dict[str, str]:
    if value is None:
        return {}
    try:
        return _REASON.validate_python(value, strict=True)
    except ValidationError as fault:
        errors.add(
            GOLD, number, "reason", f"must be a text, or a table of language to text: {fault.errors()[0]['msg']}"
        )
        return {}
