"""Reads of what a project pays for outside its tasks, and of entries of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum

from fairhand.dispatch.states import REPORTED_REASONS
from fairhand.kernel.limits import BEAT_S, READINGS_SHOWN_MAX
from fairhand.work.models import PaidKind, PaidTime, Reading, ReadingBeat

# So long somebody may still hand in what was taken back, and be paid for it as work; then its time is paid.
HAND_IN_FOR = timedelta(hours=24)
# A reading that nobody went on with for so long is entered by itself, as it was measured.
READ_ON_FOR = timedelta(hours=72)
# Who reported from another device so lately reads in two places.
_ELSEWHERE = timedelta(seconds=3 * BEAT_S)


def kinds_held(project_id: UUID) -> dict[str, PaidKind]:
    """What a project pays for now, by kind."""
    return {row.kind: row for row in PaidKind.objects.filter(project_id=project_id, ended_at=None)}


def kinds_ended(project_id: UUID, limit: int) -> list[PaidKind]:
    """What it paid for before, the latest first."""
    found = PaidKind.objects.filter(project_id=project_id, ended_at__isnull=False)
    return list(found.order_by("-ended_at", "-id")[:limit])


def entry_in(project_id: UUID, entry_id: UUID) -> PaidTime | None:
    """An entry of a project, locked until the transaction ends, with its kind."""
    found = PaidTime.objects.select_for_update(no_key=True, of=("self",)).select_related("paid_kind")
    return found.filter(project_id=project_id, id=entry_id).first()


def entries_n(project_id: UUID, person_id: UUID) -> dict[str, int]:
    """How many entries of each kind a person has in a project that were not refused, whatever its terms were then."""
    held = PaidTime.objects.filter(Q(granted_ms=None) | Q(granted_ms__gt=0), project_id=project_id, person_id=person_id)
    return dict(held.values_list("paid_kind__kind").annotate(n=Count("id")))


def entry_of(person_id: UUID, entry_id: UUID) -> PaidTime | None:
    """A person's own entry, with its kind."""
    return PaidTime.objects.filter(id=entry_id, person_id=person_id).select_related("paid_kind").first()


def entry_of_line(line_key: str) -> UUID | None:
    """The entry that a pay line is of; None for a line of something else."""
    kind, _, rest = line_key.partition(":")
    return UUID(rest.partition(":")[0]) if kind == "paid_time" else None


def decider_of_line(line_key: str) -> UUID | None:
    """Who decided the entry that a pay line is of; None where nobody did, or it is of something else."""
    found = PaidTime.objects.filter(id=entry_of_line(line_key))
    return found.values_list("decided_by", flat=True).first()


def entered_again(entry: PaidTime) -> bool:
    """Whether reading the same version was entered once more since this entry was refused, and not refused; or is read
    once more with the clock, which enters it."""
    if entry.version is None:
        return False
    same = {"project_id": entry.project_id, "person_id": entry.person_id, "version": entry.version}
    return stands(**same) or Reading.objects.filter(**same, paid_time=None, work_ms__gt=0).exists()


def stands(project_id: UUID, person_id: UUID, version: int) -> bool:
    """Whether an entry of reading a version waits or was granted: then it is read, and paid once."""
    found = PaidTime.objects.filter(project_id=project_id, person_id=person_id, version=version)
    return found.filter(Q(granted_ms=None) | Q(granted_ms__gt=0)).exists()


def entry_of_form(person_id: UUID, request_key: str) -> PaidTime | None:
    """What a form entered that is sent again."""
    return PaidTime.objects.filter(person_id=person_id, request_key=request_key).first()


def own_entry(project_id: UUID, person_id: UUID, entry_id: UUID) -> PaidTime | None:
    """A person's own entry, with its kind."""
    found = PaidTime.objects.filter(project_id=project_id, person_id=person_id, id=entry_id)
    return found.select_related("paid_kind").first()


