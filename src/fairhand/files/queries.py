"""Reading files' rows; `fairhand.insight.files` says who may see one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from fairhand.files.models import Attachment, AttachmentPart
from fairhand.files.rules import Room, value_of
from fairhand.kernel.limits import FILES_PER_PROJECT_MAX

_KEPT = ("uploading", "checking", "clean")


def own(file_id: UUID, person_id: UUID) -> Attachment | None:
    """A file that this person sent."""
    return Attachment.objects.filter(id=file_id, person_id=person_id).first()


def own_locked(file_id: UUID, person_id: UUID) -> Attachment | None:
    """The same, locked till the end of the transaction."""
    return Attachment.objects.filter(id=file_id, person_id=person_id).select_for_update().first()


def by_id(file_id: UUID) -> Attachment | None:
    """A file of anybody: the caller asks who may see it."""
    return Attachment.objects.filter(id=file_id).first()


def room_of(project_id: UUID) -> Room:
    """What a project's own files take. Answers' files are bounded by their claims."""
    held = Attachment.objects.filter(project_id=project_id, claim_id=None, state__in=_KEPT)
    found = held.aggregate(files=Count("id"), bytes=Coalesce(Sum("sent_bytes"), 0))
    return Room(found["files"], int(found["bytes"]))


def of_answer(slot_id: UUID, person_id: UUID, question: str | None = None) -> list[Attachment]:
    """What somebody sent for their answer on a slot, and did not take out again; oldest first."""
    found = Attachment.objects.filter(slot_id=slot_id, person_id=person_id, claim_id__isnull=False)
    if question is not None:
        found = found.filter(question=question)
    return list(found.exclude(state="dropped").order_by("id"))


def taken_for_answer(slot_id: UUID, person_id: UUID) -> int:
    """How many files somebody sent for their answer on a slot; one that was kept and taken out takes its room still."""
    found = Attachment.objects.filter(slot_id=slot_id, person_id=person_id, claim_id__isnull=False)
    return found.exclude(state="dropped", sha256="").count()


def of_project(project_id: UUID, limit: int, before: UUID | None = None) -> list[Attachment]:
    """A project's own files, newest first, from before an id on."""
    found = Attachment.objects.filter(project_id=project_id, claim_id=None).exclude(state="dropped")
    return list((found.filter(id__lt=before) if before else found).order_by("-id")[:limit])


def named(project_id: UUID) -> dict[str, Mapping[str, Any]]:
    """A project's own clean files, each under its id and its name; of two with one name, the newer."""
    rows = Attachment.objects.filter(project_id=project_id, claim_id=None, state="clean").order_by("id")
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows[:FILES_PER_PROJECT_MAX]:
        value = value_of(row)
        found[row.name] = value
        found[str(row.id)] = value
    return found


def clean_ones(ids: Iterable[str]) -> dict[str, Attachment]:
    """The clean files among these ids, locked: none of them is taken out of an answer while it is handed in."""
    try:
        found = Attachment.objects.filter(id__in=set(ids), state="clean").select_for_update(no_key=True).order_by("id")
        return {str(row.id): row for row in found}
    except (ValidationError, ValueError):
        return {}


def pour(file_id: UUID, target: Path) -> int:
    """Write the bytes that came so far into a file, in order; returns how many. Raises ValueError for a hole."""
    written = 0
    parts = AttachmentPart.objects.filter(attachment_id=file_id).order_by("place").values_list("place", "content")
    with target.open("wb") as out:
        for place, content in parts.iterator(chunk_size=2):
            if place != written:
                raise ValueError(f"bytes {written} to {place} are missing")
            written += out.write(content)
    return written


def stale(before: datetime, limit: int) -> list[UUID]:
    """Files whose sending was begun before a moment and never ended."""
    found = Attachment.objects.filter(state="uploading", made_at__lt=before).order_by("made_at")
    return list(found.values_list("id", flat=True)[:limit])


def waiting(limit: int) -> Iterator[UUID]:
    """Files that wait to be looked at."""
    return iter(Attachment.objects.filter(state="checking").order_by("made_at").values_list("id", flat=True)[:limit])
