"""Scripted work in a real browser whose time is moved together with the server's: how long was really worked is known.

The page's clocks (timers, `performance.now`, `Date`) are moved through the browser's protocol, the server's by giving
`utc_now` another source; between two moves both run on by themselves.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.counts import count

STEP_S = 60  # somebody who works touches something this often at the least
_SETTLE_S = 0.05  # for reports on their way


class MovedClock(datetime):
    """Stands in for `datetime` in the module of the product's one clock."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        """The real moment, so much later."""
        return datetime.now(tz or UTC) + cls.ahead


@dataclass(slots=True)
class Machine:
    """One person's browser, and the time that they really worked on the task in front of them."""

    site: str
    context: BrowserContext
    page: Page
    idle_s: int
    worked_s: float = 0.0
    told: list[str] = field(default_factory=list)
    others: list[Page] = field(default_factory=list)
    _since: float | None = None

    def take(self) -> UUID:
        """Take the next task: from here on its time is told."""
        self.worked_s, self.told, self.others = 0.0, [], []
        self.page.goto(f"{self.site}/")
        self.page.keyboard.press("n")
        self.page.wait_for_url("**/work/**")
        expect(self.page.locator("[data-part=clock]")).to_be_visible()
        self._since = self.now()
        self.touch(self.page)
        return UUID(self.page.url.rstrip("/").rpartition("/")[2])

    def now(self) -> float:
        """Seconds, as both clocks have them."""
        return time.monotonic() + MovedClock.ahead.total_seconds()

    def hand_in(self) -> None:
        """Answer and submit; the time up to the click counts."""
        self.page.get_by_label("Left").check()
        self._stop()
        self.page.get_by_role("button", name="Submit", exact=True).click()
        expect(self.page.get_by_text("Handed in.")).to_be_visible()
        for other in self.others:
            other.close()

    def touch(self, page: Page) -> None:
        """A sign of life."""
        page.mouse.move(300 + (self.now() * 7) % 200, 300)

    def work(self, seconds: float, *pages: Page) -> None:
        """Touch one page after the other while time passes."""
        left = float(seconds)
        used = pages or (self.page,)
        turn = 0
        while left > 0:
            self.touch(used[turn % len(used)])
            turn += 1
            self._pass(min(left, STEP_S))
            left -= STEP_S
        self.touch(used[0])

    def think(self, seconds: float) -> None:
        """Touch nothing: work for as long as the idle limit allows, no work after that."""
        self.touch(self.page)
        begun = self.now()
        self._pass(seconds)
        passed = self.now() - begun
        if passed > self.idle_s:
            self.worked_s -= passed - self.idle_s
        self.touch(self.page)

    def hide(self, seconds: float) -> None:
        """Look at another window."""
        self._stop()
        _show(self.page, False)
        self._pass(seconds)
        _show(self.page, True)
        self._since = self.now()
        self.touch(self.page)

    def sleep(self, seconds: float) -> None:
        """Close the lid: no timer runs, and after it each fires once."""
        self._stop()
        MovedClock.ahead += timedelta(seconds=seconds)
        self.page.clock.fast_forward(round(seconds * 1000))
        self._since = self.now()
        self.touch(self.page)

    def offline(self, seconds: float) -> None:
        """Work without the net."""
        self.context.set_offline(True)
        self.work(seconds)
        self.context.set_offline(False)
        self._pass(20)

    def reload(self) -> None:
        """As somebody does whose page looks odd."""
        self.page.reload()
        expect(self.page.locator("[data-part=clock]")).to_be_visible()
        self.touch(self.page)

    def crash(self) -> None:
        """The tab is gone; its person opens the task again a little later."""
        address = self.page.url
        self._stop()
        with suppress(Error):  # it never answers
            self.page.goto("chrome://crash", timeout=3000)
        self.page.close()
        MovedClock.ahead += timedelta(seconds=20)
        self.page = self.context.new_page()
        self.page.goto(address)
        expect(self.page.locator("[data-part=clock]")).to_be_visible()
        self._since = self.now()
        self.touch(self.page)

    def set_clock(self, hours: float) -> None:
        """Somebody sets the computer's clock, or the summer ends."""
        self.page.clock.set_system_time(datetime.fromtimestamp(time.time() + hours * 3600, UTC))

    def two_tabs(self, seconds: float) -> None:
        """The task side by side in two windows, worked on in turns."""
        other = self.context.new_page()
        self.others.append(other)
        other.goto(self.page.url)
        expect(other.locator("[data-part=clock]")).to_be_visible()
        self.work(seconds, other, self.page)
        _show(other, False)

    def _pass(self, seconds: float) -> None:
        MovedClock.ahead += timedelta(seconds=seconds)
        self.page.clock.run_for(round(seconds * 1000))
        time.sleep(_SETTLE_S)

    def _stop(self) -> None:
        if self._since is not None:
            self.worked_s += self.now() - self._since
        self._since = None


def _show(page: Page, shown: bool) -> None:
    page.evaluate(
        "shown => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => !shown });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        shown,
    )


# In `make prove` everything lasts longer.
_LONG = count(1, 4)
ACTS: dict[str, Callable[[Machine, Random], None]] = {
    "work": lambda machine, draw: machine.work(_LONG * draw.randint(60, 100)),
    "think": lambda machine, draw: machine.think(draw.randint(30, 2 * machine.idle_s)),
    "hide": lambda machine, draw: machine.hide(_LONG * draw.randint(20, 80)),
    "sleep": lambda machine, draw: machine.sleep(_LONG * draw.randint(60, 150)),
    "offline": lambda machine, draw: machine.offline(_LONG * draw.randint(40, 80)),
    "reload": lambda machine, draw: machine.reload(),
    "crash": lambda machine, draw: machine.crash(),
    "clock": lambda machine, draw: machine.set_clock(draw.choice((-25, -1, 1, 3, 25))),
    "tabs": lambda machine, draw: machine.two_tabs(_LONG * draw.randint(40, 60)),
}


def play(machine: Machine, names: list[str], draw: Random) -> None:
    """The acts, with work between them."""
    for name in names:
        machine.told.append(name)
        ACTS[name](machine, draw)
        machine.work(draw.randint(20, 60))
