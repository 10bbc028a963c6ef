"""A real browser on a real site on a real database of the test's own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.site import running_site
from tests.signed import SESSION, cookie_of

# Playwright keeps an event loop in the test's thread; our own code in it is plain and synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 360, "height": 740}
WAIT_MS = 15_000


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(needs: Callable[[str], Path], _playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    with _launched(_playwright, needs("chromium")) as found:
        yield found


@contextmanager
def _launched(playwright: Playwright, program: Path) -> Iterator[Browser]:
    found = playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
    yield found
    found.close()


@pytest.fixture
def site(db: object) -> Iterator[str]:
    """The site's address; its database is this test's own."""
    with running_site() as address:
        yield address


class Visitors:
    """Opens pages as somebody, and remembers what the browser complained of: no page may make it complain."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.complaints: list[str] = []
        self.allowed: list[str] = []
        self._contexts: list[BrowserContext] = []

    def page(self, person_id: UUID | None, *, language: str = "en", narrow: bool = False, dark: bool = False) -> Page:
        """A fresh browser in which `person_id` is signed in, on their first page."""
        context = self.browser.new_context(
            viewport=NARROW if narrow else WIDE, color_scheme="dark" if dark else "light", locale=f"{language}-AE",
            timezone_id="Asia/Dubai", has_touch=narrow, accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(WAIT_MS)
        context.add_cookies([{"name": "fairhand_language", "value": language, "url": self.site}])
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self._heard("error", str(error)))
        if person_id is not None:
            context.add_cookies([{"name": SESSION, "value": cookie_of(person_id), "url": self.site}])
            page.goto(f"{self.site}/")
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def close(self) -> None:
        """End all visits."""
        for context in self._contexts:
            context.close()


@contextmanager
def _visited(browser: Browser, site: str) -> Iterator[Visitors]:
    found = Visitors(browser, site)
    yield found
    found.close()
    bad = [said for said in found.complaints if not any(part in said for part in found.allowed)]
    assert bad == [], "the browser complained"


@pytest.fixture
def visitors(browser: Browser, site: str) -> Iterator[Visitors]:
    """See Visitors; at the end nothing may have been complained of that the test did not allow."""
    with _visited(browser, site) as found:
        yield found


@pytest.fixture
def whole_visitors(needs: Callable[[str], Path], _playwright: Playwright, site: str) -> Iterator[Visitors]:
    """The same in a browser with everything around its pages, its reader of PDFs among it."""
    with _launched(_playwright, needs("whole chromium")) as browser, _visited(browser, site) as found:
        yield found
