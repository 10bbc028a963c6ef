"""`fairhand check`: are the books right? Exit code 1 if not."""

import argparse

from fairhand.cli.output import emit
from fairhand.insight.books import CHECKS, run_checks, three_sums


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: all of it is checked."""


def run(args: argparse.Namespace) -> int:
    """Balanced entries, three equal sums, reserves, open claims and the rest of `insight.books`."""
    found, sums = run_checks(), three_sums()
    unequal = [s.currency for s in sums if not s.equal]
    lines = [
        f"{s.currency}: pay lines {s.lines_minor}, ledger {s.legs_minor}, "
        f"statements {s.statements_minor} and {s.unstated_minor} not stated yet"
        + ("" if s.equal else ". WRONG: these should be equal")
        for s in sums
    ]
    lines += [f"{name}: WRONG, {CHECKS[name][0]}: {', '.join(rows)}" for name, rows in found.items()]
    right = not found and not unequal
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
    emit(args, result, "\n".join(lines))
    return 0 if right else 1
