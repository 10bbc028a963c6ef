"""Every page, both languages, wide and narrow, light and dark: readable by everybody, nothing over the edge."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from fairhand.audit.actor import COMMAND
from fairhand.flow.release_delivery import release_delivery
from fairhand.pay.commands import close_statements
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import RETURN

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Whole numbers of pixels are rounded down by some of the page's own arithmetic.
TARGET_PX = 39.5
WAYS = [
    pytest.param("en", False, False, id="english-wide-light"),
    pytest.param("ar", True, False, id="arabic-narrow-light"),
    pytest.param("en", True, True, id="english-narrow-dark"),
    pytest.param("ar", False, True, id="arabic-wide-dark"),
]


def _busy() -> Cast:
    """A project in which something of everything has happened."""
    who = cast(tasks=6, want=1, pay=("hourly", {"rate": "42.00", "full_rate_s": 2400, "after_rate": "21.16"}))
    small = who.small
    small.wait(-7200)
    small.work(who.expert, 300)
    small.review({"verdict": "accept"})
    small.work(who.expert, 2600)
    small.review(RETURN)
    small.work(who.colleague, 200)
    release_delivery(project=small.project, actor=COMMAND, now=small.now)
    close_statements(until=small.now, actor=COMMAND, now=small.now)
    return who


def _pages(visitors: Visitors, who: Cast, **way: bool | str) -> Iterator[Page]:
    """Each page of each reader, opened."""
    site = visitors.site
    page = visitors.page(None, **way)  # type: ignore[arg-type]
    for address in ("/in/", "/nothing/"):
        page.goto(site + address)
        yield page
    for name, addresses in (
        ("expert", ["/", f"/projects/{who.slug}/", "/my-work/", "/earnings/", "/account/"]),
        ("reviewer", ["/reviews/"]),
        ("manager", ["/manage/", f"/manage/{who.slug}/", f"/manage/{who.slug}/people/"]),
        ("client", ["/client/", f"/client/{who.slug}/"]),
    ):
        page = visitors.page(getattr(who, name), **way)  # type: ignore[arg-type]
        for address in addresses:
            page.goto(site + address)
            yield page
        if name == "expert":
            page.goto(site + "/earnings/")
            page.locator("table a").first.click()
            yield page
            page.goto(site + "/my-work/")
            page.locator("table a").first.click()
            yield page
        if name in ("expert", "reviewer"):
            page.goto(site + ("/" if name == "expert" else "/reviews/"))
            page.locator("[data-key=n]").click()
            page.wait_for_url("**/work/**")
            yield page


_WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_PRESSED = "a.btn, button, summary, select, textarea, input[type=text], .choice label"
_SMALL = """([pressed, least]) => [...document.querySelectorAll(pressed)]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
  .map((one) => one.outerHTML.slice(0, 120) + ' ' + one.getBoundingClientRect().height)"""


@pytest.mark.parametrize(("language", "narrow", "dark"), WAYS)
def test_every_page_is_readable_by_everybody(visitors: Visitors, language: str, narrow: bool, dark: bool) -> None:
    who = _busy()
    visitors.allowed.append("404")  # one of the pages is that of a wrong address
    seen, wrong = 0, []
    for page in _pages(visitors, who, language=language, narrow=narrow, dark=dark):
        seen += 1
        where = page.url.removeprefix(visitors.site)
        found = Axe().run(page, options={"runOnly": RULES})
        wrong += [f"{where}: {v['id']} {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
        if (over := page.evaluate(_WIDTH)) > 0:
            wrong.append(f"{where}: {over} px over the edge")
        wrong += [f"{where}: small target {one}" for one in page.evaluate(_SMALL, [_PRESSED, TARGET_PX])]
        if page.locator(".btn.primary:visible").count() > 1:
            wrong.append(f"{where}: more than one accent button")
    assert seen >= 17
    assert wrong == []


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
