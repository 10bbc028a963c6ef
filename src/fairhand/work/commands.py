"""Verbs that write submissions, their decisions, reports of work time, corrections, work away from the page and outside
tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.work.models import DeclaredTime, PaidKind, PaidTime, Reading, TimeCorrection
from fairhand.work.paid_queries import reading_now
from fairhand.work.paid_rules import NewPaidKind
from fairhand.work.time_rules import MINUTE_MS, Part
from fairhand_pay import Terms

Parts = Sequence[Part]

_SUBMISSION = """
INSERT INTO submission (id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, answer,
  content_hash, work_ms, submitted_at, decide_by, state, decided_by, decided_at, entry_ids)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def add_submission(
    *,
    submission_id: UUID,
    org_id: UUID,
    project_id: UUID,
    task_id: UUID,
    slot_id: UUID,
    claim_id: UUID,
    person_id: UUID,
    round: int,
    surplus: bool,
    answer: Mapping[str, Any],
    content_hash: str,
    work_ms: int | None,
    decide_by: datetime,
    entry_ids: Sequence[int],
    accepted_by: str | None,
    now: datetime,
) -> None:
    """Write what was handed in: pending, or accepted at once by `accepted_by`.

    The unique keys refuse a second one for the claim, or for the slot's round.
    """
    row = [
        submission_id, org_id, project_id, task_id, slot_id, claim_id, person_id, round, surplus, Jsonb(dict(answer)),
        content_hash, work_ms, now, decide_by, "accepted" if accepted_by else "pending", accepted_by,
        now if accepted_by else None, list(entry_ids),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SUBMISSION, row)


_DECIDE = """
UPDATE submission SET state = %s, decided_by = %s, decided_at = %s WHERE id = %s AND state = ANY (%s)
"""


def decide(*, submission_id: UUID, to: str, sources: Sequence[str], decided_by: str, now: datetime) -> bool:
    """Move a submission to its decision, only from one of `sources`; True if this call did it."""
    with connection.cursor() as cursor:
        cursor.execute(_DECIDE, [to, decided_by, now, submission_id, list(sources)])
        return bool(cursor.rowcount == 1)


_BEAT = """
INSERT INTO beat (claim_id, device, seq, active_ms, counted_ms, received_at)
SELECT %(claim)s, %(device)s, %(seq)s, %(active)s, %(counted)s, %(now)s
"""
_SEEN = """
SELECT 1 FROM beat JOIN claim c ON c.id = claim_id WHERE claim_id = %s AND device = %s AND seq = %s AND c.person_id = %s
"""
_NOTE_TIME = "SELECT work_note_time(%s, %s, %s, %s)"  # 0006_intervals.sql
_LOCK_LOAD = "SELECT 1 FROM person_load WHERE person_id = %s FOR UPDATE"


@transaction.atomic
def record_beat(
    *, claim_id: UUID, person_id: UUID, device: str, seq: int, active_ms: int, now: datetime, parts: Parts = (),
    late: bool = False,
) -> int | None:  # fmt: skip
    """Count a report of work time; the same (device, seq) again counts nothing.

    `parts`: where the time since the last report went; it is written down and pays nothing by itself.
    `late`: a report that comes along with late work, on a claim that expired while it waited.
    Returns the milliseconds counted, or None when the claim is not live (expired, if `late`) or not this person's.
    """
    active_ms = min(active_ms, BEAT_MS_MAX)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LOAD, [person_id])
        cursor.execute(_SEEN, [claim_id, device, seq, person_id])
        if cursor.fetchone() is not None:
            return 0
        counted = dispatch.add_time(
            claim_id=claim_id, person_id=person_id, active_ms=active_ms, now=now, late=late
        )  # fmt: skip
        if counted is None:
            return None
        values = {"claim": claim_id, "device": device, "seq": seq, "active": active_ms, "counted": counted, "now": now}
        cursor.execute(_BEAT, values)
        if parts:
            said = [{"kind": part.kind, "ms": part.ms, "ago_ms": part.ago_ms} for part in parts]
            cursor.execute(_NOTE_TIME, [claim_id, device, Jsonb(said), now])
    return counted


def add_correction(
    *, org_id: UUID, project_id: UUID, claim_id: UUID, asked_ms: int, reason: str, now: datetime
) -> UUID:  # fmt: skip
    """Write down what was asked for; nothing is said to it yet."""
    made = TimeCorrection.objects.create(
        id=new_id(now), org_id=org_id, project_id=project_id, claim_id=claim_id, asked_ms=asked_ms, reason=reason,
        asked_at=now,
    )  # fmt: skip
    return made.id


def decide_correction(
    *, correction_id: UUID, granted_ms: int, paid_minor: int, decided_by: UUID | None, why: str, now: datetime
) -> bool:
    """Decide an open one, once; 0 milliseconds are a no, and nobody (None): at once. True if this call did it."""
    opened = TimeCorrection.objects.filter(id=correction_id, decided_at=None)
    return bool(opened.update(
        granted_ms=granted_ms, paid_minor=paid_minor, decided_by=decided_by, why=why, decided_at=now
    ))  # fmt: skip


def add_declared(
    *, org_id: UUID, project_id: UUID, claim_id: UUID, declared_ms: int, counted_ms: int, note: str, now: datetime
) -> UUID:
    """Write down work away from the page, with how much of it was counted."""
    made = DeclaredTime.objects.create(
        id=new_id(now), org_id=org_id, project_id=project_id, claim_id=claim_id, declared_ms=declared_ms,
        counted_ms=counted_ms, note=note, declared_at=now,
    )  # fmt: skip
    return made.id


