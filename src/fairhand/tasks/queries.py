"""Reads of tasks. Which projects somebody reaches is decided before these are called."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from fairhand.kernel.limits import SEARCH_CHARS_MAX
from fairhand.tasks.models import Batch, Gold, Task, Upload, UploadPart
from fairhand.tasks.template import asks_of_fields, bound

_TRIGRAM = 3

# Whether a task `t` holds every word of `words`. The projects stand in the text query too (`scope`): the index then
# yields nobody else's rows.
_WORDS = """task_words(t.project_id, t.payload)
          @@ (%(scope)s::tsquery && plainto_tsquery('simple', search_fold(%(words)s)))
         AND numnode(plainto_tsquery('simple', search_fold(%(words)s))) > 0"""
_KEY = "lower(t.key) LIKE lower(%(key)s)"
# The same, or its key the pattern `key`.
HOLDS = f"({_WORDS} OR {_KEY})"
_PAGE = """(SELECT t.id FROM task t
 WHERE t.project_id = ANY (%(projects)s) AND {holds} AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s)"""
# Two searches, not one with OR: what a LIKE finds is checked again row by row, and the words of a task are dear.
_FOUND = f"{_PAGE.format(holds=_WORDS)} UNION {_PAGE.format(holds=_KEY)} ORDER BY 1 DESC LIMIT %(limit)s"


def search_text(project_ids: Collection[UUID], words: str, limit: int, before: UUID | None = None) -> list[Task]:
    """Tasks of the projects that hold all of `words`, or whose key holds them as they stand; newest (by id) first.

    `before` is the last task of the page before. No project or no words -> nothing. Cut at SEARCH_CHARS_MAX.
    """
    text = words.replace("\x00", "").strip()[:SEARCH_CHARS_MAX]
    if not text or not project_ids:
        return []
    values = {
        "projects": list(project_ids), "words": text, "key": key_pattern(text), "before": before, "limit": limit,
        "scope": " | ".join(f"'project:{project_id}'" for project_id in project_ids),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(Task.objects.filter(id__in=ids).select_related("batch").order_by("-id"))


def key_pattern(text: str) -> str:
    """A LIKE pattern: what holds the text; the text alone where it is too short for an index to help."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if len(text) >= _TRIGRAM else escaped


def bound_to(template: Mapping[str, Any], task_id: UUID) -> dict[str, Any]:
    """The template for one task (`template.bound`); the payload is read only where a question is about a field."""
    if not asks_of_fields(template):
        return {**template}
    return bound(template, Task.objects.values_list("payload", flat=True).get(id=task_id))


def upload_of(upload_id: UUID, project_id: UUID, person_id: UUID, now: datetime) -> Upload | None:
    """Somebody's own upload to a project, until it expires."""
    found = Upload.objects.filter(id=upload_id, project_id=project_id, person_id=person_id, expires_at__gt=now)
    return found.first()


def waiting_uploads(project_id: UUID, person_id: UUID, now: datetime) -> list[Upload]:
    """What somebody uploaded to a project and did not decide on yet, newest first."""
    found = Upload.objects.filter(project_id=project_id, person_id=person_id, state="waiting", expires_at__gt=now)
    return list(found.order_by("-made_at", "-id"))


def pieces_of(upload_id: UUID) -> Iterator[bytes]:
    """An upload's bytes in order, one part in memory at a time. Runs inside a transaction."""
    ordinals = UploadPart.objects.filter(upload_id=upload_id).order_by("ordinal").values_list("ordinal", flat=True)
    for ordinal in list(ordinals):
        yield bytes(UploadPart.objects.values_list("content", flat=True).get(upload_id=upload_id, ordinal=ordinal))


def keys_known(project_id: UUID, keys: Iterable[str]) -> int:
    """How many of some keys name a task of a real batch of the project already."""
    batches = list(Batch.objects.filter(project_id=project_id, kind="real").values_list("id", flat=True))
    return Task.objects.filter(batch_id__in=batches, key__in=list(keys)).values("key").distinct().count()


def batch_in(batch_id: UUID, project_id: UUID) -> Batch | None:
    """One batch of a project."""
    return Batch.objects.filter(id=batch_id, project_id=project_id).select_related("project").first()


def batches_of(project_id: UUID, limit: int, before: int | None = None) -> list[Batch]:
    """Batches of a project, newest first; `before` is the ordinal of the last one of the page before."""
    found = Batch.objects.filter(project_id=project_id)
    return list((found.filter(ordinal__lt=before) if before is not None else found).order_by("-ordinal")[:limit])


def task_in(task_id: UUID, project_id: UUID) -> Task | None:
    """One task of a project, with its batch."""
    return Task.objects.filter(id=task_id, project_id=project_id).select_related("batch").first()


def drafts_in(project_ids: list[UUID]) -> dict[UUID, int]:
    """Project -> its batches that wait for their launch."""
    found = Batch.objects.filter(project_id__in=project_ids, state="draft", kind="real").values_list("project_id")
    return dict(found.annotate(n=Count("id")))


def batches_with_deadlines(limit: int) -> list[UUID]:
    """Launched batches that were not looked at since their deadline, the nearest first."""
    found = Batch.objects.filter(state="launched", deadline__isnull=False)
    found = found.filter(Q(ranked_at=None) | Q(ranked_at__lte=F("deadline")))
    return list(found.order_by("deadline").values_list("id", flat=True)[:limit])


def gold_of(task_id: UUID) -> Gold | None:
    """The known answer of a task."""
    return Gold.objects.filter(task_id=task_id).first()
