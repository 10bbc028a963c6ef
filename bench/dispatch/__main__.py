"""How fast a task goes from claim to submission, with everything the product checks: `make bench-dispatch`.

    .venv/bin/python -m bench.dispatch [--json] [--without-peers] [--write] [--tasks N] [--large N] …

One run on one machine, everything compared in turns: the product over HTTP with its real doors, a bare django-ninja
endpoint under the same web server and database, Label Studio under uwsgi on the same database, and in pgbench the claim
function beside the bare claim statement. docs/reference/bench-dispatch.md says what each is and what came out.
"""

import argparse
import json
import logging
import os
import platform
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import psycopg

# What follows reads Django's settings, and the settings read these.
os.environ |= {"FAIRHAND_SECRET_KEY": secrets.token_urlsafe(60), "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
for _name in ("FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL", "FAIRHAND_CONNECT_AS", "FAIRHAND_DEMO"):
    os.environ.pop(_name, None)
django.setup()

from bench.dispatch import claims, page, peer  # noqa: E402
from bench.dispatch.servers import HOST, ROOT, Running, cpu_s, driven, free_port, serving  # noqa: E402
from bench.dispatch.world import ANSWER, make_world  # noqa: E402
from fairhand.cli.pgembed import OWNER  # noqa: E402
from fairhand.cli.up import WEB_THREADS, web_command  # noqa: E402
from fairhand.insight.books import run_checks, three_sums  # noqa: E402
from tests.databases import TestDatabase, cloned, django_on, running_server  # noqa: E402

EXPERTS, FEW, MANY = 512, 16, 64
RATE, OPEN_S = 50, 20
PEER_TASKS, BARE_TASKS = 10_000, 100_000
PGBENCH_S, SHARE_PAIRS = 3, 400
SHARES = "bench.dispatch.shares"  # not imported: it loads the web application
Targets = dict[str, tuple[dict[str, Any], Running]]


def main() -> int:
    """0 unless something was given out twice or failed."""
    asked = _asked()
    home = Path(tempfile.mkdtemp(prefix="fairhand-dispatch-", dir=asked.folder))
    os.environ["FAIRHAND_HOME"] = str(home)
    logging.disable(logging.ERROR)
    try:
        with running_server() as server, cloned(server) as database, ExitStack() as stack:
            found = Bench(asked, home, database, stack).run()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if asked.write:
        page.write(found)
    print(page.text(found))
    if asked.json:
        print(json.dumps(found))
    return 1 if found["twice"] or found["wrong"] else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.dispatch", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--without-peers", action="store_true", help="leave Label Studio out")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reference/bench-dispatch.md")
    parser.add_argument("--tasks", type=int, default=20_000, help="open tasks of the project")
    parser.add_argument("--large", type=int, default=100_000, help="open tasks of a larger one; 0: none")
    parser.add_argument("--seconds", type=int, default=8, help="of each turn; Label Studio gets twice that")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each; the middle one counts")
    parser.add_argument("--folder", help="where the database lies while it runs; the system's own place if not given")
    return parser.parse_args()


