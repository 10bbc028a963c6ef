"""The figures as a page: docs/reference/bench-dispatch.md between its marks, and what the command prints."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.dispatch.peer import VERSION

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "bench-dispatch.md"
_NAMES = {
    "bare": "bare endpoint",
    "fairhand": "Fairhand",
    "fairhand onward": "Fairhand, the next with the hand-in",
    "fairhand large": "Fairhand, large project",
    "fairhand thrice": "Fairhand, three judgements a task",
    "label studio": f"Label Studio {VERSION}",
}
# ratio -> (what it is, what was set out for, what is aimed at)
_GOALS = {
    "times label studio": ("Fairhand : Label Studio, 16 clients", 20, 30),
    "onward times label studio": ("the same, the next with the hand-in", 20, 30),
    "of bare, 16 clients": ("Fairhand : bare endpoint, 16 clients", 0.35, 0.5),
    "of bare, 64 clients": ("Fairhand : bare endpoint, 64 clients", 0.35, 0.5),
    "onward of bare, 16 clients": ("the next with the hand-in : bare endpoint, 16 clients", 0.35, 0.5),
    "onward of bare, 64 clients": ("the next with the hand-in : bare endpoint, 64 clients", 0.35, 0.5),
    "claim function of the bare claim": ("claim function : bare claim, pgbench, 16 clients", 0.25, 0.25),
}


def write(found: dict[str, Any]) -> None:
    """Put them into the page."""
    block = f"<!-- figures -->\n\n{text(found)}\n\n<!-- end of figures -->"
    whole = PAGE.read_text(encoding="utf-8")
    made = re.sub(r"<!-- figures -->.*<!-- end of figures -->", lambda _: block, whole, flags=re.S)
    PAGE.write_text(made, encoding="utf-8")


def text(found: dict[str, Any]) -> str:
    """Everything, as Markdown."""
    day = datetime.now(UTC).date()
    head = (
        f"Measured on {day}, {found['cores']} cores for servers, database and load together, Python {found['python']}: "
        f"{found['rounds']} turns of {found['seconds']} s each, the middle one told. "
        f"{found['tasks']:,} tasks in the project"
        f"{', ' + format(found['large'], ',') + ' in the large one' if found['large'] else ''}. Given out twice: "
        f"{found['twice']}. Books right afterwards: {'yes' if found['books_right'] else 'NO'}."
    )
    return "\n\n".join([head, _ratios(found), _turns(found), _open(found), _parts(found)])


def _ratios(found: dict[str, Any]) -> str:
    rows = ["| ratio | measured | set out for | aim |", "|---|---|---|---|"]
    for key, (name, least, aim) in _GOALS.items():
        if (value := found["ratios"].get(key)) is not None:
            rows.append(f"| {name} | **{_ratio(value, least)}** | {_ratio(least, least)} | {_ratio(aim, least)} |")
    return "\n".join(rows)


def _ratio(value: float, like: float) -> str:
    return f"{value:.1f} ×" if like > 1 else f"{value:.0%}".replace("%", " %")


def _turns(found: dict[str, Any]) -> str:
    rows = [
        "| what | clients | pairs/s (range) | claim p50/p95/p99 ms | submit p50/p95/p99 ms "
        "| CPU ms a pair: web, database |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in found["turns"].items():
        what, _, clients = name.rpartition(" ")
        low, high = row["range"]
        rows.append(
            f"| {_NAMES[what]} | {clients} | {row['pairs_s']} ({low}–{high}) | {_three(row['next_ms'])} | "
            f"{_three(row['submit_ms'])} | {row['web_ms']:.1f}, {row['database_ms']:.1f} |"
        )
    return "\n".join(rows)


def _three(ms: dict[str, float]) -> str:
    return "/".join(f"{ms[part]:g}" for part in ("p50", "p95", "p99")) if ms else "–"


def _open(found: dict[str, Any]) -> str:
    loop, claim, beats = found["open_loop"], found["claim"], found["beats"]
    return (
        f"At an offered load of {loop['rate']} pairs/s (moments drawn beforehand, latency counted from them): "
        f"{loop['pairs_s']} pairs/s done; claim {_three(loop['next_ms'])} ms, submit {_three(loop['submit_ms'])} ms, "
        f"the pair {_three(loop['pair_ms'])} ms (p50/p95/p99).\n\n"
        f"In pgbench: {claim['bare']:,} bare claims/s, {claim['function']:,} claims/s by the claim function.\n\n"
        f"A report of work time (not part of a pair) takes {_three(beats['beat_ms'])} ms at 4 clients."
    )


def _parts(found: dict[str, Any]) -> str:
    spent = found["shares"]
    rows = [
        f"One caller, no network: {spent['us'] / 1000:.1f} ms a pair.",
        "",
        "| part | ms | share |",
        "|---|---|---|",
    ]
    for part, us in sorted(spent["parts_us"].items(), key=lambda pair: -pair[1]):
        rows.append(f"| {part} | {us / 1000:.2f} | {us / spent['us']:.0%} |".replace("%", " %"))
    rows += ["", "Of that, inside the database's functions:", "", "| part | ms | share |", "|---|---|---|"]
    for part, us in sorted(spent["inside_us"].items(), key=lambda pair: -pair[1]):
        rows.append(f"| {part} | {us / 1000:.2f} | {us / spent['us']:.0%} |".replace("%", " %"))
    return "\n".join(rows)
