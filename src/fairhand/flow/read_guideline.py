"""start_reading, finish_reading, enter_left_readings: a version of a guideline is read with the clock, entered once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Seat
from fairhand.flow.each_alone import each_alone
from fairhand.flow.record_paid_time import Entered, enter
from fairhand.kernel.limits import INTERRUPTED_PER_JOB_MAX
from fairhand.kernel.refusals import Refused
from fairhand.work.commands import Entry, add_reading
from fairhand.work.models import Reading
from fairhand.work.paid_queries import reading_now, readings, readings_left, stands

_NO_READING = Refused("no_reading", "Reading this version is not paid, or was entered already.")


@transaction.atomic
def start_reading(
    *, project_id: UUID, person_id: UUID, version: int, actor: Actor, now: datetime
) -> Reading | Refused:  # fmt: skip
    """Begin to read a version with the clock, on the terms that held when it was published. Twice is once.

    Refusals: no_seat, no_reading.
    """
    if not _seated(project_id, person_id):
        return Refused("no_seat", "You have no seat in this project.")
    kind = readings(project_id, person_id).get(version)
    if kind is None:
        return _NO_READING
    if (under_way := reading_now(project_id, person_id, version)) is not None:
        return under_way

    made = add_reading(kind=kind, person_id=person_id, version=version, now=now)
    facts = {"person_id": str(person_id), "version": version}
    record(actor=actor, now=now, happened=[Fact("reading:started", "reading", made.id, made.org_id, project_id, facts)])
    return made


@transaction.atomic
def finish_reading(
    *, project_id: UUID, person_id: UUID, version: int, actor: Actor, now: datetime
) -> Entered | Refused:
    """Enter what our clock counted of a reading; it is paid, or waits for staff, as any entry of its kind.

    Whoever left the project since is paid as well. Refusals: no_reading, nothing_read.
    """
    _seated(project_id, person_id)
    reading = _locked(project_id, person_id, version)
    if reading is None or stands(project_id, person_id, version):  # or a case granted an earlier entry meanwhile
        return _NO_READING
    if reading.work_ms == 0:
        return Refused("nothing_read", "The clock has counted nothing yet.")
    new = Entry(reading.paid_kind, person_id, reading.work_ms, "", version)
    return enter(new=new, actor=actor, now=now)


def enter_left_readings(*, actor: Actor, now: datetime) -> int:
    """Readings that were measured and left for three days are entered as they were measured, each in a transaction of
    its own: nobody works unpaid because they closed a page. How many were."""
    entered = 0
    with each_alone() as alone:
        for left in readings_left(now, INTERRUPTED_PER_JOB_MAX):
            with alone():
                done = finish_reading(
                    project_id=left.project_id, person_id=left.person_id, version=left.version, actor=actor, now=now,
                )  # fmt: skip
                entered += isinstance(done, Entered)
    return entered


def _seated(project_id: UUID, person_id: UUID) -> bool:
    """The seat is the lock under which a person's entries are made."""
    seat = Seat.objects.select_for_update(no_key=True).filter(project_id=project_id, person_id=person_id).first()
    return seat is not None and seat.state == "active"


def _locked(project_id: UUID, person_id: UUID, version: int) -> Reading | None:
    """The reading under way, with all that was counted of it so far and nothing more until the transaction ends."""
    found = Reading.objects.select_for_update(no_key=True, of=("self",)).filter(
        project_id=project_id, person_id=person_id, version=version, paid_time=None
    )
    return found.select_related("paid_kind").first()
