"""Reads of submissions."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from fairhand.kernel.limits import BEAT_S
from fairhand.work.models import Submission

# A page that works reports so often; two it missed may be the net's fault.
_ELSEWHERE = timedelta(seconds=3 * BEAT_S)


def by_claim(claim_id: UUID) -> Submission | None:
    """What a claim handed in."""
    return Submission.objects.filter(claim_id=claim_id).first()


def own(submission_id: UUID, person_id: UUID) -> Submission | None:
    """A person's own submission."""
    found = Submission.objects.filter(id=submission_id, person_id=person_id)
    return found.select_related("slot__stage__project", "claim__offer").first()


def authors_of(submission_ids: list[UUID]) -> list[UUID]:
    """Who handed some submissions in."""
    return list(Submission.objects.filter(id__in=submission_ids).values_list("person_id", flat=True))


def answers_of(submission_ids: list[UUID]) -> list[object]:
    """What was handed in with some submissions."""
    return list(Submission.objects.filter(id__in=submission_ids).values_list("answer", flat=True))


def rounds_of(slot_id: UUID) -> list[Submission]:
    """Counted submissions of a slot, first round first."""
    return list(Submission.objects.filter(slot_id=slot_id, surplus=False).order_by("round"))


def answers_on(slot_id: UUID) -> list[object]:
    """Everything that was handed in on a slot, what came late included."""
    return list(Submission.objects.filter(slot_id=slot_id).values_list("answer", flat=True))


_DUE = "SELECT id FROM submission WHERE state = 'pending' AND decide_by <= %s ORDER BY decide_by LIMIT %s"


def due(now: datetime, limit: int) -> list[UUID]:
    """Submissions whose decision is overdue."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, limit])
        return [row[0] for row in cursor.fetchall()]


def surplus_since(person_id: UUID, since: datetime) -> int:
    """How many surplus submissions a person handed in since a moment."""
    return Submission.objects.filter(person_id=person_id, surplus=True, submitted_at__gte=since).count()


# How a claim stands, and whether a device other than this one reported on it lately.
_REPORTED = """
SELECT coalesce(c.work_ms, 0), c.paused_at IS NOT NULL,
       EXISTS (SELECT 1 FROM beat b WHERE b.claim_id = c.id AND b.device <> %(device)s AND b.received_at > %(since)s)
  FROM claim c WHERE c.id = %(claim)s AND c.person_id = %(person)s
"""


def reported_so_far(claim_id: UUID, person_id: UUID, device: str, now: datetime) -> tuple[int, bool, bool]:
    """Of a person's own claim: milliseconds counted, whether it is paused, whether another device works on it too."""
    values = {"claim": claim_id, "person": person_id, "device": device, "since": now - _ELSEWHERE}
    with connection.cursor() as cursor:
        cursor.execute(_REPORTED, values)
        work_ms, paused, elsewhere = cursor.fetchone()
    return int(work_ms), bool(paused), bool(elsewhere)


def undecided_authors(task_id: UUID) -> list[UUID]:
    """Whose work at a task nobody decided on yet."""
    found = Submission.objects.filter(task_id=task_id, state="pending")
    return list(found.values_list("person_id", flat=True).distinct())
