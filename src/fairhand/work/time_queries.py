"""Reads of corrections, declared work and of how a claim's time went."""

from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from fairhand.kernel.limits import INTERVALS_SHOWN_MAX
from fairhand.work.models import DeclaredTime, Interval, TimeCorrection
from fairhand.work.time_rules import Stretch


def corrections_of(claim_id: UUID) -> list[TimeCorrection]:
    """Of one claim, newest first."""
    return list(TimeCorrection.objects.filter(claim_id=claim_id).order_by("-asked_at", "-id"))


def correction_in(project_id: UUID, correction_id: UUID) -> TimeCorrection | None:
    """A correction asked for in a project, or None."""
    return TimeCorrection.objects.filter(id=correction_id, project_id=project_id).first()


def corrected_ms(claim_ids: list[UUID]) -> dict[UUID, int]:
    """What corrections added to the time of some claims, those that were handed in; a claim without any isn't there."""
    rows = TimeCorrection.objects.filter(claim_id__in=claim_ids, granted_ms__gt=0).values_list("claim_id")
    return {claim_id: int(total) for claim_id, total in rows.annotate(total=Sum("granted_ms")).order_by()}


def declared_of(claim_id: UUID) -> list[DeclaredTime]:
    """Of one claim, oldest first."""
    return list(DeclaredTime.objects.filter(claim_id=claim_id).order_by("declared_at", "id"))


def said_of(claim_id: UUID, until: datetime) -> tuple[list[Stretch], bool]:
    """Stretches that pages told of, and whether there are more than are shown."""
    rows = Interval.objects.filter(claim_id=claim_id, from_at__lt=until).order_by("id")
    found = list(rows.values_list("kind", "from_at", "until_at")[: INTERVALS_SHOWN_MAX + 1])
    return [Stretch(*row) for row in found[:INTERVALS_SHOWN_MAX]], len(found) > INTERVALS_SHOWN_MAX
