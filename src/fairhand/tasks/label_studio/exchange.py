"""Tasks and annotations in Label Studio's JSON: from there, and back. Pure."""

from collections.abc import Mapping
from typing import Any

from fairhand.tasks.label_studio.controls import NoAnswer
from fairhand.tasks.label_studio.objects import NoValue
from fairhand.tasks.label_studio.reasons import reason
from fairhand.tasks.label_studio.translate import Translated
from fairhand.tasks.wording import Reason

Json = dict[str, Any]


def payload_of(made: Translated, data: Mapping[str, Any]) -> tuple[Json, list[Reason]]:
    """The fields' values of a task's data, and what is wrong with them, as sentences."""
    payload: Json = {}
    wrong: list[Reason] = []
    for each in made.shown:
        try:
            payload |= each.read(data)
        except NoValue as refused:
            wrong.append(reason("of_tag", tag=each.tag.attrs.get("name") or each.tag.name, why=refused.why))
    return payload, wrong


def task_of(made: Translated, payload: Mapping[str, Any]) -> Json:
    """A task's data again."""
    data: Json = {}
    for each in made.shown:
        _merge(data, each.write(payload))
    return data


def _merge(into: Json, more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def answer_of(made: Translated, results: object, data: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """The answer that an annotation's `result` is, and what of it is none, as sentences."""
    rows = results if isinstance(results, list) else []
    sound = [
        row for row in rows
        if isinstance(row, Mapping) and isinstance(row.get("value"), Mapping) and isinstance(row.get("from_name"), str)
    ]  # fmt: skip
    lost = len(rows) - len(sound)
    wrong = [f"{lost} results have no value, or don't say of which control they are"] if lost else []
    answer: Json = {}
    read = 0
    for question in made.asked:
        names = {question.tag.attrs["name"], *(each.attrs["name"] for each in question.also)}
        own = [row for row in sound if row.get("from_name") in names]
        read += len(own)
        try:
            value = question.read(own, data)
        except NoAnswer as why:
            wrong.append(f"{question.tag.attrs['name']}: {why}")
            continue
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):  # another shape than its control makes
            wrong.append(f"{question.tag.attrs['name']}: its results are not as this control writes them")
            continue
        if value is not None:
            answer[question.terms["name"]] = value
    if read < len(sound):
        strange = sorted({str(row.get("from_name")) for row in sound} - _read_names(made))
        wrong.append(f"results of what was not carried over: {', '.join(strange)[:200]}")
    return answer, wrong


def _read_names(made: Translated) -> set[str]:
    return {tag.attrs["name"] for each in made.asked for tag in (each.tag, *each.also)}


def result_of(made: Translated, answer: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Json]:
    """An annotation's `result` of an answer."""
    found: list[Json] = []
    for question in made.asked:
        value = answer.get(question.terms["name"])
        if value is None:
            continue
        for number, given in enumerate(question.write(value, payload), start=1):
            row = given if "value" in given and isinstance(given["value"], Mapping) else {"value": given}
            name = question.terms["name"]
            found.append({
                "from_name": question.tag.attrs["name"], "to_name": question.tag.attrs["toName"],
                "type": question.kind, "origin": "manual", **row, "id": f"{name}-{row.get('id', number)}",
            })  # fmt: skip
    return found
