"""What a project pays, changed in a browser: drawn while it is typed, refused at its field, announced, told, held."""

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import JOB
from fairhand.flow.change_plan import apply_plan_changes
from fairhand.notices.models import Notice
from fairhand.projects.models import PlanChange, Stage
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.browser.test_manager import manager_on
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")
FORTY_FIVE = ("outlier", {"rate": "45.00"})


def test_a_cut_is_drawn_announced_and_told_before_it_holds(visitors: Visitors) -> None:
    known = {"p50_s": 1800, "p80_s": 3600, "n": 40, "people": 9}
    who = cast(tasks=2, pay=FORTY_FIVE, budget_minor=10_000_000, estimate=known, claim_s_max=86_400)
    visitors.allowed.append("422")
    page = manager_on(visitors, who, "pay/stage/1/?preset=outlier")
    tried = page.locator("#tried")
    expect(tried).to_contain_text("$40.00/h for the first 60:00")
    rate = page.get_by_label("Rate per hour", exact=True)
    rate.fill("46.00")
    expect(tried).to_contain_text("It pays nowhere less")  # asked for while it is typed; nothing is saved
    expect(tried.locator("svg.chart")).to_have_count(1)
    rate.fill("forty")
    expect(tried).to_contain_text("An amount is needed here")
    page.get_by_role("button", name="Save as the next version").click()  # the browser asks for the note first
    page.get_by_label("What changed, and why").fill("Like the other projects.")
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.locator("#errors")).to_contain_text("Rate per hour")
    assert not PlanChange.objects.exists()

    rate.fill("40.00")
    expect(tried).to_contain_text("$45.00 before, $40.00 after. Saved now, it holds in 7 days.")
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.get_by_text("Version 3 pays less for some work")).to_be_visible()
    expect(page.get_by_role("heading", name="Announced")).to_be_visible()
    change = PlanChange.objects.get()
    assert (change.lowers, (change.holds_from - change.announced_at).days) == (True, 7)
    assert Stage.objects.get(kind="attempt").pay_plan.version == 1

    read_events(change.announced_at)
    told = Notice.objects.filter(kind="plan_lowered").values_list("person_id", flat=True)
    assert set(told) == {*who.small.experts, *who.small.reviewers}
    apply_plan_changes(actor=JOB, now=change.holds_from)
    page.context.add_cookies([{"name": "fairhand_language", "value": "ar", "url": visitors.site}])
    page.reload()
    expect(page.get_by_text("سارية", exact=True)).to_have_count(1)
    expect(page.get_by_role("heading", name="المعلنة")).to_have_count(0)