class Bench:
    """One run: what is compared, and what came out."""

    def __init__(self, asked: argparse.Namespace, home: Path, database: TestDatabase, stack: ExitStack) -> None:
        self.asked, self.home, self.database, self.stack = asked, home, database, stack
        self.turns: dict[str, list[dict[str, Any]]] = {}

    def run(self) -> dict[str, Any]:
        """Make, load in turns, tell."""
        with django_on(self.database.url):
            worlds = {
                "": make_world(self.asked.tasks, EXPERTS, "bench"),
                " thrice": make_world(self.asked.tasks // 2, EXPERTS, "bench-thrice", want=3),
            }
            if self.asked.large:
                worlds[" large"] = make_world(self.asked.large, EXPERTS, "bench-large")
        with psycopg.connect(self.database.owner_url, autocommit=True) as owner:
            owner.execute(claims.BARE_TABLES.format(times=max(1, BARE_TASKS // (self.asked.tasks + self.asked.large))))
            owner.execute("VACUUM (ANALYZE) slot, task, seat, person_load")
        targets = self._targets(worlds)
        for turn in range(self.asked.rounds + 1):  # the first warms up
            for name, (job, running) in targets.items():
                self._turn(name, job, running, warm=turn == 0)
        own, running = targets[f"fairhand {FEW}"]
        opened = driven(own | {"rate": RATE, "seconds": OPEN_S, "run": secrets.token_hex(4)}, self.home)
        beats = driven(own | {"clients": 4, "seconds": 5, "beats": 3, "run": secrets.token_hex(4)}, self.home)
        spent = self._shares(worlds[""])
        claim = self._claims()  # last: what it claims is never handed in
        books = self._books()
        return self._told(opened, beats, claim, spent, books)

    def _targets(self, worlds: dict[str, dict[str, Any]]) -> Targets:
        log = self.home / "web.log"
        pool = {"FAIRHAND_DATABASE_POOL_MAX": str(WEB_THREADS), "PYTHONPATH": os.pathsep.join(sys.path)}
        product = os.environ | pool | {"FAIRHAND_DATABASE_URL": self.database.url, "FAIRHAND_DEMO": "0"}
        port = free_port()
        ours = self.stack.enter_context(serving(web_command(HOST, port), product, port, "/healthz", log))
        port = free_port()
        plain = os.environ | pool | {"BENCH_DATABASE_URL": self.database.url}
        command = web_command(HOST, port, "bench.dispatch.bare:application")
        bare = self.stack.enter_context(serving(command, plain, port, "/api/none", log))
        alone = {"pair": "bare", "port": bare.port, "keys": worlds[""]["keys"], "answer": ANSWER}
        found: Targets = {}
        for clients in (FEW, MANY):
            found[f"bare {clients}"] = (alone | {"clients": clients}, bare)
            found[f"fairhand {clients}"] = (_job(worlds[""], ours.port) | {"clients": clients}, ours)
            onward = {"pair": "fairhand_onward", "project": worlds[""]["slug"], "clients": clients}
            found[f"fairhand onward {clients}"] = (_job(worlds[""], ours.port) | onward, ours)
        for name in (name for name in worlds if name):
            found[f"fairhand{name} {FEW}"] = (_job(worlds[name], ours.port) | {"clients": FEW}, ours)
        if not self.asked.without_peers:
            found[f"label studio {FEW}"] = self._peer()
        return found

    def _peer(self) -> tuple[dict[str, Any], Running]:
        peer.ensure_installed()
        server = self.database.server
        with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
            owner.execute("CREATE DATABASE label_studio")
        url = server.url(OWNER, "label_studio")
        running, job = self.stack.enter_context(peer.label_studio(url, self.home, PEER_TASKS, MANY))
        return job | {"clients": FEW}, running

    def _turn(self, name: str, job: dict[str, Any], running: Running, warm: bool) -> None:
        slow = 2 if job["pair"] == "label_studio" else 1
        seconds = 3 if warm else self.asked.seconds * slow
        web, database = cpu_s(running.pid), cpu_s(self._postmaster())
        done = driven(job | {"seconds": seconds, "run": secrets.token_hex(4)}, self.home)
        done["web_ms"] = (cpu_s(running.pid) - web) * 1000 / max(1, done["pairs"])
        done["database_ms"] = (cpu_s(self._postmaster()) - database) * 1000 / max(1, done["pairs"])
        print(
            f"{'warm-up ' if warm else ''}{name}: {done['pairs_s']} pairs/s {done['wrong'] or ''}",
            file=sys.stderr,
            flush=True,
        )
        if not warm:
            self.turns.setdefault(name, []).append(done)

    def _postmaster(self) -> int:
        return int((self.database.server.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _claims(self) -> dict[str, Any]:
        """The claim function and the bare statement in pgbench, in turns; claims a second."""
        program = self.database.server.bin / "pgbench"
        found: dict[str, list[float]] = {"bare": [], "function": []}
        with psycopg.connect(self.database.owner_url, autocommit=True) as owner:
            people = claims.prepare(owner, "bench-large" if self.asked.large else "bench-thrice")
            ours = claims.OURS.format(people=people)
            for _ in range(self.asked.rounds):
                found["bare"].append(
                    claims.run(program, self.database.owner_url, claims.BARE, self.home, FEW, PGBENCH_S)
                )
                before = claims.claimed(owner)
                claims.run(program, self.database.owner_url, ours, self.home, FEW, PGBENCH_S)
                found["function"].append((claims.claimed(owner) - before) / PGBENCH_S)
            assert claims.open_left(owner), "the claim function ran out of slots: ask for more --tasks"
        ratios = [ours / plain for ours, plain in zip(found["function"], found["bare"], strict=True)]
        return {name: round(statistics.median(rows)) for name, rows in found.items()} | {
            "ratio": round(statistics.median(ratios), 3)
        }

    def _shares(self, world: dict[str, Any]) -> dict[str, Any]:
        """Where one pair's time goes, with the database's own counters switched on meanwhile."""
        own = self.home / "postgresql.conf"
        own.write_text(own.read_text() + "track_functions = all\n")
        os.kill(self._postmaster(), signal.SIGHUP)
        file = self.home / "world.json"
        file.write_text(json.dumps(world | {"owner_url": self.database.owner_url, "answer": ANSWER}))
        environment = os.environ | {
            "FAIRHAND_DATABASE_URL": self.database.url, "FAIRHAND_DATABASE_POOL_MAX": "2", "FAIRHAND_DEMO": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }  # fmt: skip
        with (self.home / "web.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-m", SHARES, str(file), str(SHARE_PAIRS)], check=True, text=True,
                env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def _books(self) -> bool:
        with django_on(self.database.url):
            wrong = run_checks()
            assert wrong == {}, wrong
            return all(sums.equal for sums in three_sums())

    def _told(self, opened: Any, beats: Any, claim: Any, spent: Any, books: bool) -> dict[str, Any]:
        middle = {name: _middle(rows) for name, rows in self.turns.items()}
        every = [row for rows in self.turns.values() for row in rows] + [opened, beats]
        ours = [*(row for name, rows in self.turns.items() if name.startswith("fairhand") for row in rows), opened]
        ratios: dict[str, float] = {}
        for clients in (FEW, MANY):
            ratios[f"of bare, {clients} clients"] = self._ratio(f"fairhand {clients}", f"bare {clients}")
            ratios[f"onward of bare, {clients} clients"] = self._ratio(f"fairhand onward {clients}", f"bare {clients}")
        ratios["claim function of the bare claim"] = claim["ratio"]
        if not self.asked.without_peers:
            ratios["times label studio"] = self._ratio(f"fairhand {FEW}", f"label studio {FEW}")
            ratios["onward times label studio"] = self._ratio(f"fairhand onward {FEW}", f"label studio {FEW}")
        wrong: dict[str, int] = {}
        for row in every:
            for said, n in row["wrong"].items():
                wrong[said] = wrong.get(said, 0) + n
        return {
            "cores": os.cpu_count(), "python": platform.python_version(), "tasks": self.asked.tasks,
            "large": self.asked.large, "seconds": self.asked.seconds, "rounds": self.asked.rounds, "turns": middle,
            "ratios": ratios, "open_loop": opened | {"rate": RATE}, "beats": beats, "claim": claim, "shares": spent,
            "books_right": books, "twice": sum(row["twice"] for row in ours), "wrong": wrong,
        }  # fmt: skip

    def _ratio(self, ours: str, theirs: str) -> float:
        """The middle of the rounds' ratios: what lies side by side in time is compared."""
        pairs = zip(self.turns[ours], self.turns[theirs], strict=True)
        return round(statistics.median(a["pairs_s"] / max(0.1, b["pairs_s"]) for a, b in pairs), 3)


def _job(world: dict[str, Any], port: int) -> dict[str, Any]:
    return {
        "pair": "fairhand", "port": port, "keys": world["keys"], "terms": world["terms"], "answer": ANSWER,
        "claim_path": f"/api/v1/projects/{world['slug']}/claims",
    }  # fmt: skip


def _middle(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The turn of the middle speed, with the range of all."""
    ordered = sorted(rows, key=lambda row: row["pairs_s"])
    return ordered[len(ordered) // 2] | {"range": [ordered[0]["pairs_s"], ordered[-1]["pairs_s"]]}


if __name__ == "__main__":
    sys.exit(main())
