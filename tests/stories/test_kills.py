"""64 people work through the API while web server, worker and PostgreSQL are SIGKILLed under their hands.

Each client sends a call again until it is answered, as a careful program does, and writes down what it was told. At the
end everything that was acknowledged is there once, nothing else is, and the books are right.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from bench.dispatch.drive import Connection
from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.cli.home import Home
from fairhand.cli.pgembed import APP, Server
from fairhand.dispatch.models import Claim, Slot
from fairhand.kernel.clock import utc_now
from fairhand.people.keys import NewKey, make_key
from fairhand.work.models import Submission
from tests.building import HOURLY, LEFT, check_books, small_project
from tests.commands_of import migrated_home, new_folder, postmaster, servers_of, wait_until
from tests.counts import count
from tests.databases import django_on
from tests.house.test_cli_up import Running, up

CLIENTS, LEASE_S = 64, 20
# The supervisor gives up at the fifth death of one kind within a minute.
PER_MINUTE, WINDOW_S = 3, 60.0
ANSWERED = frozenset({200, 201, 404, 409, 422})


@pytest.fixture
def home() -> Iterator[Path]:
    with new_folder() as folder:
        yield migrated_home(folder)


@dataclass(slots=True)
class Log:
    """What the clients were told: claim -> submission, and how many calls had to be sent again."""

    claims: set[str] = field(default_factory=set)
    handed_in: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    again: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Clients:
    """So many people at work until `stop` is set; each ends what it has begun."""

    host: str
    port: int
    slug: str
    terms: list[str]
    keys: list[str]
    seed: int
    log: Log = field(default_factory=Log)
    stop: bool = False
    given_up: bool = False

    def run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(self._one(at) for at in range(len(self.keys))))

    async def _one(self, at: int) -> None:
        draw, wire, turn = random.Random(f"{self.seed} {at}"), Connection(self.host, self.port), 0
        while not self.stop:
            turn += 1
            wanted = {"kind": "attempt", "terms_seen": self.terms, "request_key": f"{at}-{turn}"}
            status, found = await self._call(at, wire, f"/api/v1/projects/{self.slug}/claims", wanted)
            if status not in (200, 201):
                await asyncio.sleep(0.5)
                continue
            claim = found["id"]
            if claim in self.log.claims:
                self.log.errors.append(f"claim {claim} was given out twice")
            self.log.claims.add(claim)
            await asyncio.sleep(draw.random() * 0.4)
            what = draw.random()
            if what < 0.05:
                self.log.left.add(claim)
            elif what < 0.12:
                status, found = await self._call(at, wire, f"/api/v1/claims/{claim}/skip", {"reason": "unclear"})
                if status == 200:
                    self.log.skipped.add(claim)
            else:
                status, found = await self._call(at, wire, f"/api/v1/claims/{claim}/submission", {"answer": LEFT})
                if status in (200, 201):
                    self.log.handed_in[claim] = found["id"]
                else:
                    self.log.errors.append(f"claim {claim} was not taken: {status} {found}")
        wire.close()

    async def _call(self, at: int, wire: Connection, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Sends it until somebody answers; a server that is not ready is asked again."""
        headers = f"Authorization: Bearer {self.keys[at]}\r\nContent-Type: application/json\r\n"
        while not self.given_up:
            try:
                status, text = await asyncio.wait_for(wire.call("POST", path, headers, json.dumps(body).encode()), 30)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, IndexError):
                wire.close()
            else:
                if status in ANSWERED:
                    return status, json.loads(text)
            self.log.again += 1
            await asyncio.sleep(0.2)
        return 0, {}


class Killer:
    """Kills one process at a time, of every kind, and never so often that the supervisor gives up.

    A worker ends when it loses its database, so those kills count together; and each death that the supervisor counted
    counts here too.
    """

    def __init__(self, running: Running, home: Path, seed: int) -> None:
        self.running, self.home, self.draw = running, home, random.Random(f"{seed} kills")
        self.done: dict[str, list[float]] = {"web": [], "worker": [], "database": [], "backend": []}
        self.told: list[tuple[float, int, int]] = []

    def kill(self) -> str:
        """What was killed; nothing while the supervisor has counted enough deaths."""
        now, told = time.monotonic(), self.running.told()
        self.told.append((now, told.count("The web server ended"), told.count("The worker ended")))
        self.told = [each for each in self.told if each[0] > now - WINDOW_S]
        web, rest = (self.told[-1][at] - self.told[0][at] for at in (1, 2))
        lately = {kind: sum(one > now - WINDOW_S for one in at) for kind, at in self.done.items()}
        may = ["web"] if max(web, lately["web"]) < PER_MINUTE else []
        if max(rest, lately["worker"] + lately["database"] + lately["backend"]) < PER_MINUTE:
            may += ["worker", "database", "backend"]
        victims = self._of(kind) if (kind := self.draw.choice(_new(may, self.done) or may or [""])) else []
        if not victims:
            return ""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.draw.choice(victims), signal.SIGKILL)
            self.done[kind].append(now)
            return kind
        return ""

    def _of(self, kind: str) -> list[int]:
        children = self.running.children()
        if kind in ("web", "worker"):
            return children[:1] if kind == "web" else children[-1:]
        try:
            head = postmaster(self.home)
        except (OSError, ValueError):
            return []
        return [head] if kind == "database" else [pid for pid in servers_of(self.home) if pid != head]


