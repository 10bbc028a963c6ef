"""What experts ask and report of their tasks, the answers, and tasks that are held back or taken out."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.models import Event
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import is_held, raised_waiting
from fairhand.dispatch.models import Claim, Seat, Slot
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.raise_matter import raise_matter, take_back_matter
from fairhand.flow.record_paid_time import decide_paid_time, pay_interrupted
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.kernel.limits import RAISED_PER_CLAIM_MAX, RAISED_WORDS_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pool, reserved
from fairhand.ledger.queries import balance_minor
from fairhand.tasks.models import Task
from fairhand.work.models import PaidTime
from fairhand.work.paid_rules import NewPaidKind
from tests.building import ACCEPT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
MANAGER = Actor("person", UUID(int=7))


def ask(small: Small, claim: Claim, kind: str = "question", words: str = "Is it?", place: str = "") -> Raised | Refused:
    return raise_matter(
        claim_id=claim.id, person_id=claim.person_id, kind=kind, words=words, place=place,
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip


def asked(small: Small, claim: Claim, kind: str = "question", words: str = "Is it?", place: str = "") -> Raised:
    made = ask(small, claim, kind, words, place)
    assert isinstance(made, Raised), made
    return made


def answer(small: Small, row: Raised, done: str = "said", actor: Actor | None = None, **more: Any) -> int | Refused:
    values: dict[str, Any] = {"everybody": False, "seen": 1, "answer": "It is so.", "version": None} | more
    by = actor or Actor("person", small.reviewers[0])
    return answer_raised(
        project_id=small.project.id, raised_id=row.id, done=done, actor=by, now=small.now, **values
    )  # fmt: skip


def code(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.code


def wrong(refused: object) -> list[tuple[str, str]]:
    assert isinstance(refused, Refused), refused
    return [(each.field, each.code) for each in refused.facts["problems"]]


def standing(claim: Claim) -> tuple[Any, ...]:
    row = Claim.objects.get(id=claim.id)
    return row.state, row.expires_at, row.hard_until, row.work_ms, row.paused_at


def test_asking_changes_nothing_of_the_claim_and_costs_no_cap() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    small.beat(claim, 30)
    before, seat = standing(claim), Seat.objects.values().get(project=small.project, person_id=claim.person_id)
    row = asked(small, claim, place="  the  prompt ")
    assert (row.words, row.place, row.state) == ("Is it?", "the prompt", "open")
    assert asked(small, claim, place="the prompt").id == row.id, "the same words again are the first ones"
    assert asked(small, claim, "mistake").id != row.id
    assert raised_waiting([small.project.id]) == {small.project.id: 2}
    assert standing(claim) == before
    assert Seat.objects.values().get(project=small.project, person_id=claim.person_id) == seat
    assert not is_held(claim.task_id)
    small.submit(claim)
    assert asked(small, claim, "mistake", "I saw it too late.").state == "open", "after the hand-in too"


def test_what_can_not_be_raised_is_refused_in_words() -> None:
    small = small_project(tasks=3)
    claim = small.claim(small.experts[0])
    assert wrong(ask(small, claim, "joke", " ")) == [("kind", "raised_no_kind"), ("words", "raised_no_words")]
    assert wrong(ask(small, claim, words="x" * (RAISED_WORDS_CHARS_MAX + 1))) == [("words", "too_long")]
    assert wrong(ask(small, claim, words="a\0b", place="p" * 300)) == [
        ("words", "bad_character"),
        ("place", "too_long"),
    ]
    other = raise_matter(
        claim_id=claim.id, person_id=small.experts[1], kind="question", words="Mine?", place="",
        actor=Actor("person", small.experts[1]), now=small.now,
    )  # fmt: skip
    assert code(other) == "no_claim", "somebody else's claim"
    for n in range(RAISED_PER_CLAIM_MAX):
        asked(small, claim, words=f"Question {n}")
    assert code(ask(small, claim, words="One more")) == "raised_full"
    small.skip(claim)
    assert code(ask(small, claim)) == "claim_ended"


def test_an_answer_goes_to_one_or_to_all_who_asked_about_the_same_task() -> None:
    small = small_project(tasks=1, want=2)
    first, second = (small.claim(person) for person in small.experts[:2])
    rows = [asked(small, first), asked(small, second, words="So what?"), asked(small, second, "mistake")]
    assert code(answer(small, rows[0], actor=Actor("person", first.person_id))) == "own_raised"
    assert wrong(answer(small, rows[0], "put_back", answer=" ")) == [
        ("answer", "raised_no_words"), ("done", "raised_no_done"),
    ]  # fmt: skip
    assert wrong(answer(small, rows[0], "guideline", version=99)) == [("version", "raised_no_version")]
    assert wrong(answer(small, rows[0], version=1)) == [("version", "raised_no_version")]
    assert code(answer(small, rows[0], everybody=True, seen=1)) == "raised_more"
    assert answer(small, rows[0], "guideline", everybody=True, seen=2, version=1) == 2
    assert code(answer(small, rows[0])) == "raised_answered"
    told = Raised.objects.filter(state="answered").values_list("answer", "done", "version")
    assert set(told) == {("It is so.", "guideline", 1)}
    assert len(told) == 2
    assert answer(small, rows[2]) == 1
    assert Event.objects.filter(verb="raised:answered").count() == 3
    elsewhere = small_project(tasks=1)
    assert code(answer(elsewhere, rows[0])) == "no_raised", "another project's manager"


def test_taken_back_by_its_author_alone_and_only_unanswered() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    row, report = asked(small, claim), asked(small, claim, "illegal", "A private address.")
    for raised, person in ((row, small.experts[1]), (report, claim.person_id)):
        refused = take_back_matter(raised_id=raised.id, person_id=person, actor=MANAGER, now=small.now)
        assert code(refused) == "raised_answered"
    own = {"person_id": claim.person_id, "actor": Actor("person", claim.person_id), "now": small.now}
    assert take_back_matter(raised_id=row.id, **own) is None
    assert code(take_back_matter(raised_id=row.id, **own)) == "raised_answered"
    assert code(answer(small, row)) == "raised_answered"


def test_a_report_for_which_a_task_was_given_back_stays_for_staff_to_look_at() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    row, question = asked(small, claim, "distressing", "A killing is shown."), asked(small, claim)
    assert small.skip(claim, "distressing") is None
    own = {"person_id": claim.person_id, "actor": Actor("person", claim.person_id), "now": small.now}
    assert code(take_back_matter(raised_id=row.id, **own)) == "raised_counts"
    assert take_back_matter(raised_id=question.id, **own) is None
    assert Raised.objects.get(id=row.id).state == "open"


def test_what_was_written_stays() -> None:
    small = small_project(tasks=1)
    row = asked(small, small.claim(small.experts[0]))
    answer(small, row)
    for change in ({"words": "Other words"}, {"answer": "Another answer"}, {"state": "open"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Raised.objects.filter(id=row.id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Raised.objects.filter(id=row.id).delete()


def test_illegal_content_is_given_to_nobody_else_until_a_manager_puts_it_back() -> None:
    small = small_project(tasks=1, want=2)
    reporter, other = small.experts[:2]
    claim = small.claim(reporter)
    before = standing(claim)
    row = asked(small, claim, "illegal", "It asks for somebody's address.")
    assert standing(claim) == before
    assert is_held(claim.task_id)
    assert code(small.take(other)) == "no_work"
    assert small.skip(claim, "illegal") is None
    assert code(small.take(other)) == "no_work", "what is given back is held too"
    assert set(Slot.objects.filter(task_id=claim.task_id).values_list("queue__lane", flat=True)) == {"held"}
    check_books()
    small.wait(60)
    assert wrong(answer(small, row, "said")) == [("done", "raised_no_done")], "somebody decides about the task"
    assert answer(small, row, "put_back") == 1
    assert small.claim(other).task_id == claim.task_id
    assert [e.verb for e in Event.objects.filter(subject_id=claim.task_id, subject_kind="task").order_by("id")] == [
        "task:held", "task:put_back",
    ]  # fmt: skip


def test_work_in_hand_goes_on_and_its_review_waits_while_the_task_is_held() -> None:
    small = small_project(tasks=1, want=2)
    first, second = (small.claim(person) for person in small.experts[:2])
    row = asked(small, first, "illegal", "Stolen text.")
    small.beat(second, 60)
    small.submit(second)
    assert code(small.take(small.reviewers[0], "review")) == "no_work", "nobody else is shown it"
    assert answer(small, row, "put_back") == 1
    small.review(ACCEPT)
    assert balance_minor(payable(second.person_id), small.project.currency) > 0
    check_books()


def test_rework_of_a_held_task_waits() -> None:
    small = small_project(tasks=2)
    author = small.claim(small.experts[0])
    small.submit(author)
    review = small.claim(small.reviewers[0], "review")
    row = asked(small, review, "illegal", "Stolen text.")
    small.submit(review, {"verdict": "return", "note": "Shorter.", "clause": "1"})
    mine = small.claim(small.experts[0])
    assert mine.task_id != author.task_id, "the rework is kept, and held"
    assert code(small.take(small.experts[0])) == "no_work", "not busy: asking again gives nothing"
    by = Actor("person", small.experts[1])
    assert answer(small, row, "put_back", actor=by) == 1
    again = small.claim(small.experts[0])
    assert (again.task_id, again.round) == (author.task_id, 2)


def test_a_task_taken_out_gives_its_money_back_and_stays_out() -> None:
    small = small_project(tasks=1, want=3)
    first, second = (small.claim(person) for person in small.experts[:2])
    task = Task.objects.get(id=first.task_id)
    row = asked(small, first, "mistake", "Its picture is missing.")
    before = balance_minor(pool(small.batch_id), small.project.currency)
    assert answer(small, row, "taken_out") == 1
    states = sorted(Slot.objects.filter(task=task, stage__kind="attempt").values_list("state", flat=True))
    assert states == ["cancelled", "claimed", "claimed"], "what is in work goes on"
    assert balance_minor(pool(small.batch_id), small.project.currency) > before
    check_books()
    small.beat(first, 60)
    small.submit(first)
    assert small.skip(second) is None
    assert Slot.objects.get(id=second.slot_id).state == "cancelled", "nobody else is given it"
    assert code(small.take(small.experts[-1])) == "no_work"
    check_books()
    assert is_held(task.id)
    shard = Slot.objects.get(id=first.slot_id).shard
    assert balance_minor(reserved(small.batch_id, shard), small.project.currency) >= 0


def test_a_task_nobody_took_is_withdrawn_when_it_is_taken_out() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    row = asked(small, claim, "distressing", "A killing is shown.")
    assert small.skip(claim, "distressing") is None
    assert answer(small, row, "taken_out") == 1
    assert Task.objects.get(id=claim.task_id).state == "withdrawn"
    check_books()


def test_a_distressing_task_is_given_back_with_its_time_paid_and_no_cap_used() -> None:
    small = small_project(tasks=2)
    new = NewPaidKind("interrupted", "timed", "", minutes_max=60, times_max=1, at_once=True)
    assert not isinstance(set_paid_kind(project_id=small.project.id, new=new, actor=MANAGER, now=small.now), Refused)
    claim = small.claim(small.experts[0])
    small.beat(claim, 600)
    assert code(small.skip(claim, "distressing")) == "no_reason", "it was not reported so"
    asked(small, claim, "distressing", "A killing is shown.")
    assert small.skip(claim, "distressing") is None
    seat = Seat.objects.get(project=small.project, person_id=claim.person_id)
    assert (seat.total_n, seat.day_n) == (0, 0)
    (event,) = Event.objects.filter(verb="claim:skipped")
    assert event.facts == {"reason": "distressing", "work_ms": 600_000}
    small.wait(24 * 3600 + 60)
    assert pay_interrupted(actor=JOB, now=small.now) == 1
    assert balance_minor(payable(claim.person_id), small.project.currency) > 0
    check_books()


def test_reports_alone_pay_an_hour_a_week_and_the_rest_once_somebody_looked() -> None:
    small = small_project(tasks=5)
    new = NewPaidKind("interrupted", "timed", "", minutes_max=60, times_max=1, at_once=True)
    assert not isinstance(set_paid_kind(project_id=small.project.id, new=new, actor=MANAGER, now=small.now), Refused)
    person = small.experts[0]
    for n in range(4):
        claim = small.claim(person)
        for _ in range(3):
            small.beat(claim, 500)
        row = asked(small, claim, "distressing", f"Report {n}")
        assert small.skip(claim, "distressing") is None
        if n == 3:
            assert answer(small, row, "taken_out") == 1
    small.wait(24 * 3600 + 60)
    assert pay_interrupted(actor=JOB, now=small.now) == 3, "two within the hour, and the one that was found so"
    (waits,) = PaidTime.objects.filter(decided_at=None)
    assert waits.said_ms == 1_500_000
    assert pay_interrupted(actor=JOB, now=small.now) == 0, "it waits for staff"
    decided = decide_paid_time(
        project_id=small.project.id, entry_id=waits.id, granted_ms=waits.said_ms, why="It was.", operator=False,
        actor=MANAGER, now=small.now,
    )  # fmt: skip
    assert decided is None
    assert balance_minor(payable(person), small.project.currency) == 4 * 1500
    check_books()
