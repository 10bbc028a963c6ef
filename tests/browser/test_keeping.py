"""Gold, set-asides, audits and adjudications in a browser."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from fairhand.audit.actor import JOB
from fairhand.dispatch.models import Cohort, Queue, Slot
from fairhand.flow.decide_due import decide_due
from fairhand.flow.gold import draw_gold
from fairhand.kernel.clock import utc_now
from fairhand.review.models import Adjudication
from fairhand.tasks.models import Gold
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.browser.test_manager import manager_on
from tests.building import LEFT, PER_JUDGEMENT, PER_REVIEW, RIGHT, stage

pytestmark = pytest.mark.usefixtures("db")
AGREE = {"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 100}}


def test_a_manager_sets_tasks_aside_and_adds_and_retires_gold_that_its_expert_is_told_of(visitors: Visitors) -> None:
    who = cast(tasks=3, want=1, pay=PER_JUDGEMENT)
    visitors.allowed.append("422")
    page = manager_on(visitors, who, "set-aside/")
    new = page.locator("form", has=page.get_by_role("button", name="Make the cohort"))
    new.get_by_label("Name").fill("First readers")
    new.get_by_label("Pseudonyms").fill("E-NOBODY")
    new.get_by_role("button").click()
    expect(page.locator("#errors")).to_contain_text("Pseudonyms")
    new.get_by_label("Pseudonyms").fill(who.small.project.seat_set.get(person_id=who.small.experts[0]).alias)
    new.get_by_role("button").click()
    expect(page.get_by_role("heading", name="First readers")).to_be_visible()
    page.get_by_text("Set tasks aside", exact=True).click()
    keep = page.locator("form[action*='/set-aside/'][action$='/']", has=page.get_by_label("Batch")).first
    keep.get_by_label("Tasks").fill("2")
    keep.get_by_label("Days").fill("1")
    keep.get_by_label("Reason").fill("They know it.")
    keep.get_by_role("button").click()
    expect(page.get_by_text("2 tasks are set aside.")).to_be_visible()
    assert Slot.objects.filter(queue__cohort=Cohort.objects.get(), state="open").count() == 2

    page.goto(f"{visitors.site}/manage/{who.slug}/gold/")
    row = {"key": "g1", "payload": {"prompt": "Known"}, "answer": RIGHT, "reason": "The right one is sourced."}
    page.get_by_label("Tasks with known answers").fill(json.dumps(row))
    page.get_by_label("Served at most").fill("5")
    page.get_by_label("Reason").last.fill("To measure.")
    page.get_by_role("button", name="Add and fund").click()
    expect(page.get_by_text("1 task with a known answer was added.")).to_be_visible()

    small = who.small
    queues = Queue.objects.filter(project=small.project, lane="real", stage__kind="attempt", cohort=None)
    assert draw_gold(
        person_id=small.experts[0], project_id=small.project.id, queue_ids=[each.id for each in queues],
        terms_seen=small.hashes, now=utc_now(),
    )  # fmt: skip
    small.now = utc_now()
    done = small.submit(small.claim(small.experts[0]), LEFT)
    decide_due(actor=JOB, now=utc_now() + timedelta(days=40))  # until then it waits like any other
    mine = visitors.page(small.experts[0])
    mine.goto(f"{visitors.site}/submissions/{done.submission_id}/")
    expect(mine.get_by_text("yours differs from it")).to_be_visible()
    expect(mine.get_by_text("The right one is sourced.")).to_be_visible()

    page.reload()
    page.get_by_text("Retire", exact=True).first.click()
    sheet = page.locator(".confirm-sheet")
    sheet.get_by_label("Reason").fill("It is known by now.")
    sheet.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("It is served to nobody any more.")).to_be_visible()
    assert Gold.objects.get().retired_why == "It is known by now."


def test_an_adjudicator_sees_all_attempts_and_gives_the_final_answer(visitors: Visitors) -> None:
    who = cast(
        tasks=1, want=2, cap=2, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE, experts=2,
        more=[stage("adjudicate", PER_REVIEW, subject="all")],
    )  # fmt: skip
    small = who.small
    small.submit(small.claim(small.experts[0]), LEFT)
    small.submit(small.claim(small.experts[1]), RIGHT)
    page = visitors.page(small.reviewers[0])
    page.goto(f"{visitors.site}/reviews/")
    page.get_by_role("button", name="Take the next adjudication").click()
    expect(page.get_by_role("heading", name="Attempt 2")).to_be_visible()
    page.get_by_label("Left").last.check(force=True)
    page.get_by_label("Why this answer").fill("Both are sourced; the left one is newer.")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_role("heading", name="Your final answer")).to_be_visible()
    assert Adjudication.objects.get().answer == LEFT
