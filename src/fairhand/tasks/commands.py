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
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import new_id
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch, Gold, Task

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made. `gold`: its known answer, for practice."""

    key: str
    payload: Mapping[str, Any]
    want: int
    gold: Mapping[str, Any] | None = None
    reason: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def make_batch(
    *, project: Project, kind: str, tasks: Iterable[NewTask], actor: Actor, now: datetime
) -> tuple[UUID, int]:
    """Make a draft batch of tasks, streaming; returns its id and the number of tasks."""
    last = Batch.objects.filter(project=project).aggregate(last=Max("ordinal"))["last"] or 0
    batch = Batch.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, ordinal=last + 1, kind=kind, created_at=now
    )
    made = 0
    stream = iter(tasks)
    while chunk := list(islice(stream, _CHUNK)):
        rows = [_row(project, batch, new, now) for new in chunk]
        Task.objects.bulk_create(rows)
        Gold.objects.bulk_create(
            Gold(task=row, answer=new.gold, reason=new.reason)
            for row, new in zip(rows, chunk, strict=True)
            if new.gold is not None
        )
        made += len(rows)

    fact = Fact("batch:imported", "batch", batch.id, project.org_id, project.id, {"tasks": made, "kind": kind})
    record(actor=actor, now=now, happened=[fact])
    return batch.id, made


def _row(project: Project, batch: Batch, new: NewTask, now: datetime) -> Task:
    return Task(
        id=new_id(now), org_id=project.org_id, project_id=project.id, batch=batch, key=new.key, payload=new.payload,
        content_hash=content_hash(new.payload), want=new.want, cap=new.want,
    )  # fmt: skip


def mark_launched(*, batch_id: UUID, shards: int, now: datetime) -> bool:
    """Draft -> launched; True if this call did it."""
    moved = Batch.objects.filter(id=batch_id, state="draft").update(state="launched", launched_at=now, shards=shards)
    return bool(moved)


def lock(*, task_id: UUID) -> None:
    """Keep other transactions from settling the task until this one ends."""
    Task.objects.select_for_update(no_key=True).values_list("id").get(id=task_id)


def settle(*, task_id: UUID) -> bool:
    """Open -> settled; True if this call did it."""
    return bool(Task.objects.filter(id=task_id, state="open").update(state="settled"))
