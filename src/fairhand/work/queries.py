"""Reads of submissions."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.work.models import Submission


def by_claim(claim_id: UUID) -> Submission | None:
    """What a claim handed in."""
    return Submission.objects.filter(claim_id=claim_id).first()


def own(submission_id: UUID, person_id: UUID) -> Submission | None:
    """A person's own submission."""
    found = Submission.objects.filter(id=submission_id, person_id=person_id)
    return found.select_related("slot__stage__project", "slot__stage__template", "claim__offer").first()


def authors_of(submission_ids: list[UUID]) -> list[UUID]:
    """Who handed some submissions in."""
    return list(Submission.objects.filter(id__in=submission_ids).values_list("person_id", flat=True))


def rounds_of(slot_id: UUID) -> list[Submission]:
    """Counted submissions of a slot, first round first."""
    return list(Submission.objects.filter(slot_id=slot_id, surplus=False).order_by("round"))


_DUE = "SELECT id FROM submission WHERE state = 'pending' AND decide_by <= %s ORDER BY decide_by LIMIT %s"


def due(now: datetime, limit: int) -> list[UUID]:
    """Submissions whose decision is overdue."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, limit])
        return [row[0] for row in cursor.fetchall()]


def surplus_since(person_id: UUID, since: datetime) -> int:
    """How many surplus submissions a person handed in since a moment."""
    return Submission.objects.filter(person_id=person_id, surplus=True, submitted_at__gte=since).count()
