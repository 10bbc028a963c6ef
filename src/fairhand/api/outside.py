"""Calls of work outside tasks: what a project pays for, one's own entries, reading with the clock, and, for its staff,
what waits and is confirmed. Granting less, or nothing, is decided on the page by somebody who reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.api.own import BeatIn, Page
from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import seats_among
from fairhand.flow.read_guideline import finish_reading, start_reading
from fairhand.flow.record_paid_time import Entered, decide_paid_time, record_paid_time
from fairhand.insight.paid_time import waiting_entries
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import PAID_MINUTES_MAX, PAID_SHOWN_MAX, REASON_CHARS_MAX, REQUEST_KEY_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD, WORK, Right, manages_for_operator
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.work.commands import note_reading
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.paid_queries import (
    entries_n,
    kinds_held,
    own_entries,
    own_entry,
    reading_now,
    readings,
    readings_under_way,
    reads_elsewhere,
)
from fairhand.work.states import INTERRUPTED, READING
from fairhand.work.time_rules import MINUTE_MS

router = Router(tags=["work outside tasks"])

_STATUS = {"no_seat": 404, "no_paid_time": 404, "bad_request_key": 422, "bad_input": 422}
_REFUSES = WRONG | {409: Problem}


class KindOut(Schema):
    """A kind of work that the project pays for now. `terms` as the pay engine reads them; `entered` of `times_max`
    were entered by me and not refused. `at_once`: an entry is paid as it is made."""

    id: UUID
    kind: str
    terms: dict[str, Any]
    minutes_max: int
    times_max: int
    at_once: bool
    entered: int


class ToRead(Schema):
    """A version of the guideline that I can be paid for reading, once. `clock_ms`: what was counted so far where I
    read it with the clock, else null."""

    version: int
    terms: dict[str, Any]
    minutes_max: int
    at_once: bool
    clock_ms: int | None


class EntryOut(Schema):
    """An entry of mine. `granted_ms` is null while nobody decided; 0 was not granted."""

    id: UUID
    kind: str
    version: int | None
    said_ms: int
    note: str
    said_at: datetime
    granted_ms: int | None
    paid_minor: int
    reason: str


class OutsideOut(Schema):
    """What this project pays for beside its tasks, and a page of my entries, newest first."""

    currency: str
    kinds: list[KindOut]
    readings: list[ToRead]
    rows: list[EntryOut]
    next: UUID | None


@router.get("/projects/{slug:slug}/paid", response={200: OutsideOut} | WRONG)
@opens(WORK, scope="work:read")
def outside(request: Call, slug: str, page: Query[Page]) -> dict[str, Any]:
    """Work outside tasks of a project in which I have a seat."""
    seat, person_id = _seat(request, slug), request.viewer.person_id
    before = None
    if page.before is not None:
        last = found_or_404(own_entry(seat.project_id, person_id, page.before))
        before = (last.said_at, last.id)
    found = own_entries(seat.project_id, person_id, before, page.limit + 1)
    entered = entries_n(seat.project_id, person_id)
    clocks = readings_under_way(seat.project_id, person_id)
    return {
        "currency": seat.project.currency,
        "kinds": [
            _kind(row) | {
                "id": row.id, "kind": row.kind, "times_max": row.times_max, "entered": entered.get(row.kind, 0),
            }
            for row in kinds_held(seat.project_id).values() if row.kind not in (READING, INTERRUPTED)
        ],
        "readings": [
            _kind(kind) | {"version": version, "clock_ms": clocks.get(version)}
            for version, kind in readings(seat.project_id, person_id).items()
        ],
        "rows": [_entry(row) for row in found[: page.limit]],
        "next": found[page.limit - 1].id if len(found) > page.limit else None,
    }  # fmt: skip


class EntryIn(Schema):
    """So many minutes of a kind (`kind`: its id, so its terms are those that were read), or of reading a `version`.
    The same `request_key` again enters nothing more."""

    kind: UUID | None = None
    version: int | None = Field(None, ge=1, le=10**6)
    minutes: int = Field(ge=1, le=PAID_MINUTES_MAX)
    note: str = Field("", max_length=REASON_CHARS_MAX)
    request_key: str = Field(min_length=1, max_length=REQUEST_KEY_CHARS_MAX)


@router.post("/projects/{slug:slug}/paid", response={201: EntryOut, 200: EntryOut} | _REFUSES)
@opens(WORK, scope="work:write", method="POST")
def enter_outside(request: Call, slug: str, given: EntryIn) -> Any:
    """Enter work outside tasks; 200 when this key made its entry before."""
    seat, now = _seat(request, slug), utc_now()
    done = record_paid_time(
        project_id=seat.project_id, person_id=seat.person_id, kind_id=given.kind or UUID(int=0),
        said_ms=given.minutes * MINUTE_MS, note=given.note, version=given.version, request_key=given.request_key,
        actor=Actor("person", seat.person_id), now=now,
    )  # fmt: skip
    return _refused(done) if isinstance(done, Refused) else _made(seat, done, now)


@router.post("/projects/{slug:slug}/readings/{int:version}", response={200: ToRead} | _REFUSES)
@opens(WORK, scope="work:write", method="POST")
def read_version(request: Call, slug: str, version: int) -> Any:
    """Begin to read a version with the clock. Twice is once."""
    seat = _seat(request, slug)
    actor = Actor("person", seat.person_id)
    done = start_reading(
        project_id=seat.project_id, person_id=seat.person_id, version=version, actor=actor, now=utc_now()
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(done)
    return Status(200, _kind(done.paid_kind) | {"version": version, "clock_ms": done.work_ms})


class ReadingBeatOut(Schema):
    """Milliseconds counted of this report, and of all on this reading: never more than passed on the server's clock,
    nor than its kind pays. `elsewhere`: another device reports on it too."""

    counted_ms: int
    work_ms: int
    elsewhere: bool


@router.post("/projects/{slug:slug}/readings/{int:version}/beats", response={200: ReadingBeatOut, 410: Problem} | WRONG)
@opens(WORK, scope="work:write", method="POST")
def note_reading_beat(request: Call, slug: str, version: int, beat: BeatIn) -> Any:
    """Report time spent reading a version; a repeat of `seq` adds nothing. 410: it is not read with the clock, or was
    entered."""
    seat, now = _seat(request, slug), utc_now()
    counted = note_reading(
        project_id=seat.project_id, person_id=seat.person_id, version=version, device=beat.device, seq=beat.seq,
        active_ms=beat.active_ms, now=now,
    )  # fmt: skip
    reading = reading_now(seat.project_id, seat.person_id, version)
    if counted is None or reading is None:
        return problem(410, "no_reading", "You read no such version with the clock; what was counted before stays.")
    elsewhere = reads_elsewhere(reading.id, beat.device, now)
    return Status(200, {"counted_ms": counted, "work_ms": reading.work_ms, "elsewhere": elsewhere})


@router.post("/projects/{slug:slug}/readings/{int:version}/done", response={201: EntryOut} | _REFUSES)
@opens(WORK, scope="work:write", method="POST")
def finish_version(request: Call, slug: str, version: int) -> Any:
    """Enter what was counted of reading a version."""
    seat, now = _seat(request, slug), utc_now()
    done = finish_reading(
        project_id=seat.project_id, person_id=seat.person_id, version=version, actor=Actor("person", seat.person_id),
        now=now,
    )  # fmt: skip
    return _refused(done) if isinstance(done, Refused) else _made(seat, done, now)


class WaitingOut(Schema):
    """An entry that waits for the project's staff. `expert` is a pseudonym."""

    id: UUID
    expert: str
    kind: str
    version: int | None
    said_ms: int
    note: str
    said_at: datetime


