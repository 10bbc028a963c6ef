"""Timesheets: a weekly cap stops the offers and never the pay, and a week is confirmed, questioned and accepted."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim, Seat
from fairhand.flow.correct_time import correct_time
from fairhand.flow.declare_time import declare_time
from fairhand.flow.open_work import open_work
from fairhand.flow.quick_claim import claim_and_show
from fairhand.flow.record_paid_time import record_paid_time
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.flow.take_next import take_next
from fairhand.flow.timesheets import accept_week, answer_week, ask_about_week, confirm_week, standing
from fairhand.insight.own_export import everything_about
from fairhand.insight.timesheets import caps_of, own_tasks, people_of_week, sheets
from fairhand.insight.week_hours import week_hours
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable
from fairhand.people.models import Person
from fairhand.projects.models import Stage
from fairhand.work.models import Timesheet
from fairhand.work.paid_rules import NewPaidKind
from fairhand_pay import recomputed
from tests.building import RETURN, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")

SUNDAY = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
HOUR = 3600
WEEK = date(2026, 3, 2)


def sheet(cap_h: int = 20, zone: str | None = None, **more: Any) -> Small:
    """A project that pays by the timesheet, on a Monday morning of its experts (UTC)."""
    params = {"rate": "65.00", "weekly_cap_h": cap_h, "paid_max_h": 30} | ({"zone": zone} if zone else {})
    more = {"reviewed": False, "tasks": 6, "now": datetime(2026, 3, 2, 6, 0, tzinfo=UTC)} | more
    return small_project(pay=("mercor", params), claim_s_max=10 * 86_400, lease_s=86_400, **more)


def hours(small: Small, claim: Claim, seconds: int) -> None:
    while seconds > 0:
        small.beat(claim, min(seconds, 600))
        seconds -= 600


def full(small: Small) -> str:
    found = small.take(small.experts[0], "attempt", None)
    return found.code if isinstance(found, Refused) else "claimed"


def test_22_h_36_min_at_65_are_paid_whole_beyond_a_cap_of_20_and_the_manager_is_told_once() -> None:
    small = sheet()
    me = small.experts[0]
    first, second = small.claim(me), small.claim(me)
    hours(small, first, 22 * HOUR + 36 * 60)
    # The cap is reached while it is in work: the next one is refused, what runs goes on.
    assert full(small) == "cap_hours"
    done = small.submit(first)
    assert done.amount_minor == 146_900
    (told,) = Event.objects.filter(verb="timesheet:beyond_cap")
    assert (told.facts["over_ms"], told.facts["week"]) == (9_360_000, "2026-03-02")

    small.beat(second, 600)
    assert small.submit(second).amount_minor == 1083
    assert Event.objects.filter(verb="timesheet:beyond_cap").count() == 1
    assert small.money(payable(me)) == 146_900 + 1083
    check_books()
    # Somebody else of the project is offered its tasks as before, and so is he on Monday.
    assert isinstance(small.take(small.experts[1], "attempt", None), Claim)
    assert full(small) == "cap_hours"
    small.now = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    assert full(small) == "claimed"


def test_the_page_says_why_and_until_when_and_no_other_way_leads_around_it() -> None:
    small = sheet(cap_h=1)
    me = small.experts[0]
    hours(small, small.claim(me), HOUR - 1)
    claim = small.claim(me)  # one second is left
    small.beat(claim, 1)
    found = open_work(me, [small.project.id], "attempt", small.now)[small.project.id].why
    (bar,) = found.bars
    assert (bar.code, bar.until, bar.facts["n"]) == ("cap_hours", datetime(2026, 3, 9, tzinfo=UTC), HOUR * 1000)
    assert (bar.waiting, found.open_n) == (1, 0)
    anywhere = take_next(
        person_id=me, judges=lambda *_: False, terms_seen=small.hashes, request_key="any", actor=Actor("person", me),
        now=small.now,
    )  # fmt: skip
    assert isinstance(anywhere, Refused)
    assert anywhere.code == "cap_hours"
    quick = claim_and_show(
        person_id=me, project_id=small.project.id, kind="attempt", terms_seen=small.hashes, request_key="quick",
        actor=Actor("person", me), now=small.now,
    )  # fmt: skip
    assert isinstance(quick, Refused)
    assert quick.code == "cap_hours"


def test_rework_is_taken_though_the_week_is_full_and_nothing_else_that_is_kept() -> None:
    small = sheet(cap_h=1, reviewed=True)
    me = small.experts[0]
    claim = small.claim(me)
    hours(small, claim, HOUR)
    small.submit(claim)
    assert full(small) == "cap_hours"
    small.review(RETURN)
    again = small.claim(me)
    assert again.round == 2
    hours(small, again, 1800)
    assert full(small) == "cap_hours"
    assert small.submit(again).amount_minor == 3250
    check_books()


def test_a_task_counts_in_the_week_in_which_it_was_taken_and_another_zone_wins_nothing() -> None:
    small = sheet(cap_h=1, now=SUNDAY)
    me = small.experts[0]
    cap = [(Stage.objects.get(project=small.project).id, HOUR, None)]

    def counted() -> int:
        (found,) = week_hours(me, cap, small.now).values()
        return found.paid_ms // 1000

    claim = small.claim(me)
    hours(small, claim, 5 * HOUR)  # until an hour into Monday
    small.submit(claim)
    assert counted() == 0
    assert full(small) == "claimed"  # a new week
    small.submit(Claim.objects.get(person_id=me, state="live"))
    # Sunday, further west: the week that has begun goes on.
    Person.objects.filter(id=me).update(tz="America/Los_Angeles")
    hours(small, small.claim(me), HOUR)
    assert counted() >= HOUR
    assert full(small) == "cap_hours"


def test_a_week_in_a_stated_zone_opens_at_its_midnight() -> None:
    small = sheet(cap_h=1, zone="Africa/Cairo")
    hours(small, small.claim(small.experts[0]), HOUR)
    small.now = datetime(2026, 3, 8, 21, 59, tzinfo=UTC)
    assert full(small) == "cap_hours"
    small.now += timedelta(minutes=1)
    assert full(small) == "claimed"


def _asked(small: Small, who: int, week: date, said: str = "Which sources did you read on Tuesday?") -> Refused | None:
    alias = Seat.objects.get(project=small.project, person_id=small.experts[0]).alias
    return ask_about_week(
        project_id=small.project.id, alias=alias, week=week, question=said, actor=Actor("person", who), now=small.now
    )


def _state(small: Small) -> str:
    row = Timesheet.objects.filter(person_id=small.experts[0], week=WEEK).first()
    return standing(WEEK, "UTC", "UTC", row, small.now).state


def test_a_week_is_confirmed_questioned_answered_and_accepted_and_none_of_it_moves_money() -> None:
    small = sheet()
    me, staff = small.experts[0], small.reviewers[0]
    small.work(me, 600)
    about = {"project_id": small.project.id, "person_id": me, "week": WEEK, "actor": Actor("person", me)}
    assert confirm_week(**about, now=small.now).code == "week_running"
    assert _asked(small, staff, WEEK).code == "week_running"
    small.now = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    assert _state(small) == "waiting"
    assert confirm_week(**about, now=small.now) is None
    assert _state(small) == "confirmed"
    assert confirm_week(**about | {"week": WEEK + timedelta(days=1)}, now=small.now).code == "bad_week"
    assert confirm_week(**about | {"week": WEEK + timedelta(weeks=1)}, now=small.now).code == "week_running"

    assert _asked(small, me, WEEK).code == "own_week"
    assert _asked(small, staff, WEEK, " ").facts["problems"][0].field == "reason"
    assert answer_week(**about, answer="Two papers.", now=small.now).code == "week_not_asked"
    assert _asked(small, staff, WEEK) is None
    assert _state(small) == "questioned"
    assert _asked(small, staff, WEEK).code == "week_asked"
    small.wait(71 * HOUR)
    assert answer_week(**about, answer="Two papers.", now=small.now) is None
    assert _state(small) == "answered"
    before = small.money(payable(me))
    # Three working days after the answer of Thursday nothing was said: the weekend doesn't count.
    small.wait(72 * HOUR)
    assert _state(small) == "answered"
    small.wait(48 * HOUR)
    assert _state(small) == "accepted"
    assert _asked(small, staff, WEEK).code == "week_accepted"
    assert small.money(payable(me)) == before == 1083
    (mine,) = json.loads("".join(everything_about(me, small.now)))["weeks_of_mine"]
    assert (mine["week"], mine["answer"], mine["accepted_at"]) == ("2026-03-02", "Two papers.", None)
    assert recomputed(json.loads("".join(everything_about(me, small.now)))).clean
    check_books()


def test_staff_accept_a_week_before_the_clock_and_nobody_their_own() -> None:
    small = sheet()
    small.work(small.experts[0], 600)
    alias = Seat.objects.get(project=small.project, person_id=small.experts[0]).alias
    about = {"project_id": small.project.id, "alias": alias, "week": WEEK}
    small.now = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
    assert accept_week(**about, actor=Actor("person", small.experts[0]), now=small.now).code == "own_week"
    assert accept_week(**about | {"alias": "E-none"}, actor=JOB, now=small.now).code == "no_seat"
    assert accept_week(**about, actor=Actor("person", small.reviewers[0]), now=small.now) is None
    assert _state(small) == "accepted"
    said = [event.facts for event in Event.objects.filter(verb="timesheet:accepted")]
    assert said == [{"person_id": str(small.experts[0]), "week": "2026-03-02"}]


def test_a_sheet_shows_what_was_recorded_declared_corrected_and_paid_outside_once() -> None:
    small = sheet(cap_h=1)
    me = small.experts[0]
    claim = small.claim(me)
    hours(small, claim, HOUR)
    small.wait(1800)
    declared = declare_time(
        claim_id=claim.id, person_id=me, declared_ms=1_200_000, note="A paper.", actor=Actor("person", me),
        now=small.now,
    )  # fmt: skip
    assert declared.counted_ms == 1_200_000
    small.submit(claim)
    corrected = correct_time(
        claim_id=claim.id, person_id=me, asked_ms=600_000, reason="The last part was not counted.",
        actor=Actor("person", me), now=small.now,
    )  # fmt: skip
    assert corrected.paid_minor == 1083
    kind = set_paid_kind(
        project_id=small.project.id, new=NewPaidKind("meeting", "timed", "60.00", 60, 2, True), actor=COMMAND,
        now=small.now,
    )  # fmt: skip
    record_paid_time(
        project_id=small.project.id, person_id=me, kind_id=kind.id, said_ms=1_800_000, note="The call.", version=None,
        request_key="one", actor=Actor("person", me), now=small.now,
    )  # fmt: skip
    running = Claim.objects.filter(person_id=me, state="live").count()
    caps = caps_of(person_id=me)
    (sheet_of,) = sheets([me], WEEK, caps).values()
    monday = sheet_of.days[0]
    minute = 60_000
    assert (monday.tasks, monday.recorded_ms, monday.declared_ms, monday.corrected_ms) == (
        1, 60 * minute, 20 * minute, 10 * minute)  # fmt: skip
    assert (monday.paid_ms, monday.live_ms, monday.outside_ms, running) == (90 * minute, 0, 30 * minute, 0)
    assert sheet_of.over_ms == 60 * minute
    # The money is that of the lines, to the cent: 80 min and 10 min at $65, half an hour at $60.
    assert sheet_of.money == {"USD": 8667 + 1083 + 3000}
    assert small.money(payable(me)) == 8667 + 1083 + 3000
    # The cap counts the same hours.
    (hours_of,) = week_hours(me, [(Stage.objects.get(project=small.project).id, HOUR, None)], small.now).values()
    assert hours_of.paid_ms == sheet_of.of("counted_ms")
    (task,) = own_tasks(me, WEEK, caps, 9)
    assert (task.work_ms, task.paid_ms, task.minor, task.state) == (80 * minute, 90 * minute, 9750, "accepted")
    assert [one.person_id for one in people_of_week(small.project.id, WEEK, "", 9)] == [me]
    assert people_of_week(small.project.id, WEEK + timedelta(weeks=3), "", 9) == []
    check_books()
