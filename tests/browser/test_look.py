"""Every page, both languages, wide and narrow, light and dark: readable by everybody, nothing over the edge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fairhand.people.access import PUBLIC
from fairhand.tasks.library import ready
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.endpoints import endpoints, readers
from tests.browser.people import cast
from tests.counts import LARGE, count
from tests.signed import client_of
from tests.world import World, build_world

# Whole numbers of pixels are rounded down by some of the page's own arithmetic.
TARGET_PX = 39.5
NARROW, WIDE, SMALLEST = 390, 1280, 320
PAGES_MIN = count(50, 100)  # of each language


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


# A pay line in a dense list opens where it stands; its lines are more than 24 px apart.
_PRESSED = (
    "a.btn, button:not([aria-hidden=true]), summary:not(.line > summary), select, textarea, "
    "input:not([type=radio], [type=checkbox]), .choice label"
)
_LAYOUT = """([pressed, least]) => ({
  over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  small: [...document.querySelectorAll(pressed)]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
    .map((one) => one.outerHTML.slice(0, 120) + ' ' + one.getBoundingClientRect().height),
})"""
_SAID = """() => ({
  accents: [...document.querySelectorAll('.btn.primary')].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0).length,
  headings: document.querySelectorAll('h1').length,
  text: document.body.innerText,
  direction: document.documentElement.dir,
})"""
# A text that shows a template's own language, a placeholder that found nothing, or a value nobody formatted.
_RAW = re.compile(r"\{\{|\{%|%\(\w+\)s|\bundefined\b|<bdi|datetime\.|UUID\(|&lt;")


def _layout(page: Page, width: int) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 800})
    found = page.evaluate(_LAYOUT, [_PRESSED, TARGET_PX])
    if found["over"] > 0:
        yield f"{found['over']} px over the edge at {width}"
    yield from (f"small target at {width}: {one}" for one in found["small"])


def _wrong(page: Page, language: str, axe: bool) -> Iterator[str]:
    """What is wrong with the page that is open: at every width, and in light for English, in dark for Arabic."""
    for width in (WIDE, SMALLEST, NARROW) if language == "ar" else (NARROW, SMALLEST, WIDE):
        yield from _layout(page, width)
    if axe:
        yield from violations(page)
    said = page.evaluate(_SAID)
    if said["accents"] > 1:
        yield "more than one accent button"
    if said["headings"] != 1:
        yield f"{said['headings']} first headings"
    if raw := _RAW.search(said["text"]):
        yield f"raw text: {raw[0]}"
    if said["direction"] != ("rtl" if language == "ar" else "ltr"):
        yield f"the direction is {said['direction']}"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_is_readable_by_everybody(visitors: Visitors, language: str, seed: int, printed: Any) -> None:
    """Where the counts are small, each page in one of the languages, every second one with axe: the seed says which."""
    world = build_world()
    pages: dict[str | None, Page] = {}
    turn = seed + (language == "ar")

    def axe(n: int) -> bool:
        return LARGE or (n + seed // 2) % 2 == 0

    wrong, seen = [], [each for n, each in enumerate(_all_pages(world)) if LARGE or (n + turn) % 2]
    for n, each in enumerate(seen):  # each reader is one visit
        if each.reader not in pages:
            person = world.id_of(each.reader) if each.reader else None
            pages[each.reader] = visitors.page(person, language=language, dark=language == "ar")
        page = pages[each.reader]
        page.goto(visitors.site + each.address)
        wrong += [f"{each.name} {each.address} as {each.reader}: {fault}" for fault in _wrong(page, language, axe(n))]
    assert not wrong, "\n".join(wrong)
    assert len(seen) >= PAGES_MIN
    printed(f"pages looked at: {len(seen)}, at three widths, in {language}, {'dark' if language == 'ar' else 'light'}")


def test_the_terms_stand_on_the_card_and_on_the_work_page(visitors: Visitors) -> None:
    pay = ("hourly", {"rate": "42.00", "full_rate_s": 2400, "after_rate": "21.16", "paid_s_max": 3300})
    found = ready("demonstration")
    assert found is not None
    task = {"template": found.template, "payload": found.examples[0].payload}
    who = cast(**task, pay=pay, estimate={"p50_s": 1200, "p80_s": 1800, "n": 9})  # with fewer the full rate runs on
    page = visitors.page(who.expert)
    said = ("$42.00/h", "40 min", "$21.16/h, to 55 min")
    for text in said:
        assert page.locator(".facts").get_by_text(text).first.is_visible(), text
    page.locator("[data-key=n]").click()
    page.wait_for_url("**/work/**")
    drawn = page.locator(".meter").inner_html()
    assert "40 min" in drawn
    assert "55 min" in drawn
    assert "then not paid" in drawn
    for width in (1000, 360):
        page.set_viewport_size({"width": width, "height": 740})
        for text in said:
            assert page.locator(".strip .facts").get_by_text(text).first.is_visible(), text
    page.evaluate("window.scrollTo(0, 400)")
    box = page.locator(".strip").bounding_box()
    assert box is not None
    assert box["y"] <= 0.5 or page.evaluate("window.scrollY") == 0
    _writing_has_room(page)


def _writing_has_room(page: Page) -> None:
    """A long answer is seen as it grows and as it will be read; nothing lies over it in a low window, keys are told."""
    page.set_viewport_size({"width": 1360, "height": 900})
    written = page.locator("#q-answer-answer-text")
    before = written.bounding_box()
    written.fill("# Heading\n\nIt is **so**.\n" + "More.\n\n" * 8)
    after = written.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > 2 * before["height"]
    page.get_by_role("button", name="Show it as it will be read").press("Enter")
    seen = page.get_by_role("region", name="As it will be read")
    expect(seen.locator("h2")).to_have_text("Heading")
    assert seen.locator("strong").inner_text() == "so"
    written.press_sequentially(" <b>no</b>")
    expect(seen).to_contain_text("<b>no</b>")
    assert violations(page) == []
    page.set_viewport_size({"width": 640, "height": 360})  # the same at 200 %
    page.evaluate("window.scrollTo(0, 500)")
    high = page.evaluate("['.strip', '.acts'].map((each) => document.querySelector(each).getBoundingClientRect())")
    assert high[0]["bottom"] <= 0
    assert high[1]["top"] >= 360
    assert page.locator(".acts .primary kbd").is_visible()