def _new(kinds: list[str], done: dict[str, list[float]]) -> list[str]:
    """Those of which none was killed yet: they come first."""
    return [kind for kind in kinds if not done[kind]]


def test_whatever_dies_nothing_is_doubled_and_nothing_lost(home: Path, seed: int, claim) -> None:
    kills, tasks = count(4, 110), count(1_000, 60_000)
    with up(home) as running:
        url = Server(Home(home), print).url(APP)
        where = urlsplit(str(running.page["address"]))
        with django_on(url):
            clients = clients_of(str(where.hostname), where.port or 0, tasks, seed)
        worker, killer = Thread(target=clients.run), Killer(running, home, seed)
        worker.start()
        try:
            killed = work_and_kill(clients, killer, kills)
            clients.stop = True
            worker.join(180)
            assert not worker.is_alive(), "every client has its last answer"
        finally:
            clients.stop = clients.given_up = True
        with django_on(url):
            look(clients.log, tasks)
        told = running.told()
    assert all(killer.done.values()), killer.done
    assert told.count("ended unexpectedly") >= 3
    claim("web, worker and PostgreSQL SIGKILLed under 64 clients: nothing doubled, nothing lost", killed)


def work_and_kill(clients: Clients, killer: Killer, kills: int) -> int:
    """Kill so many; between two of them somebody's work was acknowledged, so it is never an idle server."""
    wait_until(lambda: len(clients.log.handed_in) > 50, "the clients are at work", 120)
    killed = 0
    while killed < kills:
        before = len(clients.log.handed_in)
        hit = killer.kill()
        time.sleep(killer.draw.random() * 2 if hit else 0.5)
        if hit:
            killed += 1
            wait_until(lambda n=before: len(clients.log.handed_in) > n or ended(killer.running), "work goes on", 120)
            assert not ended(killer.running), killer.running.told()[-2000:]
    return killed


def ended(running: Running) -> bool:
    """Whether the supervisor has given up."""
    return running.process.poll() is not None


def clients_of(host: str, port: int, tasks: int, seed: int) -> Clients:
    """A project with work for all, and a key for each."""
    now = utc_now()
    small = small_project(
        tasks=tasks, pay=HOURLY, reviewed=False, experts=CLIENTS, slug="kills", now=now, lease_s=LEASE_S,
        budget_minor=10**12,
    )  # fmt: skip
    keys = []
    for person_id in small.experts:
        key = make_key(
            person_id=person_id, name="kills", scopes=("work:read", "work:write"), expires_at=now + timedelta(days=1),
            actor=COMMAND, now=now,
        )  # fmt: skip
        assert isinstance(key, NewKey), key
        keys.append(key.text)
    return Clients(host, port, small.project.slug, small.hashes, keys, seed)


_ACCOUNTED = "SELECT state, count(*) FROM slot GROUP BY state"
_UNSEEN = """
SELECT count(*) FROM slot x JOIN queue q ON q.id = x.queue_id
 WHERE x.state = 'open' AND x.for_person_id IS NULL AND q.hint = 0
   AND NOT EXISTS (SELECT 1 FROM queue_wake w WHERE w.queue_id = q.id)
"""


def look(log: Log, tasks: int) -> None:
    """What was acknowledged is what is there."""
    assert log.errors == []
    there = {str(claim_id): str(made) for made, claim_id in Submission.objects.values_list("id", "claim_id")}
    assert there == log.handed_in, "every acknowledged submission, once, and no other"
    slots = Submission.objects.filter(surplus=False).values_list("slot_id", "round")
    assert len(slots) == len(set(slots))
    states = dict(Claim.objects.values_list("id", "state"))
    assert {str(claim_id) for claim_id in states} == log.claims, "every acknowledged claim, and no other"
    assert all(states[UUID(one)] == "skipped" for one in log.skipped)
    met = Claim.objects.values_list("person_id", "task_id")
    assert len(met) == len(set(met)), "nobody met a task twice"
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTED)
        found = dict(cursor.fetchall())
        assert sum(found.values()) == tasks
        assert found.get("open", 0) > 0, "there was work to the end"
        assert found.get("settled", 0) == Submission.objects.filter(surplus=False).count()
        cursor.execute(_UNSEEN)
        assert cursor.fetchone() == (0,), "no open slot lies in a queue that is taken for empty"
    assert Slot.objects.filter(state="claimed").count() == Claim.objects.filter(state="live").count()
    check_books()
