"""What the page's own script does: the clock, reports of work time, the draft, keys, one submission for two clicks."""

import re
from uuid import UUID

from django.utils import timezone
from playwright.sync_api import Page, expect

from fairhand.dispatch.models import Claim
from fairhand.work.models import Beat, Submission
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import check_books
from tests.commands_of import wait_until


def _claim_of(page: Page) -> UUID:
    page.wait_for_url("**/work/**")
    return UUID(page.url.rstrip("/").rpartition("/")[2])


def _take(visitors: Visitors, who: Cast, **more: bool) -> tuple[Page, UUID]:
    page = visitors.page(who.expert, **more)
    page.keyboard.press("n")
    return page, _claim_of(page)


def test_the_clock_runs_and_its_time_is_paid(visitors: Visitors) -> None:
    who = cast()
    page, claim_id = _take(visitors, who)
    # A busy machine may draw seldom: at least three seconds, and at least what they earn.
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"0:(0[3-9]|[1-5]\d)"), timeout=30_000)
    expect(page.locator("[data-part=earned]")).to_have_text(re.compile(r"\$0\.(0[3-9]|[1-5]\d)"))
    page.keyboard.press("Tab")
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    made = Submission.objects.get(claim_id=claim_id)
    claim = Claim.objects.get(id=claim_id)
    passed_ms = (made.submitted_at - claim.claimed_at).total_seconds() * 1000
    assert made.work_ms is not None
    assert 2500 <= made.work_ms <= passed_ms, "measured by the page, bounded by our own clock"
    check_books()


def test_time_counted_before_a_reload_is_not_lost(visitors: Visitors) -> None:
    who = cast()
    page, claim_id = _take(visitors, who)
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"0:(0[2-9]|[1-5]\d)"), timeout=30_000)
    page.reload()
    wait_until(
        lambda: Beat.objects.filter(claim_id=claim_id, counted_ms__gt=1000).exists(), "the page reports its time"
    )
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"0:(0[2-9]|[1-5]\d)"))


def test_a_hidden_page_counts_nothing_and_says_so(visitors: Visitors) -> None:
    who = cast()
    page, _ = _take(visitors, who)
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"0:(0[1-9]|[1-5]\d)"), timeout=30_000)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { get: () => true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    stopped = page.locator("[data-part=clock]").inner_text()
    page.wait_for_timeout(2500)
    assert page.locator("[data-part=clock]").inner_text() == stopped
    expect(page.locator("[data-part=note]")).to_be_visible()


def test_a_draft_survives_a_reload_and_is_gone_after_the_work_was_taken(visitors: Visitors) -> None:
    who = cast()
    page, claim_id = _take(visitors, who)
    page.get_by_label("Right").check()
    expect(page.locator("[data-part=kept]")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Right")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Handed in.")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('draft'))") == []
    assert Submission.objects.get(claim_id=claim_id).answer == {"winner": "right"}


def test_two_clicks_on_submit_hand_in_once(visitors: Visitors) -> None:
    who = cast()
    page, claim_id = _take(visitors, who)
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Submit", exact=True).dblclick()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    assert Submission.objects.filter(claim_id=claim_id).count() == 1
    check_books()


def test_two_tabs_take_one_task_with_one_form(visitors: Visitors) -> None:
    who = cast()
    page = visitors.page(who.expert)
    form = page.locator("form[data-once]").first
    body = form.evaluate("form => new URLSearchParams(new FormData(form)).toString()")
    address = visitors.site + str(form.get_attribute("action"))
    head = {"Content-Type": "application/x-www-form-urlencoded", "Referer": visitors.site}
    first = page.request.post(address, data=body, headers=head, max_redirects=0)
    second = page.request.post(address, data=body, headers=head, max_redirects=0)
    assert first.status == 302
    assert first.headers["location"] == second.headers["location"]
    assert Claim.objects.count() == 1


def test_late_work_is_taken_after_the_claim_expired(visitors: Visitors) -> None:
    who = cast()
    page, claim_id = _take(visitors, who)
    who.small.now = timezone.now()
    who.small.wait(700)
    assert who.small.expire() == 1
    page.reload()
    expect(page.get_by_text("This claim has expired.")).to_be_visible()
    page.get_by_label("Left").check()
    visitors.allowed.append("404")  # a report of work time on a claim that is not live
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    assert Submission.objects.get(claim_id=claim_id).surplus is False, "its slot was still free"
    check_books()


def test_keys_do_nothing_while_somebody_writes(visitors: Visitors) -> None:
    who = cast(tasks=1, want=1)
    who.small.work(who.expert, 5)
    page = visitors.page(who.reviewer)
    page.goto(f"{visitors.site}/reviews/")
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    note = page.get_by_label("Note to the author")
    note.press_sequentially("1 s g n")
    expect(note).to_have_value("1 s g n")
    assert page.locator("input[type=radio]:checked").evaluate_all("all => all.map((one) => one.name)") == [
        "answer.fixed.winner"
    ]
    assert page.locator("details[open]").count() == 0
