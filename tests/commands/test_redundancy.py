"""How many attempts a task gets: agreement ends it early, disagreement opens more, at last somebody adjudicates."""

from typing import Any

import pytest

from fairhand.audit.actor import JOB
from fairhand.dispatch.models import Slot
from fairhand.flow.open_waiting import open_waiting
from fairhand.flow.stage_cards import stage_cards
from fairhand.ledger.accounts import budget, move, pool
from fairhand.ledger.commands import post
from fairhand.projects.commands import NewStage
from fairhand.review.models import Adjudication
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import LEFT, NONE, PER_JUDGEMENT, PER_REVIEW, RIGHT, Small, check_books, small_project, stage

AGREE = {"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 100}}
SHARE = {"name": "share", "version": 1, "terms": {"share": "1", "seed": "audit"}}

pytestmark = pytest.mark.usefixtures("rollback_db")


def adaptive(*, want: int = 2, cap: int = 4, more: list[NewStage] | None = None, **given: Any) -> Small:
    """One task that wants two attempts and may have four, two answers alike of three being enough."""
    return small_project(
        tasks=1, want=want, cap=cap, pay=PER_JUDGEMENT, experts=6, reviewers=2, more=more or [], redundancy=AGREE,
        **{"reviewed": False} | given,
    )  # fmt: skip


def states(small: Small, kind: str = "attempt") -> list[str]:
    """Of the slots of one kind, by their number."""
    return list(
        Slot.objects.filter(project_id=small.project.id, stage__kind=kind)
        .order_by("seq")
        .values_list("state", flat=True)
    )


def answer(small: Small, person: int, said: dict[str, str] = LEFT) -> None:
    """Somebody attempts the task."""
    small.submit(small.claim(small.experts[person]), said)


def test_answers_that_agree_cost_no_more_than_they_did() -> None:
    small = adaptive()
    assert states(small) == ["open", "open", "planned", "planned"]
    answer(small, 0)
    answer(small, 1)
    assert states(small) == ["settled", "settled", "cancelled", "cancelled"]
    assert Task.objects.get().state == "settled"
    assert "task:agreed" in small.verbs()
    check_books()


def test_answers_that_differ_open_one_more_at_a_time_on_a_reserve_from_the_pool() -> None:
    small = adaptive()
    before = small.money(pool(small.batch_id))
    answer(small, 0, LEFT)
    answer(small, 1, RIGHT)
    assert states(small) == ["settled", "settled", "open", "planned"]
    assert Task.objects.get().state == "open"
    assert Task.objects.get().uncertainty == 500
    assert small.money(pool(small.batch_id)) == before - 12
    answer(small, 2, LEFT)  # two of three: enough
    assert states(small) == ["settled", "settled", "settled", "cancelled"]
    assert Task.objects.get().state == "settled"
    check_books()


def test_at_the_cap_without_agreement_the_task_is_settled_as_it_is_and_says_so() -> None:
    small = adaptive(want=2, cap=2)
    answer(small, 0, LEFT)
    answer(small, 1, RIGHT)
    assert Task.objects.get().state == "settled"
    assert "task:unresolved" in small.verbs()
    check_books()


def test_an_attempt_that_the_pool_cannot_pay_for_waits_and_opens_when_it_can() -> None:
    small = adaptive()
    held = small.money(pool(small.batch_id))
    empty = move(pool(small.batch_id), budget(small.project.id), held)
    post(key="empty", kind="release", currency="USD", legs=empty, now=small.now)
    answer(small, 0, LEFT)
    answer(small, 1, RIGHT)
    assert states(small) == ["settled", "settled", "planned", "planned"]
    assert small.verbs().count("slot:waits_for_pool") == 1
    assert open_waiting(actor=JOB, now=small.now) == 0
    back = move(budget(small.project.id), pool(small.batch_id), held)
    post(key="fill", kind="reserve", currency="USD", legs=back, now=small.now)
    assert open_waiting(actor=JOB, now=small.now) == 1
    assert open_waiting(actor=JOB, now=small.now) == 0
    assert states(small) == ["settled", "settled", "open", "planned"]
    check_books()


def test_an_adjudicator_who_attempted_nothing_gives_the_final_answer_and_everybody_is_paid() -> None:
    judge = stage("adjudicate", PER_REVIEW, subject="all")
    small = adaptive(want=2, cap=2, more=[judge])
    answer(small, 0, LEFT)
    answer(small, 1, RIGHT)
    assert Task.objects.get().state == "open"
    assert states(small, "adjudicate") == ["open"]
    refused = small.take(small.experts[0], "adjudicate")
    assert getattr(refused, "code", "") == "no_work"  # who attempted it never judges it
    claim = small.claim(small.reviewers[0], "adjudicate")
    assert len(claim.subject_ids) == 2
    wrong = small.hand_in(claim, {"answer": {"winner": "neither"}})
    assert getattr(wrong, "code", "") == "answer_problems"
    small.submit(claim, {"answer": RIGHT, "note": "The right one names its source."})
    assert states(small, "adjudicate") == ["settled"]
    assert Task.objects.get().state == "settled"
    assert Adjudication.objects.get().answer == RIGHT
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted"}
    check_books()


def test_a_late_attempt_is_accepted_by_the_adjudication() -> None:
    small = adaptive(
        want=2, cap=2, more=[stage("adjudicate", PER_REVIEW, subject="all")], lease_s=60, reviewed=True, policy=NONE
    )
    late = small.claim(small.experts[2])
    small.wait(61)
    small.expire()
    answer(small, 0, LEFT)
    answer(small, 1, RIGHT)
    done = small.submit(late, LEFT)
    assert done.surplus
    assert small.submission(done).state == "pending"
    small.submit(small.claim(small.reviewers[0], "adjudicate"), {"answer": LEFT})
    assert small.submission(done).decided_by == "adjudication"
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted"}
    check_books()


def test_an_audit_looks_again_at_accepted_work_and_changes_nothing() -> None:
    small = adaptive(want=1, cap=1, more=[stage("audit", PER_REVIEW, policy=SHARE)])
    answer(small, 0)
    assert states(small, "audit") == ["open"]
    before = Submission.objects.get().state, Submission.objects.get().decided_by
    assert getattr(small.take(small.experts[0], "audit"), "code", "") == "no_work"
    verdict = {"verdict": "return", "note": "It is the other one.", "clause": "2. Wrong answers"}
    small.submit(small.claim(small.reviewers[0], "audit"), verdict)
    mine = Submission.objects.exclude(person_id=small.reviewers[0]).get()
    assert (mine.state, mine.decided_by) == before
    assert states(small, "audit") == ["settled"]
    assert "submission:audited" in small.verbs()
    assert stage_cards(small.project.id, "audit")
    check_books()
