"""Work outside tasks that was not granted is contested: whoever decided it answers nothing; what is granted is paid."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from fairhand.audit.actor import COMMAND, Actor
from fairhand.cases.commands import appeal
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_entry, contest_line
from fairhand.flow.record_paid_time import Entered, decide_paid_time, record_paid_time
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.insight.books import run_checks
from fairhand.insight.cases import own_case_row
from fairhand.insight.own_export import everything_about
from fairhand.insight.timesheets import sheets
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable
from fairhand.pay.models import PayLine
from fairhand.people.commands import ensure_people
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.paid_rules import NewPaidKind
from fairhand_pay import recomputed
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")

MINUTE = 60_000


def _refused(small: Small, by: UUID, granted: int = 0) -> UUID:
    """An entry of twenty minutes at 30 an hour, of which `by` grants so many."""
    new = NewPaidKind("meeting", "timed", "30.00", 60, 9, at_once=False)
    kind = set_paid_kind(project_id=small.project.id, new=new, actor=COMMAND, now=small.now)
    assert isinstance(kind, PaidKind), kind
    who = small.experts[0]
    done = record_paid_time(
        project_id=small.project.id, person_id=who, kind_id=kind.id, said_ms=20 * MINUTE, note="The call.",
        version=None, request_key=f"one {granted}", actor=Actor("person", who), now=small.now,
    )  # fmt: skip
    assert isinstance(done, Entered), done
    decided = decide_paid_time(
        project_id=small.project.id, entry_id=done.entry_id, granted_ms=granted * MINUTE, why="Nobody was there.",
        operator=True, actor=Actor("person", by), now=small.now,
    )  # fmt: skip
    assert decided is None, decided
    return done.entry_id


def _contest(small: Small, entry_id: UUID, who: UUID) -> Case | Refused:
    return contest_entry(
        entry_id=entry_id, person_id=who, words="I was there.", actor=Actor("person", who), now=small.now
    )


def _answer(small: Small, case: Case, by: UUID, minutes: int | None) -> Refused | None:
    said = "uphold" if minutes is None else "correct"
    given = Answer(said, 0, "", "As the minutes say.", by, True, granted_ms=(minutes or 0) * MINUTE)
    return answer_contest(
        project_id=small.project.id, case_id=case.id, given=given, actor=Actor("person", by), now=small.now
    )


def _code(found: object) -> str:
    assert isinstance(found, Refused), found
    return found.code


def _money(small: Small, who: UUID) -> int:
    week = small.now.date() - timedelta(days=small.now.weekday())
    return sum(each.money["USD"] for each in sheets([who], week, {}).values())


def _staff(small: Small) -> list[UUID]:
    people = [(f"answers{n}@staff.example", f"Answers {n}") for n in range(3)]
    return list(ensure_people(people=people, kind="person", actor=COMMAND, now=small.now).values())


def test_another_person_grants_it_and_an_appeal_adds_the_rest() -> None:
    small = small_project()
    decider, other, third = _staff(small)
    expert, stranger = small.experts
    entry_id = _refused(small, decider)
    assert _code(_contest(small, entry_id, stranger)) == "no_paid_time"
    case = _contest(small, entry_id, expert)
    assert isinstance(case, Case), case
    assert _code(_contest(small, entry_id, expert)) == "line_contested"
    assert _code(_answer(small, case, decider, 20)) == "refused_it"
    assert _code(_answer(small, case, expert, 20)) == "own_case"
    assert _code(_answer(small, case, other, 21)) == "no_minutes"
    assert _code(_answer(small, case, other, 0)) == "no_minutes"
    with pytest.raises(IntegrityError, match="pay_case_not_by"), transaction.atomic():
        Case.objects.filter(id=case.id).update(
            state="answered", due_at=None, answer="uphold", answer_reason="No.", answered_at=small.now,
            answered_by=decider,
        )  # fmt: skip
    assert _answer(small, case, other, 10) is None
    entry = PaidTime.objects.get(id=entry_id)
    assert (entry.granted_ms, entry.paid_minor, entry.decided_by) == (10 * MINUTE, 500, other)
    assert PayLine.objects.get(line_key=f"paid_time:{entry_id}:0").amount_minor == 500

    words = "All of it."
    assert appeal(case_id=case.id, person_id=expert, words=words, actor=Actor("person", expert), now=small.now) is None
    case.refresh_from_db()
    assert _code(_answer(small, case, decider, 20)) == "refused_it"
    assert _code(_answer(small, case, other, 20)) == "same_person"
    assert _answer(small, case, third, 20) is None
    entry.refresh_from_db()
    assert (entry.granted_ms, entry.paid_minor) == (20 * MINUTE, 500), "what its own line paid"
    assert _money(small, expert) == 1000
    assert recomputed(json.loads("".join(everything_about(expert, small.now)))).clean
    assert PayLine.objects.get(line_key=f"case:{case.id}:2").amount_minor == 500
    assert small.money(payable(expert)) == 1000
    line = PayLine.objects.get(line_key=f"paid_time:{entry_id}:0")
    assert _code(contest_line(
        line_id=line.id, person_id=expert, words="Twice.", actor=Actor("person", expert), now=small.now
    )) == "line_of_case"  # fmt: skip
    assert run_checks() == {}
    row = own_case_row(expert, case.id)
    assert row is not None
    assert (row.paid_kind, row.said_ms, row.answer_minor, row.decision_minor) == ("meeting", 20 * MINUTE, 500, 500)


def test_it_may_stay_refused_and_what_was_granted_in_part_is_contested_at_its_line() -> None:
    small = small_project()
    decider, other, _ = _staff(small)
    expert = small.experts[0]
    case = _contest(small, _refused(small, decider), expert)
    assert isinstance(case, Case), case
    assert _answer(small, case, other, None) is None
    assert PayLine.objects.count() == 0

    part = _refused(small, decider, granted=5)
    assert _code(_contest(small, part, expert)) == "entry_not_refused"
    line = PayLine.objects.get()
    of_line = contest_line(
        line_id=line.id, person_id=expert, words="All.", actor=Actor("person", expert), now=small.now
    )  # fmt: skip
    assert isinstance(of_line, Case), of_line
    given = Answer("correct", 100, "goodwill", "So it was.", decider, True)
    assert _code(answer_contest(
        project_id=small.project.id, case_id=of_line.id, given=given, actor=Actor("person", decider), now=small.now
    )) == "refused_it"  # fmt: skip
    given = replace(given, actor_id=other)
    assert answer_contest(
        project_id=small.project.id, case_id=of_line.id, given=given, actor=Actor("person", other), now=small.now
    ) is None  # fmt: skip
    assert _money(small, expert) == 250 + 100 == small.money(payable(expert))
    assert run_checks() == {}
