"""Verbs that write projects and their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_alias, new_id
from fairhand.projects.models import DispatchPlan, Guideline, PayPlan, PlanChange, Project, Stage, Template
from fairhand.projects.states import PROJECT_MOVES


@dataclass(frozen=True, slots=True)
class NewStage:
    """A stage to be made. `terms` are pay terms as `fairhand_pay.Terms` writes them; `preset` what they came from."""

    name: str
    kind: str
    subject: str
    terms: Mapping[str, Any]
    lease_s: int
    claim_s_max: int
    idle_s: int
    rework_s: int
    rounds_max: int
    review_deadline_h: int
    review_policy: Mapping[str, Any]
    estimate: Mapping[str, Any]
    preset: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project to be made, with the first version of each of its parts."""

    slug: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    currency: str
    languages: tuple[str, ...]
    experts_wanted: int
    reviewers_wanted: int
    source: Mapping[str, Any]
    guideline: Mapping[str, str]
    template: Mapping[str, Any]
    stages: tuple[NewStage, ...]
    rubric: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def make_project(*, org_id: UUID, new: NewProject, actor: Actor, now: datetime) -> Project:
    """Make a draft project with version 1 of guideline and template, and a pay plan version per stage."""
    slug = new.slug if not Project.objects.filter(slug=new.slug).exists() else new_alias(new.slug).lower()

    project = Project.objects.create(
        id=new_id(now), org_id=org_id, slug=slug, name=new.name, summary=new.summary, currency=new.currency,
        languages=list(new.languages), experts_wanted=new.experts_wanted, reviewers_wanted=new.reviewers_wanted,
        source=new.source, created_at=now,
    )  # fmt: skip
    common: dict[str, Any] = {"org_id": org_id, "project": project, "created_at": now}
    Guideline.objects.create(id=new_id(now), version=1, texts=new.guideline, rubric=dict(new.rubric), **common)
    template = Template.objects.create(id=new_id(now), version=1, body=new.template, **common)
    for ordinal, stage in enumerate(new.stages, start=1):
        plan = PayPlan.objects.create(
            id=new_id(now), version=ordinal, terms=stage.terms, preset=dict(stage.preset), made_by=actor.id, **common
        )
        Stage.objects.create(
            id=new_id(now), org_id=org_id, project=project, ordinal=ordinal, name=stage.name, kind=stage.kind,
            subject=stage.subject, template=template, pay_plan=plan, review_policy=stage.review_policy,
            lease_s=stage.lease_s, claim_s_max=stage.claim_s_max, idle_s=stage.idle_s, rework_s=stage.rework_s,
            rounds_max=stage.rounds_max, review_deadline_h=stage.review_deadline_h, estimate=stage.estimate,
        )  # fmt: skip

    facts = {"slug": slug, "stages": [stage.name for stage in new.stages]}
    record(actor=actor, now=now, happened=[Fact("project:made", "project", project.id, org_id, project.id, facts)])
    return project


def open_project(*, project_id: UUID, actor: Actor, now: datetime) -> bool:
    """Draft -> open; True if this call did it."""
    moved = Project.objects.filter(id=project_id, state="draft").update(state="open")
    if moved:
        record(actor=actor, now=now, happened=[Fact("project:opened", "project", project_id, project_id=project_id)])
    return bool(moved)


def add_guideline(
    *,
    project_id: UUID,
    base: int,
    texts: Mapping[str, str],
    rubric: Mapping[str, str],
    note: str,
    actor: Actor,
    now: datetime,
    affects: Sequence[str] = (),
) -> Guideline | None:
    """The next version of a guideline, written against version `base`; None if `base` isn't the newest any more.

    Claims made on earlier versions keep them: their offers name the version. `affects`: the marks of the change,
    `field:…` (a task's field) and `question:…`.
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    last = Guideline.objects.filter(project=project).aggregate(last=Max("version"))["last"] or 0
    if last != base:
        return None
    made = Guideline.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, version=last + 1, texts=dict(texts),
        rubric=dict(rubric), note=note, made_by=actor.id, affects=list(affects), created_at=now,
    )  # fmt: skip
    facts = {"version": made.version, "note": note, "languages": sorted(texts), "affects": list(affects)}
    record(
        actor=actor, now=now,
        happened=[Fact("guideline:published", "project", project_id, project.org_id, project_id, facts)],
    )  # fmt: skip
    return made


def add_template(
    *,
    project_id: UUID,
    base: int,
    body: Mapping[str, Any],
    note: str,
    changes_work: bool,
    said: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Template | None:
    """The next version of a template, written against version `base`, in force for every stage; None if `base` isn't
    the newest any more. The body was judged by `tasks.own_template`; `said` goes with the event.

    Claims made on earlier versions keep them: their offers name the version.
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    last = Template.objects.filter(project=project).aggregate(last=Max("version"))["last"] or 0
    if last != base:
        return None
    made = Template.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, version=last + 1, body=dict(body), note=note,
        made_by=actor.id, changes_work=changes_work, created_at=now,
    )  # fmt: skip
    Stage.objects.filter(project=project).update(template=made)
    facts = {"version": made.version, "note": note, "changes_work": changes_work, **said}
    record(
        actor=actor, now=now,
        happened=[Fact("template:published", "project", project_id, project.org_id, project_id, facts)],
    )  # fmt: skip
    return made


