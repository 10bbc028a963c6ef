"""decide_review: a verdict accepts the author's work or sends it back as a new round."""

import json
from datetime import timedelta

import pytest

from fairhand.audit.actor import JOB
from fairhand.dispatch.commands import give_back
from fairhand.dispatch.models import Claim, Seat
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.own_export import everything_about
from fairhand.insight.own_work import reviews_of
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending, pool
from fairhand.projects.models import Stage
from fairhand.review.models import Review
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import (
    ACCEPT,
    FIXES,
    HOURLY,
    LEFT,
    PER_JUDGEMENT,
    RETURN,
    RIGHT,
    Small,
    check_books,
    small_project,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_accepting_makes_the_pay_payable_and_settles_both_slots() -> None:
    small = small_project(tasks=1)
    author = small.experts[0]
    pool_at_launch = small.money(pool(small.batch_id))
    made = small.work(author, 100)
    small.review(ACCEPT)
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("accepted", "review")
    assert (small.money(pending(author)), small.money(payable(author))) == (0, 100)
    assert [(slot.state, slot.reserve_minor) for slot in (small.slot(), small.slot("review"))] == [("settled", 0)] * 2
    assert small.money(pool(small.batch_id)) == pool_at_launch + 3500 - 8
    assert Task.objects.get().state == "settled"
    assert Review.objects.get().subject_id == made.id
    check_books()


def test_accepting_with_fixes_keeps_the_fixes_beside_the_answer() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0])
    small.review(FIXES)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("accepted", LEFT)
    assert Review.objects.get().fixed_answer == RIGHT
    check_books()


def test_rework_is_a_new_round_on_a_full_reserve_and_every_round_is_paid() -> None:
    small = small_project(tasks=1)
    author, reviewer = small.experts[0], small.reviewers[0]
    first = small.work(author, 100)
    small.review(RETURN)
    slot = small.slot()
    assert (slot.state, slot.round, slot.reserve_minor) == ("open", 2, 3600)
    assert (slot.for_person_id, slot.for_until) == (author, small.now + timedelta(seconds=3600))
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("returned", "review")
    assert small.money(pending(author)) == 100, "a returned round's pay waits with it"
    check_books()

    second = small.work(author, 50)
    review = small.slot("review")
    assert (second.round, second.slot_id) == (2, first.slot_id)
    assert (review.state, review.round, review.for_person_id) == ("open", 2, reviewer), "the same reviewer first"
    assert small.money(pending(author)) == 150
    small.review(ACCEPT)
    states = list(Submission.objects.filter(slot_id=slot.id).order_by("round").values_list("state", "decided_by"))
    assert states == [("accepted", "review")] * 2
    assert (small.money(pending(author)), small.money(payable(author))) == (0, 150)
    assert small.money(payable(reviewer)) == 16
    assert small.slot().state == small.slot("review").state == "settled"
    assert small.slot().result_id == second.id
    check_books()


def test_rounds_end_and_a_refused_verdict_leaves_nothing() -> None:
    small = small_project(tasks=1, rounds_max=2)
    small.work(small.experts[0])
    small.review(RETURN)
    small.work(small.experts[0])
    claim = small.claim(small.reviewers[0], "review")
    before = (Submission.objects.count(), Review.objects.count(), small.money(payable(small.reviewers[0])))
    done = small.hand_in(claim, RETURN)
    assert isinstance(done, Refused)
    assert done.code == "rounds_over"
    assert before == (Submission.objects.count(), Review.objects.count(), small.money(payable(small.reviewers[0])))
    assert Claim.objects.get(id=claim.id).state == "live"
    check_books()
    small.submit(claim, ACCEPT)
    check_books()


def test_a_return_that_no_money_could_pay_for_is_refused() -> None:
    small = small_project(tasks=1, pay=("hourly", {"rate": "36.00", "paid_s_max": 3600}), policy=None)
    pool_minor = small.money(pool(small.batch_id))
    small.work(small.experts[0], pool_minor + 100)
    claim = small.claim(small.reviewers[0], "review")
    done = small.hand_in(claim, RETURN)
    assert isinstance(done, Refused)
    assert done.code == "pool_short"
    assert small.slot().state == "submitted"
    check_books()
    small.submit(claim, ACCEPT)
    check_books()


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "verdict"),
        ({"verdict": "reject"}, "verdict"),
        ({"verdict": "return", "note": "more"}, "clause"),
        ({"verdict": "return", "clause": "2"}, "note"),
        ({"verdict": "return", "note": "  ", "clause": "2"}, "note"),
        ({"verdict": "accept_with_fixes"}, "fixed_answer"),
        ({"verdict": "accept", "surprise": 1}, "surprise"),
        ({"verdict": "accept", "scores": {"tone": "5"}}, "scores"),
        ({"verdict": "accept", "note": 5}, "note"),
    ],
)
def test_a_verdict_that_lacks_something_is_sent_back(answer: dict, field: str) -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    small.work(small.experts[0])
    done = small.hand_in(small.claim(small.reviewers[0], "review"), answer)
    assert isinstance(done, Refused)
    assert done.code == "answer_problems"
    assert [problem[0] for problem in done.facts["problems"]] == [field]
    assert not Review.objects.exists()


