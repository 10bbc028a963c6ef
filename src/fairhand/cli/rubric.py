"""`fairhand rubric …`: rubric files looked at, scored and written in another format. No database is asked."""

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from fairhand.cli.output import CliError, emit
from fairhand.kernel.limits import RUBRIC_FILE_BYTES_MAX
from fairhand.tasks.rubrics.files import FORMATS, Rubric, RubricFileError, read, score, ungraded, write
from fairhand.tasks.rubrics.lint import Hint, lint
from fairhand.tasks.rubrics.tree import leaves, walk

_TEXT_CHARS_MAX = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check` and `convert`."""
    parser.description = "Rubric files of PaperBench, HealthBench (a record, or one a line) and Fairhand. No database."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="what it holds, hints on its words, and the score of a graded file")
    checking.add_argument("--strict", action="store_true", help="exit code 1 if there is a hint")
    converting = verbs.add_parser("convert", help="write it in another format, to standard output")
    converting.add_argument("--to", required=True, choices=FORMATS, help="`field`: what a task's field `rubric` takes")
    for each in (checking, converting):
        each.add_argument("file", type=Path, help="a JSON file, or JSON Lines with one rubric a line")
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do what the verb says."""
    rubrics = _rubrics(args.file)
    if args.verb == "check":
        return _check(args, rubrics)
    try:
        made = [write(rubric, args.to) for rubric in rubrics]
    except RubricFileError as error:
        raise CliError(f"{args.file} can't be written as {args.to}: {error}.") from None
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in made)
    emit(args, {"format": args.to, "rubrics": made}, lines)
    return 0


def _check(args: argparse.Namespace, rubrics: list[Rubric]) -> int:
    told, said, hinted = [], [], 0
    for number, rubric in enumerate(rubrics, start=1):
        hints, every = lint(rubric.nodes), [node for _, node in walk(rubric.nodes)]
        hinted += len(hints)
        criteria, scored = [node for _, node in leaves(rubric.nodes)], score(rubric)
        most = sum((max(node.weight, Fraction(0)) for node in criteria), Fraction(0))
        told.append({
            "format": rubric.form, "criteria": len(criteria), "nodes": len(every), "positive_points": float(most),
            "ungraded": ungraded(rubric), "score": None if scored is None else float(scored),
            "hints": [{"node": hint.place, "code": hint.code, "why": hint.why, "quote": hint.quote} for hint in hints],
        })  # fmt: skip
        said.append(f"{number}. {rubric.form}: {len(criteria)} criteria in {len(every)} nodes, {_score_said(rubric)}")
        said += [f"   {_hint_said(hint, [node.text for node in every])}" for hint in hints]
    emit(args, {"rubrics": told, "hints": hinted}, "\n".join([*said, f"{hinted} hints"]))
    return int(bool(args.strict and hinted))


def _score_said(rubric: Rubric) -> str:
    scored, missing = score(rubric), ungraded(rubric)
    if scored is not None:
        return f"score {float(scored):.6f}"
    return "not graded" if missing == len(leaves(rubric.nodes)) else f"{missing} criteria without a score"


def _hint_said(hint: Hint, texts: list[str]) -> str:
    where = "the rubric" if hint.place is None else f"{' '.join(texts[hint.place].split())[:_TEXT_CHARS_MAX]!r}"
    return f"{hint.code}: {where} {hint.why}" + (f" ({hint.quote!r})" if hint.quote else "")


def _rubrics(file: Path) -> list[Rubric]:
    try:
        size = file.stat().st_size
        if size > RUBRIC_FILE_BYTES_MAX:
            raise CliError(f"{file} is {size} bytes; {RUBRIC_FILE_BYTES_MAX} are read at the most.")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"{file} can't be read: {error}.") from None
    found = []
    for where, given in _values(file, text):
        try:
            found.append(read(given))
        except RubricFileError as error:
            raise CliError(f"{where}: {error}.") from None
    if not found:
        raise CliError(f"{file} has no rubric in it.")
    return found


def _values(file: Path, text: str) -> list[tuple[str, Any]]:
    """The whole as one JSON value; else each line as one."""
    try:
        return [(str(file), json.loads(text))]
    except (ValueError, RecursionError):
        pass
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append((f"{file}, line {number}", json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise CliError(f"{file}, line {number} is no JSON: {error}.") from None
    return found
