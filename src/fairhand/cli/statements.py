"""`fairhand statements`: everybody's statement of a month or of any days; and such files held against the books.

A statement is of closed days, so it is made again to the last byte. A file that differs was altered, or the books were.
"""

import argparse
import json
from datetime import date
from typing import Any
from uuid import UUID

from fairhand.cli.output import CliError, emit
from fairhand.insight.statements_of_period import FORMAT, all_documents, document
from fairhand.kernel.period import period_of
from fairhand.ledger.queries import span_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Statements of months or of any days, as JSON. Nothing in the books is changed."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    write = verbs.add_parser("write", help="everybody's, a line of JSON each")
    write.add_argument("period", help="a month, 2026-11, or days, 2026-11-03_2026-11-09 (UTC)")
    write.add_argument("--to", metavar="FILE", required=True, help="write to this file, which must not be there")
    check = verbs.add_parser("check", help="make the statements of a file again and compare them, byte by byte")
    check.add_argument("file", help="a statement's JSON, or what `write` wrote")
    for each in (write, check):
        each.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print the result as one JSON object"
        )


def run(args: argparse.Namespace) -> int:
    """0, or 1 if a statement in the file is not what the books give."""
    return {"write": _write, "check": _check}[args.verb](args)


def _write(args: argparse.Namespace) -> int:
    period = period_of(args.period)
    if period is None:
        raise CliError(f"{args.period[:40]!r} is no month such as 2026-11 and no days such as 2026-11-03_2026-11-09.")
    span = span_of(period.first, period.last)
    if span.closed is None:
        raise CliError("None of these days is closed yet: each is closed a quarter past midnight UTC after it.")
    n = 0
    try:
        with open(args.to, "xb") as file:
            for _, told in all_documents(span):
                file.write(told)
                n += 1
    except OSError as error:
        raise CliError(f"{args.to} could not be written: {error.strerror}. Name another file.") from error
    result = {"statements": n, "final": span.final, "closed_until": str(span.closed), "head": span.head}
    rest = "" if span.final else f" Days after {span.closed} are not closed yet, so these statements will grow."
    emit(args, result, f"{n} statements up to {span.closed}. The head of the books is {span.head}.{rest}")
    return 0


def _check(args: argparse.Namespace) -> int:
    n, differing, growing = 0, [], 0
    try:
        with open(args.file, "rb") as file:
            for line in file:
                person_id, first, last, final = _asked(line)
                n += 1
                if document(person_id, span_of(first, last)) != line:
                    growing, differing = (growing, [*differing, str(person_id)]) if final else (growing + 1, differing)
    except OSError as error:
        raise CliError(f"{args.file} could not be read: {error.strerror}.") from error
    lines = [f"WRONG: the books give another statement for {person}" for person in differing[:20]]
    said = f"{n - len(differing) - growing} of {n} statements are what the books give, to the last byte."
    if growing:
        said += f" {growing} were made before their last day was closed, and the books have gone on since."
    result = {"statements": n, "same": n - len(differing) - growing, "differing": differing, "unfinished": growing}
    emit(args, result, "\n".join([*lines, said]))
    return 1 if differing or not n else 0


def _asked(line: bytes) -> tuple[UUID, date, date, bool]:
    """Whose statement of which days a line of JSON is."""
    try:
        told: Any = json.loads(line)
        if told["format"] != FORMAT:
            raise ValueError
        return (UUID(told["person"]), date.fromisoformat(told["first"]), date.fromisoformat(told["last"]),
                told["final"] is True)  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CliError(f"A line of the file is no statement of Fairhand's: {line[:60]!r}.") from error