def own_entries(project_id: UUID, person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[PaidTime]:
    """A person's own entries in a project, the latest first, with their kinds."""
    found = PaidTime.objects.filter(project_id=project_id, person_id=person_id)
    if before is not None:
        at, last = before
        found = found.filter(Q(said_at__lt=at) | Q(said_at=at, id__lt=last))
    return list(found.select_related("paid_kind").order_by("-said_at", "-id")[:limit])


# Versions of the guideline that were published while reading them was paid, to somebody who had a seat then; each is
# paid as the kind said that held at its publication.
_READINGS = """
SELECT k.*, g.version AS of_version FROM seat e JOIN guideline g ON g.project_id = e.project_id
  JOIN paid_kind k ON k.project_id = g.project_id AND k.kind = 'reading' AND k.set_at <= g.created_at
   AND (k.ended_at IS NULL OR k.ended_at > g.created_at)
 WHERE e.project_id = %(project)s AND e.person_id = %(person)s AND e.state = 'active' AND g.version > 1
   AND g.created_at >= e.joined_at
   AND NOT EXISTS (SELECT 1 FROM paid_time t WHERE t.project_id = g.project_id AND t.person_id = e.person_id
                      AND t.version = g.version AND (t.granted_ms IS NULL OR t.granted_ms > 0))
 ORDER BY g.version DESC LIMIT %(limit)s
"""


def readings(project_id: UUID, person_id: UUID) -> dict[int, PaidKind]:
    """Versions that somebody can still be paid for reading, the latest first, each with the kind that pays it."""
    asked = {"project": project_id, "person": person_id, "limit": READINGS_SHOWN_MAX}
    return {row.of_version: row for row in PaidKind.objects.raw(_READINGS, asked)}


def reading_now(project_id: UUID, person_id: UUID, version: int) -> Reading | None:
    """A version that somebody reads with the clock just now, with the kind that pays it; none that stands entered."""
    if stands(project_id, person_id, version):
        return None
    found = Reading.objects.filter(project_id=project_id, person_id=person_id, version=version, paid_time=None)
    return found.select_related("paid_kind").first()


def was_entered(reading_id: UUID, person_id: UUID) -> bool:
    """Whether a person's own reading came to an entry."""
    return Reading.objects.filter(id=reading_id, person_id=person_id, paid_time__isnull=False).exists()


def readings_under_way(project_id: UUID, person_id: UUID) -> dict[int, int]:
    """Version -> milliseconds counted so far, of those that somebody reads with the clock."""
    found = Reading.objects.filter(project_id=project_id, person_id=person_id, paid_time=None)
    return dict(found.values_list("version", "work_ms"))


def reads_elsewhere(reading_id: UUID, device: str, now: datetime) -> bool:
    """Whether another device reported on the same reading lately."""
    lately = ReadingBeat.objects.filter(reading_id=reading_id, received_at__gt=now - _ELSEWHERE)
    return lately.exclude(device=device).exists()


def readings_left(now: datetime, limit: int) -> list[Reading]:
    """Readings that were measured and that nobody went on with or entered, the oldest first."""
    left = Reading.objects.filter(paid_time=None, work_ms__gt=0, last_beat_at__lte=now - READ_ON_FOR)
    return list(left.order_by("last_beat_at")[:limit])


def measured_of(entry_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Milliseconds that our clock counted of what some entries tell of; those that were only stated are missing."""
    return dict(Reading.objects.filter(paid_time__in=entry_ids, work_ms__gt=0).values_list("paid_time", "work_ms"))


_OUTSIDE = f"""
SELECT k.kind, NULL::int FROM paid_kind k WHERE k.project_id = %(project)s AND k.ended_at IS NULL
UNION ALL SELECT '', r.of_version FROM ({_READINGS}) r
"""  # noqa: S608  # constants


def outside_tasks(project_id: UUID, person_id: UUID) -> tuple[list[str], int]:
    """The kinds of work that a project pays for beside its tasks, and how many versions are there to be read."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, {"project": project_id, "person": person_id, "limit": READINGS_SHOWN_MAX})
        rows = cursor.fetchall()
    return [kind for kind, version in rows if version is None], sum(version is not None for _, version in rows)


# Claims that ended through no choice of their expert's while that was paid, were not handed in since, and are not paid.
_INTERRUPTED = """
SELECT c.id, k.id FROM paid_kind k JOIN claim c ON c.project_id = k.project_id AND c.ended_at >= k.set_at
   AND (k.ended_at IS NULL OR c.ended_at < k.ended_at)
 WHERE k.kind = 'interrupted' AND c.ended_at <= %(until)s AND c.work_ms > 0
   AND (c.state = 'released' OR c.end_reason IN ('guideline_changed', 'distressing', 'illegal'))
   AND c.state <> 'submitted'
   AND NOT EXISTS (SELECT 1 FROM paid_time t WHERE t.claim_id = c.id)
   AND (%(claim)s::uuid IS NULL OR c.id = %(claim)s::uuid)
 ORDER BY c.ended_at, c.id LIMIT %(limit)s
"""


def interrupted(now: datetime, limit: int, claim_id: UUID | None = None) -> list[tuple[UUID, UUID]]:
    """(claim, kind) of interrupted work whose time is owed, the oldest first; of one claim, where one is named."""
    with connection.cursor() as cursor:
        cursor.execute(_INTERRUPTED, {"until": now - HAND_IN_FOR, "limit": limit, "claim": claim_id})
        return [(row[0], row[1]) for row in cursor.fetchall()]


def reported_ms(project_id: UUID, person_id: UUID, since: datetime) -> int:
    """Time of tasks that somebody gave back for their content, entered since a moment."""
    mine = PaidTime.objects.filter(project_id=project_id, person_id=person_id, said_at__gt=since)
    found = mine.filter(claim__end_reason__in=REPORTED_REASONS).aggregate(ms=Sum("said_ms"))
    return int(found["ms"] or 0)


def time_was_paid(claim_id: UUID) -> bool:
    """Whether a claim's time was paid as interrupted work."""
    return PaidTime.objects.filter(claim_id=claim_id).exists()