def add_dispatch_plan(
    *, project_id: UUID, base: int, body: Mapping[str, Any], note: str, actor: Actor, now: datetime
) -> DispatchPlan | None:
    """The next version of the order of work, written against version `base` (0: none yet); None if `base` isn't the
    newest any more. The body was checked by `dispatch.plan.parse`."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    last = DispatchPlan.objects.filter(project=project).aggregate(last=Max("version"))["last"] or 0
    if last != base:
        return None
    made = DispatchPlan.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, version=last + 1, body=dict(body), note=note,
        made_by=actor.id, created_at=now,
    )  # fmt: skip
    facts = {"version": made.version, "note": note, "policies": _policies(body)}
    record(
        actor=actor, now=now,
        happened=[Fact("order:changed", "project", project_id, project.org_id, project_id, facts)],
    )  # fmt: skip
    return made


def _policies(body: Mapping[str, Any]) -> list[str]:
    return [str(each["name"]) for kind in ("slot", "queue") for each in body.get(kind, [])]


def change_words(
    *, project_id: UUID, name: Mapping[str, str], summary: Mapping[str, str], contact: str, actor: Actor, now: datetime
) -> bool:
    """Name, summary and contact of a project; True if anything changed, and then the event says what."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    after: dict[str, Any] = {"name": dict(name), "summary": dict(summary), "contact": contact}
    before: dict[str, Any] = {key: getattr(project, key) for key in after}
    changed = [key for key in after if after[key] != before[key]]
    if not changed:
        return False
    Project.objects.filter(id=project_id).update(**after)
    facts = {"before": {key: before[key] for key in changed}, "after": {key: after[key] for key in changed}}
    fact = Fact("project:changed", "project", project_id, project.org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


def change_end(
    *, project_id: UUID, ends_at: datetime | None, reason: str, actor: Actor, now: datetime
) -> str | None:  # fmt: skip
    """Announce, move or take back a project's end; the event's verb says which it was, None if nothing changed."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    before = project.ends_at
    if before == ends_at:
        return None
    Project.objects.filter(id=project_id).update(ends_at=ends_at)
    later = before is not None and (ends_at is None or ends_at > before)
    verb = "project:extended" if later else "project:end_announced"
    facts = {"before": before and before.isoformat(), "ends_at": ends_at and ends_at.isoformat(), "reason": reason}
    record(actor=actor, now=now, happened=[Fact(verb, "project", project_id, project.org_id, project_id, facts)])
    return verb


def change_target_hours(
    *, project_id: UUID, target_hours: int | None, reason: str, actor: Actor, now: datetime
) -> bool:  # fmt: skip
    """How many hours a week a project promises each of its people, about; True if that is news."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    before = project.target_hours
    if before == target_hours:
        return False
    Project.objects.filter(id=project_id).update(target_hours=target_hours)
    facts = {"before": before, "after": target_hours, "reason": reason}
    fact = Fact("project:hours_promised", "project", project_id, project.org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


def change_promise(
    *, project_id: UUID, slots: int, days: int, reason: str, actor: Actor, now: datetime
) -> bool:  # fmt: skip
    """So many first tasks are kept for whoever joins from now on, for so many days; True if that is news."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    before, after = [project.promised_n, project.promised_days], [slots, days]
    if before == after:
        return False
    Project.objects.filter(id=project_id).update(promised_n=slots, promised_days=days)
    facts = {"before": before, "after": after, "reason": reason}
    fact = Fact("project:promised", "project", project_id, project.org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


def change_stage(
    *, stage_id: UUID, numbers: Mapping[str, Any], reason: str, actor: Actor, now: datetime
) -> dict[str, list[Any]]:
    """Numbers and policy of a stage, from now on: offers made before keep theirs. Returns name -> [before, after]."""
    stage = Stage.objects.select_for_update(no_key=True).get(id=stage_id)
    changed = {key: [getattr(stage, key), value] for key, value in numbers.items() if getattr(stage, key) != value}
    if not changed:
        return {}
    Stage.objects.filter(id=stage_id).update(**{key: after for key, (_, after) in changed.items()})
    facts = {"stage": stage.name, "changed": changed, "reason": reason}
    fact = Fact("stage:changed", "stage", stage_id, stage.org_id, stage.project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return changed


def add_pay_plan(
    *, project: Project, terms: Mapping[str, Any], preset: Mapping[str, Any], note: str, actor: Actor, now: datetime
) -> PayPlan:
    """The next version of a project's pay plans; the caller holds the project's row."""
    last = PayPlan.objects.filter(project=project).aggregate(last=Max("version"))["last"] or 0
    return PayPlan.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, version=last + 1, terms=dict(terms),
        preset=dict(preset), note=note, made_by=actor.id, created_at=now,
    )  # fmt: skip


def announce_plan(*, stage: Stage, plan: PayPlan, lowers: bool, holds_from: datetime, now: datetime) -> PlanChange:
    """Write down that a stage gets a plan from a moment on; what was announced before and not in force is withdrawn."""
    withdraw_plan(stage_id=stage.id, now=now)
    return PlanChange.objects.create(
        id=new_id(now), org_id=stage.org_id, project_id=stage.project_id, stage=stage, plan=plan,
        before_id=stage.pay_plan_id, lowers=lowers, announced_at=now, holds_from=holds_from,
    )  # fmt: skip


def carry_announced(*, waiting: PlanChange, plan: PayPlan, before_id: UUID, now: datetime) -> None:
    """What was announced stays announced, for the same day and since the same day, now as this plan after that one."""
    PlanChange.objects.filter(id=waiting.id).update(withdrawn_at=now)
    PlanChange.objects.create(
        id=new_id(now), org_id=waiting.org_id, project_id=waiting.project_id, stage_id=waiting.stage_id, plan=plan,
        before_id=before_id, lowers=waiting.lowers, announced_at=waiting.announced_at, holds_from=waiting.holds_from,
    )  # fmt: skip


def withdraw_plan(*, stage_id: UUID, now: datetime) -> UUID | None:
    """Take back what was announced for a stage and isn't in force; the plan that it was, None if there was none."""
    waiting = PlanChange.objects.filter(stage_id=stage_id, applied_at=None, withdrawn_at=None)
    plan_id = waiting.values_list("plan_id", flat=True).first()
    waiting.update(withdrawn_at=now)
    return plan_id


def apply_plan(*, change: PlanChange, now: datetime) -> bool:
    """From now on the stage's new offers are made by the plan; True if this call did it."""
    waiting = PlanChange.objects.filter(id=change.id, applied_at=None, withdrawn_at=None)
    if not waiting.update(applied_at=now):
        return False
    Stage.objects.filter(id=change.stage_id).update(pay_plan_id=change.plan_id)
    return True


def set_notice_days(*, project_id: UUID, days: int, actor: Actor, now: datetime) -> bool:
    """How many days before it holds a lower version is announced; True if that changed."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if project.notice_days == days:
        return False
    before, project.notice_days = project.notice_days, days
    project.save(update_fields=["notice_days"])
    fact = Fact("plan:notice_changed", "project", project_id, project.org_id, project_id, {"days": [before, days]})
    record(actor=actor, now=now, happened=[fact])
    return True


def move_project(*, project_id: UUID, to: str, reason: str, actor: Actor, now: datetime) -> bool:
    """Move a project to a state from any that may move there; True if this call did it."""
    sources = [source for source, target in PROJECT_MOVES if target == to]
    moved = Project.objects.filter(id=project_id, state__in=sources).update(state=to)
    if moved:
        org_id = Project.objects.values_list("org_id", flat=True).get(id=project_id)
        fact = Fact(f"project:{_MOVED[to]}", "project", project_id, org_id, project_id, {"reason": reason})
        record(actor=actor, now=now, happened=[fact])
    return bool(moved)


_MOVED = {"open": "opened", "paused": "paused", "closed": "closed"}
