"""`fairhand books`: the chain of the books verified, its heads listed, everything exported for an auditor."""

import argparse
import re
import sys
from contextlib import ExitStack

from fairhand.cli.output import CliError, emit, say
from fairhand.insight.beancount import beancount
from fairhand.ledger.chain import verify
from fairhand.ledger.queries import closed_days, closed_with

_HEAD = re.compile(r"[0-9a-f]{64}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "The books for auditors. Nothing is changed."
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verbs.add_parser("verify", help="compute the head of every closed day anew and compare")
    check.add_argument(
        "--head", action="append", default=[], help="64 letters that a statement or a page showed; must be among them"
    )
    heads = verbs.add_parser("heads", help="every closed day with its head, to copy to another place")
    export = verbs.add_parser("export", help="the whole ledger as one file")
    export.add_argument("--beancount", action="store_true", required=True, help="in the syntax of beancount 3")
    export.add_argument("--to", metavar="FILE", help="write to a file, which must not be there (standard output)")
    for each in (check, heads, export):
        each.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print the result as one JSON object"
        )


def run(args: argparse.Namespace) -> int:
    """0 if the chain holds; 1 if it does not."""
    return {"verify": _verify, "heads": _heads, "export": _export}[args.verb](args)


def _verify(args: argparse.Namespace) -> int:
    heads = [head.strip().lower() for head in args.head]
    if strange := [head for head in heads if not _HEAD.fullmatch(head)]:
        raise CliError(f"{strange[0][:70]!r} is no head: a head is 64 letters and digits, 0 to 9 and a to f.")
    found = verify()
    unknown = [head for head in heads if closed_with(head) is None]
    lines = [f"WRONG: {sentence}" for sentence in found.wrong]
    lines += [f"WRONG: no day has the head {head}" for head in unknown]
    if found.until is None:
        lines.append("No day of the books has been closed yet; that happens every night.")
    else:
        lines.append(
            f"{found.days} days up to {found.until}, {found.entries} entries with {found.legs} legs: "
            + ("the chain is broken." if lines else f"the chain holds. Its head is {found.head}")
        )
    right = not found.wrong and not unknown
    result = {
        "right": right, "days": found.days, "entries": found.entries, "legs": found.legs, "until": found.until,
        "head": found.head, "wrong": found.wrong, "unknown_heads": unknown,
    }  # fmt: skip
    emit(args, result, "\n".join(lines))
    return 0 if right else 1


def _heads(args: argparse.Namespace) -> int:
    days = [
        {"day": str(each.day), "until_entry": each.until_id, "entries": each.entries, "head": each.head}
        for each in closed_days()
    ]
    lines = [f"{each['day']}  {each['head']}  up to entry {each['until_entry']}" for each in days]
    emit(args, {"days": days}, "\n".join(lines) or "No day of the books has been closed yet.")
    return 0


def _export(args: argparse.Namespace) -> int:
    if args.json and not args.to:
        raise CliError("With --json the file needs a place of its own: add --to FILE.")
    lines = 0
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(args.to, "x", encoding="utf-8")) if args.to else sys.stdout
        except OSError as error:
            raise CliError(f"{args.to} could not be written: {error.strerror}. Name another file.") from error
        for line in beancount():
            file.write(line + "\n")
            lines += 1
    if args.to:
        emit(args, {"file": args.to, "lines": lines}, f"{lines} lines written to {args.to}")
    else:
        say(f"{lines} lines")
    return 0
