"""Verbs of what is said of a week: each is said once. Hours are written nowhere here."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from fairhand.kernel.ids import new_id
from fairhand.work.models import Timesheet
from fairhand.work.timesheet_rules import Said


def said_of(row: Timesheet | None) -> Said:
    """What was said of a week, for the rules."""
    return Said() if row is None else Said(row.confirmed_at, row.asked_at, row.answered_at, row.accepted_at)


def sheets_of(project_id: UUID, week: date, person_ids: Iterable[UUID]) -> dict[UUID, Timesheet]:
    """Person -> what was said of their week in a project."""
    found = Timesheet.objects.filter(project_id=project_id, week=week, person_id__in=list(person_ids))
    return {row.person_id: row for row in found}


def own_sheets(person_id: UUID, week: date) -> dict[UUID, Timesheet]:
    """Project -> what was said of one's week there."""
    return {row.project_id: row for row in Timesheet.objects.filter(person_id=person_id, week=week)}


def locked_sheet(*, org_id: UUID, project_id: UUID, person_id: UUID, week: date, now: datetime) -> Timesheet:
    """The row of a week, made if there is none, and locked until the transaction ends."""
    Timesheet.objects.bulk_create(
        [Timesheet(id=new_id(now), org_id=org_id, project_id=project_id, person_id=person_id, week=week)],
        ignore_conflicts=True,
    )
    return Timesheet.objects.select_for_update(no_key=True).get(
        project_id=project_id, person_id=person_id, week=week
    )  # fmt: skip


def confirm(*, sheet_id: UUID, now: datetime) -> bool:
    """Its person says that it is complete; True if this call did it."""
    return bool(Timesheet.objects.filter(id=sheet_id, confirmed_at=None).update(confirmed_at=now))


def ask(*, sheet_id: UUID, question: str, by: UUID, now: datetime) -> bool:
    """A named person asks; True if this call did it."""
    open_ones = Timesheet.objects.filter(id=sheet_id, asked_at=None)
    return bool(open_ones.update(asked_at=now, asked_by=by, question=question))


def answer(*, sheet_id: UUID, said: str, now: datetime) -> bool:
    """Its person answers; True if this call did it."""
    asked = Timesheet.objects.filter(id=sheet_id, asked_at__isnull=False, answered_at=None)
    return bool(asked.update(answered_at=now, answer=said))


def accept(*, sheet_id: UUID, by: UUID, now: datetime) -> bool:
    """A named person accepts; True if this call did it."""
    return bool(Timesheet.objects.filter(id=sheet_id, accepted_at=None).update(accepted_at=now, accepted_by=by))


def note_over(*, sheet_id: UUID, over_ms: int) -> bool:
    """What was paid beyond the weekly cap is told once; True if this call is to tell it."""
    return bool(Timesheet.objects.filter(id=sheet_id, over_ms=None).update(over_ms=over_ms))
