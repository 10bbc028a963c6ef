"""A template that somebody wrote: ours in JSON, or a configuration of Label Studio; tried on its first tasks. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from fairhand.kernel.limits import OWN_TEMPLATE_BYTES_MAX, OWN_TEMPLATE_FAULTS_MAX, OWN_TEMPLATE_TASKS_MAX
from fairhand.tasks.attached import takes_files
from fairhand.tasks.jsonline import JsonRefused, parse_object
from fairhand.tasks.label_studio import BadConfig, Lost, Translated, payload_of, translate
from fairhand.tasks.template import check_payload
from fairhand.tasks.template_reasons import faults_of, path_of
from fairhand.tasks.template_spec import Template, template_faults
from fairhand.tasks.wording import Problem, Reason, because, shown

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: `where` is a path in the template (`questions.2.of`) or a task (`line 3`), empty for all of it."""

    where: str
    why: Reason


@dataclass(frozen=True, slots=True)
class Own:
    """`template` is None where there are `faults` in it. `payloads`: those of the first tasks that fit it.

    `wrong`: tasks that don't fit, out of `tasks_n`. `lost`: what a configuration of Label Studio couldn't carry over.
    """

    template: Json | None
    faults: tuple[Fault, ...] = ()
    lost: tuple[Lost, ...] = ()
    payloads: tuple[Json, ...] = ()
    wrong: tuple[Fault, ...] = ()
    tasks_n: int = 0
    needs_files: bool = field(default=False)


def own_template(text: str, tasks: str = "") -> Own:
    """What a text says, tried on its first tasks: rows of a task file, or Label Studio's own."""
    if max(len(text.encode()), len(tasks.encode())) > OWN_TEMPLATE_BYTES_MAX:
        return Own(
            None, (Fault("", because("own_too_long", "is longer than %(most)s bytes", most=OWN_TEMPLATE_BYTES_MAX)),)
        )
    if text.lstrip().startswith("<"):
        return _translated(text, tasks)
    try:
        written = parse_object(text)
    except JsonRefused as refused:
        return Own(None, (Fault("", refused.why),))
    template = whole_template(written)
    return template if isinstance(template, Own) else _tried(template, (), list(_rows(tasks)))


def whole_template(written: object) -> Json | Own:
    """What somebody wrote with everything that it leaves out, as templates are stored; or the faults of it."""
    try:
        parsed = Template.model_validate(written)
    except ValidationError as error:
        faults = [Fault(path_of(steps), why) for steps, why in faults_of(error)]
        return Own(None, tuple(faults[:OWN_TEMPLATE_FAULTS_MAX]))
    if faults := [Fault(path_of(path), why) for path, why in template_faults(parsed)]:
        return Own(None, tuple(faults[:OWN_TEMPLATE_FAULTS_MAX]))
    return parsed.model_dump(mode="json", exclude_none=True)


def as_written_now(body: Json) -> Json:
    """A stored template with what this version of the types would store beside it, so that two can be compared; one
    that can't be read any more stays as it is."""
    try:
        return Template.model_validate(body).model_dump(mode="json", exclude_none=True)
    except ValidationError:
        return body


def _translated(text: str, tasks: str) -> Own:
    try:
        given = _labelled(tasks)
    except (ValueError, RecursionError) as refused:
        return Own(None, (Fault("", because("tasks_unread", "its tasks can't be read: %(said)s", said=str(refused))),))
    lists = [len(each) for each in (given[0].values() if given else ()) if isinstance(each, list)]
    try:
        made = translate(text, *([max(lists)] if lists else []))
    except BadConfig as bad:
        return Own(None, (Fault(_line(bad.line), bad.why),))
    if made.template is None:
        faults = [Fault(_line(each.line), each.why) for each in made.lost if each.whole]
        return Own(None, tuple(faults[:OWN_TEMPLATE_FAULTS_MAX]), made.lost)
    return _tried(made.template, made.lost, list(_payloads(made, given)))


def _labelled(tasks: str) -> list[Mapping[str, Any]]:
    """The data of tasks in Label Studio's JSON. Raises ValueError."""
    found = json.loads(tasks) if tasks.strip() else []
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("each of them must be a table of names and values")
    return [row["data"] if isinstance(row.get("data"), dict) else row for row in rows[:OWN_TEMPLATE_TASKS_MAX]]


def _payloads(made: Translated, given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Json | Fault]]:
    for number, data in enumerate(given, start=1):
        payload, wrong = payload_of(made, data)
        where = because("at_task", "task %(n)s", n=number)
        yield where, Fault(where, wrong[0]) if wrong else payload


def _line(number: int) -> Reason:
    return because("at_line", "line %(n)s", n=number)


def _rows(tasks: str) -> Iterator[tuple[str, Json | Fault]]:
    """Rows of a task file, or payloads alone, one a line."""
    lines = ((number, line) for number, line in enumerate(tasks.splitlines(), start=1) if line.strip())
    for _, (number, line) in zip(range(OWN_TEMPLATE_TASKS_MAX), lines, strict=False):
        where = _line(number)
        try:
            row = parse_object(line)
        except JsonRefused as refused:
            yield where, Fault(where, refused.why)
            continue
        payload = row.get("payload", row)
        yield (
            where,
            payload
            if isinstance(payload, dict)
            else Fault(where, because("no_payload", "its payload is no table of values")),
        )


def _unfit(problem: Problem) -> Reason:
    """What is wrong with a task. Its code is the problem's: pages have its words."""
    # One that the template doesn't have is quoted already.
    field = shown(problem.field) if problem.field and problem.code != "unknown" else problem.field
    return because(
        "task_wrong", f"%(field)s{' ' if field else ''}%(why)s", field=field, why=problem.why, problem=problem.code
    )


def _tried(template: Json, lost: tuple[Lost, ...], rows: list[tuple[str, Json | Fault]]) -> Own:
    needs = takes_files(template)
    fits: list[Json] = []
    wrong: list[Fault] = []
    for where, row in rows:
        if isinstance(row, Fault):
            wrong.append(row)
            continue
        # A file that a task names is there only once the project is.
        problems = [each for each in check_payload(template, row) if not (needs and each.code == "not_a_file")]
        wrong += [Fault(where, _unfit(each)) for each in problems[:1]]
        if not problems:
            fits.append(row)
    return Own(template, (), lost, tuple(fits), tuple(wrong[:OWN_TEMPLATE_FAULTS_MAX]), len(rows), needs)