def add_paid_kind(
    *, org_id: UUID, project_id: UUID, new: NewPaidKind, terms: Terms, actor: Actor, now: datetime
) -> PaidKind:
    """Write a kind that holds from now on; the one before it ended. Its unique key refuses a second one that holds."""
    made = PaidKind.objects.create(
        id=new_id(now), org_id=org_id, project_id=project_id, kind=new.kind, terms=terms.to_json(),
        minutes_max=new.minutes_max, times_max=new.times_max, at_once=new.at_once, set_at=now,
    )  # fmt: skip
    facts = {
        "kind": new.kind, "how": new.how, "minutes_max": new.minutes_max, "times_max": new.times_max,
        "at_once": new.at_once,
    }  # fmt: skip
    record(actor=actor, now=now, happened=[Fact("paid_kind:set", "paid_kind", made.id, org_id, project_id, facts)])
    return made


def end_paid_kind(*, project_id: UUID, kind: str, now: datetime) -> PaidKind | None:
    """The kind that holds ends; entries made under it go on. None where none held."""
    found = PaidKind.objects.select_for_update(no_key=True).filter(project_id=project_id, kind=kind, ended_at=None)
    held = found.first()
    if held is not None:
        PaidKind.objects.filter(id=held.id, ended_at=None).update(ended_at=max(now, held.set_at))
    return held


@dataclass(frozen=True, slots=True)
class Entry:
    """Work outside a project's tasks, as it is written down."""

    kind: PaidKind
    person_id: UUID
    said_ms: int
    note: str
    version: int | None = None
    claim_id: UUID | None = None
    request_key: str | None = None


def add_paid_time(*, entry: Entry, now: datetime) -> PaidTime:
    """Write an entry; nothing is said to it yet. Unique keys refuse a second one for a version or a claim."""
    return PaidTime.objects.create(
        id=new_id(now), org_id=entry.kind.org_id, project_id=entry.kind.project_id, paid_kind=entry.kind,
        person_id=entry.person_id, said_ms=entry.said_ms, note=entry.note, version=entry.version,
        claim_id=entry.claim_id, request_key=entry.request_key, said_at=now,
    )  # fmt: skip


def grant_again(*, entry_id: UUID, granted_ms: int, paid_minor: int, decided_by: UUID, why: str, now: datetime) -> bool:
    """A refused entry is granted after all, by whoever answered its case. True if this call did it."""
    refused = PaidTime.objects.filter(id=entry_id, granted_ms=0)
    return bool(refused.update(
        granted_ms=granted_ms, paid_minor=paid_minor, decided_by=decided_by, why=why, decided_at=now
    ))  # fmt: skip


def raise_granted(*, entry_id: UUID, granted_ms: int) -> bool:
    """More of a granted entry is granted; what that adds is a line of its case."""
    return bool(PaidTime.objects.filter(id=entry_id, granted_ms__lt=granted_ms, granted_ms__gt=0).update(
        granted_ms=granted_ms))  # fmt: skip


def decide_paid_time(
    *, entry_id: UUID, granted_ms: int, paid_minor: int, decided_by: UUID | None, why: str, now: datetime
) -> bool:
    """Decide an open entry, once; 0 milliseconds are a no, and nobody (None): at once. True if this call did it."""
    opened = PaidTime.objects.filter(id=entry_id, decided_at=None)
    return bool(opened.update(
        granted_ms=granted_ms, paid_minor=paid_minor, decided_by=decided_by, why=why, decided_at=now
    ))  # fmt: skip


_READ = "SELECT work_read(%s, %s, %s, %s, %s)"  # 0009_readings.sql
_READ_BEFORE = "SELECT 1 FROM reading_beat WHERE reading_id = %s AND device = %s AND seq = %s"
_READING_BEAT = """
INSERT INTO reading_beat (reading_id, device, seq, active_ms, counted_ms, received_at) VALUES (%s, %s, %s, %s, %s, %s)
"""


def add_reading(*, kind: PaidKind, person_id: UUID, version: int, now: datetime) -> Reading:
    """Begin to read a version with the clock; its unique key refuses a second one that is under way."""
    return Reading.objects.create(
        id=new_id(now), org_id=kind.org_id, project_id=kind.project_id, paid_kind=kind, person_id=person_id,
        version=version, started_at=now,
    )  # fmt: skip


@transaction.atomic
def note_reading(
    *, project_id: UUID, person_id: UUID, version: int, device: str, seq: int, active_ms: int, now: datetime
) -> int | None:
    """Count a report of time spent reading; the same (device, seq) again counts nothing.

    Returns the milliseconds counted, or None where this person reads no such version with the clock.
    """
    active_ms = min(active_ms, BEAT_MS_MAX)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LOAD, [person_id])
        reading = reading_now(project_id, person_id, version)
        if reading is None:
            return None
        cursor.execute(_READ_BEFORE, [reading.id, device, seq])
        if cursor.fetchone() is not None:
            return 0
        most_ms = reading.paid_kind.minutes_max * MINUTE_MS
        cursor.execute(_READ, [reading.id, person_id, active_ms, most_ms, now])
        counted: int | None = cursor.fetchone()[0]
        if counted is not None:
            cursor.execute(_READING_BEAT, [reading.id, device, seq, active_ms, counted, now])
    return counted


def end_reading(*, reading_id: UUID, entry: PaidTime) -> bool:
    """A reading came to this entry, once; True if this call did it."""
    return bool(Reading.objects.filter(id=reading_id, paid_time=None).update(paid_time=entry))
