"""`fairhand check`: are the books right, and is the installation well? Exit code 1 if anything is bad."""

import argparse
from dataclasses import asdict
from typing import Any

from fairhand.cli.output import emit
from fairhand.insight.books import CHECKS, run_checks, three_sums
from fairhand.insight.health import BAD, OK, Finding
from fairhand.insight.health_facts import look_over
from fairhand.kernel.clock import utc_now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Recounts the books, then looks at settings, database, clock, worker, jobs, mail, storage, keys and backups. "
        "Each finding says what to do. Nothing is changed. Exit code 1 if anything is bad."
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--books", action="store_true", help="look at the books alone")
    only.add_argument("--health", action="store_true", help="look at the installation alone")


def run(args: argparse.Namespace) -> int:
    """Books as in `insight.books`, findings as in `insight.health`."""
    result: dict[str, Any] = {}
    lines: list[str] = []
    found: list[Finding] = [] if args.books else look_over(utc_now(), connect_mail=True)
    can_count = not any(each.name == "migrations" and each.level == BAD for each in found)
    if not args.health and can_count:
        result, lines = _books()
    lines += [_line(each) for each in found]
    well = all(each.level != BAD for each in found)
    result |= {"well": well, "findings": [asdict(each) for each in found]}
    emit(args, result, "\n".join(lines))
    return 0 if well and result.get("right", True) else 1


def _line(found: Finding) -> str:
    sign = {OK: "ok  ", BAD: "BAD "}.get(found.level, "warn")
    return f"{sign}  {found.what}" + (f" {found.advice}" if found.advice else "")


def _books() -> tuple[dict[str, Any], list[str]]:
    found, sums = run_checks(), three_sums()
    lines = [
        f"{s.currency}: pay lines {s.lines_minor}, ledger {s.legs_minor}, "
        f"statements {s.statements_minor} and {s.unstated_minor} not stated yet"
        + ("" if s.equal else ". WRONG: these should be equal")
        for s in sums
    ]
    lines += [f"{name}: WRONG, {CHECKS[name][0]}: {', '.join(rows)}" for name, rows in found.items()]
    right = not found and all(s.equal for s in sums)
    lines.append("The books are right." if right else "The books are wrong; nothing was changed.")
    result = {
        "right": right,
        "found": found,
        "sums": [
            {
                "currency": s.currency, "lines_minor": s.lines_minor, "legs_minor": s.legs_minor,
                "statements_minor": s.statements_minor, "unstated_minor": s.unstated_minor, "equal": s.equal,
            }
            for s in sums
        ],
        "checks": list(CHECKS),
    }  # fmt: skip
    return result, lines
