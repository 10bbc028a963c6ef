"""Verbs on the life of a claim: pause, resume, more time. What must be atomic is in `dispatch/sql`
(0007_life.sql, 0018_mended.sql)."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.dispatch.models import Extension
from fairhand.kernel.ids import new_id


def pause(*, claim_id: UUID, person_id: UUID, now: datetime) -> str:
    """paused, repeat, no_claim, claim_ended, claim_due or pause_used."""
    return _outcome("SELECT dispatch_pause(%s, %s, %s)", claim_id, person_id, now)


def resume(*, claim_id: UUID, person_id: UUID, now: datetime) -> str:
    """resumed, repeat, no_claim or claim_ended."""
    return _outcome("SELECT dispatch_resume(%s, %s, %s)", claim_id, person_id, now)


def _outcome(sql: str, claim_id: UUID, person_id: UUID, now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, [claim_id, person_id, now])
        return str(cursor.fetchone()[0])


def extend(*, claim_id: UUID, seconds: int) -> bool:
    """Move both ends of a live claim on; the caller holds its locks. True if it was live."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_extend(%s, %s)", [claim_id, seconds])
        return bool(cursor.fetchone()[0])


def add_extension(
    *, org_id: UUID, project_id: UUID, claim_id: UUID, asked_s: int, reason: str, at_once: bool, now: datetime
) -> UUID:
    """Write down what was asked for: open, or granted `at_once` by the offer's own allowance."""
    made = Extension.objects.create(
        id=new_id(now), org_id=org_id, project_id=project_id, claim_id=claim_id, asked_s=asked_s, reason=reason,
        asked_at=now, granted_s=asked_s if at_once else None, decided_at=now if at_once else None,
    )  # fmt: skip
    return made.id


def decide_extension(
    *, extension_id: UUID, granted_s: int, decided_by: UUID | None, why: str, now: datetime
) -> bool:  # fmt: skip
    """Decide an open request, once: 0 seconds is a no. True if this call did it."""
    opened = Extension.objects.filter(id=extension_id, decided_at=None)
    return bool(opened.update(granted_s=granted_s, decided_at=now, decided_by=decided_by, why=why))


def drop_extension(*, claim_id: UUID, now: datetime) -> bool:
    """Close the open request of a claim that its expert gave back: nobody need decide it. True if there was one."""
    opened = Extension.objects.filter(claim_id=claim_id, decided_at=None)
    return bool(opened.update(granted_s=0, decided_at=now, closed="given_back"))
