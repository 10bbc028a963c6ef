"""The line itself, in a real browser: claim, compare, submit, see the pay; review; progress; download."""

import hashlib
import json

import pytest
from playwright.sync_api import expect

from fairhand.delivery.models import Delivery
from fairhand.work.models import Submission
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import PER_JUDGEMENT, check_books


def test_a_judgement_from_claim_to_delivery(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    page = visitors.page(who.expert)
    page.get_by_role("button", name="Take the next task").click()
    expect(page.get_by_text("This task pays")).to_be_visible()
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    expect(page.get_by_text("Judgements: 1 × $0.12 = $0.12")).to_be_visible()
    expect(page.get_by_text("pending", exact=True)).to_be_visible()
    page.get_by_role("link", name="Earnings").click()
    expect(page.get_by_text("Judgements: 1 × $0.12 = $0.12")).to_be_visible()

    page = visitors.page(who.reviewer)
    page.get_by_role("link", name="Reviews").click()
    expect(page.get_by_text("1 review waits")).to_be_visible()
    page.get_by_role("button", name="Take the next review").click()
    author = who.small.project.seat_set.get(person_id=who.expert).alias
    expect(page.get_by_text(author)).to_be_visible()
    assert "Named expert0" not in page.content(), "a reviewer sees the author's pseudonym only"
    page.locator("#v-accept").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Reviews: 1 × $0.08 = $0.08")).to_be_visible()
    assert Submission.objects.get(person_id=who.expert).state == "accepted"

    page = visitors.page(who.manager)
    page.get_by_role("link", name="Small").click()
    expect(page.get_by_text("$0.20").first).to_be_visible()
    page.get_by_role("button", name="Seal the next delivery").click()
    expect(page.get_by_text("Delivery 1 is sealed: 1 judgements.")).to_be_visible()

    page = visitors.page(who.client)
    page.get_by_role("link", name="Small").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").first.click()
    got = downloading.value.path().read_bytes()
    assert hashlib.sha256(got).hexdigest() == Delivery.objects.get().files["jsonl"]["sha256"]
    (row,) = [json.loads(line) for line in got.splitlines()]
    assert (row["answer"], row["provenance"]["expert"]) == ({"winner": "left"}, author)
    check_books()


def test_the_same_way_in_arabic_on_a_phone(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    page = visitors.page(who.expert, language="ar", narrow=True)
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.get_by_role("button", name="خذ المهمة التالية").click()
    page.get_by_label("Left").check()
    page.get_by_role("button", name="سلّم", exact=True).click()
    expect(page.get_by_text("تمّ التسليم.")).to_be_visible()
    expect(page.get_by_text("التقييمات: 1 × $0.12 = $0.12")).to_be_visible()
    check_books()


def test_returned_work_comes_back_with_its_reason_and_its_last_answer(visitors: Visitors) -> None:
    who = cast(tasks=1, want=1)
    page = visitors.page(who.expert)
    page.get_by_role("button", name="Take the next task").click()
    page.get_by_label("Right").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()

    page = visitors.page(who.reviewer)
    page.goto(f"{visitors.site}/reviews/")
    page.get_by_role("button", name="Take the next review").click()
    page.get_by_label("Return for rework").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("The answer is not complete yet")).to_be_visible()
    visitors.allowed.append("422")
    page.get_by_label("Which part of the guideline").fill("2. Wrong answers")
    page.get_by_label("Note to the author").fill("Left is the true one.")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()

    page = visitors.page(who.expert)
    page.get_by_role("button", name="Take your rework").click()
    expect(page.get_by_text("Left is the true one.")).to_be_visible()
    expect(page.get_by_label("Right")).to_be_checked()
    page.get_by_label("Left").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Round 2")).to_be_visible()
    check_books()


def test_a_reviewer_fixes_an_answer_beside_the_authors(visitors: Visitors) -> None:
    who = cast(tasks=1, want=1)
    who.small.work(who.expert, 20)
    page = visitors.page(who.reviewer)
    page.goto(f"{visitors.site}/reviews/")
    page.get_by_role("button", name="Take the next review").click()
    expect(page.get_by_label("Right")).to_be_hidden()
    page.get_by_label("Accept with fixes").check()
    page.get_by_label("Right").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    made = Submission.objects.get(person_id=who.expert)
    assert (made.state, made.answer, made.reviews.get().fixed_answer) == (
        "accepted",
        {"winner": "left"},
        {"winner": "right"},
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_skipped_task_goes_to_others_and_costs_nothing(visitors: Visitors, language: str) -> None:
    who = cast(tasks=1, want=1)
    page = visitors.page(who.expert, language=language)
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    page.keyboard.press("s")
    page.locator("input[value=unclear]").check()
    page.locator(".sheet button").first.click()
    page.wait_for_url(f"**/projects/{who.slug}/")
    assert page.locator(".said").count() == 1
    assert page.locator("[data-key=n]").count() == 0, "the task is not offered to the same person again"
    page = visitors.page(who.colleague)
    expect(page.get_by_role("button", name="Take the next task")).to_be_visible()
    check_books()


def test_the_board_follows_by_itself(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    page = visitors.page(who.manager)
    page.clock.install()
    page.goto(f"{visitors.site}/manage/{who.slug}/")
    expect(page.get_by_text("No work yet")).to_be_visible()
    made = who.small.work(who.expert, 5)
    page.clock.run_for(31_000)
    expect(page.get_by_text("No work yet")).to_be_hidden()
    alias = who.small.project.seat_set.get(person_id=made.person_id).alias
    expect(page.locator("#latest").get_by_text(alias)).to_be_visible()
    expect(page.locator("#now").get_by_text("oldest:")).to_be_visible()
