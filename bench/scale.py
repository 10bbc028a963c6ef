"""How long every page takes with 200,000 tasks and 1,000,000 events beside 2,000, and which statements read much.

    .venv/bin/python -m bench.scale [--tasks 200000] [--events 1000000] [--few 2000] [--json FILE] [--write]

Fills two fresh databases on a server of its own (bench/load.py), opens every page that a GET opens as somebody who may,
and asks the database for the plan of every statement that was issued. `--write` puts the figures into
docs/reference/scale.md. Takes some minutes and 4 GB of disk.
"""

import argparse
import json
import logging
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection

from bench.load import Size, Where, load

# What follows reads Django's settings, and the settings read these.
os.environ |= {"FAIRHAND_SECRET_KEY": "only-for-measuring-" * 3, "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
for _name in ("FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL", "FAIRHAND_CONNECT_AS"):
    os.environ.pop(_name, None)
django.setup()

from fairhand.insight.books import run_checks, three_sums  # noqa: E402
from tests.browser.endpoints import readers  # noqa: E402
from tests.databases import cloned, django_on, running_server  # noqa: E402
from tests.signed import client_of  # noqa: E402
from tests.world import build_world  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "scale.md"
RUNS, WARM_UP = 5, 11  # statements are prepared after five uses, and may get another plan after five more
LARGE_ROWS = 50_000  # a table with more is large
READ_ROWS_MAX = 5_000  # more rows than this read by one statement is told
SLOW_MS, RATIO_MAX = 100.0, 5.0
SMALL_MS = 10.0  # below it a ratio says nothing


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that read much: where, what, and which scans of its plan did it."""

    page: str
    sql: str
    scans: tuple[str, ...]
    rows: int
    large_seq_scan: bool


@dataclass(slots=True)
class Measured:
    """One database: milliseconds and queries by page, and what its statements read."""

    tasks: int
    events: int
    load_s: float
    rows: dict[str, int]
    ms: dict[str, float] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    read: list[Statement] = field(default_factory=list)


def main() -> int:
    """0 if every page answers in the same order of time and no statement scans a large table."""
    asked = _asked()
    home = tempfile.mkdtemp(prefix="fairhand-scale-", dir=asked.folder)
    os.environ["FAIRHAND_HOME"] = home
    logging.disable(logging.ERROR)
    try:
        with running_server() as server:
            few = measure(server, asked.few, asked.few * 5, asked.only)
            many = measure(server, asked.tasks, asked.events, asked.only)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return _tell(few, many, asked)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.scale", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tasks", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=2_000)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "scale.json")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reference/scale.md")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--folder", help="where the databases lie while it runs; the system's own place if not given")
    return parser.parse_args()


def measure(server: Any, tasks: int, events: int, only: str) -> Measured:
    """A database with so many tasks, and how its pages answer."""
    with cloned(server) as database, django_on(database.url):
        world = build_world()
        side = world.sides["a"]
        where = Where(side.small.project.id, side.small.experts, side.small.reviewers[0])
        began = time.monotonic()
        rows = load(database.owner_url, where, Size(tasks, events, people=max(100, tasks // 400), rows=200))
        found = Measured(tasks, rows["event"], round(time.monotonic() - began, 1), rows)
        print(f"{tasks:,} tasks, {rows['event']:,} events: loaded in {found.load_s} s", flush=True)
        _books_are_right()
        large = {table for table, n in rows.items() if n > LARGE_ROWS}
        for name, client, address in (visit for visit in _visits(world) if only in visit[0]):
            _time(found, name, client, address, database.url, large)
        return found


def _books_are_right() -> None:
    wrong = run_checks()
    assert wrong == {}, wrong
    assert all(sums.equal for sums in three_sums())


def _visits(world: Any) -> Iterator[tuple[str, Any, str]]:
    for endpoint, who in readers(world):
        yield f"{endpoint.name} as {who}", client_of(world.id_of(who)), endpoint.address(world.sides["a"])


def _time(found: Measured, name: str, client: Any, address: str, url: str, large: set[str]) -> None:
    issued: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        issued.append((sql, params))
        return execute(sql, params, many, context)

    times = []
    for turn in range(WARM_UP + RUNS):
        issued.clear()
        began = time.perf_counter()
        with connection.execute_wrapper(listen):
            response = client.get(address)
            if response.streaming:
                next(iter(response), b"")  # a file is as long as it is; its beginning is what one waits for
                response.close()
        times.append((time.perf_counter() - began) * 1000)
        assert response.status_code < 500, f"{address}: {response.status_code}"
        if turn == 2 and sum(times) > 20_000:
            break  # slow enough to be told as it is
    found.ms[name] = round(statistics.median(times[-RUNS:]), 1)
    found.queries[name] = len(issued)
    found.read += _plans(name, issued, url, large)


def _plans(page: str, issued: list[tuple[str, Any]], url: str, large: set[str]) -> Iterator[Statement]:
    """What the statements read, by the database's own account."""
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as own:
        for sql, params in issued:
            if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            try:
                rows = own.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params).fetchone()
            except psycopg.Error as error:
                print(f"  no plan of a statement of {page}: {str(error).splitlines()[0]}", file=sys.stderr)
                continue
            plan = rows[0][0]["Plan"] if rows else {}
            scans = sorted(_scans(plan), key=lambda scan: -scan[1])
            seq = any(kind == "Seq Scan" and table in large and n > READ_ROWS_MAX for kind, n, table in scans)
            if seq or sum(n for _, n, _ in scans) > READ_ROWS_MAX:
                said = tuple(f"{kind} on {table}: {n:,} rows" for kind, n, table in scans if n > READ_ROWS_MAX or seq)
                yield Statement(page, " ".join(sql.split()), said, sum(n for _, n, _ in scans), seq)


