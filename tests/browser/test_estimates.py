"""The whole story of an estimate that is too short, through the pages, in Arabic."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from fairhand.audit.actor import JOB
from fairhand.estimates.models import EstimateReview, OverrunReport
from fairhand.flow.review_estimates import review_estimates
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import payable
from fairhand.notices.models import Notice
from fairhand.notices.words import said
from fairhand.projects.models import Stage
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import check_books
from tests.commands.test_estimate_reviews import DROPS, PRIOR, again, one
from tests.reading import read_events

pytestmark = pytest.mark.usefixtures("db")


def test_a_drifted_project_from_the_trigger_to_the_back_pay_in_arabic(visitors: Visitors) -> None:
    who = cast(
        tasks=20, want=1, pay=DROPS, reviewed=False, experts=4, now=utc_now() - timedelta(hours=6), claim_s_max=14_400
    )
    small = who.small
    Stage.objects.filter(project=small.project).update(estimate=PRIOR)
    again(small)
    for person_id in small.experts * 2:
        assert one(small, person_id) == 750  # ten minutes at the full rate, five at half of it
    for person_id in small.experts:
        one(small, person_id, 540)
    held = small.claim(who.expert)
    small.beat(held, 60)
    visitors.allowed.append("422")

    assert review_estimates(actor=JOB, now=small.wait(60)) == 1
    expert = visitors.page(who.expert, language="ar")
    expert.goto(f"{visitors.site}/work/{held.id}/")
    main = expert.get_by_role("main")
    # Its terms were frozen before: the difference is promised, not the full rate.
    expect(main).to_contain_text("تقدير هذا العمل قيد إعادة النظر. فإن تبيّن أنه أقصر مما ينبغي دُفع لك الفرق")
    expert.get_by_role("button", name="هذا يستغرق أطول مما ينبغي").click()
    expect(expert.get_by_role("main")).to_contain_text("قلت إن هذه المهمة تستغرق أطول مما تقوله بطاقتها")
    expect(expert.get_by_role("button", name="هذا يستغرق أطول مما ينبغي")).to_have_count(0)
    assert OverrunReport.objects.get().claim_id == held.id
    assert stage_cards(small.project.id, "attempt")[0].card.terms["full_rate"] == "review"

    manager = visitors.page(who.manager, language="ar")
    manager.goto(f"{visitors.site}/manage/{who.slug}/")
    expect(manager.get_by_role("main")).to_contain_text("تجاوز كثير من العمل الأخير حدّ السعر الكامل")
    manager.get_by_role("link", name="إلى إعادة النظر").click()
    page = manager.get_by_role("main")
    expect(page).to_contain_text("قيد إعادة النظر منذ")
    expect(page).to_contain_text("$12.00")  # 8 claims, 1.50 each
    expect(page.locator("svg.done-by .mark")).to_have_count(3)
    expect(page.locator("svg.done-by .open-end")).to_have_count(1)
    assert "expert0" not in manager.content()
    _tries_a_figure(manager)
    manager.locator("input[name=decision][value=set]").check()
    manager.locator("textarea[name=reason]").fill("المهام أطول مما ظننّا.")
    manager.get_by_role("button", name="اتخذ القرار وادفع الفرق").click()
    expect(manager.locator("#errors")).to_contain_text("اكتب الوقتين، بالدقائق أو بالدقائق والثواني")
    assert EstimateReview.objects.get().state == "open"
    manager.locator("input[name=decision][value=take]").check()
    manager.get_by_role("button", name="اتخذ القرار وادفع الفرق").click()
    expect(manager.locator(".said").first).to_contain_text("بُتّ في الأمر")
    expect(manager.get_by_role("main")).to_contain_text("المهام أطول مما ظننّا.")

    review = EstimateReview.objects.get()
    assert (review.state, review.decided_by_id, review.made_good["minor"]) == ("decided", who.manager, {"USD": 1200})
    assert {small.money(payable(person_id)) for person_id in small.experts} == {2 * 900 + 540}
    read_events(utc_now())
    told = Notice.objects.get(person_id=who.expert, kind="estimate_paid")
    title, sentence = said(told.kind, told.facts, "ar")
    assert ("$3.00" in title, "$15.00" in sentence, "$18.00" in sentence) == (True, True, True)
    assert Notice.objects.filter(kind="estimate_questioned", person_id=who.manager).count() == 1
    expert.goto(f"{visitors.site}{told.path}")
    expect(expert.get_by_role("main")).to_contain_text("كان التقدير")
    expect(expert.get_by_role("main")).to_contain_text("$1.50")
    check_books()


def _tries_a_figure(manager: Page) -> None:
    """A figure of the manager's own: what it would change, person by person, before anything is decided."""
    manager.get_by_role("link", name="جرّب أولًا تقديرًا من عندك").click()
    manager.locator("input[name=typical]").fill("99")
    manager.locator("input[name=long]").fill("120")
    manager.get_by_role("button", name="احسبه").click()
    expect(manager.locator("#errors")).to_contain_text("لا يمكن أن يزيد الوقت المعتاد على ضعف ما يُظهره العمل")
    manager.locator("input[name=typical]").fill("12")
    manager.locator("input[name=long]").fill("20:30")
    manager.get_by_role("button", name="احسبه").click()
    expect(manager.locator("table").filter(has_text="$3.00").first.locator("tbody tr")).to_have_count(4)
    expect(manager.locator("svg.chart")).to_have_count(2)
    assert "expert0" not in manager.content()
    assert EstimateReview.objects.get().state == "open"
    manager.get_by_role("link", name="التقديرات").first.click()
