"""import_pack: a pack becomes a project that is funded, launched and open, or nothing happens."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.files.commands import take_in
from fairhand.files.rules import value_of
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.open_mission import budget_minor, open_mission
from fairhand.flow.week_cap import unknown_zone
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.missions.of_presets import missions_of
from fairhand.packs import Pack, PackStage
from fairhand.packs.attached import FOLDER
from fairhand.packs.errors import refusal
from fairhand.people.commands import client_slug, ensure_org
from fairhand.projects.commands import NewProject, NewStage, make_project
from fairhand.projects.models import Project
from fairhand.projects.queries import by_pack
from fairhand.tasks.attached import exchanged
from fairhand.tasks.commands import NewTask, make_batch
from fairhand_pay import terms_from_preset

_ZONES = frozenset({"UTC"})


def import_pack(*, pack: Pack, actor: Actor, now: datetime, tasks: int | None = None) -> Project | Refused:
    """Make the pack's client, project, tasks (the first so many if asked) and practice gold, fund, launch the batch.

    All in one transaction; the same pack again returns the project it made. Refusals: those of launch_batch and
    take_in.
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
    for stage in pack.stages:
        if (zone := unknown_zone(stage.terms)) is not None:
            raise RefusedError(Refused("plan_zone", f"stage {stage.name}: there is no time zone {zone!r}"))
    client = ensure_org(slug=client_slug(pack.spec.client), name=pack.spec.client, kind="client", actor=actor, now=now)
    project = make_project(org_id=client.id, new=_new_project(pack), actor=actor, now=now)
    files = _files(pack, project, actor, now)
    tasks = (
        NewTask(key=task.key, payload=exchanged(task.payload, files), want=task.want)
        for task in islice(pack.tasks(), only)
    )
    batch_id, _ = make_batch(project=project, kind="real", tasks=tasks, actor=actor, now=now)
    if pack.counts.gold:
        make_batch(project=project, kind="practice", tasks=_gold(pack, files), actor=actor, now=now)
    fund_project(project=project, amount_minor=pack.budget_minor, key="pack", actor=actor, now=now)
    launched = launch_batch(batch_id=batch_id, actor=actor, now=now)
    if isinstance(launched, Refused):
        raise RefusedError(launched)
    project.refresh_from_db()
    _open_missions(pack, project, actor, now)
    return project


def _open_missions(pack: Pack, project: Project, actor: Actor, now: datetime) -> None:
    """What the stages' presets promise over days and weeks opens from tomorrow, all of it reserved: or nothing of the
    pack is imported."""
    for stage in pack.stages:
        params = {name: value for name, value in stage.preset.items() if name != "preset"}
        whole = terms_from_preset(str(stage.preset["preset"]), params, project.currency)
        seats = pack.spec.reviewers_wanted if stage.kind == "review" else pack.spec.experts_wanted
        for number, (_, new) in enumerate(missions_of(whole, stage.kind, seats, now.date()), start=1):
            have_minor = budget_minor(project)
            opened = open_mission(
                project_id=project.id, new=new, request_key=f"pack:{stage.name}:{number}", zones=_ZONES, actor=actor,
                now=now,
            )  # fmt: skip
            if isinstance(opened, Refused):
                raise RefusedError(_not_opened(opened, stage, new.name, have_minor, project.currency))


def _not_opened(refused: Refused, stage: PackStage, name: str, have_minor: int, currency: str) -> Refused:
    """Which mission it was, and how much money is missing for it."""
    said = f"{name!r} of the stage {stage.name!r}"
    if refused.code != "mission_short":
        return Refused(refused.code, f"{said} can't be opened: {refused.why}", refused.facts)
    need_minor = refused.facts["need_minor"]
    need, have, short = (format_minor(minor, currency) for minor in (need_minor, have_minor, need_minor - have_minor))
    why = (
        f"{said} reserves {need} for four weeks, its seats times the most that each can get; after the launch the "
        f"budget holds {have}. Raise the pack's budget by {short}, ask for fewer people, or choose smaller amounts."
    )
    return Refused("mission_short", why, {**refused.facts, "have_minor": have_minor})


def _files(pack: Pack, project: Project, actor: Actor, now: datetime) -> dict[str, Mapping[str, Any]]:
    """The pack's files as the project's own, by name. Raises PackRefused for one that changed since it was checked."""
    taken: dict[str, Mapping[str, Any]] = {}
    for name, file in pack.files.items():
        row = take_in(project=project, source=file.path, actor=actor, now=now)
        if isinstance(row, Refused):
            raise RefusedError(row)
        if row.sent_sha256 != pack.hashes[f"{FOLDER}/{name}"]:
            raise refusal(f"{FOLDER}/{name}", "changed while it was read; start again")
        taken[name] = value_of(row)
    return taken


def _gold(pack: Pack, files: Mapping[str, Mapping[str, Any]]) -> Iterator[NewTask]:
    for item in pack.gold():
        yield NewTask(
            key=item.key, payload=exchanged(item.payload, files), want=0, gold=item.answer, reason=item.reason
        )


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
