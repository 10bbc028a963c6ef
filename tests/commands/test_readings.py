"""A version is read with the clock: bounded, once for a person however many windows, and never beside a task."""

import json
from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.dispatch.models import Claim
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_entry
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.read_guideline import enter_left_readings, finish_reading, start_reading
from fairhand.flow.record_paid_time import Entered, decide_paid_time, record_paid_time
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.insight.books import run_checks
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_people
from fairhand.work.commands import note_reading, record_beat
from fairhand.work.models import PaidTime, Reading
from fairhand.work.paid_rules import NewPaidKind
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")

MINUTE = 60_000


def _published(minutes_max: int = 20, *, at_once: bool = True, claims: int = 0) -> Small:
    """Reading is paid 30 an hour; two more versions are out, after the first expert took so many tasks."""
    small = small_project()
    for _ in range(claims):
        small.claim(small.experts[0])
    new = NewPaidKind("reading", "timed", "30.00", minutes_max, 1, at_once=at_once)
    set_paid_kind(project_id=small.project.id, new=new, actor=COMMAND, now=small.now)
    for base in (1, 2):
        small.wait(60)
        made = publish_guideline(
            project_id=small.project.id, base=base, texts={"en": f"Words {base}."}, note="Words.", actor=COMMAND,
            now=small.now,
        )  # fmt: skip
        assert not isinstance(made, Refused), made
    small.wait(60)
    return small


def _start(small: Small, version: int = 2) -> Reading | Refused:
    who = small.experts[0]
    return start_reading(
        project_id=small.project.id, person_id=who, version=version, actor=Actor("person", who), now=small.now
    )


def _beat(small: Small, ms: int, seq: int, device: str = "one", version: int = 2) -> int | None:
    return note_reading(
        project_id=small.project.id, person_id=small.experts[0], version=version, device=device, seq=seq, active_ms=ms,
        now=small.now,
    )  # fmt: skip


def _finish(small: Small, version: int = 2) -> Entered | Refused:
    who = small.experts[0]
    return finish_reading(
        project_id=small.project.id, person_id=who, version=version, actor=Actor("person", who), now=small.now
    )


def test_two_windows_count_once_and_it_is_entered_once() -> None:
    small = _published()
    assert _beat(small, MINUTE, 0) is None, "nothing counts before it begins"
    begun = _start(small)
    assert isinstance(begun, Reading)
    assert _start(small) == begun
    assert isinstance(_finish(small), Refused), "nothing was counted yet"
    small.wait(300)
    assert _beat(small, 5 * MINUTE, 0) == 5 * MINUTE
    assert _beat(small, 5 * MINUTE, 0) == 0, "the same report"
    assert _beat(small, 5 * MINUTE, 0, device="two") == 0, "the same minutes in another window"
    assert _start(small, 3) is not None
    assert _beat(small, 5 * MINUTE, 0, version=3) == 0, "and of another version"
    small.wait(90)
    assert _beat(small, 10 * MINUTE, 1) == 90_000, "no more than passed on our clock"
    done = _finish(small)
    assert isinstance(done, Entered), done
    assert (done.paid_minor, PaidTime.objects.get().said_ms) == (325, 390_000)
    assert isinstance(_finish(small), Refused)
    assert isinstance(_start(small), Refused)
    assert _beat(small, MINUTE, 2) is None
    export = json.loads("".join(everything_about(small.experts[0], small.now)))
    assert [row["work_ms"] for row in export["readings_with_the_clock"]] == [390_000, 0]
    assert run_checks() == {}


def test_no_minute_of_a_task_counts_for_reading_and_none_of_reading_for_a_task() -> None:
    small = _published(claims=1)
    claim = Claim.objects.get()
    _start(small)
    small.wait(300)
    assert _beat(small, 2 * MINUTE, 0) == 2 * MINUTE
    on_task = record_beat(
        claim_id=claim.id, person_id=claim.person_id, device="page", seq=1, active_ms=5 * MINUTE, now=small.now
    )
    assert on_task == 3 * MINUTE
    assert _beat(small, MINUTE, 1) == 0


def test_its_clock_stops_at_the_most_that_is_paid_and_stated_minutes_end_it() -> None:
    small = _published(minutes_max=4)
    _start(small)
    small.wait(600)
    assert _beat(small, 10 * MINUTE, 0) == 4 * MINUTE
    who = small.experts[0]
    stated = record_paid_time(
        project_id=small.project.id, person_id=who, kind_id=UUID(int=0), said_ms=3 * MINUTE, note="", version=2,
        request_key="stated", actor=Actor("person", who), now=small.now,
    )  # fmt: skip
    assert isinstance(stated, Entered)
    assert Reading.objects.get().paid_time_id == stated.entry_id
    assert isinstance(_finish(small), Refused), "it was entered by its minutes"
    assert run_checks() == {}


def test_what_was_read_and_left_is_entered_by_itself() -> None:
    small = _published(at_once=False)
    _start(small)
    small.wait(120)
    _beat(small, 2 * MINUTE, 0)
    small.wait(71 * 3600)
    assert enter_left_readings(actor=JOB, now=small.now) == 0
    small.wait(3600)
    assert enter_left_readings(actor=JOB, now=small.now) == 1
    assert enter_left_readings(actor=JOB, now=small.now) == 0
    entry = PaidTime.objects.get()
    assert (entry.said_ms, entry.decided_at) == (2 * MINUTE, None), "its kind is confirmed by staff"


def test_a_version_that_a_case_granted_is_read_no_more_and_one_that_is_read_again_is_not_granted() -> None:
    small = _published(at_once=False)
    who, cases = small.experts[0], []
    people = [(f"{name}@staff.example", name) for name in ("Decides", "Answers")]
    decider, other = ensure_people(people=people, kind="person", actor=COMMAND, now=small.now).values()
    for seq, version in enumerate((2, 3)):
        _start(small, version)
        small.wait(300)
        _beat(small, 5 * MINUTE, seq, version=version)
        done = _finish(small, version)
        assert isinstance(done, Entered), done
        no = decide_paid_time(
            project_id=small.project.id, entry_id=done.entry_id, granted_ms=0, why="No.", operator=True,
            actor=Actor("person", decider), now=small.now,
        )  # fmt: skip
        assert no is None, no
        case = contest_entry(
            entry_id=done.entry_id, person_id=who, words="I read it.", actor=Actor("person", who), now=small.now
        )
        assert isinstance(case, Case), case
        cases.append(case)
        assert isinstance(_start(small, version), Reading), "what was refused may be read again"
    small.wait(120)
    assert _beat(small, 2 * MINUTE, 9, version=3) == 2 * MINUTE

    def granted(case: Case) -> Refused | None:
        given = Answer("correct", 0, "", "So it was.", other, True, granted_ms=5 * MINUTE)
        actor = Actor("person", other)
        return answer_contest(project_id=small.project.id, case_id=case.id, given=given, actor=actor, now=small.now)

    assert granted(cases[0]) is None
    assert _beat(small, MINUTE, 9) is None, "nobody reads on unpaid"
    assert isinstance(_finish(small), Refused)
    again = granted(cases[1])
    assert again is not None
    assert again.code == "paid_time_again"
    small.wait(80 * 3600)
    assert enter_left_readings(actor=JOB, now=small.now) == 1
    entered = PaidTime.objects.exclude(granted_ms=0).order_by("version")
    assert list(entered.values_list("version", "said_ms")) == [(2, 5 * MINUTE), (3, 2 * MINUTE)]
    assert run_checks() == {}
