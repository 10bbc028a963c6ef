"""Tasks that are held back or taken out: no other door gives them away, and there is a way back."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.cases.models import Raised, TaskReturn
from fairhand.cases.raised_queries import is_held, is_taken_out
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import file_lines, formats_of
from fairhand.dispatch.models import Claim, Slot
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.open_waiting import open_waiting
from fairhand.flow.open_work import open_work
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.publish_template import publish_template
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.release_delivery import release_delivery
from fairhand.flow.reopen_tasks import reopen_tasks
from fairhand.flow.return_task import return_task
from fairhand.flow.take_next import take_next
from fairhand.insight.raised import raised_of_project
from fairhand.kernel.limits import RAISED_HELD_PER_PERSON_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import pool
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Template
from fairhand.tasks.models import Task
from fairhand.web.words_of_why import why_rows
from tests.building import ACCEPT, NONE, TEMPLATE, Small, check_books, small_project
from tests.commands.test_gold import draw, golden

pytestmark = pytest.mark.usefixtures("rollback_db")


def report(small: Small, claim: Claim, kind: str = "illegal", words: str = "A private address.") -> Raised:
    made = raise_matter(
        claim_id=claim.id, person_id=claim.person_id, kind=kind, words=words, place="",
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(made, Raised), made
    return made


def decide(small: Small, row: Raised, done: str, **more: Any) -> int | Refused:
    return answer_raised(
        project_id=small.project.id, raised_id=row.id, everybody=False, seen=more.get("seen", 1), answer="So be it.",
        done=done, version=None, actor=Actor("person", small.reviewers[0]), now=small.now,
    )  # fmt: skip


def back(small: Small, task_id: UUID, reason: str = "It was a mistake.", by: UUID | None = None) -> int | Refused:
    return return_task(
        project_id=small.project.id, task_id=task_id, reason=reason, actor=Actor("person", by or small.reviewers[0]),
        now=small.now,
    )  # fmt: skip


def code(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.code


def release(small: Small) -> Delivery:
    made = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert isinstance(made, Delivery), made
    return made


def keys(delivery: Delivery) -> str:
    return b"".join(line for form in formats_of(delivery) for line in file_lines(delivery, form)).decode()


@pytest.mark.parametrize("done", ["", "taken_out"])
def test_a_task_that_was_reported_after_it_was_done_is_not_opened_by_a_new_guideline(done: str) -> None:
    small = small_project(tasks=1, policy=NONE)
    claim = small.claim(small.experts[0])
    small.submit(claim)
    assert Slot.objects.get(id=claim.slot_id).state == "settled"
    row = report(small, claim)
    if done:
        assert decide(small, row, done) == 1
    project = small.project
    published = publish_guideline(
        project_id=project.id, base=1, texts={"en": "# Guideline 2"}, note="Sources are named.",
        affects=("question:winner",), actor=COMMAND, now=small.wait(60),
    )  # fmt: skip
    assert not isinstance(published, Refused), published
    found = reopen_tasks(project_id=project.id, version=2, limit=5, reason="Again.", actor=COMMAND, now=small.now)
    assert code(found) == "nothing_to_reopen"
    assert not Slot.objects.filter(task_id=claim.task_id, state="open").exists()


def test_gold_that_was_opened_for_somebody_else_is_taken_from_them_when_it_is_reported() -> None:
    small = golden(rows=1)
    first, second = small.experts[:2]
    assert draw(small, 0)
    assert draw(small, 1)
    mine = next(claim for claim in (small.claim(first) for _ in range(2)) if _lane(claim) == "gold")
    before = balance_minor(pool(Task.objects.get(id=mine.task_id).batch_id), small.project.currency)
    row = report(small, mine)
    given = small.claim(second)
    assert given.task_id != mine.task_id, "the reported task is given to nobody else"
    assert balance_minor(pool(Task.objects.get(id=mine.task_id).batch_id), small.project.currency) > before
    assert set(Slot.objects.filter(task_id=mine.task_id).values_list("state", flat=True)) == {"claimed", "cancelled"}
    small.submit(mine)
    assert decide(small, row, "put_back") == 1
    check_books()


def _lane(claim: Claim) -> str:
    return Slot.objects.select_related("queue").get(id=claim.slot_id).queue.lane


def test_what_may_be_illegal_is_in_no_delivery_until_somebody_decided_that_it_is_not() -> None:
    small = small_project(tasks=2, policy=NONE)
    bad, good = (small.claim(person) for person in small.experts[:2])
    for claim in (bad, good):
        small.submit(claim)
    names = {claim.id: Task.objects.get(id=claim.task_id).key for claim in (bad, good)}
    first = release(small)
    assert (first.rows_n, first.held_rows_n, first.held_tasks_n) == (2, 0, 0)
    row = report(small, bad)
    second = release(small)
    assert (second.rows_n, second.tasks_n, second.held_rows_n, second.held_tasks_n) == (1, 1, 1, 1)
    assert names[good.id] in keys(second)
    assert names[bad.id] not in keys(second)
    assert decide(small, row, "taken_out") == 1
    assert release(small).rows_n == 1
    assert names[bad.id] in keys(first), "what was sealed before stays the same bytes"
    assert back(small, bad.task_id) == 0
    again = release(small)
    assert (again.rows_n, again.held_rows_n) == (2, 0)


def test_a_delivery_of_nothing_but_reported_work_is_refused() -> None:
    small = small_project(tasks=1, policy=NONE)
    claim = small.claim(small.experts[0])
    small.submit(claim)
    report(small, claim)
    refused = release_delivery(project=small.project, actor=COMMAND, now=small.now)
    assert code(refused) == "nothing_accepted"
    assert not Delivery.objects.exists()


def test_a_mistake_that_took_a_task_out_keeps_its_accepted_work_in_deliveries() -> None:
    small = small_project(tasks=1, want=2, policy=NONE)
    first = small.claim(small.experts[0])
    small.submit(first)
    assert decide(small, report(small, first, "mistake"), "taken_out") == 1
    assert release(small).rows_n == 1


def test_a_task_that_was_taken_out_comes_back_whole() -> None:
    small = small_project(tasks=1, want=3, experts=3)
    claim = small.claim(small.experts[0])
    row = report(small, claim, "mistake")
    pooled = balance_minor(pool(small.batch_id), small.project.currency)
    assert decide(small, row, "taken_out") == 1
    assert small.skip(claim) is None
    assert Task.objects.get(id=claim.task_id).state == "withdrawn"
    assert code(back(small, claim.task_id, " ")) == "bad_input"
    assert code(back(small, claim.task_id, by=claim.person_id)) == "own_raised"
    assert back(small, claim.task_id) == 3
    assert code(back(small, claim.task_id)) == "not_taken_out", "once"
    assert not is_held(claim.task_id)
    assert Task.objects.get(id=claim.task_id).state == "open"
    assert open_waiting(actor=JOB, now=small.wait(60)) == 3
    assert balance_minor(pool(small.batch_id), small.project.currency) <= pooled
    check_books()
    again = small.claim(small.experts[1])
    assert again.task_id == claim.task_id
    small.submit(again)
    small.review(ACCEPT)
    check_books()
    row.refresh_from_db()
    assert (row.state, row.done) == ("answered", "taken_out"), "the record stays"
    with pytest.raises(DatabaseError), transaction.atomic():
        TaskReturn.objects.update(reason="Another reason")


def test_a_task_comes_back_without_new_work_where_a_newer_template_does_not_fit_it() -> None:
    small = small_project(tasks=1, want=3, experts=3, policy=NONE)
    claim = small.claim(small.experts[0])
    row = report(small, claim, "mistake")
    assert decide(small, row, "taken_out") == 1
    small.submit(claim)
    assert Task.objects.get(id=claim.task_id).state != "open"
    body = TEMPLATE | {"fields": [{"name": "source", "type": "text", "version": 1, "label": {"en": "Source"}}]}
    made = publish_template(
        project_id=small.project.id,
        base=1,
        body=body,
        note="Sources.",
        changes_work=False,
        actor=COMMAND,
        now=small.now,
    )
    assert isinstance(made, Template), made
    assert back(small, claim.task_id) == 0, "nobody is given a task that can't be shown"
    assert not Slot.objects.filter(task_id=claim.task_id, state__in=("open", "planned")).exists()
    assert not is_taken_out(claim.task_id)
    assert release(small).rows_n == 1, "what was done before is delivered"
    check_books()


def test_a_task_comes_back_held_while_another_report_waits() -> None:
    small = small_project(tasks=1, want=2, experts=3)
    first, second = (small.claim(person) for person in small.experts[:2])
    assert decide(small, report(small, first, "mistake"), "taken_out") == 1
    row = report(small, second)
    assert not isinstance(back(small, first.task_id), Refused)
    assert not is_taken_out(first.task_id)
    assert is_held(first.task_id)
    small.skip(second)
    assert code(small.take(small.experts[2])) == "no_work"
    assert decide(small, row, "put_back") == 1
    assert small.claim(small.experts[2]).task_id == first.task_id


def test_a_task_that_came_back_can_be_taken_out_again() -> None:
    small = small_project(tasks=1, want=1)
    claim = small.claim(small.experts[0])
    assert decide(small, report(small, claim), "taken_out") == 1
    assert not isinstance(back(small, claim.task_id), Refused)
    assert decide(small, report(small, claim, words="Look again."), "taken_out") == 1
    assert is_taken_out(claim.task_id)
    assert not isinstance(back(small, claim.task_id), Refused)
    assert not is_taken_out(claim.task_id)
    small.submit(claim)
    small.review(ACCEPT)
    assert release(small).rows_n == 1
    check_books()


def test_reports_of_one_person_hold_back_so_many_tasks_and_no_more() -> None:
    n = RAISED_HELD_PER_PERSON_MAX
    small = small_project(tasks=n + 3)
    loud, calm = small.experts[:2]
    rows = []
    for _ in range(n):
        claim = small.claim(loud)
        rows.append(report(small, claim))
        assert small.skip(claim, "illegal") is None
    assert code(small.take(loud)) == "reports_wait"
    anywhere = take_next(
        person_id=loud, judges=lambda *_: False, terms_seen=small.hashes, request_key="anywhere",
        actor=Actor("person", loud), now=small.now,
    )  # fmt: skip
    assert code(anywhere) == "reports_wait"
    for language, said in (("en", "tasks that you reported as perhaps illegal"), ("ar", "أبلغتَ")):
        found = open_work(loud, [small.project.id], "attempt", small.now)[small.project.id].why
        assert found.open_n == 0
        with translation.override(language):
            (told,) = why_rows(found)
            assert told.code == "reports_wait"
            assert said in told.title, told.title
            assert f">{n}<" in told.title
            assert [step.href for step in told.steps] == ["", reverse("raised-mine"), ""]
    assert small.claim(calm).task_id not in {row.task_id for row in rows}, "the others go on working"
    assert decide(small, rows[0], "put_back") == 1
    assert small.claim(loud), "as soon as somebody decided"


def test_more_reports_than_are_answered_at_once_can_be_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    for where in ("fairhand.flow.answer_raised", "fairhand.insight.raised"):
        monkeypatch.setattr(f"{where}.RAISED_ANSWERED_AT_ONCE_MAX", 2)
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    rows = [report(small, claim, words=f"Report {n}") for n in range(3)]
    shown = raised_of_project(small.project.id, "illegal", "open", None, 10)
    assert decide(small, rows[2], "taken_out", seen=shown[0].alike) == 2
    rows[2].refresh_from_db()
    assert rows[2].state == "answered", "the one that was chosen is among them"
    assert decide(small, Raised.objects.get(state="open"), "taken_out") == 1
