"""confirm_week, ask_about_week, answer_week, accept_week: what is said of somebody's hours in a project, week by week.

None of it moves money: hours are paid as they are handed in, and nothing here takes any back. What is missing is
corrected or entered where hours are (correct_time, declare_time, record_paid_time).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Seat
from fairhand.estimates.queries import rule_of
from fairhand.estimates.rules.working_time import working_hours
from fairhand.flow.change_stage import reason_problems
from fairhand.insight.timesheets import WeekCap, caps_of
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.projects.rules import Wrong
from fairhand.work import timesheet_commands as work
from fairhand.work.models import Timesheet
from fairhand.work.timesheet_rules import (
    ACCEPTED_AFTER_HOURS,
    Said,
    asked_until,
    ends_at,
    is_week,
    state_of,
    why_not_answered,
    why_not_asked,
    why_not_settled,
)

# A week's state and what was said of it -> why something can't be said of it now, as a code; "" where it can.
_WhyNot = Callable[[str, Said], str]
_WHY = {
    "week_running": "This week isn't over yet in its zone.",
    "week_accepted": "This week is accepted already.",
    "week_asked": "Somebody asked about this week already.",
    "week_not_asked": "Nobody asked about this week, or it is answered already.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a week stands. `accepted_by`: when it is accepted at the latest, if nothing more is said."""

    state: str
    ends_at: datetime
    accepted_by: datetime


def standing(week: date, zone: str, project_zone: str, row: Timesheet | None, now: datetime) -> Standing:
    """A week's state by what was said of it. `zone`: of its days; `project_zone`: whose weekends don't count."""
    said, ended = work.said_of(row), ends_at(week, zone)
    accepted_by = working_hours(asked_until(ended, said), ACCEPTED_AFTER_HOURS, ZoneInfo(project_zone))
    return Standing(state_of(ended, accepted_by, said, now), ended, accepted_by)


def zone_of(cap: WeekCap | None, person_zone: str) -> str:
    """Whose week it is: the plan's, if it states a zone, else the person's."""
    return person_zone if cap is None or cap.zone is None else cap.zone


@transaction.atomic
def confirm_week(*, project_id: UUID, person_id: UUID, week: date, actor: Actor, now: datetime) -> Refused | None:
    """Its person says that a week is complete. Refusals: no_seat, bad_week, week_running, week_accepted."""
    held = _held(project_id, person_id, week, lambda state, _said: why_not_settled(state), now)
    if isinstance(held, Refused):
        return held
    if work.confirm(sheet_id=held.row.id, now=now):
        _tell("timesheet:confirmed", held, {}, actor, now)
    return None


@transaction.atomic
def ask_about_week(
    *, project_id: UUID, alias: str, week: date, question: str, actor: Actor, now: datetime
) -> Refused | None:
    """A named person of the staff asks about somebody's week, in words that its person reads; what is paid stays paid.

    Refusals: no_seat, bad_week, week_running, week_accepted, week_asked, own_week, bad_input (field reason).
    """
    held = _held_of(project_id, alias, week, why_not_asked, now)
    if isinstance(held, Refused):
        return held
    if actor.id is None or actor.id == held.row.person_id:
        return Refused("own_week", "Nobody asks about, or accepts, a week of their own.")
    if problems := reason_problems(question):
        return _bad(problems)
    work.ask(sheet_id=held.row.id, question=question.strip(), by=actor.id, now=now)
    _tell("timesheet:questioned", held, {"reason": question.strip()}, actor, now)
    return None


@transaction.atomic
def answer_week(
    *, project_id: UUID, person_id: UUID, week: date, answer: str, actor: Actor, now: datetime
) -> Refused | None:
    """Its person answers. Refusals: no_seat, bad_week, week_accepted, week_not_asked, bad_input (field reason)."""
    held = _held(project_id, person_id, week, why_not_answered, now)
    if isinstance(held, Refused):
        return held
    if problems := reason_problems(answer):
        return _bad(problems)
    work.answer(sheet_id=held.row.id, said=answer.strip(), now=now)
    _tell("timesheet:answered", held, {"asked_by": str(held.row.asked_by)}, actor, now)
    return None


@transaction.atomic
def accept_week(*, project_id: UUID, alias: str, week: date, actor: Actor, now: datetime) -> Refused | None:
    """A named person accepts a week before the clock does. Refusals: no_seat, bad_week, week_running, week_accepted,
    own_week."""
    held = _held_of(project_id, alias, week, lambda state, _said: why_not_settled(state), now)
    if isinstance(held, Refused):
        return held
    if actor.id is None or actor.id == held.row.person_id:
        return Refused("own_week", "Nobody asks about, or accepts, a week of their own.")
    work.accept(sheet_id=held.row.id, by=actor.id, now=now)
    _tell("timesheet:accepted", held, {}, actor, now)
    return None


@dataclass(frozen=True, slots=True)
class _Held:
    """A week under its lock."""

    row: Timesheet


def _held_of(project_id: UUID, alias: str, week: date, why_not: _WhyNot, now: datetime) -> _Held | Refused:
    seat = Seat.objects.filter(project_id=project_id, alias=alias).values_list("person_id", flat=True).first()
    return _held(project_id, seat, week, why_not, now) if seat is not None else _no_seat()


def _held(project_id: UUID, person_id: UUID, week: date, why_not: _WhyNot, now: datetime) -> _Held | Refused:
    """A week's row, locked, if `why_not` has no code for how it stands; what is refused writes no row."""
    seat = Seat.objects.filter(project_id=project_id, person_id=person_id).first()
    if seat is None:
        return _no_seat()
    if not is_week(week) or week > now.date():
        return Refused("bad_week", "A week is named by its Monday, and none that is to come is spoken of.")
    zone = zone_of(caps_of(project_id=project_id).get(project_id), Person.objects.get(id=person_id).tz)
    project_zone = rule_of(project_id).zone

    def refusal(row: Timesheet | None) -> Refused | None:
        code = why_not(standing(week, zone, project_zone, row, now).state, work.said_of(row))
        return Refused(code, _WHY[code]) if code else None

    if refused := refusal(work.sheets_of(project_id, week, [person_id]).get(person_id)):
        return refused
    row = work.locked_sheet(org_id=seat.org_id, project_id=project_id, person_id=person_id, week=week, now=now)
    return refusal(row) or _Held(row)


def _no_seat() -> Refused:
    return Refused("no_seat", "There is no such seat in the project.")


def _bad(problems: list[Wrong]) -> Refused:
    return Refused("bad_input", "It can't be said like this.", {"problems": problems})


def _tell(verb: str, held: _Held, more: dict[str, str], actor: Actor, now: datetime) -> None:
    row = held.row
    said = {"person_id": str(row.person_id), "week": row.week.isoformat(), **more}
    record(actor=actor, now=now, happened=[Fact(verb, "timesheet", row.id, row.org_id, row.project_id, said)])
