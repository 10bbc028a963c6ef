"""decide_due: what nobody decided in time is decided in the author's favour."""

import pytest

from fairhand.audit.models import Event
from fairhand.ledger.accounts import payable, pending, pool
from fairhand.work.models import Submission
from tests.building import ACCEPT, RETURN, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
WEEK_S = 168 * 3600


def test_a_submission_is_accepted_when_its_moment_comes_and_not_before() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0], 100)
    small.wait(WEEK_S - 1)
    assert small.decide_due() == 0
    small.wait(1)
    assert small.decide_due() == 1
    made.refresh_from_db()
    assert (made.state, made.decided_by, made.decided_at) == ("accepted", "clock", small.now)
    assert small.money(payable(small.experts[0])) == 100
    assert small.decide_due() == 0
    check_books()


def test_the_review_nobody_took_is_cancelled_and_its_reserve_returned() -> None:
    small = small_project(tasks=1)
    at_launch = small.money(pool(small.batch_id))
    small.work(small.experts[0], 100)
    small.wait(WEEK_S)
    small.decide_due()
    review = small.slot("review")
    assert (review.state, review.reserve_minor) == ("cancelled", 0)
    assert small.money(pool(small.batch_id)) == at_launch + 3500
    assert small.verbs()[-2:] == ["submission:accepted", "slot:cancelled"]
    check_books()


def test_a_review_in_work_is_left_to_its_reviewer() -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    small.wait(WEEK_S - 1)
    small.claim(small.reviewers[0], "review")
    small.wait(1)
    assert small.decide_due() == 1
    assert small.slot("review").state == "claimed"
    check_books()


def test_rework_that_was_not_taken_in_time_leaves_the_earlier_round_as_it_stands() -> None:
    small = small_project(tasks=1)
    author = small.experts[0]
    first = small.work(author, 100)
    small.review(RETURN)
    small.wait(3599)
    assert small.decide_due() == 0
    small.wait(1)
    assert small.decide_due() == 1
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("accepted", "clock")
    assert (small.money(pending(author)), small.money(payable(author))) == (0, 100)
    assert small.slot().state == small.slot("review").state == "settled"
    assert (small.slot().for_person_id, small.slot().reserve_minor) == (None, 0)
    check_books()


def test_rework_in_work_is_not_stale() -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    small.review(RETURN)
    small.claim(small.experts[0])
    small.wait(3600)
    assert small.decide_due() == 0


def test_both_rounds_are_accepted_when_the_second_is_not_decided_in_time() -> None:
    small = small_project(tasks=1)
    author = small.experts[0]
    small.work(author, 100)
    small.review(RETURN)
    small.work(author, 50)
    small.wait(WEEK_S)
    assert small.decide_due() == 1
    assert set(Submission.objects.filter(person_id=author).values_list("state", "decided_by")) == {
        ("accepted", "clock")
    }
    assert (small.money(pending(author)), small.money(payable(author))) == (0, 150)
    assert small.slot("review").state == "cancelled"
    check_books()


def test_what_was_decided_is_not_decided_again() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0])
    small.review(ACCEPT)
    small.wait(WEEK_S)
    assert small.decide_due() == 0
    made.refresh_from_db()
    assert made.decided_by == "review"


def test_each_decision_is_one_event_that_says_what_it_paid() -> None:
    small = small_project(tasks=2)
    for expert in small.experts:
        small.work(expert, 100)
    small.wait(WEEK_S)
    assert small.decide_due() == 2
    events = Event.objects.filter(verb="submission:accepted")
    assert [event.facts for event in events] == [{"decided_by": "clock", "paid_minor": 100}] * 2
    assert {(event.actor_kind, event.actor_id) for event in events} == {("job", None)}
