"""The frame around every page: navigation, search, account, and what is said when the line is slow or gone."""

import re
import time

import pytest
from playwright.sync_api import Browser, Route, expect

from fairhand.audit.actor import COMMAND
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, grant_role
from tests.browser.conftest import Visitors
from tests.browser.people import cast

WIDTHS = (320, 390, 640, 1280)
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_frame_with_everything_in_it_holds_at_every_width(visitors: Visitors, language: str) -> None:
    who, now = cast(), utc_now()
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=now)
    for role in ("operator_admin", "finance"):
        grant_role(person_id=who.stranger, org_id=operator.id, role=role, actor=COMMAND, now=now)
    page = visitors.page(who.stranger, language=language)
    entries = page.locator(".nav a")
    assert entries.count() >= 4
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.reload()
        assert page.evaluate(OVER) <= 0, f"{width} px wide"
        row = page.locator(".top").bounding_box()
        assert row is not None
        assert row["height"] <= 120, f"{width} px wide: the bar takes {row['height']} px"
        current = page.locator(".nav [aria-current]")
        if current.count():
            expect(current).to_be_in_viewport()
        entries.last.scroll_into_view_if_needed()
        expect(entries.last).to_be_in_viewport()
        page.locator(".menu > summary").click()
        box = page.locator(".menu-sheet").bounding_box()
        assert box is not None
        assert box["x"] >= 0, f"{width} px wide: the menu hangs over the edge"
        assert box["x"] + box["width"] <= width


def test_the_menu_and_the_navigation_need_no_script(browser: Browser, visitors: Visitors) -> None:
    known = visitors.page(cast().expert)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(known.context.cookies())
    page = context.new_page()
    page.goto(visitors.site + "/")
    page.locator(".nav a").last.click()
    expect(page.locator(".nav a").last).to_have_attribute("aria-current", "page")
    page.locator(".menu > summary").click()
    page.locator(".menu-sheet button[name=language]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    context.close()


def test_escape_closes_the_menu_and_gives_the_focus_back(visitors: Visitors) -> None:
    page = visitors.page(cast().expert)
    page.locator(".menu > summary").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".menu-sheet")).to_be_hidden()
    expect(page.locator(".menu > summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".menu-sheet")).to_be_visible()
    page.locator("h1").first.click()
    expect(page.locator(".menu-sheet")).to_be_hidden()


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visitors: Visitors) -> None:
    page = visitors.page(cast().expert)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_lost_connection_is_said_and_so_is_its_return(visitors: Visitors) -> None:
    page = visitors.page(cast().expert, language="ar")
    note = page.locator("[data-part=offline]")
    expect(note).to_be_hidden()
    page.context.set_offline(True)
    expect(note).to_be_visible()
    expect(note).to_have_text(re.compile("لا اتصال"))
    page.context.set_offline(False)
    expect(note).to_be_hidden()


_TELLS_WHEN = """() => {
  const note = document.querySelector('[data-part=waiting]')
  document.addEventListener('submit', () => { window.sent = performance.now() }, true)
  new MutationObserver(() => { window.waited = performance.now() - window.sent }).observe(note, { attributes: true })
}"""


def test_a_form_without_an_answer_says_after_two_seconds_that_it_waits(visitors: Visitors) -> None:
    page = visitors.page(cast().expert)
    page.evaluate(_TELLS_WHEN)

    def answer_late(route: Route) -> None:
        time.sleep(2.5)
        route.fulfill(status=204)  # nothing new: the page stays

    page.route("**/account/language/", answer_late)
    page.locator(".menu > summary").click()
    page.locator(".menu-sheet button[name=language]").click(no_wait_after=True)
    expect(page.locator("[data-part=waiting]")).to_be_visible(timeout=10_000)
    expect(page.locator("[data-part=waiting]").get_by_role("progressbar")).to_be_visible()
    assert page.evaluate("() => window.waited") >= 1990
