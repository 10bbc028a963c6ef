"""import_pack: a pack becomes a project that is funded, launched and open, or nothing happens."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.packs import Pack, PackStage
from fairhand.people.commands import ensure_org
from fairhand.projects.commands import NewProject, NewStage, make_project
from fairhand.projects.models import Project
from fairhand.projects.queries import by_pack
from fairhand.tasks.commands import NewTask, make_batch


def import_pack(*, pack: Pack, actor: Actor, now: datetime, tasks: int | None = None) -> Project | Refused:
    """Make the pack's client, project, tasks (the first so many if asked) and practice gold, fund, launch the batch.

    All in one transaction; the same pack again returns the project it made. Refusals: those of launch_batch.
    Raises PackRefused if the files changed since they were checked.
    """
    try:
        with transaction.atomic():
            # Two imports of one pack at once: the second waits here, and finds what the first made.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_pack'), hashtext(%s))", [pack.spec.slug])
            return by_pack(pack.spec.slug, pack.content_hash) or _import(pack, actor, now, tasks)
    except RefusedError as refusal:
        return refusal.refused


def _import(pack: Pack, actor: Actor, now: datetime, only: int | None) -> Project:
    client = ensure_org(slug=_client_slug(pack.spec.client), name=pack.spec.client, kind="client", actor=actor, now=now)
    project = make_project(org_id=client.id, new=_new_project(pack), actor=actor, now=now)
    tasks = (NewTask(key=task.key, payload=task.payload, want=task.want) for task in islice(pack.tasks(), only))
    batch_id, _ = make_batch(project=project, kind="real", tasks=tasks, actor=actor, now=now)
    if pack.counts.gold:
        make_batch(project=project, kind="practice", tasks=_gold(pack), actor=actor, now=now)
    fund_project(project=project, amount_minor=pack.budget_minor, key="pack", actor=actor, now=now)
    launched = launch_batch(batch_id=batch_id, actor=actor, now=now)
    if isinstance(launched, Refused):
        raise RefusedError(launched)
    project.refresh_from_db()
    return project


def _gold(pack: Pack) -> Iterator[NewTask]:
    for item in pack.gold():
        yield NewTask(key=item.key, payload=item.payload, want=0, gold=item.answer, reason=item.reason)


def _client_slug(name: str) -> str:
    """Readable where the name is ASCII; the digest keeps two clients apart whose names would read the same."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    readable = "-".join(part for part in kept.split("-") if part)[:48] or "client"
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _new_project(pack: Pack) -> NewProject:
    spec = pack.spec
    preparation = spec.preparation.model_dump(exclude_none=True) if spec.preparation else {}
    source: Mapping[str, Any] = {
        "pack": spec.slug,
        "hash": pack.content_hash,
        "licence": spec.licence.model_dump(),
        "delivery": spec.delivery.model_dump() if spec.delivery else {},
        "history": spec.history.model_dump() if spec.history else {},
        **({"preparation": preparation} if preparation.get("minutes") else {}),
    }
    return NewProject(
        slug=spec.slug, name=spec.name, summary=spec.summary, currency=spec.currency, languages=tuple(spec.languages),
        experts_wanted=spec.experts_wanted, reviewers_wanted=spec.reviewers_wanted, source=source,
        guideline=pack.guideline, template=pack.template, stages=tuple(_new_stage(stage) for stage in pack.stages),
    )  # fmt: skip


def _new_stage(stage: PackStage) -> NewStage:
    return NewStage(
        name=stage.name, kind=stage.kind, subject=stage.subject, terms=stage.terms.to_json(), preset=stage.preset,
        lease_s=stage.lease_s, claim_s_max=stage.claim_s_max, idle_s=stage.idle_s, rework_s=stage.rework_s,
        rounds_max=stage.rounds_max, review_deadline_h=stage.review_deadline_h, review_policy=stage.review_policy,
        estimate=stage.estimate,
    )  # fmt: skip
