"""A long task is typed by real keys while browser, network, web server and database die: two seconds are lost at most.

After each key press the form is looked at, so it is known what stood there at every moment. What comes back afterwards
is compared with that: it must be something that stood there, and nothing newer may be older than two seconds.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, Response

from fairhand.cli.home import Home
from fairhand.cli.pgembed import APP, Server
from fairhand.cli.supervisor import DEATHS_MAX, DEATHS_S
from fairhand.kernel.clock import utc_now
from fairhand.tasks.questions import QUESTIONS
from tests.browser.conftest import WAIT_MS, WIDE
from tests.building import small_project
from tests.commands_of import migrated_home, new_folder, postmaster, processes_in, wait_until
from tests.counts import count
from tests.databases import django_on
from tests.house.test_cli_up import Running, up
from tests.parts import stored
from tests.signed import SESSION, cookie_of

BEHIND_S, ANSWER_S = 2.0, 0.5
# Who dies too often within a minute is not started again, whether early in its round or late.
ROUND_S = (DEATHS_S + 20) / (DEATHS_MAX - 1)
GIVEN = "The Nile is the longest river in Europe. It flows north. It flows into the sea. " * 3
ESSAY, SHOWN = "[name='answer.essay']", "[data-part=text]"
TEMPLATE: dict[str, Any] = {
    "version": 1,
    "fields": [{"name": "answer", "type": "text", "version": 1, "label": {"en": "Answer"}}],
    "questions": [
        {"name": "essay", "type": "text", "version": 1, "label": {"en": "Essay"}, "chars_max": 20_000},
        {**stored(QUESTIONS.get("spans")), "overlap": True, "most": 50},
        stored(QUESTIONS.get("rubric")),
    ],
}
# What the form holds, as a draft keeps it.
_HELD = """() => {
  const form = document.querySelector('form#answer');
  const own = ([name, value]) => name.startsWith('answer.') && typeof value === 'string';
  const all = [...new FormData(form)].filter(own);
  return JSON.stringify(all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}"""
Fields = list[list[str]]


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as found:
        yield found


@dataclass
class Writer:
    """Somebody at work in a browser of their own, whose profile outlives it; and what they typed, moment by moment."""

    browser: Browser
    profile: Path
    site: str
    claim_id: object
    cookie: str
    draw: Random
    context: BrowserContext | None = None
    log: list[tuple[float, Fields]] = field(default_factory=list)
    sent: dict[Request, list[float]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page of the task."""
        assert self.context is not None
        return self.context.pages[0]

    def open(self) -> None:
        """Open the browser on the task; what it shows is where the writing goes on."""
        self.context = self.browser.browser_type.launch_persistent_context(
            str(self.profile), executable_path=os.environ["FAIRHAND_CHROMIUM"], args=["--no-sandbox"], viewport=WIDE
        )
        self.context.set_default_timeout(WAIT_MS)
        self.context.add_cookies([{"name": SESSION, "value": self.cookie, "url": self.site}])
        self.page.on("request", self._heard)
        self.page.on("requestfinished", self._heard)
        self.page.on("response", self._answered)
        self.page.goto(f"{self.site}/work/{self.claim_id}/")
        self.page.locator("form#answer[data-draft-looked]").wait_for()  # it has looked in the browser's database

    def _heard(self, request: Request) -> None:
        if request.url.endswith("/draft"):
            self.sent.setdefault(request, []).append(time.monotonic())

    def _answered(self, response: Response) -> None:
        if response.url.endswith("/draft"):
            self.answers = [*self.answers[-9:], response.status]

    def held(self) -> Fields:
        """What stands in the form."""
        return [list(each) for each in json.loads(self.page.evaluate(_HELD))]

    def type(self, seconds: float) -> None:
        """Type for so long: words mostly, a mark or a score between them."""
        until = time.monotonic() + seconds
        self.page.locator(ESSAY).press("Control+End")
        while time.monotonic() < until:
            what = self.draw.random()
            if what < 0.05:
                self._mark()
            elif what < 0.1:
                self._press("[name='answer.score.dose']", self.draw.choice(("ArrowDown", "ArrowUp")))
            else:
                self._press(ESSAY, self.draw.choice("abcdefgh    "))
            time.sleep(self.draw.random() * 0.08)

    def _mark(self) -> None:
        moved = self.draw.randrange(12)
        keys = ["Control+Home", *["Control+ArrowRight"] * moved, "Control+Shift+ArrowRight"]
        for key in [*keys, self.draw.choice("f23")]:
            self._press(SHOWN, key)

    def _press(self, selector: str, key: str) -> None:
        self.page.evaluate(
            "selector => document.activeElement.matches(selector) || document.querySelector(selector).focus()", selector
        )
        self.page.keyboard.press(key)
        pressed, found = time.monotonic(), self.held()
        if found != self.log[-1][1]:
            self.log.append((pressed, found))

    def kill(self) -> float:
        """SIGKILL every process of the browser; the moment of it."""
        for pid in processes_in(self.profile):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        died = time.monotonic()
        wait_until(lambda: not processes_in(self.profile), "the browser is dead")
        with suppress(Error):
            self.close()
        return died

    def close(self) -> None:
        """Close it as one does."""
        if self.context is not None:
            self.context.close()

    def slow(self, moment: float) -> float:
        """How much longer than half a second the last drafts before `moment` took: a busy machine's own."""
        last = [times for times in self.sent.values() if times[0] <= moment][-2:]
        return max([0.0, *(min([*times[1:], moment]) - times[0] - ANSWER_S for times in last)])

    def behind(self, found: Fields, moment: float) -> float:
        """How many seconds before `moment` the first thing was typed that `found` lacks; 0 where it lacks nothing."""
        stood = [at for at, (_, each) in enumerate(self.log) if each == found]
        assert stood, f"this never stood there: {found}"
        lacks = [pressed for pressed, _ in self.log[stood[-1] + 1 :] if pressed <= moment]
        return moment - lacks[0] if lacks else 0.0


@dataclass(slots=True)
class Scene:
    """A running installation, a writer in it, and the worst that was seen of each kind of death."""

    running: Running
    home: Path
    url: str
    writer: Writer
    worst: dict[str, float] = field(default_factory=dict)

    def note(self, kind: str, found: Fields, moment: float) -> None:
        """Compare what was found with what had been typed till then."""
        behind, slow = self.writer.behind(found, moment), self.writer.slow(moment)
        told = f"{kind}: {behind:.1f} s are lost; answers were {slow:.1f} s late, the last {self.writer.answers}"
        assert behind <= BEHIND_S + slow, told
        self.worst[kind] = max(self.worst.get(kind, 0.0), behind)

    def on_server(self) -> Fields:
        """What another device would find."""
        with psycopg.connect(self.url, connect_timeout=5) as asked:
            row = asked.execute("SELECT fields FROM draft WHERE claim_id = %s", [str(self.writer.claim_id)]).fetchone()
        return [list(each) for each in row[0]] if row else self.writer.log[0][1]

    def answers(self) -> bool:
        """Whether the database does."""
        with suppress(psycopg.OperationalError):
            self.on_server()
            return True
        return False

    def settled(self) -> None:
        """Wait until the server has everything."""
        wait_until(lambda: self._all_there(), "everything typed is on the server", 90)

    def _all_there(self) -> bool:
        assert self.running.process.poll() is None, self.running.told()[-2000:]
        assert not self.writer.page.locator("[data-part=moved]").is_visible(), "nobody else wrote in it"
        with suppress(psycopg.OperationalError):
            return self.on_server() == self.writer.held()
        return False

    def served(self) -> bool:
        """Whether pages are served."""
        return self.running.status() in (200, 302)


def browser_dies(scene: Scene, draw: Random) -> None:
    """What another device finds, and what this one finds when it is opened again."""
    scene.writer.type(2 + draw.random() * 2)
    died = scene.writer.kill()
    scene.note("browser killed, another device", scene.on_server(), died)
    scene.writer.open()
    scene.note("browser killed, the same device", scene.writer.held(), died)


def net_is_cut(scene: Scene, draw: Random) -> None:
    """Typing goes on without the net; then even the browser dies, and only its own store has what was typed."""
    writer = scene.writer
    writer.type(1 + draw.random())
    assert writer.context is not None
    writer.context.set_offline(True)
    cut = time.monotonic()
    writer.type(2 + draw.random() * 2)
    scene.note("net cut, another device", scene.on_server(), cut)
    died = writer.kill()
    writer.open()
    scene.note("net cut and browser killed, the same device", writer.held(), died)


def web_dies(scene: Scene, draw: Random) -> None:
    """The page stays open and says the rest to the next server."""
    scene.writer.type(1.5 + draw.random())
    os.kill(scene.running.children()[0], signal.SIGKILL)
    died = time.monotonic()
    scene.note("web server killed, another device", scene.on_server(), died)
    scene.writer.type(0.5)
    wait_until(scene.served, "pages are served again")


def database_dies(scene: Scene, draw: Random) -> None:
    """What was committed is there when the database is; nothing is sent meanwhile, so it is seen as it died."""
    writer = scene.writer
    writer.type(1.5 + draw.random())
    assert writer.context is not None
    before = postmaster(scene.home)
    os.kill(before, signal.SIGKILL)
    died = time.monotonic()
    writer.context.set_offline(True)
    wait_until(lambda: postmaster_of(scene.home) not in (before, 0) and scene.answers(), "the database is back")
    scene.note("database killed, another device", scene.on_server(), died)
    writer.context.set_offline(False)


def postmaster_of(home: Path) -> int:
    """Its process, 0 while there is none."""
    try:
        return postmaster(home)
    except (OSError, ValueError):
        return 0


DEATHS = (browser_dies, net_is_cut, web_dies, database_dies)


def test_whatever_dies_a_draft_is_at_most_two_seconds_behind(
    browser: Browser, needs: Callable[[str], Path], folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch,
    claim: Callable[[str, int], None], printed: Callable[[str], None],
) -> None:  # fmt: skip
    rounds = count(1, 30)
    monkeypatch.setenv("FAIRHAND_CHROMIUM", str(needs("chromium")))
    home = migrated_home(folder)
    monkeypatch.setattr(settings, "SECRET_KEY", Home(home).signing_key())  # for the cookie that signs in
    with up(home) as running:
        url = Server(Home(home), print).url(APP)
        with django_on(url):
            small = small_project(tasks=1, template=TEMPLATE, payload={"answer": GIVEN}, now=utc_now())
            held, cookie = small.claim(small.experts[0]), cookie_of(small.experts[0])
        site, draw = str(running.page["address"]).rstrip("/"), Random(f"{seed} loss")
        writer = Writer(browser, folder / "profile", site, held.id, cookie, draw)
        scene = Scene(running, home, url, writer)
        writer.open()
        writer.log.append((time.monotonic(), writer.held()))
        for left in range(rounds, 0, -1):
            next_from = time.monotonic() + (ROUND_S if left > 1 else 0)
            for dies in draw.sample(DEATHS, len(DEATHS)):
                dies(scene, draw)
                scene.settled()
            while time.monotonic() < next_from:
                writer.type(0.5)
        writer.close()
    for kind, behind in sorted(scene.worst.items()):
        printed(f"draft, {kind}: at most {behind:.2f} s behind, {rounds} times")
    claim("browser, net, web server and PostgreSQL end while somebody types: at most 2 s are lost", 4 * rounds)
