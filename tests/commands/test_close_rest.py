"""What a closed project leaves behind, and pools: topped up, emptied, and never in another's way."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch import cohorts
from fairhand.dispatch.models import Slot
from fairhand.flow import open_waiting as waiting
from fairhand.flow import set_aside
from fairhand.flow.close_rest import close_rest
from fairhand.flow.fund_project import Moved, return_budget, top_up
from fairhand.flow.move_project import move_project
from fairhand.flow.open_waiting import open_waiting
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.flow.reopen_tasks import reopen_tasks
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.batches import waits_for_pools
from fairhand.insight.operations import oldest_open
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, budget, pool, reserved
from fairhand.ledger.commands import post
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch, Task
from tests.building import (
    ACCEPT,
    EVERY,
    LEFT,
    PER_JUDGEMENT,
    RETURN,
    RIGHT,
    Small,
    check_books,
    seat_people,
    small_project,
    stage,
)
from tests.commands.test_guideline_change import publish

pytestmark = pytest.mark.usefixtures("rollback_db")
AUDITED = [stage("audit", PER_JUDGEMENT, policy=EVERY, subject="one")]
AGREE = {"name": "agree", "version": 1, "terms": {}}


def close(small: Small) -> int | Refused:
    return move_project(project_id=small.project.id, to="closed", reason="Done.", actor=COMMAND, now=small.now)


def drain(small: Small) -> None:
    """Nothing is left in the batch's pool."""
    left = small.money(pool(small.batch_id))
    legs = [Leg(pool(small.batch_id), -left), Leg(budget(small.project.id), left)]
    post(key=f"drain {small.project.slug} {small.now}", kind="release", currency="USD", now=small.now, legs=legs)


def fill(small: Small, amount_minor: int = 1000, key: str = "a-key-of-the-form") -> Moved | Refused:
    return top_up(
        project_id=small.project.id, batch_id=small.batch_id, amount_minor=amount_minor, key=key, actor=COMMAND,
        now=small.now,
    )  # fmt: skip


def code(refused: object) -> str:
    assert isinstance(refused, Refused)
    return refused.code


def everything_back(small: Small) -> None:
    """Nothing of the project's money is anywhere but on its budget, and that goes back whole."""
    assert small.money(pool(small.batch_id)) == small.money(reserved(small.batch_id, 0)) == 0
    project = Project.objects.get(id=small.project.id)
    left = small.money(budget(project.id))
    done = return_budget(project=project, amount_minor=left, key="back", actor=COMMAND, now=small.now)
    assert isinstance(done, Moved)
    check_books()


def test_what_comes_back_after_a_close_is_cancelled_and_its_money_freed() -> None:
    small = small_project(tasks=4, experts=1, pay=PER_JUDGEMENT)
    author = small.experts[0]
    skipped, lost, kept = (small.claim(author) for _ in range(3))
    assert close(small) == 1
    small.skip(skipped)
    small.submit(kept)
    small.wait(7300)
    assert small.expire() == 1
    assert Slot.objects.get(id=lost.slot_id).state == Slot.objects.get(id=skipped.slot_id).state == "cancelled"
    assert Task.objects.filter(state="withdrawn").count() == 3
    assert close_rest(actor=JOB, now=small.now) == 0, "a work waits for its review, and for the pool that pays it"
    assert small.money(pool(small.batch_id)) > 0
    small.review(ACCEPT)
    assert close_rest(actor=JOB, now=small.now) == 1
    assert close_rest(actor=JOB, now=small.now) == 0
    assert small.verbs().count("batch:closed") == 1
    everything_back(small)


def test_rework_returned_after_a_close_goes_on_and_ends() -> None:
    small = small_project(tasks=40, experts=1, pay=PER_JUDGEMENT)
    small.submit(small.claim(small.experts[0]))
    assert close(small) == 39
    small.review(RETURN)
    small.skip(small.claim(small.experts[0]))
    assert close_rest(actor=JOB, now=small.now) == 0, "rework is decided, not cancelled"
    small.wait(1)
    assert small.decide_due() == 1
    assert close_rest(actor=JOB, now=small.now) == 1
    everything_back(small)


