"""The card before a task, in Arabic on a phone: terms that changed are read before they are worked on."""

import pytest
from playwright.sync_api import Page, expect

from fairhand.dispatch.models import Claim
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.commands.test_offer_card import ESTIMATE, repriced

pytestmark = pytest.mark.usefixtures("db")
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_nothing_is_taken_on_terms_that_changed_until_the_new_card_was_shown(visitors: Visitors) -> None:
    who = cast(reviewed=False, pay=("outlier", {"rate": "40.00"}), estimate=ESTIMATE, claim_s_max=20_000)
    visitors.allowed.append("409")
    page = visitors.page(who.expert, language="ar")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{visitors.site}/projects/{who.slug}/")
    main = page.get_by_role("main")
    expect(main.locator("svg.chart .line")).to_be_visible()
    main.locator("details.numbers summary").click()
    expect(main.locator("details.numbers table")).to_contain_text("$40.00")
    assert violations(page) == []

    repriced(who.small, "30.00")
    page.get_by_role("button", name="خذ المهمة التالية").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("تغيّرت الشروط")
    row = page.get_by_role("row").filter(has_text="السعر").first
    expect(row).to_contain_text("$40.00/h")
    expect(row).to_contain_text("$30.00/h")
    expect(row).to_contain_text("أسوأ لك")
    assert page.evaluate(OVER) == 0
    assert violations(page) == []
    assert not Claim.objects.exists()

    page.get_by_role("button", name="خذ المهمة التالية على هذه الشروط").click()
    expect(page.locator("[data-clock]")).to_be_visible()
    assert Claim.objects.get().offer.terms["ceiling_minor"] == 3000
    _acts_fold_on_a_phone(page)


def _acts_fold_on_a_phone(page: Page) -> None:
    more, skip = page.get_by_role("button", name="المزيد"), page.locator("footer summary").first
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(skip).to_be_hidden()
    more.click()
    expect(skip).to_be_visible()
    more.click()
    page.keyboard.press("s")  # a key opens what is folded, and its name with it
    expect(page.locator("footer details[open] .sheet")).to_be_visible()
    expect(skip).to_be_visible()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(more).to_be_hidden()
    expect(skip).to_be_visible()
    assert violations(page) == []