class WaitingRows(Schema):
    """The oldest of them, a hundred at most."""

    rows: list[WaitingOut]


@router.get("/projects/{slug:slug}/paid/waiting", response={200: WaitingRows} | WRONG)
@opens(SEE_BOARD, scope="projects:read")
def outside_waiting(request: Call, slug: str) -> dict[str, Any]:
    """Entries of a project that somebody of its staff has to look at."""
    found = waiting_entries(_reached(request, SEE_BOARD, slug).id, PAID_SHOWN_MAX)
    return {
        "rows": [
            {
                "id": row.entry_id, "expert": row.alias, "kind": row.kind, "version": row.version,
                "said_ms": row.said_ms, "note": row.note, "said_at": row.said_at,
            }
            for row in found
        ]
    }  # fmt: skip


class ConfirmIn(Schema):
    """Why; the expert reads it."""

    reason: str = Field(min_length=1, max_length=REASON_CHARS_MAX)


class ConfirmOut(Schema):
    """The entry, paid whole."""

    id: UUID
    granted_ms: int
    paid_minor: int


@router.post("/projects/{slug:slug}/paid/{uuid:paid_time_id}", response={200: ConfirmOut} | _REFUSES)
@opens(MANAGE, scope="projects:write", method="POST")
def confirm_outside(request: Call, slug: str, paid_time_id: UUID, given: ConfirmIn) -> Any:
    """Confirm an entry whole. Less, or nothing, is granted on the page alone, by somebody who reads it."""
    project, viewer = _reached(request, MANAGE, slug), request.viewer
    entry = found_or_404(PaidTime.objects.filter(project_id=project.id, id=paid_time_id).first())
    refused = decide_paid_time(
        project_id=project.id, entry_id=entry.id, granted_ms=entry.said_ms, why=given.reason,
        operator=manages_for_operator(viewer, project.id), actor=Actor("person", viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is not None:
        return _refused(refused)
    entry.refresh_from_db()
    return Status(200, {"id": entry.id, "granted_ms": entry.granted_ms, "paid_minor": entry.paid_minor})


def _seat(request: Call, slug: str) -> Seat:
    found = seats_among(request.viewer.person_id, [slug], 1)
    seat: Seat = found_or_404(found[0] if found else None)
    return seat


def _reached(request: Call, right: Right, slug: str) -> Project:
    found: Project = found_or_404(visible_as(request.viewer, right.roles).filter(slug=slug).first())
    return found


def _kind(kind: PaidKind) -> dict[str, Any]:
    return {"terms": kind.terms, "minutes_max": kind.minutes_max, "at_once": kind.at_once}


def _entry(row: PaidTime) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.paid_kind.kind, "version": row.version, "said_ms": row.said_ms, "note": row.note,
        "said_at": row.said_at, "granted_ms": row.granted_ms, "paid_minor": row.paid_minor, "reason": row.why,
    }  # fmt: skip


def _made(seat: Seat, done: Entered, now: datetime) -> Any:
    row = found_or_404(own_entry(seat.project_id, seat.person_id, done.entry_id))
    return Status(201 if row.said_at == now else 200, _entry(row))


def _refused(refused: Refused) -> HttpResponse:
    facts: Mapping[str, Any] = refused.facts
    fields = [{"field": wrong.field, "why": wrong.why} for wrong in facts.get("problems", [])]
    return problem(_STATUS.get(refused.code, 409), refused.code, refused.why, fields)
