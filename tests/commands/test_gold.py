"""Gold: one slot for one person, graded, paid like any other, never delivered, and nobody else's."""

import json
from typing import Any

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.models import Queue, Slot
from fairhand.flow.gold import cancel_stale_gold, draw_gold
from fairhand.flow.gold_batches import add_gold, retire_gold
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.limits import GOLD_FOR_S
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import pool
from fairhand.review.models import GoldResult
from fairhand.tasks.models import Batch, Gold
from tests.building import LEFT, PER_JUDGEMENT, RIGHT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def line(key: str, **more: Any) -> str:
    """A task whose answer is known: right."""
    row = {"key": key, "payload": {"prompt": "Known"}, "answer": RIGHT, "reason": "The right one is sourced."}
    return json.dumps(row | more)


def golden(rows: int = 2, draws: int = 5, **given: Any) -> Small:
    """A project with gold beside its work."""
    small = small_project(tasks=2, pay=PER_JUDGEMENT, **given)
    text = "\n".join(line(f"g{n}") for n in range(rows))
    done = add_gold(
        project_id=small.project.id, text=text, draws=draws, reason="To measure.", actor=COMMAND, now=small.now
    )
    assert done == rows
    return small


def draw(small: Small, person: int = 0) -> bool:
    """As a claim does it."""
    queues = Queue.objects.filter(project=small.project, lane="real", stage__kind="attempt")
    return draw_gold(
        person_id=small.experts[person], project_id=small.project.id, queue_ids=[each.id for each in queues],
        terms_seen=small.hashes,
        now=small.now,
    )  # fmt: skip


def gold_slots() -> list[str]:
    """States of the slots on gold."""
    return list(Slot.objects.filter(queue__lane="gold").order_by("id").values_list("state", flat=True))


def test_gold_is_served_to_one_person_graded_paid_and_never_delivered() -> None:
    small = golden()
    assert draw(small)
    assert not draw(small)  # one at a time
    claim = small.claim(small.experts[0])
    assert claim.slot.queue.lane == "gold"
    done = small.submit(claim, LEFT)
    assert not done.accepted  # like every submission of this project, which are all reviewed
    assert done.amount_minor == 12
    assert GoldResult.objects.get().right_pm == 0
    assert Gold.objects.get(task_id=claim.task_id).task.state == "open"
    assert "gold:graded" in small.verbs()
    assert draw(small)
    small.submit(small.claim(small.experts[0]), RIGHT)
    assert set(GoldResult.objects.values_list("right_pm", flat=True)) == {0, 1000}
    assert not draw(small)  # they met both
    small.wait(40 * 86_400)
    assert small.decide_due() == 2  # nobody reviews it: the clock accepts
    assert gold_slots() == ["settled", "settled"]
    refused = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(refused, Refused), "only gold was accepted so far"
    check_books()


def test_gold_that_is_given_back_or_not_taken_goes_to_nobody_else() -> None:
    small = golden(rows=3)
    held = small.money(pool(Batch.objects.get(kind="gold").id))
    assert draw(small)
    small.skip(small.claim(small.experts[0]))
    assert gold_slots() == ["cancelled"]
    assert draw(small)
    small.wait(GOLD_FOR_S + 1)
    assert cancel_stale_gold(actor=JOB, now=small.now) == 1
    assert cancel_stale_gold(actor=JOB, now=small.now) == 0
    assert gold_slots() == ["cancelled", "cancelled"]
    assert small.money(pool(Batch.objects.get(kind="gold").id)) == held
    assert small.claim(small.experts[1]).slot.queue.lane == "real"
    check_books()


def test_late_work_on_gold_is_paid_and_graded() -> None:
    small = golden(lease_s=60)
    assert draw(small)
    claim = small.claim(small.experts[0])
    small.wait(61)
    small.expire()
    assert gold_slots() == ["cancelled"]
    done = small.submit(claim, RIGHT)
    assert (done.surplus, done.accepted, done.amount_minor) == (True, False, 12)
    assert GoldResult.objects.get().right_pm == 1000
    check_books()


def test_no_gold_opens_where_its_money_is_used_up_or_it_is_retired() -> None:
    small = golden(rows=1, draws=1)
    assert draw(small)
    assert not draw(small, 1)
    small.submit(small.claim(small.experts[0]), RIGHT)
    assert not draw(small, 1)
    more = golden(rows=1, slug="more")
    task_id = Gold.objects.get(task__project_id=more.project.id).task_id
    given = {"project_id": more.project.id, "task_id": task_id, "actor": COMMAND, "now": more.now}
    assert isinstance(retire_gold(reason=" ", **given), Refused)
    assert retire_gold(reason="Its answer is out.", **given) is True
    assert retire_gold(reason="Again.", **given) is False
    assert not draw(more)
    assert isinstance(retire_gold(reason="Not mine.", **given | {"project_id": small.project.id}), Refused)
    check_books()


def test_a_gold_file_is_taken_whole_or_not_at_all() -> None:
    small = small_project(tasks=1)
    text = "\n".join([line("a"), line("a"), line("b", answer={"winner": "neither"}), "{", line("c", more=1)])
    done = add_gold(project_id=small.project.id, text=text, draws=0, reason="x", actor=COMMAND, now=small.now)
    assert isinstance(done, Refused)
    said = {each.field: each.why for each in done.facts["problems"]}
    assert set(said) == {"gold", "draws"}
    assert all(f"line {n}: " in said["gold"] for n in (2, 3, 4, 5))
    assert not Batch.objects.filter(kind="gold").exists()
