"""The style page: every component in every state, both languages, both lights, wide and narrow."""

import os
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page

from fairhand.web.style import component_names
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.counts import LARGE, SEED

OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = "() => document.querySelectorAll('details').forEach((one) => { one.open = true })"
LOOKS = [
    pytest.param("en", 1280, False, id="english-wide-light"),
    pytest.param("en", 390, True, id="english-narrow-dark"),
    pytest.param("ar", 390, False, id="arabic-narrow-light"),
    pytest.param("ar", 1280, True, id="arabic-wide-dark"),
]


@pytest.fixture(autouse=True)
def _addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.browser.style_urls"):
        yield


def _opened(visitors: Visitors, language: str, dark: bool = False) -> Page:
    page = visitors.page(cast().expert, language=language, dark=dark)
    page.goto(f"{visitors.site}/style/")
    return page


# Where the counts are small, one of the looks: which one is for the seed to say.
@pytest.mark.parametrize(("language", "width", "dark"), LOOKS if LARGE else [LOOKS[int(os.environ[SEED]) % len(LOOKS)]])
def test_axe_finds_nothing_on_the_style_page(visitors: Visitors, language: str, width: int, dark: bool) -> None:
    page = _opened(visitors, language, dark)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(OPEN_ALL)
    assert violations(page) == []


def test_axe_sees_what_is_wrong(visitors: Visitors) -> None:
    page = _opened(visitors, "en")
    page.evaluate("() => document.querySelector('#c-field label[for]').removeAttribute('for')")
    assert "label" in [found.split()[0] for found in violations(page, "#c-field")]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_component_is_shown_twice_and_nothing_runs_over_the_edge(visitors: Visitors, language: str) -> None:
    page = _opened(visitors, language)
    sections = page.locator("section.sample-part[id^=c-]")
    assert sorted(str(one.get_attribute("id")) for one in sections.all()) == sorted(f"c-{n}" for n in component_names())
    for section in sections.all():
        ways = [one.get_attribute("dir") for one in section.locator(".pane").all()]
        assert ways == (["ltr", "rtl"] if language == "en" else ["rtl", "ltr"])
        assert all(one.inner_html().strip() for one in section.locator(".pane").all())
    for width in (320, 390, 640, 1280):  # 640 is what 1280 at twice the size comes to
        for opened in (False, True):
            page.set_viewport_size({"width": width, "height": 900})
            if opened:
                page.evaluate(OPEN_ALL)
            assert page.evaluate(OVER) <= 0, f"{width} px wide"


def test_a_pane_of_the_other_light_is_dark_and_the_other_direction_is_the_other(visitors: Visitors) -> None:
    page = _opened(visitors, "en")
    here, there = page.locator("#c-card .pane").all()
    shade = "(one) => getComputedStyle(one).backgroundColor"
    assert here.evaluate(shade) == "rgb(250, 248, 243)"
    assert there.evaluate(shade) == "rgb(18, 22, 28)"
    assert there.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


def test_colours_of_the_reader_take_nothing_away(visitors: Visitors) -> None:
    page = _opened(visitors, "en")
    page.emulate_media(forced_colors="active")
    tab = page.locator("#c-tabs .pane a[aria-current]").first
    assert tab.evaluate("(one) => getComputedStyle(one).borderBlockEndStyle") == "solid"
    assert page.locator("#c-tag .tag").first.evaluate("(one) => getComputedStyle(one).borderBlockEndStyle") == "solid"


def test_no_motion_where_none_is_wanted(visitors: Visitors) -> None:
    page = _opened(visitors, "en")
    moving = "() => document.getAnimations().length"
    assert page.evaluate(moving) > 0  # the bar of what takes a while
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert page.evaluate(moving) == 0
