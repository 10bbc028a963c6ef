"""A mission through the pages: a manager opens it, an expert joins it in Arabic, and it pays when its time is over."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fairhand.audit.actor import JOB
from fairhand.flow.close_period import close_periods
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import mission_reserve, payable
from fairhand.missions.models import Mission
from fairhand.notices.models import Notice
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, PER_JUDGEMENT, check_books
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")


def opened(visitors: Visitors, who: Cast) -> Page:
    """The manager's page of a mission of one day, after a mistake in its form."""
    manager = visitors.page(who.manager)
    manager.goto(f"{visitors.site}/manage/{who.slug}/missions/")
    manager.get_by_role("link", name="New mission").click()
    manager.get_by_label("Name").fill("Two <b>today</b>")
    manager.get_by_label("Each day anew").check()
    manager.get_by_label("Last day").fill(utc_now().date().isoformat())
    manager.locator("#f-at1").fill("1")
    manager.locator("#f-amount1").fill("5.00")
    manager.locator("#f-at2").fill("2")
    manager.locator("#f-amount2").fill("1.00")
    manager.get_by_label("Seats").fill("2")
    manager.get_by_role("button", name="Show what it would promise").click()
    expect(manager.locator("#errors")).to_contain_text("not below the one of the step before")
    manager.locator("#f-amount2").fill("8.00")
    manager.get_by_role("button", name="Show what it would promise").click()
    expect(manager.get_by_role("main")).to_contain_text("$16.00")
    assert not Mission.objects.exists()
    manager.get_by_role("button", name="Open it and reserve the money").click()
    expect(manager.locator(".said")).to_contain_text("all that it can come to is reserved")
    mission = Mission.objects.get()
    assert who.small.money(mission_reserve(mission.id)) == 1600
    return manager


def test_a_mission_is_opened_joined_and_paid(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    visitors.allowed.append("422")
    small = who.small
    manager = opened(visitors, who)
    mission = Mission.objects.get()
    read_events(utc_now())
    told = Notice.objects.get(person_id=who.expert, kind="mission_opened")

    expert = visitors.page(who.expert, language="ar")
    expert.goto(f"{visitors.site}{told.path}")
    expect(expert.get_by_role("main")).to_contain_text("Two <b>today</b>")
    expert.get_by_role("button", name="انضم").click()
    expect(expert.locator(".said")).to_contain_text("انضممت إليها")
    # Both are handed in today; one is accepted only after the day is over.
    for _ in range(2):
        small.submit(small.claim(who.expert))
    small.review(ACCEPT)
    expert.goto(f"{visitors.site}/")
    expect(expert.locator(".mission-step").first).to_contain_text("بُلغت")
    expect(expert.locator(".mission-step").last).to_contain_text("تنتظر المراجعة")
    expect(expert.locator(".mission-step").last).to_contain_text("1 من 2")

    assert close_periods(actor=JOB, now=mission.until_at) == 1
    small.review(ACCEPT)
    assert close_periods(actor=JOB, now=mission.until_at + timedelta(hours=2)) == 1
    assert small.money(payable(who.expert)) == 2 * 12 + 800
    read_events(utc_now() + timedelta(days=1))
    assert Notice.objects.filter(person_id=who.expert, kind="mission_paid").count() == 2
    check_books()

    expert.goto(f"{visitors.site}{told.path}")
    expect(expert.locator("details.line").last).to_contain_text("قُبل عمل بعد إقفال")
    expert.goto(f"{visitors.site}/earnings/")
    expect(expert.locator(".card", has_text="من الحملات").locator("details.line")).to_have_count(2)
    expert.goto(f"{visitors.site}/missions/")
    expect(expert.get_by_role("table")).to_contain_text("$8.00")
    manager.reload()
    expect(manager.get_by_role("main")).to_contain_text("over and paid")
    expect(manager.get_by_role("table")).to_contain_text("$8.00")
    assert "expert0" not in manager.content(), "a pseudonym alone"
