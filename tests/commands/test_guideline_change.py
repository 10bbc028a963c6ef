"""A guideline that changes: whom it concerns, what is told, what may be given back or opened again, what stays."""

from typing import Any
from uuid import UUID

import pytest

from fairhand.audit.actor import Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim, Slot
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.reopen_tasks import Reopened, reopen_tasks
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.guideline_changes import changes_touching, holders_touched, marks_of, reach_of
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pool
from fairhand.projects.models import Guideline
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.tasks.models import Batch, Task
from tests.building import ACCEPT, PER_JUDGEMENT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
MANAGER = Actor("person", UUID(int=7))
LAW, TAX = "field:law", "field:tax"


def law_and_tax() -> Small:
    """Two tasks of each field, launched, each with one attempt; every attempt is reviewed."""
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    tasks = [
        NewTask(key=f"{field} {n}", payload={"prompt": "?"}, want=1, field_name=field)
        for field in ("law", "tax")
        for n in range(2)
    ]
    batch_id, _ = make_batch(project=small.project, tasks=tasks, kind="real", actor=MANAGER, now=small.now)
    assert not isinstance(launch_batch(batch_id=batch_id, actor=MANAGER, now=small.now), Refused)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    small.batch_id = batch_id
    return small


def publish(small: Small, *affects: str, base: int = 1) -> Guideline | Refused:
    return publish_guideline(
        project_id=small.project.id, base=base, texts={"en": f"# Guideline {base + 1}"}, note="Sources are named.",
        affects=affects, actor=MANAGER, now=small.now,
    )  # fmt: skip


def reopen(small: Small, limit: int | None = 10, reason: str = "It changed.", version: int = 2) -> Any:
    return reopen_tasks(
        project_id=small.project.id, version=version, limit=limit, reason=reason, actor=MANAGER, now=small.now
    )


def held_by_field(small: Small, person: UUID) -> dict[str, Claim]:
    """Claims of one person until each field is held once; what else comes is given back."""
    found: dict[str, Claim] = {}
    while len(found) < 2:
        claim = small.claim(person)
        field = Task.objects.get(id=claim.task_id).field
        if field in ("law", "tax") and field not in found:
            found[field] = claim
        else:
            small.skip(claim)
    return found


def test_the_marks_are_the_fields_of_tasks_and_the_questions() -> None:
    small = law_and_tax()
    assert [mark.name for mark in marks_of(small.project.id)] == ["field:", LAW, TAX, "question:winner"]
    plain = small_project(tasks=1, slug="plain")
    assert [mark.name for mark in marks_of(plain.project.id)] == ["question:winner"], "no field to tell apart"
    refused = publish(small, "field:physics")
    assert isinstance(refused, Refused)
    assert [wrong.field for wrong in refused.facts["problems"]] == ["affects"]


def test_only_whoever_holds_a_task_it_touches_is_concerned_and_may_give_it_back() -> None:
    small = law_and_tax()
    held = held_by_field(small, small.experts[0])
    small.beat(held["law"], 70)
    assert isinstance(publish(small, LAW), Guideline)
    (holder,) = holders_touched(small.project.id, 2)
    assert (holder.person_id, holder.claim_id) == (small.experts[0], held["law"].id)
    touched = changes_touching([claim.id for claim in held.values()])
    assert {claim: [each.version for each in found] for claim, found in touched.items()} == {held["law"].id: [2]}
    untouched = small.skip(held["tax"], "guideline_changed")
    assert untouched is not None
    assert untouched.code == "no_reason", "its guideline did not change"
    assert small.skip(held["law"], "guideline_changed") is None
    (event,) = Event.objects.filter(verb="claim:skipped", facts__reason="guideline_changed")
    assert event.facts["work_ms"] == 70_000, "the time is written down as owed"
    held["tax"].refresh_from_db()
    assert held["tax"].state == "live"


def test_a_change_that_marks_nothing_concerns_nobody_and_one_of_a_question_everybody() -> None:
    small = law_and_tax()
    held = held_by_field(small, small.experts[0])
    assert isinstance(publish(small), Guideline)
    assert holders_touched(small.project.id, 2) == []
    assert changes_touching([claim.id for claim in held.values()]) == {}
    assert isinstance(publish(small, "question:winner", base=2), Guideline)
    assert set(changes_touching([claim.id for claim in held.values()])) == {claim.id for claim in held.values()}
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    later = small.claim(small.experts[1])
    assert changes_touching([later.id]) == {}, "what is taken now is taken on the new version"


def test_accepted_tasks_that_it_touches_get_one_more_attempt_and_nothing_paid_is_undone() -> None:
    small = law_and_tax()
    first, second = small.experts
    for claim in held_by_field(small, first).values():
        small.submit(claim)
        small.review(ACCEPT)
    earned = small.money(payable(first))
    small.submit(held_by_field(small, second)["law"])  # handed in, not decided
    publish(small, LAW)
    before = {slot.id: slot.state for slot in Slot.objects.all()}
    reach = reach_of(small.project.id, 2)
    assert (reach.in_hand, reach.undecided, reach.accepted) == (0, 1, 1)
    pool_minor = small.money(pool(small.batch_id))
    done = reopen(small)
    assert isinstance(done, Reopened)
    assert (done.tasks, done.reserve_minor, done.short) == (1, 12, False)
    assert small.money(pool(small.batch_id)) == pool_minor - 12
    assert small.money(payable(first)) == earned
    assert {slot.id: slot.state for slot in Slot.objects.filter(id__in=before)} == before, "no slot there was moved"
    (new,) = Slot.objects.exclude(id__in=before)
    task = Task.objects.get(id=new.task_id)
    assert (new.state, new.seq, task.field, task.state, task.want, task.cap) == ("open", 2, "law", "open", 2, 2)
    check_books()
    again = reopen(small)
    assert isinstance(again, Refused)
    assert again.code == "nothing_to_reopen", "once for a version"
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    while (claim := small.claim(second)).task_id != task.id:
        pass
    small.submit(claim)
    small.wait(169 * 3600)  # the one reviewer has met the task: the clock decides
    small.decide_due()
    task.refresh_from_db()
    assert task.state == "settled"
    check_books()


def test_it_stops_where_the_pool_is_empty_and_says_so() -> None:
    small = law_and_tax()
    for claim in held_by_field(small, small.experts[0]).values():
        small.submit(claim)
        small.review(ACCEPT)
    publish(small, "question:winner")
    for bad in ({"limit": 0}, {"limit": None}, {"limit": 1001}, {"reason": " "}):
        refused = reopen(small, **bad)
        assert isinstance(refused, Refused)
        assert refused.code == "bad_input"
    none_there = reopen(small, version=99)
    assert isinstance(none_there, Refused)
    assert none_there.code == "nothing_to_reopen"
    one = reopen(small, limit=1)
    assert isinstance(one, Reopened)
    assert one.tasks == 1
    assert Batch.objects.get(id=small.batch_id).state == "launched"
    check_books()
