"""A wage guaranteed by the typical time of everybody: looked at when a month is over and when the project is closed."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.change_plan import Planned, change_plan
from fairhand.flow.top_up import top_up
from fairhand.insight.own_export import everything_about
from fairhand.ledger.accounts import goodwill, move, payable, pending, pool
from fairhand.ledger.commands import post
from fairhand.pay.queries import lines_of_submissions
from fairhand.projects.models import Project, Stage
from fairhand.work.models import Submission
from fairhand_pay import terms_from_preset
from fairhand_pay.recompute import recomputed
from tests.building import ACCEPT, Small, check_books, small_project

# Four dollars for a task, and eight dollars an hour by the typical time, looked at up to two hours.
PAY = ("prolific", {"reward": "4.00", "floor_rate": "8.00", "median_max_min": 120})


def worked(small: Small, person_id: UUID, minutes: int) -> Submission:
    """Work on a task, reported in stretches as long as one report may tell of."""
    claim = small.claim(person_id)
    for _ in range(minutes // 5):
        small.beat(claim, 300)
    return small.submission(small.submit(claim))


def test_what_is_short_of_the_guarantee_is_paid_once_when_the_month_is_over(rollback_db: None) -> None:
    small = small_project(pay=PAY, tasks=6, experts=3, lease_s=7200)
    assert small.claim(small.experts[0]).offer.ceiling_minor == 1600
    works = [worked(small, each, minutes) for each, minutes in zip(small.experts[1:], (45, 60), strict=True)]
    assert [small.money(pending(each)) for each in small.experts[1:]] == [400, 400]
    review = small.claim(small.reviewers[0], "review")
    small.submit(review, ACCEPT)
    assert top_up(actor=JOB, now=small.now) == 0  # the month isn't over
    small.now = datetime(2026, 4, 1, 2, 30, tzinfo=UTC)
    before = small.money(pool(small.batch_id))
    assert top_up(actor=JOB, now=small.now) == 1
    # The middle of 45 and 60 minutes is 52:30, at 8.00 an hour 7.00: each is 3.00 short, decided or not.
    assert [small.money(payable(each)) for each in small.experts[1:]] == [700, 0]
    assert [small.money(pending(each)) for each in small.experts[1:]] == [0, 700]
    assert small.money(pool(small.batch_id)) == before - 600
    for work in works:
        (line,) = [each for each in lines_of_submissions([work.id])[work.id] if each.primitive == "ADJUST"]
        assert (line.amount_minor, line.sentence_key) == (300, "adjust_median")
    assert top_up(actor=JOB, now=small.now) == 0
    assert recomputed(json.loads("".join(everything_about(small.experts[1], small.now)))).clean
    check_books()


def test_a_closed_project_is_looked_at_once_more_and_nothing_is_paid_twice(rollback_db: None) -> None:
    small = small_project(pay=PAY, tasks=6, reviewed=False, lease_s=7200)
    first, second = small.experts
    worked(small, first, 60)
    small.now = datetime(2026, 4, 1, 2, 30, tzinfo=UTC)
    assert top_up(actor=JOB, now=small.now) == 1
    assert small.money(payable(first)) == 800
    worked(small, second, 90)
    Project.objects.filter(id=small.project.id).update(state="closed")
    assert top_up(actor=JOB, now=small.wait(60)) == 1
    assert (small.money(payable(first)), small.money(payable(second))) == (1000, 1000)  # 75 minutes by now
    assert top_up(actor=JOB, now=small.wait(86_400)) == 0
    check_books()


def test_where_the_pool_is_dry_goodwill_pays(rollback_db: None) -> None:
    small = small_project(pay=PAY, tasks=1, reviewed=False, budget_minor=1760, lease_s=7200)
    worked(small, small.experts[0], 60)
    small.wait(40 * 86_400)
    stage = Stage.objects.get(project=small.project, kind="attempt")
    lower = change_plan(
        stage_id=stage.id, terms=terms_from_preset("prolific", {**PAY[1], "floor_rate": "7.00"}, "USD"), preset={},
        note="The wage of the platform.", actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert isinstance(lower, Planned)
    assert lower.less is not None  # a lower guarantee is a cut, though work pays the same at once
    assert lower.holds_from == small.now + timedelta(days=small.project.notice_days)
    empty = move(pool(small.batch_id), goodwill(), small.money(pool(small.batch_id)))
    post(key="empty", kind="correct", currency="USD", legs=empty, now=small.now)
    before = small.money(goodwill())
    assert top_up(actor=JOB, now=small.now) == 1
    assert small.money(payable(small.experts[0])) == 800
    assert small.money(goodwill()) == before - 400
    check_books()
