"""skip_claim, expire_claims, and work that comes after its claim expired."""

from datetime import timedelta

import pytest

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.commands import set_aside
from fairhand.dispatch.models import Claim, PersonLoad
from fairhand.flow.claim_next import claim_next
from fairhand.flow.end_claims import SKIP_REASONS, skip_claim
from fairhand.kernel.limits import SURPLUS_PER_WEEK_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import goodwill, payable, pending, pool
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import ACCEPT, RETURN, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def late_answer(small: Small) -> Claim:
    """A claim that expired while its expert went on working, its slot in a colleague's hands."""
    claim = small.claim(small.experts[0])
    small.beat(claim, 100)
    small.wait(601)
    assert small.expire() == 1
    small.claim(small.experts[1])
    claim.refresh_from_db()
    return claim


def test_a_skipped_slot_opens_for_others_and_not_again_for_the_same_person() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert small.skip(claim) is None
    claim.refresh_from_db()
    assert (claim.state, claim.end_reason, claim.ended_at) == ("skipped", "unclear", small.now)
    assert (small.slot().state, small.slot().reserve_minor) == ("open", 3600)
    assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 0
    assert isinstance(small.take(small.experts[0]), Refused)
    small.claim(small.experts[1])
    assert "claim:skipped" in small.verbs()
    check_books()


def test_a_skip_says_why_and_is_only_for_ones_own_live_claim() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    actor = Actor("person", small.experts[1])
    others = skip_claim(claim_id=claim.id, person_id=small.experts[1], reason="other", actor=actor, now=small.now)
    assert others is not None
    assert others.code == "no_claim"
    without = small.skip(claim, "bored")
    assert without is not None
    assert without.code == "no_reason"
    assert small.slot().state == "claimed"
    assert all(small.skip(claim, reason) is None for reason in SKIP_REASONS[:1])
    again = small.skip(claim)
    assert again is not None
    assert again.code == "claim_ended"


def test_rework_that_its_author_skips_is_decided_as_it_stands_and_other_work_goes_on() -> None:
    small = small_project(tasks=2, reviewers=2)
    author = small.experts[0]
    made = small.work(author)
    small.review(RETURN)
    small.skip(small.claim(author))
    other = small.claim(author)
    assert other.task_id != made.task_id, "not the same rework again"
    assert isinstance(small.take(small.experts[1]), Refused), "an author's rework is nobody else's"
    assert small.decide_due() == 1
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("accepted", "clock")
    check_books()


def test_a_slot_set_aside_and_skipped_goes_to_others_at_once() -> None:
    small = small_project(tasks=2)
    first, second = small.experts
    task = Task.objects.order_by("key")[0]
    until = small.now + timedelta(hours=5)
    stage_id = small.slots()[0].stage_id
    set_aside(task_id=task.id, stage_id=stage_id, person_id=first, until=until, actor=COMMAND, now=small.now)
    claim = small.claim(first)
    assert claim.task_id == task.id
    small.skip(claim)
    assert small.claim(first).task_id != task.id
    assert small.claim(second).task_id == task.id


def test_a_claim_whose_time_is_over_ends_and_one_with_time_left_does_not() -> None:
    small = small_project(tasks=2)
    first = small.claim(small.experts[0])
    small.wait(300)
    second = small.claim(small.experts[1])
    small.wait(299)
    assert small.expire() == 0
    small.wait(1)
    assert small.expire() == 1
    states = dict(Claim.objects.values_list("id", "state"))
    assert states == {first.id: "expired", second.id: "live"}
    assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 0
    assert "claim:expired" in small.verbs()
    check_books()


def test_a_report_of_work_keeps_a_claim_alive() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.beat(claim, 500)
    small.wait(550)
    assert small.expire() == 0
    small.wait(50)
    assert small.expire() == 1


def test_a_replays_claims_are_left_to_the_replay() -> None:
    small = small_project(tasks=1)
    claim = claim_next(
        person_id=small.experts[0], project_id=small.project.id, kind="attempt", terms_seen=small.hashes,
        request_key="replay:1", actor=Actor("replay", small.experts[0]), now=small.now,
    )  # fmt: skip
    assert isinstance(claim, Claim)
    small.wait(10_000)
    assert small.expire() == 0


