"""Texts that try to be more than texts, wherever people can write, on every page: nothing runs, nothing breaks.

Every payload of tests/hostile.py is planted; a real browser opens every page as somebody who may, wide in English and
narrow in Arabic, the second time with more payloads in the address. Where the counts are small, each page in one of the
two.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error, Page

from tests.browser.conftest import Visitors
from tests.browser.endpoints import Endpoint, readers
from tests.counts import LARGE, count
from tests.hostile import PAYLOADS, Texts
from tests.world import World, build_world

# Watches from before the first byte of a page: what ran, and what the page's policy had to stop.
WATCH = """
window.stopped = [];
document.addEventListener('securitypolicyviolation', e =>
  window.stopped.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""
LOOK = (Path(__file__).parent / "hostile_look.js").read_text(encoding="utf-8")
EVERYTHING_SAID = """
() => [document.body.textContent, ...[...document.querySelectorAll('input,textarea,[title],[aria-label]')].map(
  e => `${e.value || ''} ${e.title || ''} ${e.getAttribute('aria-label') || ''}`)].join(' ')
"""


@pytest.fixture
def texts(seed: int) -> Texts:
    # With fewer to a text none of them can hide behind another. In `make prove` every run deals them anew.
    return Texts(count(2084422736, seed), size=count(12, 6))


@pytest.fixture
def world(db: object, texts: Texts) -> World:
    return build_world(texts, tasks=12)


def test_hostile_text_runs_nowhere_and_breaks_no_page(
    world: World, visitors: Visitors, texts: Texts, printed: Callable[[str], None], claim: Callable[[str, int], None]
) -> None:
    assert len(PAYLOADS) >= 300
    assert texts.dealt == {payload.mark for payload in PAYLOADS}, "not every payload is planted"
    # An address that makes no sense may be refused, and so may a day that is none.
    visitors.allowed += ["the server responded with a status of 4", "does not conform to the required format"]
    found = list(readers(world))
    wrong, seen = [], ""
    for language, narrow in (("en", False), ("ar", True)):
        by_reader: dict[str, list[Endpoint]] = {}
        for n, (endpoint, who) in enumerate(found):
            if not endpoint.api and (LARGE or n % 2 == narrow):
                by_reader.setdefault(who, []).append(endpoint)
        for who, pages in by_reader.items():
            page = visitors.page(world.id_of(who), language=language, narrow=narrow)
            _watch(page, visitors.site, wrong)
            for endpoint in pages:
                address = endpoint.address(world.sides["a"]) + (_asked(texts) if narrow else "")
                told, said = _look(page, visitors.site + address)
                wrong += [f"{who} at {address.partition('?')[0]} in {language}: {each}" for each in told]
                seen += said
            page.context.close()
    shown = {payload.mark for payload in PAYLOADS if payload.mark in seen}
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert len(shown) >= 300, f"only {len(shown)} payloads were shown on a page"
    printed(f"hostile text: {len(shown)} payloads shown on {len(found)} pages in two languages; nothing ran")
    claim("a hostile text shown on a page runs nothing and breaks nothing", len(shown))


def _asked(texts: Texts) -> str:
    names = ("q", "text", "state", "before", "from", "role", "verb", "kind", "org", "next")
    return "?" + urlencode({name: texts.say("name in an address")[:400] for name in names})


def _watch(page: Page, site: str, wrong: list[str]) -> None:
    """Tell of whatever a page does beyond being a page."""
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: (wrong.append(f"a dialog opened: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: wrong.append(f"a window opened: {popup.url}"))
    page.on(
        "request", lambda request: None if request.url.startswith(site) else wrong.append(f"it asked for {request.url}")
    )


def _look(page: Page, address: str) -> tuple[list[str], str]:
    """(what is wrong with the page at an address, all that it says). A file to download is no page."""
    try:
        response = page.goto(address, wait_until="load")
    except Error as error:
        if "Download is starting" in str(error):
            return [], ""
        raise
    if response is None or response.status >= 500:
        return [f"status {response.status if response else 0}"], ""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    return page.evaluate(LOOK), str(page.evaluate(EVERYTHING_SAID))