def _scans(node: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """(kind, rows that were looked at, table) of every scan of a plan."""
    kind = node["Node Type"]
    if "Scan" in kind and kind != "Bitmap Index Scan":
        loops = node.get("Actual Loops", 1)
        seen = sum(
            node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
        )
        yield (
            kind,
            round(seen * loops),
            node.get("Relation Name") or node.get("Index Name") or node.get("Function Name") or "",
        )
    for child in node.get("Plans", ()):
        yield from _scans(child)


def _tell(few: Measured, many: Measured, asked: argparse.Namespace) -> int:
    rows = [
        (name, few.ms.get(name, 0.0), many.ms[name], _ratio(few.ms.get(name, 0.0), many.ms[name])) for name in many.ms
    ]
    rows.sort(key=lambda row: (-row[3], -row[2]))
    print(f"{'page':58} {few.tasks:>9,} {many.tasks:>9,}   times")
    for name, small, large, ratio in rows:
        print(f"{name:58} {small:6.1f} ms {large:6.1f} ms  {ratio:5.1f}")
    seq = [each for each in many.read if each.large_seq_scan]
    for each in many.read:
        kind = "SCANS A LARGE TABLE" if each.large_seq_scan else "reads much"
        print(f"{kind}: {each.page}: {'; '.join(each.scans)}\n    {each.sql[:600]}")
    slow = [row for row in rows if row[3] > RATIO_MAX or (row[2] > SLOW_MS and row[3] > 2)]
    print(f"{len(rows)} pages; {len(slow)} in another order of time; {len(seq)} statements scan a large table")
    asked.json.parent.mkdir(exist_ok=True)
    asked.json.write_text(json.dumps({"few": asdict(few), "many": asdict(many)}, indent=1, default=str))
    if asked.write:
        _write(few, many, rows, len(seq))
    return 1 if slow or seq else 0


def _ratio(small: float, large: float) -> float:
    """How many times as long; pages below `SMALL_MS` count as that long."""
    return round(max(large, SMALL_MS) / max(small, SMALL_MS), 1)


def _write(few: Measured, many: Measured, rows: list[tuple[str, float, float, float]], seq: int) -> None:
    table = [f"| page | {few.tasks:,} tasks | {many.tasks:,} tasks | times | queries |", "|---|---|---|---|---|"]
    for name, small, large, ratio in sorted(rows):
        table.append(f"| {name} | {small:.1f} ms | {large:.1f} ms | {ratio:.1f} | {many.queries[name]} |")
    held = ("task", "slot", "claim", "submission", "event", "ledger_leg", "pay_line")
    facts = (
        f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}: "
        + ", ".join(f"{many.rows[name]:,} rows of `{name}`" for name in held)
        + f". {len(rows)} pages; the slowest takes {max(row[2] for row in rows):.0f} ms, the largest ratio is "
        f"{max(row[3] for row in rows):.1f}; {seq} statements scan a table of more than {LARGE_ROWS:,} rows."
    )
    text = PAGE.read_text(encoding="utf-8")
    block = f"<!-- figures -->\n\n{facts}\n\n" + "\n".join(table) + "\n\n<!-- end of figures -->"
    PAGE.write_text(
        re.sub(r"<!-- figures -->.*<!-- end of figures -->", lambda _: block, text, flags=re.S), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
