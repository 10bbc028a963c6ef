"""How long a claim takes as the work grows: more open slots, projects, experts, conditions; and two bad days.

    .venv/bin/python -m bench.claims [--largest 10000000] [--hold 60] [--only slots] [--json FILE] [--write]

Makes fresh databases on a server of its own (bench/claims_world.py), and claims in the small and the large one by
turns, so that whatever else the machine does meets both. Fails if the 95th percentile grows by more than 1.3, or by
2 on the bad days. `--write` puts table and chart into docs/reference/dispatch-scale.md. 10,000,000 slots take 12 GB.
"""

import argparse
import json
import logging
import os
import platform
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import django
import psycopg

# What follows reads Django's settings, and the settings read these.
os.environ |= {"FAIRHAND_SECRET_KEY": "only-for-measuring-" * 3, "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
for _name in ("FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL", "FAIRHAND_CONNECT_AS"):
    os.environ.pop(_name, None)
if __name__ == "__main__":
    django.setup()

from bench.claims_chart import chart  # noqa: E402
from bench.claims_world import (  # noqa: E402
    Told,
    World,
    add_experts,
    add_facts,
    add_projects,
    add_slots,
    claims,
    make_world,
    meet,
    put_gate,
    rule_of,
)
from tests.building import check_books  # noqa: E402
from tests.databases import cloned, django_on, running_server  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "dispatch-scale.md"
CHART = ROOT / "docs" / "images" / "dispatch-scale.svg"
GROWS, GROWS_BAD = 1.3, 2.0
ROUNDS, CLAIMS = 7, 300
SLOTS, EXPERTS = 10_000, 200
AGE = "UPDATE person_load SET facts_version = facts_version + 1 WHERE person_id = %s"


@dataclass(frozen=True, slots=True)
class Point:
    """One size. Milliseconds of the claim function; `blocks` of the database looked at by one claim, in the mean."""

    label: str
    p50_ms: float
    p95_ms: float
    blocks: float
    claims: int


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that grows."""

    name: str
    what: str
    grows_max: float
    points: tuple[Point, ...]

    @property
    def grows(self) -> float:
        """How many times as long from the smallest to the largest."""
        return round(self.points[-1].p95_ms / self.points[0].p95_ms, 2)


class Bench:
    """Makes worlds on one server and measures them by turns."""

    def __init__(self, server: Any, asked: argparse.Namespace) -> None:
        self.server, self.asked, self.draw = server, asked, random.Random(asked.seed)

    @contextmanager
    def world(self, name: str, slots: int = SLOTS, experts: int = EXPERTS) -> Iterator[World]:
        """A database of its own with one project."""
        with cloned(self.server) as database, django_on(database.url):
            world = make_world(name, database.url, database.owner_url)
            add_slots([world], slots)
            add_experts(world, experts)
            if slots <= 1_000_000:
                check_books()
            print(f"  {name}: loaded in {world.loaded_s:.0f} s", flush=True)
            yield world

    def measure(self, worlds: Sequence[World], rounds: int = ROUNDS, n: int = CLAIMS, before: str = "") -> list[Point]:
        """By turns; the first turn of each warms up and is forgotten. The middle of the rounds' figures."""
        told: list[list[Told]] = [[] for _ in worlds]
        for turn in range(rounds + 1):
            for at, world in enumerate(worlds):
                one = Told()
                claims(world, n, one, before=before)
                if turn:
                    told[at].append(one)
        return [point(world.name, each) for world, each in zip(worlds, told, strict=True)]

    def slots(self) -> Series:
        """More open slots in one project."""
        sizes = sorted({size for size in (10_000, 1_000_000, 10_000_000) if size <= self.asked.largest})
        with ExitStack() as stack:
            worlds = [stack.enter_context(self.world(f"{size:,}", size)) for size in sizes]
            return Series("slots", "open slots in one project", GROWS, tuple(self.measure(worlds)))

    def projects(self) -> Series:
        """More projects, an expert in ten of them."""
        with self.world("1") as one, self.world(f"{self.asked.projects:,}") as many:
            with django_on(many.url):
                add_projects(many, self.asked.projects - 1, 100, 10, self.draw)
            return Series("projects", "projects, an expert in ten of them", GROWS, tuple(self.measure([one, many])))

    def experts(self) -> Series:
        """More experts in one project, each claim by another."""
        with ExitStack() as stack:
            sizes = (100, 10_000, 100_000)
            worlds = [stack.enter_context(self.world(f"{size:,}", experts=size)) for size in sizes]
            for world in worlds:
                self.draw.shuffle(world.seats)
            return Series("experts", "experts in one project", GROWS, tuple(self.measure(worlds)))

    def gates(self) -> list[Series]:
        """Conditions of a gate, its verdicts kept; and each verdict found anew within the claim."""
        with ExitStack() as stack:
            worlds = []
            for conditions in (0, 10, 50):
                world = stack.enter_context(self.world(f"{conditions}"))
                with django_on(world.url):
                    add_facts(world, 50)
                    if conditions:
                        put_gate(world, rule_of(conditions))
                worlds.append(world)
            kept = Series("gates", "conditions of the gate", GROWS, tuple(self.measure(worlds)))
            fresh = tuple(self.measure(worlds, rounds=3, before=AGE))
            return [kept, Series("fresh", "conditions, every claim judged anew", float("inf"), fresh)]

    def met(self) -> Series:
        """Experts who have met nearly all open tasks, beside others who met none."""
        with self.world("none met", experts=20) as none, self.world("99 % met", experts=20) as most:
            with django_on(most.url):
                meet(most, [person_id for person_id, _ in most.seats], 0.99, self.draw)
            points = self.measure([none, most], rounds=5, n=100)
            return Series("met", "of the open tasks met by the expert", GROWS_BAD, tuple(points))

    def held(self) -> Series:
        """A transaction that somebody left open all the while, beside work at 50 claims a second."""
        a_second = 50
        slots = SLOTS + a_second * self.asked.hold
        with self.world("none open", slots) as calm, self.world(f"open for {self.asked.hold} s", slots) as held:
            before = self.measure([calm], rounds=5)
            stop, pace = Event(), 1 / a_second
            with psycopg.connect(held.url) as old:
                old.execute(
                    "SET idle_in_transaction_session_timeout = 0; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
                )
                old.execute("SELECT count(*) FROM queue")
                Thread(target=stop_after, args=[stop, self.asked.hold], daemon=True).start()
                while not stop.is_set():
                    claims(held, 100, Told(), paced_s=pace)
                after = self.measure([held], rounds=5)
            return Series("held", "transaction held open beside it", GROWS_BAD, (before[0], after[0]))


def stop_after(stop: Event, seconds: float) -> None:
    time.sleep(seconds)
    stop.set()


def point(name: str, rounds: Sequence[Told]) -> Point:
    """The middle of the rounds' percentiles."""
    return Point(
        name,
        round(statistics.median(statistics.median(each.ms) for each in rounds), 3),
        round(statistics.median(statistics.quantiles(each.ms, n=20)[-1] for each in rounds), 3),
        round(statistics.mean([looked for each in rounds for looked in each.blocks]), 1),
        sum(len(each.ms) for each in rounds),
    )


def main() -> int:
    """0 if every series stays within its bound."""
    asked = _asked()
    if asked.read:
        write([read(each) for file in asked.read for each in json.loads(file.read_text())], asked)
        return 0
    home = tempfile.mkdtemp(prefix="fairhand-claims-", dir=asked.folder)
    os.environ["FAIRHAND_HOME"] = home
    logging.disable(logging.ERROR)
    found: list[Series] = []
    try:
        with running_server() as server:
            bench = Bench(server, asked)
            makers: dict[str, Callable[[], Series | list[Series]]] = {
                "gates": bench.gates, "met": bench.met, "experts": bench.experts, "projects": bench.projects,
                "held": bench.held, "slots": bench.slots,
            }  # fmt: skip
            for name, make in makers.items():
                if asked.only in ("", name):
                    made = make()
                    for series in made if isinstance(made, list) else [made]:
                        found.append(series)
                        tell(series)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    asked.json.parent.mkdir(exist_ok=True)
    asked.json.write_text(json.dumps([asdict(series) | {"grows": series.grows} for series in found], indent=1))
    if asked.write:
        write(found, asked)
    return 1 if [series for series in found if series.grows > series.grows_max] else 0


def read(told: dict[str, Any]) -> Series:
    """A series of an earlier run."""
    points = tuple(Point(**each) for each in told["points"])
    return Series(told["name"], told["what"], float(told["grows_max"]), points)


def tell(series: Series) -> None:
    for each in series.points:
        print(f"{series.name:9} {each.label:>14}  p50 {each.p50_ms:7.3f} ms  p95 {each.p95_ms:7.3f} ms  "
              f"{each.blocks:7.1f} blocks  {each.claims} claims")  # fmt: skip
    print(f"{series.name:9} grows {series.grows} (at most {series.grows_max})", flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.claims", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--largest", type=int, default=10_000_000, help="open slots in one project")
    parser.add_argument("--projects", type=int, default=1_000)
    parser.add_argument(
        "--hold", type=int, default=60, help="seconds that a transaction is held open; 600 in the proof"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one series by its name")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "claims.json")
    parser.add_argument(
        "--write", action="store_true", help="put table and chart into docs/reference/dispatch-scale.md"
    )
    parser.add_argument("--read", type=Path, nargs="*", default=[], help="write the page from these, measure nothing")
    parser.add_argument("--folder", help="where the databases lie while it runs; the system's own place if not given")
    return parser.parse_args()


def write(found: Sequence[Series], asked: argparse.Namespace) -> None:
    """The figures between the marks of the page, and the chart beside it."""
    rows = ["| what | at | p50 | p95 | blocks | grows | at most |", "|---|---|---|---|---|---|---|"]
    for series in found:
        for at, each in enumerate(series.points):
            last = at == len(series.points) - 1
            bound = "" if series.grows_max == float("inf") else f"{series.grows_max}"
            rows.append(
                f"| {series.what if not at else ''} | {each.label} | {each.p50_ms:.2f} ms | {each.p95_ms:.2f} ms | "
                f"{each.blocks:.0f} | {f'{series.grows}' if last else ''} | {bound if last else ''} |"
            )
    facts = (
        f"Measured on {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}, up to "
        f"{asked.largest:,} open slots; the transaction was held open for {asked.hold} s."
    )
    block = f"<!-- figures -->\n\n{facts}\n\n" + "\n".join(rows) + "\n\n<!-- end of figures -->"
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        re.sub(r"<!-- figures -->.*<!-- end of figures -->", lambda _: block, text, flags=re.S), encoding="utf-8"
    )
    bars = [(f"{series.what}: {each.label}", each.p95_ms) for series in found for each in series.points]
    CHART.write_text(chart("95th percentile of a claim, milliseconds", bars), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