def test_fixes_must_be_an_answer_to_the_template() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    small.work(small.experts[0])
    done = small.hand_in(small.claim(small.reviewers[0], "review"), FIXES | {"fixed_answer": {"winner": "tie"}})
    assert isinstance(done, Refused)
    assert done.facts["problems"][0][:2] == ("fixed_answer.winner", "not_an_option")


def test_the_first_reviewer_who_does_not_come_gives_way_to_others() -> None:
    small = small_project(tasks=1, reviewers=2)
    small.work(small.experts[0])
    small.review(RETURN, small.reviewers[0])
    small.work(small.experts[0])
    assert isinstance(small.take(small.reviewers[1], "review"), Refused)
    small.wait(86_401)
    assert give_back(actor=JOB, now=small.now, limit=10) == 1
    small.review(ACCEPT, small.reviewers[1])
    assert small.slot().state == "settled"
    check_books()


def late_review(small: Small, late: dict, other: dict) -> None:
    """The first reviewer's claim expires, a second one decides, the first hands in after all."""
    first, second = small.reviewers
    claim = small.claim(first, "review")
    small.wait(601)
    assert small.expire() == 1
    small.submit(small.claim(second, "review"), other)
    done = small.submit(claim, late)
    assert done.surplus
    assert small.money(payable(first)) == 8, "paid like any other"
    check_books()


@pytest.mark.parametrize("late", [ACCEPT, RETURN])
def test_a_late_review_beside_an_accepting_one_changes_nothing(late: dict) -> None:
    small = small_project(tasks=1, reviewers=2)
    small.work(small.experts[0])
    late_review(small, late, ACCEPT)
    assert small.slot().state == small.slot("review").state == "settled"
    assert Review.objects.count() == 2


@pytest.mark.parametrize("late", [ACCEPT, RETURN])
def test_a_late_review_beside_a_returning_one_leaves_the_next_round_its_way(late: dict) -> None:
    small = small_project(tasks=1, reviewers=2)
    small.work(small.experts[0])
    late_review(small, late, RETURN)
    second = small.work(small.experts[0])
    assert (second.round, second.state) == (2, "pending")
    small.review(ACCEPT, small.reviewers[1])
    assert small.slot().state == small.slot("review").state == "settled"
    check_books()


@pytest.mark.parametrize("late", [ACCEPT, RETURN])
def test_a_late_review_while_another_reviews_leaves_the_decision_to_them(late: dict) -> None:
    small = small_project(tasks=1, reviewers=2)
    made = small.work(small.experts[0])
    claim = small.claim(small.reviewers[0], "review")
    small.wait(601)
    small.expire()
    others = small.claim(small.reviewers[1], "review")
    assert small.submit(claim, late).surplus
    made.refresh_from_db()
    assert made.state == "pending"
    small.submit(others, ACCEPT)
    made.refresh_from_db()
    assert made.state == "accepted"
    assert small.slot("review").state == "settled"
    check_books()


@pytest.mark.parametrize("verdict", [ACCEPT, RETURN])
def test_a_review_that_comes_after_the_clock_is_kept_paid_and_settled(verdict: dict) -> None:
    small = small_project(tasks=1, review_pay=("per_unit", {"unit": "review", "price": "0.08"}))
    made = small.work(small.experts[0])
    small.wait(168 * 3600 - 60)
    claim = small.claim(small.reviewers[0], "review")
    small.wait(120)
    assert small.decide_due() == 1
    done = small.submit(claim, verdict)
    made.refresh_from_db()
    assert (made.state, made.decided_by, done.amount_minor) == ("accepted", "clock", 8)
    assert small.slot("review").state == "settled", "nothing waits for a round that will not come"
    check_books()


def test_reviews_by_the_hour_are_paid_for_their_time() -> None:
    small = small_project(tasks=1, review_pay=HOURLY)
    small.work(small.experts[0])
    claim = small.claim(small.reviewers[0], "review")
    small.beat(claim, 90)
    assert small.submit(claim, ACCEPT).amount_minor == 90
    check_books()


def test_reviews_do_not_count_as_an_authors_first_answers() -> None:
    """A reviewer's own first attempt is reviewed like everybody's, however many reviews they made before."""
    policy = {"name": "sample", "version": 1, "terms": {"share": "0", "first": 1, "seed": "small"}}
    small = small_project(tasks=5, policy=policy, experts=2)
    both = small.reviewers[0]
    for expert in small.experts:
        small.work(expert)
        small.review(ACCEPT)

    own = small.work(both)

    assert own.state == "pending"
    assert small.work(both).state == "accepted"  # only the first, and none of the others by share


def test_a_review_offered_blind_stays_blind_and_one_offered_open_stays_open() -> None:
    small = small_project(tasks=4, reviewers=1)
    expert, reviewer = small.experts[0], small.reviewers[0]
    alias = Seat.objects.get(project=small.project, person_id=reviewer).alias
    review = Stage.objects.filter(project=small.project, kind="review")
    seen = {}
    for blind in (True, False):
        review.update(blind=blind)
        done = small.work(expert)
        small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
        claim = small.claim(reviewer, "review")
        review.update(blind=not blind)  # for claims made from now on
        small.submit(claim, ACCEPT)
        seen[blind] = [each.alias for each in reviews_of([done.id])]
    assert seen == {True: [""], False: [alias]}
    told = json.loads("".join(everything_about(expert, small.now)))["verdicts_on_my_work"]
    assert [each["reviewer"] for each in told] == [None, alias]
