"""Every page, both languages, wide and narrow, light and dark: readable by everybody, nothing over the edge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from fairhand.people.access import PUBLIC
from tests.browser.conftest import Visitors
from tests.browser.endpoints import endpoints, readers
from tests.browser.people import cast
from tests.signed import client_of
from tests.world import World, build_world

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Whole numbers of pixels are rounded down by some of the page's own arithmetic.
TARGET_PX = 39.5
NARROW, WIDE, SMALLEST = 390, 1280, 320
PAGES_MIN = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """A page of somebody; `reader` is None for whoever isn't signed in."""

    name: str
    address: str
    reader: str | None


def _all_pages(world: World) -> Iterator[Seen]:
    """Every address of the configuration that answers with a page: no files, no parts of a page."""
    side = world.sides["a"]
    public = [each for each in endpoints() if each.door and each.door.right.reach == PUBLIC and "GET" in each.methods]
    asked = [(endpoint, None) for endpoint in public] + list(readers(world))
    for endpoint, reader in asked:
        address = endpoint.address(side)
        answer = client_of(world.id_of(reader) if reader else None).get(address)
        if not answer.streaming and answer.status_code == 200 and b"<!doctype html>" in answer.content[:200]:
            yield Seen(endpoint.name, address, reader)


_WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A pay line in a dense list opens where it stands; its lines are more than 24 px apart.
_PRESSED = (
    "a.btn, button, summary:not(.line > summary), select, textarea, input:not([type=radio], [type=checkbox]), "
    ".choice label"
)
_SMALL = """([pressed, least]) => [...document.querySelectorAll(pressed)]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
  .map((one) => one.outerHTML.slice(0, 120) + ' ' + one.getBoundingClientRect().height)"""
# A text that shows a template's own language, a placeholder that found nothing, or a value nobody formatted.
_RAW = re.compile(r"\{\{|\{%|%\(\w+\)s|\bundefined\b|<bdi|datetime\.|UUID\(|&lt;")


def _faults(page: Page) -> Iterator[str]:
    for found in Axe().run(page, options={"runOnly": RULES}).response["violations"]:
        yield f"{found['id']} {found['nodes'][0]['html'][:160]}"


def _layout(page: Page, *widths: int) -> Iterator[str]:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if (over := page.evaluate(_WIDTH)) > 0:
            yield f"{over} px over the edge at {width}"
        yield from (f"small target at {width}: {one}" for one in page.evaluate(_SMALL, [_PRESSED, TARGET_PX]))


def _wrong(page: Page, language: str) -> Iterator[str]:
    """What is wrong with the page that is open: at every width, and in light for English, in dark for Arabic."""
    yield from _layout(page, WIDE, SMALLEST, NARROW) if language == "ar" else _layout(page, NARROW, SMALLEST, WIDE)
    yield from _faults(page)
    if page.locator(".btn.primary:visible").count() > 1:
        yield "more than one accent button"
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} first headings"
    if raw := _RAW.search(page.locator("body").inner_text()):
        yield f"raw text: {raw[0]}"
    if (said := page.locator("html").get_attribute("dir")) != ("rtl" if language == "ar" else "ltr"):
        yield f"the direction is {said}"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_readable_by_everybody(visitors: Visitors, language: str, printed: Any) -> None:
    world = build_world()
    pages: dict[str | None, Page] = {}
    wrong, seen = [], list(_all_pages(world))
    for each in seen:  # each reader is one visit
        if each.reader not in pages:
            person = world.id_of(each.reader) if each.reader else None
            pages[each.reader] = visitors.page(person, language=language, dark=language == "ar")
        page = pages[each.reader]
        page.goto(visitors.site + each.address)
        wrong += [f"{each.name} {each.address} as {each.reader}: {fault}" for fault in _wrong(page, language)]
    assert not wrong, "\n".join(wrong)
    assert len(seen) >= PAGES_MIN
    printed(f"pages looked at: {len(seen)}, at three widths, in {language}, {'dark' if language == 'ar' else 'light'}")


def test_the_terms_stand_on_the_card_and_on_the_work_page(visitors: Visitors) -> None:
    who = cast(pay=("hourly", {"rate": "42.00", "full_rate_s": 2400, "after_rate": "21.16", "paid_s_max": 3300}))
    page = visitors.page(who.expert)
    said = ("$42.00/h", "40 min", "$21.16/h, to 55 min")
    for text in said:
        assert page.locator(".facts").get_by_text(text).first.is_visible(), text
    page.locator("[data-key=n]").click()
    page.wait_for_url("**/work/**")
    drawn = page.locator(".meter").inner_html()
    assert "40 min" in drawn
    assert "55 min" in drawn
    page.set_viewport_size({"width": 360, "height": 740})
    for text in said:
        assert page.locator(".strip .facts").get_by_text(text).first.is_visible(), text
    page.evaluate("window.scrollTo(0, 400)")
    box = page.locator(".strip").bounding_box()
    assert box is not None
    assert box["y"] <= 0.5 or page.evaluate("window.scrollY") == 0
