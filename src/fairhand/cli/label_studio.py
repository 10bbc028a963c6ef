"""`fairhand label-studio …`: a labelling configuration as a template, and tasks from there and back. No database."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fairhand.cli.output import CliError, emit
from fairhand.kernel.limits import LABEL_STUDIO_ITEMS_DEFAULT, UPLOAD_BYTES_MAX
from fairhand.tasks.jsonline import JsonRefused, parse_object
from fairhand.tasks.label_studio import BadConfig, Translated, answer_of, payload_of, result_of, task_of, translate
from fairhand.tasks.template import bound, check_answer, check_payload

_SHOWN_MAX = 20  # sentences about tasks that are printed; the rest are counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`translate` and `export`."""
    parser.description = "A labelling configuration of Label Studio as a template, its tasks and answers, and back."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    there = verbs.add_parser("translate", help="say what the configuration becomes and what can't be carried over")
    there.add_argument("--tasks", type=Path, help="an export of tasks from Label Studio, as JSON")
    there.add_argument("--out", type=Path, help="a folder for template.json, tasks.jsonl and answers.jsonl")
    back = verbs.add_parser("export", help="a delivery of Fairhand (JSON Lines) as tasks with annotations")
    back.add_argument("delivered", type=Path, help="a delivered file in the format jsonl")
    back.add_argument("--out", type=Path, required=True, help="the file to write, for import into Label Studio")
    for each in (there, back):
        each.add_argument("config", type=Path, help="the labelling configuration, as XML")
        each.add_argument("--items", type=int, help="how many things a List holds (or as the first task has it)")
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says. Exit code 1: nothing of the configuration is left, or tasks were refused."""
    return _translate(args) if args.verb == "translate" else _export(args)


def _translate(args: argparse.Namespace) -> int:
    tasks = _tasks(args.tasks) if args.tasks else []
    made = _made(args, tasks)
    rows, answers, wrong = _rows(made, tasks)
    if args.out and made.template is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        _write(args.out / "template.json", json.dumps(made.template, ensure_ascii=False, indent=1) + "\n")
        if args.tasks:
            _write(args.out / "tasks.jsonl", _lines(rows))
            _write(args.out / "answers.jsonl", _lines(answers))
    lost = [{"line": each.line, "tag": each.tag, "what": each.what, "why": each.why, "whole": each.whole}
            for each in made.lost]  # fmt: skip
    result = {"template": made.template, "lost": lost, "tasks": len(rows), "answers": len(answers), "refused": wrong}
    emit(args, result, "\n".join(_said(made, len(rows), len(answers), wrong)))
    return int(made.template is None or bool(wrong))


def _said(made: Translated, tasks_n: int, answers_n: int, wrong: list[str]) -> Iterator[str]:
    if made.template is None:
        yield "No template: nothing that is left of it shows something and asks something."
    else:
        for kind, one in (("fields", "shows"), ("questions", "asks")):
            for part in made.template[kind]:
                yield f"{one:<6} {part['name']} ({part['type']}): {part['label']['en']}"
    for lost in made.lost:
        yield f"line {lost.line}: <{lost.tag}> {lost.what}{' is left out' if lost.whole else ''}: {lost.why}"
    if tasks_n or wrong:
        yield f"{tasks_n} tasks, {answers_n} answers, {len(wrong)} refused"
    yield from wrong[:_SHOWN_MAX]
    if len(wrong) > _SHOWN_MAX:
        yield f"and {len(wrong) - _SHOWN_MAX} more"


def _made(args: argparse.Namespace, tasks: list[dict[str, Any]]) -> Translated:
    text = _text(args.config)
    try:
        items = args.items or _most_items(tasks) or LABEL_STUDIO_ITEMS_DEFAULT
        return translate(text, items)
    except BadConfig as bad:
        raise CliError(f"{args.config} can't be read: {bad}.") from None


def _most_items(tasks: list[dict[str, Any]]) -> int:
    """How many things the first task's lists hold: what a List shows."""
    data = tasks[0]["data"] if tasks else {}
    return max((len(each) for each in data.values() if isinstance(each, list)), default=0)


def _rows(made: Translated, tasks: list[dict[str, Any]]) -> tuple[list[Any], list[Any], list[str]]:
    """Tasks as rows for an import, their annotations as answers, and what was refused, by task."""
    rows: list[Any] = []
    answers: list[Any] = []
    wrong: list[str] = []
    for number, task in enumerate(tasks if made.template is not None else [], start=1):
        key = f"ls-{task.get('id', number)}"
        payload, faults = payload_of(made, task["data"])
        # A file that a task names is there only once the project is.
        faults = faults or [f"{each.field} {each.why}" for each in check_payload(made.template or {}, payload)
                            if each.code != "not_a_file"][:1]  # fmt: skip
        if faults:
            wrong += [f"task {key}: {why}" for why in faults]
            continue
        rows.append({"key": key, "payload": payload})
        given = task.get("annotations") or []
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            wrong.append(f"task {key}: its annotations are no list of tables")
            continue
        for annotation in given:
            answer, faults = answer_of(made, annotation.get("result"), task["data"])
            problems = check_answer(bound(made.template or {}, payload), answer)
            faults += [f"{problem.field} {problem.why}" for problem in problems]
            if annotation.get("was_cancelled") or faults:
                wrong += [f"task {key}, an annotation: {why}" for why in faults or ["it was cancelled"]]
                continue
            answers.append({"key": key, "payload": payload, "answer": answer,
                            "ground_truth": bool(annotation.get("ground_truth"))})  # fmt: skip
    return rows, answers, wrong


def _export(args: argparse.Namespace) -> int:
    made = _made(args, [])
    tasks: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(_text(args.delivered).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = parse_object(line)
            task = tasks.setdefault(row["task"], {"data": task_of(made, row["payload"]), "annotations": []})
            result = result_of(made, row["answer"], row["payload"])
        except (JsonRefused, KeyError, TypeError, AttributeError) as error:
            raise CliError(f"{args.delivered}, line {number}: it is no record of this template ({error}).") from None
        task["annotations"].append({"result": result, "was_cancelled": False})
    _write(args.out, json.dumps(list(tasks.values()), ensure_ascii=False, indent=1) + "\n")
    count = sum(len(each["annotations"]) for each in tasks.values())
    told = f"{len(tasks)} tasks with {count} annotations are in {args.out}."
    emit(args, {"tasks": len(tasks), "annotations": count}, told)
    return 0


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise CliError(f"{path} is no JSON: {error}.") from None
    tasks = found if isinstance(found, list) else [found]
    for number, task in enumerate(tasks, start=1):
        if not isinstance(task, dict) or not isinstance(task.get("data", task), dict):
            raise CliError(f"{path}: task {number} has no data.")
    return [task if isinstance(task.get("data"), dict) else {"data": task} for task in tasks]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > UPLOAD_BYTES_MAX:
            raise CliError(f"{path} is larger than {UPLOAD_BYTES_MAX} bytes.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"{path} can't be read: {error}.") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CliError(f"{path} can't be written: {error}.") from None


def _lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
