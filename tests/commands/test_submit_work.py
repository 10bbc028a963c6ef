"""submit_work: what is handed in is kept, paid and, if the policy asks, sent to review."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim, PersonLoad, Seat
from fairhand.flow.submit_work import submit_work
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending, pool, reserved
from fairhand.pay.models import PayLine
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import LEFT, NONE, PER_JUDGEMENT, PER_REVIEW, RIGHT, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_reviewed_work_waits_as_pending_and_its_slot_keeps_the_rest() -> None:
    small = small_project(tasks=1)
    expert = small.experts[0]
    pool_before = small.money(pool(small.batch_id))
    claim = small.claim(expert)
    small.beat(claim, 100)
    done = small.submit(claim)
    assert (done.amount_minor, done.currency, done.accepted, done.surplus) == (100, "USD", False, False)
    made = small.submission(done)
    assert (made.state, made.decided_by, made.work_ms, made.answer) == ("pending", None, 100_000, LEFT)
    assert made.content_hash == content_hash(LEFT)
    assert made.decide_by == small.now + timedelta(hours=168)
    assert (small.money(pending(expert)), small.money(payable(expert))) == (100, 0)
    slot = small.slot()
    assert (slot.state, slot.reserve_minor, slot.result_id, slot.current_claim_id) == ("submitted", 3500, made.id, None)
    review = small.slot("review")
    assert (review.state, review.reserve_minor, review.subject_slot_id) == ("open", 8, slot.id)
    assert small.money(pool(small.batch_id)) == pool_before - 8
    assert small.money(reserved(small.batch_id, 0)) == 3508
    check_books()


def test_work_that_no_review_is_drawn_for_is_accepted_and_payable_at_once() -> None:
    small = small_project(tasks=1, policy=NONE)
    expert = small.experts[0]
    pool_before = small.money(pool(small.batch_id))
    made = small.work(expert, 100)
    assert (made.state, made.decided_by, made.decided_at) == ("accepted", "plan", small.now)
    assert (small.money(pending(expert)), small.money(payable(expert))) == (0, 100)
    assert (small.slot().state, small.slot().reserve_minor) == ("settled", 0)
    assert small.money(pool(small.batch_id)) == pool_before + 3500, "what was not earned goes to the pool"
    assert Task.objects.get().state == "settled"
    assert small.slots("review") == []
    check_books()


def test_a_task_is_settled_with_its_last_wanted_attempt() -> None:
    small = small_project(tasks=1, want=2, policy=NONE)
    small.work(small.experts[0])
    assert Task.objects.get().state == "open"
    small.work(small.experts[1])
    assert Task.objects.get().state == "settled"


def test_a_project_without_a_review_stage_pays_at_once() -> None:
    small = small_project(tasks=1, reviewed=False, pay=PER_JUDGEMENT)
    assert small.work(small.experts[0]).state == "accepted"
    assert small.money(payable(small.experts[0])) == 12
    check_books()


def test_handing_in_twice_returns_the_first_and_pays_once() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    claim = small.claim(small.experts[0])
    first = small.submit(claim)
    again = small.submit(claim, RIGHT)
    assert (again.submission_id, again.repeat, again.amount_minor) == (first.submission_id, True, first.amount_minor)
    assert Submission.objects.get().answer == LEFT
    assert PayLine.objects.count() == 1
    assert small.verbs().count("submission:made") == 1
    check_books()


@pytest.mark.parametrize(
    ("answer", "field", "code"),
    [
        ({}, "winner", "required"),
        ({"winner": "tie"}, "winner", "not_an_option"),
        ({"winner": 1}, "winner", "not_text"),
        ({"winner": "left", "extra": "x"}, "'extra'", "unknown"),
        (["left"], "", "not_an_object"),
        (None, "", "not_an_object"),
    ],
)
def test_an_answer_that_does_not_fit_is_sent_back_and_the_claim_stays(answer: object, field: str, code: str) -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    done = submit_work(claim_id=claim.id, person_id=claim.person_id, answer=answer, actor=COMMAND, now=small.now)
    assert isinstance(done, Refused)
    assert done.code == "answer_problems"
    assert [(problem[0], problem[1]) for problem in done.facts["problems"]] == [(field, code)]
    claim.refresh_from_db()
    assert claim.state == "live"
    assert not Submission.objects.exists()


def test_nobody_hands_in_for_somebody_else() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    for stranger, claim_id in ((small.experts[1], claim.id), (small.experts[0], small.project.id)):
        done = submit_work(claim_id=claim_id, person_id=stranger, answer=LEFT, actor=COMMAND, now=small.now)
        assert isinstance(done, Refused)
        assert done.code == "no_claim"
    small.submit(claim)
    done = submit_work(claim_id=claim.id, person_id=small.experts[1], answer=LEFT, actor=COMMAND, now=small.now)
    assert isinstance(done, Refused), "not even a repeat tells a stranger anything"


def test_a_claim_given_back_takes_no_work() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.skip(claim)
    done = small.hand_in(claim)
    assert isinstance(done, Refused)
    assert done.code == "claim_ended"


def test_time_that_nobody_measured_is_paid_by_our_clock_and_never_written_as_measured() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    small.wait(300)
    done = small.submit(claim)
    assert done.amount_minor == 300, "a page that sent no reports does not cost its expert the pay"
    assert small.submission(done).work_ms is None
    slow = small.claim(small.experts[0])
    small.wait(7000)
    assert small.submit(slow).amount_minor == 3600, "up to the plan's maximum"
    check_books()


def test_a_plan_without_time_needs_none() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    claim = small.claim(small.experts[0])
    small.wait(300)
    done = small.submit(claim)
    assert (done.amount_minor, small.submission(done).work_ms) == (12, None)


def test_reports_count_rather_than_our_clock() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    small.beat(claim, 10)
    small.wait(300)
    assert small.submit(claim).amount_minor == 10


def test_work_of_no_time_pays_nothing_and_still_has_its_line() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    done = small.submit(claim)
    line = PayLine.objects.get(submission_id=done.submission_id)
    assert (done.amount_minor, line.amount_minor, line.entry_id) == (0, 0, None)
    assert small.submission(done).entry_ids == []
    check_books()


def test_counters_follow() -> None:
    small = small_project(tasks=2)
    expert = small.experts[0]
    small.work(expert)
    assert PersonLoad.objects.get(person_id=expert).open_n == 0
    seat = Seat.objects.get(person_id=expert)
    assert (seat.day_n, seat.total_n, seat.handed_in_n) == (1, 1, 1)
    claim = Claim.objects.get(person_id=expert)
    assert (claim.state, claim.end_reason, claim.ended_at) == ("submitted", "submitted", small.now)


def test_the_first_of_every_expert_are_reviewed() -> None:
    policy = {"name": "sample", "version": 1, "terms": {"share": "0", "first": 2, "seed": "x"}}
    small = small_project(tasks=6, pay=PER_JUDGEMENT, policy=policy)
    for expert in small.experts:
        assert [small.work(expert).state for _ in range(3)] == ["pending", "pending", "accepted"]


def test_a_reviewer_is_paid_at_once_for_the_review() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT, review_pay=PER_REVIEW)
    small.work(small.experts[0])
    done = small.review({"verdict": "accept"})
    assert (done.amount_minor, done.accepted) == (8, True)
    assert small.money(payable(small.reviewers[0])) == 8
    assert small.submission(done).decided_by == "plan"
    check_books()


def test_when_the_pool_cannot_pay_for_a_review_its_slot_stays_planned() -> None:
    small = small_project(tasks=1, pay=("per_unit", {"unit": "judgement", "price": "0.01"}), policy=NONE, experts=1)
    small.project.stage_set.filter(kind="review").update(review_policy={
        "name": "sample", "version": 1, "terms": {"share": "1", "first": 0, "seed": "x"},
    })  # fmt: skip
    assert small.money(pool(small.batch_id)) == 1, "the launch expected no reviews"
    made = small.work(small.experts[0])
    review = small.slot("review")
    assert (made.state, review.state, review.reserve_minor) == ("pending", "planned", 0)
    assert "slot:waits_for_pool" in small.verbs()
    check_books()
    small.wait(169 * 3600)
    assert small.decide_due() == 1, "the clock still decides in the author's favour"
    assert small.slot("review").state == "cancelled"
    check_books()


def test_what_was_handed_in_is_sealed() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0])
    for change in ("answer = '{}'", "work_ms = 1", "person_id = gen_random_uuid()", "surplus = true", "round = 2"):
        with pytest.raises(IntegrityError, match="sealed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE submission SET {change} WHERE id = %s", [made.id])
