"""Verbs that write batches and tasks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.files.commands import note_uses
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import ids_in_order, new_id
from fairhand.kernel.limits import UPLOAD_PART_BYTES_MAX, UPLOADS_DROPPED_PER_CALL_MAX
from fairhand.projects.models import Project
from fairhand.tasks.attached import files_in
from fairhand.tasks.models import Batch, Gold, Task, Upload, UploadPart

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made. `gold`: its known answer, for practice. `cap`: attempts at most; None: as many as wanted.

    `field_name`: the field of work; `uncertainty_pm`: how unsure its answer is, per mille; None: nobody knows.
    """

    key: str
    payload: Mapping[str, Any]
    want: int
    gold: Mapping[str, Any] | None = None
    reason: Mapping[str, str] = field(default_factory=dict)
    cap: int | None = None
    field_name: str = ""
    uncertainty_pm: int | None = None


@transaction.atomic
def make_batch(
    *,
    project: Project,
    kind: str,
    tasks: Iterable[NewTask],
    actor: Actor,
    now: datetime,
    source: Mapping[str, Any] | None = None,
    deadline: datetime | None = None,
    priority: int = 5,
) -> tuple[UUID, int]:
    """Make a draft batch of tasks, streaming; returns its id and the number of tasks. `source`: see `Batch.source`."""
    last = Batch.objects.filter(project=project).aggregate(last=Max("ordinal"))["last"] or 0
    batch = Batch.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, ordinal=last + 1, kind=kind, created_at=now,
        source=dict(source or {}), deadline=deadline, priority=priority,
    )  # fmt: skip
    made = 0
    stream, ids = iter(tasks), ids_in_order(now)
    while chunk := list(islice(stream, _CHUNK)):
        rows = [_row(project, batch, new, next(ids)) for new in chunk]
        Task.objects.bulk_create(rows)
        # An example's answer is read with its task; what a known answer holds is nobody's to see otherwise.
        shown = [[new.payload, new.gold if kind == "practice" else None] for new in chunk]
        uses = {(file["file"], row.id) for row, held in zip(rows, shown, strict=True) for file in files_in(held)}
        if uses:
            note_uses(uses=uses, project_id=project.id)
        Gold.objects.bulk_create(
            Gold(task=row, answer=new.gold, reason=new.reason, use="evaluation" if kind == "gold" else "training")
            for row, new in zip(rows, chunk, strict=True)
            if new.gold is not None
        )
        made += len(rows)

    facts = {"tasks": made, "kind": kind, **(source or {})}
    fact = Fact("batch:imported", "batch", batch.id, project.org_id, project.id, facts)
    record(actor=actor, now=now, happened=[fact])
    return batch.id, made


def _row(project: Project, batch: Batch, new: NewTask, task_id: UUID) -> Task:
    return Task(
        id=task_id, org_id=project.org_id, project_id=project.id, batch=batch, key=new.key, payload=new.payload,
        content_hash=content_hash(new.payload), want=new.want,
        cap=new.want if new.cap is None else new.cap, field=new.field_name, uncertainty=new.uncertainty_pm,
    )  # fmt: skip


def mark_launched(*, batch_id: UUID, shards: int, now: datetime, pilot: bool = False) -> bool:
    """Draft -> launched; True if this call did it."""
    moved = Batch.objects.filter(id=batch_id, state="draft").update(
        state="launched", launched_at=now, ranked_at=now, shards=shards, pilot=pilot
    )
    return bool(moved)


def rank_batch(*, batch_id: UUID, priority: int, deadline: datetime | None, now: datetime) -> None:
    """Priority and deadline of a batch; its slots are ranked as of `now`."""
    Batch.objects.filter(id=batch_id).update(priority=priority, deadline=deadline, ranked_at=now)


def lock(*, task_id: UUID) -> None:
    """Keep other transactions from settling the task until this one ends."""
    Task.objects.select_for_update(no_key=True).values_list("id").get(id=task_id)


def settle(*, task_id: UUID) -> bool:
    """Open -> settled; True if this call did it."""
    return bool(Task.objects.filter(id=task_id, state="open").update(state="settled"))


def go_on(*, task_id: UUID) -> bool:
    """Settled or withdrawn -> open: more is wanted of it; True if this call did it."""
    return bool(Task.objects.filter(id=task_id, state__in=("settled", "withdrawn")).update(state="open"))


def note_uncertainty(*, task_id: UUID, per_mille: int) -> None:
    """How unsure a task's answer is, as its answers so far say."""
    Task.objects.filter(id=task_id).update(uncertainty=per_mille)


def retire(*, task_id: UUID, project_id: UUID, by: UUID | None, why: str, now: datetime) -> bool | None:
    """Take evaluation gold out of use; True if this call did it, None if the project has no such gold."""
    mine = Gold.objects.filter(task_id=task_id, task__project_id=project_id, use="evaluation")
    if mine.filter(retired_at=None).update(retired_at=now, retired_by=by, retired_why=why):
        return True
    return False if mine.exists() else None


def keep_upload(*, upload: Upload, pieces: Iterable[bytes]) -> None:
    """Store an upload with its bytes, in parts of at most UPLOAD_PART_BYTES_MAX."""
    upload.save(force_insert=True)
    ordinal = 0
    for piece in pieces:
        for start in range(0, len(piece), UPLOAD_PART_BYTES_MAX):
            content = piece[start : start + UPLOAD_PART_BYTES_MAX]
            UploadPart.objects.create(upload_id=upload.id, ordinal=ordinal, content=content)
            ordinal += 1


def report_upload(*, upload_id: UUID, sha256: str, size: int, report: Mapping[str, Any]) -> None:
    """Note what was found in an upload."""
    Upload.objects.filter(id=upload_id).update(sha256=sha256, size=size, report=report)


def mark_imported(*, upload_id: UUID, batch_id: UUID) -> bool:
    """Waiting -> imported, and its bytes go; True if this call did it."""
    moved = Upload.objects.filter(id=upload_id, state="waiting").update(state="imported", batch_id=batch_id)
    if moved:
        UploadPart.objects.filter(upload_id=upload_id).delete()
    return bool(moved)


def drop_uploads(*, now: datetime, person_id: UUID | None = None, keep: int = 0) -> int:
    """Throw away what has expired, and of one person all but the newest `keep` that wait; returns how many went."""
    over = list(
        Upload.objects.filter(expires_at__lte=now)
        .order_by("expires_at")
        .values_list("id", flat=True)[:UPLOADS_DROPPED_PER_CALL_MAX]
    )
    if person_id is not None:
        waiting = Upload.objects.filter(person_id=person_id, state="waiting").order_by("-made_at", "-id")
        over += list(waiting.values_list("id", flat=True)[keep : keep + UPLOADS_DROPPED_PER_CALL_MAX])
    UploadPart.objects.filter(upload_id__in=over).delete()
    Upload.objects.filter(id__in=over).delete()
    return len(over)


def drop_upload(*, upload_id: UUID, person_id: UUID) -> bool:
    """Throw one's own waiting upload away; True if there was one."""
    UploadPart.objects.filter(upload_id=upload_id, upload__person_id=person_id, upload__state="waiting").delete()
    gone, _ = Upload.objects.filter(id=upload_id, person_id=person_id, state="waiting").delete()
    return bool(gone)