def test_a_close_empties_the_pools_of_what_nobody_began() -> None:
    small = small_project(tasks=3, pay=PER_JUDGEMENT)
    kept = cohorts.keep_for_person(
        project_id=small.project.id, person_id=small.experts[0], slots=1, until=small.now + timedelta(hours=1),
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert kept == 1
    assert close(small) == 3
    assert Batch.objects.get(id=small.batch_id).state == "closed"
    assert code(fill(small)) == "no_batch"
    everything_back(small)


def test_judgements_that_wait_for_money_end_with_their_project() -> None:
    """An audit nobody paid for, and an adjudication: its task is settled by the answers there are."""
    small = small_project(
        tasks=1, want=2, cap=2, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE,
        more=[*AUDITED, stage("adjudicate", PER_JUDGEMENT, subject="all")],
    )  # fmt: skip
    first, second = (small.claim(expert) for expert in small.experts)
    drain(small)
    small.submit(first, LEFT)
    small.submit(second, RIGHT)
    assert {slot.state for slot in small.slots("adjudicate") + small.slots("audit")} == {"planned"}
    assert {(each.kind, each.n) for each in waits_for_pools(small.project.id)} == {("audit", 2), ("adjudicate", 1)}
    assert close(small) == 0
    assert Task.objects.get().state == "settled"
    everything_back(small)


def test_what_waits_opens_once_the_pool_is_topped_up() -> None:
    small = small_project(tasks=2, experts=1, pay=PER_JUDGEMENT)
    drain(small)
    small.submit(small.claim(small.experts[0]))
    free = small.money(budget(small.project.id))
    assert open_waiting_reviews(actor=JOB, now=small.now) == 0
    assert [code(fill(small, amount)) for amount in (0, free + 1)] == ["no_amount", "top_up_short"]
    done, again = fill(small, 8), fill(small, 8)
    assert isinstance(done, Moved)
    assert isinstance(again, Moved)
    assert (again.again, again.entry_id) == (True, done.entry_id)
    assert code(fill(small, 9)) == "key_used"
    assert small.money(budget(small.project.id)) == free - 8
    assert open_waiting_reviews(actor=JOB, now=small.now) == 1
    assert [slot.state for slot in small.slots("review")] == ["open"]
    assert waits_for_pools(small.project.id, small.batch_id) == []
    check_books()


def test_a_review_of_rework_that_waited_opens_too() -> None:
    small = small_project(tasks=40, experts=1, pay=PER_JUDGEMENT)
    small.submit(small.claim(small.experts[0]))
    small.review(RETURN)
    drain(small)
    small.submit(small.claim(small.experts[0]))
    assert [(each.kind, each.n) for each in waits_for_pools(small.project.id)] == [("review", 1)]
    fill(small)
    assert open_waiting_reviews(actor=JOB, now=small.now) == 1
    assert [(slot.state, slot.round) for slot in small.slots("review")] == [("open", 2)]
    check_books()


def test_dry_pools_keep_nobody_elses_work_waiting() -> None:
    dry, wet = (
        small_project(tasks=3, experts=1, slug=slug, pay=PER_JUDGEMENT, reviewed=False, more=AUDITED)
        for slug in ("dry", "wet")
    )
    for small in (dry, wet):
        drain(small)
        for _ in range(2):
            small.submit(small.claim(small.experts[0]))
        wet.wait(1)
    fill(wet)
    with patch.object(waiting, "WAITING_SLOTS_PER_JOB_MAX", 1):
        assert [open_waiting(actor=JOB, now=wet.wait(60)) for _ in range(3)] == [1, 1, 0]
    assert {slot.state for slot in wet.slots("audit")} == {"open"}
    assert {slot.state for slot in dry.slots("audit")} == {"planned"}


def test_promises_that_cant_be_kept_hold_nobody_elses_up() -> None:
    empty = small_project(tasks=0, experts=0, slug="empty", pay=PER_JUDGEMENT)
    full = small_project(tasks=4, experts=0, slug="full", pay=PER_JUDGEMENT)
    for days, small in enumerate((empty, full), start=5):
        set_aside.promise_first_tasks(
            project_id=small.project.id, slots=1, days=days, reason="Newcomers.", actor=COMMAND, now=small.now
        )
        small.project.refresh_from_db()
        seat_people(small.project, 2, 0)
    with patch.object(set_aside, "PROMISES_KEPT_PER_JOB_MAX", 2):
        assert set_aside.keep_promises(actor=JOB, now=full.wait(60)) == 2


def test_a_task_that_is_adjudicated_is_not_opened_again() -> None:
    small = small_project(
        tasks=1, want=2, cap=2, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE,
        more=[stage("adjudicate", PER_JUDGEMENT, subject="all")],
    )  # fmt: skip
    first, second = (small.claim(expert) for expert in small.experts)
    small.submit(first, LEFT)
    small.submit(second, RIGHT)
    publish(small, "question:winner")
    fill(small)

    def again() -> object:
        return reopen_tasks(
            project_id=small.project.id, version=2, limit=9, reason="It changed.", actor=COMMAND, now=small.now
        )

    assert code(again()) == "nothing_to_reopen"
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    small.submit(small.claim(small.reviewers[0], "adjudicate"), {"answer": LEFT})
    assert not isinstance(again(), Refused)
    check_books()


def test_the_board_says_of_a_slot_that_everybody_has_met_its_task() -> None:
    small = small_project(tasks=1, experts=1, reviewers=0, pay=PER_JUDGEMENT)
    assert [each.all_met for each in oldest_open(small.project.id, 8)] == [False]
    small.claim(small.experts[0])
    small.wait(7300)
    small.expire()
    assert [each.all_met for each in oldest_open(small.project.id, 8)] == [True]