def test_late_work_takes_its_slot_back_while_it_is_free() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.beat(claim, 100)
    small.wait(601)
    small.expire()
    claim.refresh_from_db()
    done = small.submit(claim)
    assert (done.surplus, done.amount_minor) == (False, 100)
    assert small.slot().state == "submitted"
    assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 0
    check_books()


def test_late_work_beside_a_colleagues_is_a_surplus_paid_from_the_pool() -> None:
    small = small_project(tasks=1)
    claim = late_answer(small)
    pool_before = small.money(pool(small.batch_id))
    done = small.submit(claim)
    assert (done.surplus, done.amount_minor, done.accepted) == (True, 100, False)
    assert small.money(pool(small.batch_id)) == pool_before - 100
    assert small.money(pending(small.experts[0])) == 100
    assert small.slot().state == "claimed", "the colleague's claim is not touched"
    check_books()
    others = Claim.objects.get(state="live")
    small.submit(others)
    small.review(ACCEPT)
    assert Submission.objects.filter(slot=small.slot(), round=1).count() == 2
    small.wait(169 * 3600)
    assert small.decide_due() == 1, "a surplus is decided by the clock"
    assert small.money(payable(small.experts[0])) == 100
    check_books()


def test_a_surplus_that_the_pool_cannot_pay_is_paid_from_goodwill() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.beat(claim, 599)
    small.wait(601)
    small.expire()
    small.claim(small.experts[1])
    claim.refresh_from_db()
    pool_minor = small.money(pool(small.batch_id))
    assert pool_minor < 599
    done = small.submit(claim)
    assert (done.surplus, done.amount_minor) == (True, 599)
    assert small.money(goodwill()) == -599, "work handed in is paid whatever the budget holds"
    assert small.money(pool(small.batch_id)) == pool_minor
    check_books()


def test_without_a_review_stage_a_surplus_is_accepted_at_once() -> None:
    small = small_project(tasks=1, reviewed=False)
    done = small.submit(late_answer(small))
    assert (done.surplus, done.accepted) == (True, True)
    assert Task.objects.get().state == "open"
    check_books()


def test_beyond_the_weeks_maximum_late_work_needs_a_live_claim() -> None:
    small = small_project(tasks=SURPLUS_PER_WEEK_MAX + 1)
    claims = []
    for _ in range(SURPLUS_PER_WEEK_MAX + 1):
        claim = small.claim(small.experts[0])
        small.wait(601)
        small.expire()
        set_aside(
            task_id=claim.task_id, stage_id=small.slots()[0].stage_id, person_id=small.experts[1],
            until=small.now + timedelta(days=1), actor=COMMAND, now=small.now,
        )  # fmt: skip
        claim.refresh_from_db()
        claims.append(claim)
    for claim in claims[:-1]:
        assert small.submit(claim).surplus
    refused = small.hand_in(claims[-1])
    assert isinstance(refused, Refused)
    assert refused.code == "surplus_limit"
    assert Claim.objects.get(id=claims[-1].id).state == "expired"
    check_books()
    small.wait(7 * 86_400 + 1)
    assert small.submit(claims[-1]).surplus, "a week later there is room again"
    check_books()


def test_late_rework_after_it_was_decided_as_it_stands_is_a_surplus() -> None:
    small = small_project(tasks=1, rework_s=3600)
    author = small.experts[0]
    first = small.work(author, 100)
    small.review(RETURN)
    claim = small.claim(author)
    small.wait(3601)
    assert small.expire() == 1
    assert small.decide_due() == 1
    first.refresh_from_db()
    assert first.state == "accepted"
    claim.refresh_from_db()
    done = small.submit(claim)
    assert (done.surplus, small.submission(done).round) == (True, 2)
    assert small.slot().state == "settled"
    check_books()


@pytest.mark.parametrize("end", ["skip", "expire"])
def test_a_review_given_back_after_the_clock_decided_is_cancelled_and_its_money_returned(end: str) -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    small.wait(168 * 3600 - 60)
    claim = small.claim(small.reviewers[0], "review")
    small.wait(61)
    assert small.decide_due() == 1
    before = small.money(pool(small.batch_id))
    if end == "skip":
        assert small.skip(claim) is None
    else:
        small.wait(601)
        assert small.expire() == 1
    review = small.slot("review")
    assert (review.state, review.reserve_minor) == ("cancelled", 0)
    assert small.money(pool(small.batch_id)) == before + 8
    check_books()
