"""The order of work in a browser: a mistake is said at its field, a preview changes nothing, a version is kept."""

import pytest
from playwright.sync_api import expect

from fairhand.dispatch.models import Slot
from fairhand.projects.models import DispatchPlan
from fairhand.tasks.models import Batch
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.browser.test_manager import manager_on
from tests.building import PER_JUDGEMENT

pytestmark = pytest.mark.usefixtures("db")


def test_an_order_is_tried_saved_and_a_batch_ranked_by_it(visitors: Visitors) -> None:
    who = cast(tasks=3, want=1, pay=PER_JUDGEMENT, budget_minor=100_000)
    visitors.allowed.append("422")
    page = manager_on(visitors, who, "order/")
    page.get_by_text("Deadline", exact=True).click()
    page.locator("[name='slot.deadline.use']").select_option("2")
    hours = page.locator("[name='slot.deadline.hours']")
    hours.fill("24, soon")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#errors")).to_contain_text("Deadline: Bounds, in hours left")
    expect(hours).to_have_value("24, soon")

    hours.fill("24, 72")
    page.get_by_role("button", name="Preview").click()
    tried = page.get_by_role("table", name="What this would do")
    expect(tried.get_by_role("row", name="judgement")).to_contain_text("2")
    assert not DispatchPlan.objects.exists()
    page.get_by_label("What changed, and why").fill("Deadlines before all.")
    page.get_by_label("Rank what waits anew").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 1 of the order of work holds from now on.")).to_be_visible()
    expect(page.get_by_text("Deadlines before all.")).to_be_visible()
    assert set(Slot.objects.filter(state="open").values_list("queue__tier", flat=True)) == {2}

    batch = Batch.objects.get(kind="real")
    page.goto(f"{visitors.site}/manage/{who.slug}/batches/{batch.id}/")
    page.get_by_text("Change them").click()
    page.get_by_label("Priority").select_option("1")
    page.get_by_label("Reason").fill(" ")
    page.get_by_role("button", name="Change and rank anew").click()
    expect(page.locator("#errors")).to_contain_text("Reason")
    page.get_by_label("Deadline (UTC)").fill("2026-01-01T00:00")
    page.get_by_label("Reason").fill("It is late already.")
    page.get_by_role("button", name="Change and rank anew").click()
    expect(page.get_by_text("3 slots that waited went to other queues.")).to_be_visible()
    batch.refresh_from_db()
    assert batch.priority == 1
