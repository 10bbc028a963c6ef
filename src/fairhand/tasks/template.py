"""A template: what a task shows (fields) and asks (questions), and whether a payload or an answer fits it. Pure.

A template's body is the JSON {"version": 1, "fields": [terms...], "questions": [terms...], "layout"?: {...}}; each
entry names its type and version and holds that type's terms.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fairhand.kernel.limits import ANSWER_BYTES_MAX, TASK_PAYLOAD_BYTES_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.wording import Problem, Reason, because, shown, storable_problem

ASKED = "asked"  # of a field that shows answers: the questions that they answer
_UNKNOWN_LISTED_MAX = 10
_Check = Callable[[object, Mapping[str, Any]], list[Problem]]


def check_answer(template: Mapping[str, Any], answer: object) -> tuple[Problem, ...]:
    """What is wrong with an answer {question name: value}; empty when nothing is.

    Codes beside those of the question types: not_an_object, unknown, required, too_large, unknown_type, not_asked. A
    question that is not required may be absent, and one whose condition does not hold must be.
    """
    questions = template["questions"]
    if not isinstance(answer, Mapping):
        return _problems(questions, answer, _question_check, ANSWER_BYTES_MAX)
    holds = asked_of(template, answer)
    strange = tuple(
        Problem(part["name"], "not_asked", "is answered, though its condition does not hold")
        for part in questions if part["name"] in answer and part["name"] not in holds
    )  # fmt: skip
    rest = {name: value for name, value in answer.items() if name in holds or name not in _names(questions)}
    asked = [part for part in questions if part["name"] in holds]
    return strange + _problems(asked, rest, _question_check, ANSWER_BYTES_MAX)


def asked_of(template: Mapping[str, Any], answer: Mapping[str, Any]) -> frozenset[str]:
    """The questions that an answer makes be asked: a condition looks at an earlier question that is asked itself."""
    asked: set[str] = set()
    for part in template["questions"]:
        condition = part.get("show_if")
        if condition is None or (condition["question"] in asked and _meets(answer, condition)):
            asked.add(part["name"])
    return frozenset(asked)


def _meets(answer: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    given = answer.get(condition["question"])
    values = given if isinstance(given, list) else [given]
    return any(type(value) is type(wanted) and value == wanted for value in values for wanted in condition["any_of"])


def _names(parts: list[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(part["name"] for part in parts)


def check_payload(template: Mapping[str, Any], payload: object) -> tuple[Problem, ...]:
    """What is wrong with a task's payload {field name: value}: every field, and nothing else. Codes as for answers.

    A value that its field takes may still be one that a question about it can't be asked of (`check_given`).
    """
    found = _problems(template["fields"], payload, _field_check, TASK_PAYLOAD_BYTES_MAX)
    if found or not isinstance(payload, Mapping):
        return found
    return tuple(
        problem for part in [*template["questions"], *template["fields"]] for problem in _given_problems(part, payload)
    )


def fits(template: Mapping[str, Any], payload: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether a task and an answer to it are as the template wants them."""
    return not check_payload(template, payload) and not check_answer(bound(template, payload), answer)


def with_known(template: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The template with only those fields that a payload, which may be another version's, has a right value for."""
    given = [(field, _field_check(field)) for field in template["fields"] if field["name"] in payload]
    return {
        **template,
        "fields": [field for field, check in given if check and not check(payload[field["name"]], field)],
    }


def _given_problems(part: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Problem]:
    if ASKED in part:
        return _asked_problems(part, payload)
    kind = QUESTIONS.get(part["type"], part.get("version", 1))
    check: _Check | None = getattr(kind, "check_given", None)
    return check(payload[part["of"]], part) if check and part.get("of") in payload else []


def _asked_problems(part: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Problem]:
    """Of a field that shows answers: what is wrong with them, or with what they are about. Codes: bad_submission."""
    asked = {each["name"]: each for each in field_bound(part, payload)[ASKED]}
    if found := [problem for each in asked.values() for problem in _given_problems(each, payload)]:
        return found
    for name, answer in payload.get(part["name"], {}).items():
        why = _wrong(asked.get(name), answer)
        if why is not None:
            return [Problem(part["name"], "bad_submission", f"{shown(str(name))} {why}")]
    return []


def _wrong(question: Mapping[str, Any] | None, answer: object) -> str | None:
    check = _question_check(question) if question else None
    if question is None or check is None:
        return "is not one of the questions"
    found = check(answer, question)
    return found[0].why if found else None


def bound(template: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The template for one task: a question about a field (`of`) has the field's value beside its terms, as `given`."""
    if not asks_of_fields(template):
        return {**template}
    questions = [{**each, "given": payload.get(each["of"])} if "of" in each else each for each in template["questions"]]
    return {**template, "questions": questions}


def field_bound(field: Mapping[str, Any], payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field for one task: the questions of one that shows answers are bound as those of the template are."""
    return {**field, ASKED: bound({"questions": field[ASKED]}, payload)["questions"]} if ASKED in field else field


def asks_of_fields(template: Mapping[str, Any]) -> bool:
    """Whether a question is about a field, so that its answers can't be judged without the task's payload."""
    return any("of" in question for question in template["questions"])


def misplaced(template: Mapping[str, Any]) -> list[tuple[str, int, Reason]]:
    """(`questions`, index, why) for each question about a field that isn't there, or is of another type; and (`fields`,
    index, why) for a field that shows answers to such a question."""
    types = {field["name"]: field["type"] for field in template["fields"]}
    found = [("questions", at, why) for at, each in enumerate(template["questions"]) if (why := _lost(each, types))]
    for index, field in enumerate(template["fields"]):
        lost = [
            because("asked_lost", "%(name)s: %(why)s", name=shown(each["name"]), why=why)
            for each in field.get(ASKED, []) if (why := _lost(each, types))
        ]  # fmt: skip
        found += [("fields", index, why) for why in lost]
    return found


def _lost(question: Mapping[str, Any], types: Mapping[str, str]) -> Reason | None:
    kind = QUESTIONS.get(question["type"], question.get("version", 1))
    wanted = kind.terms.of_types if kind else ()
    if "of" not in question or not wanted:
        return None
    if (given := types.get(question["of"])) is None:
        return because("of_nothing", "%(name)s is not one of the fields", name=shown(question["of"]))
    if given not in wanted:
        why = "%(name)s is a field of type %(type)s; it takes %(wanted)s"
        return because("of_other_type", why, name=shown(question["of"]), type=given, wanted=", ".join(wanted))
    return None


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
        found = check(given[name], part) or _unstorable(given[name], part["name"])
        problems += found
        if not found:
            size += len(str(given[name]).encode())
    if size > bytes_max:
        problems.append(Problem("", "too_large", f"is {size} bytes; {bytes_max} are allowed"))
    return tuple(problems)


def _unstorable(value: object, name: str) -> list[Problem]:
    """What a part doesn't look at (somebody's own data in a trace, say) must be storable as well."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if (why := storable_problem(each)) is not None:
                return [Problem(name, "bad_character", why)]
        elif isinstance(each, Mapping):
            waiting += [*each, *each.values()]
        elif isinstance(each, list):
            waiting += each
    return []


def _question_check(part: Mapping[str, Any]) -> _Check | None:
    kind = QUESTIONS.get(part["type"], part.get("version", 1))
    return kind.check if kind else None


def _field_check(part: Mapping[str, Any]) -> _Check | None:
    kind = FIELDS.get(part["type"], part.get("version", 1))
    return kind.check if kind else None
