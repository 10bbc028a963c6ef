"""Reads of projects, each scoped to who asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from fairhand.people.access import Viewer
from fairhand.projects.models import DispatchPlan, Guideline, PlanChange, Project, Stage, Surge, Template


def text_in(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def visible_as(viewer: Viewer, roles: frozenset[str]) -> QuerySet[Project]:
    """Projects somebody reaches through one of `roles`. Nobody's grants -> no rows."""
    reach = [_reach(viewer, grant_index) for grant_index, g in enumerate(viewer.grants) if g.role in roles]
    return Project.objects.filter(reduce(or_, reach)) if reach else Project.objects.none()


def _reach(viewer: Viewer, grant_index: int) -> Q:
    grant = viewer.grants[grant_index]
    everywhere = ~Q(pk=None) if grant.org_kind == "operator" else Q(org_id=grant.org_id)
    return everywhere if grant.project_id is None else everywhere & Q(id=grant.project_id)


def stages_of(project_ids: list[UUID], kind: str | None = None) -> list[Stage]:
    """Stages in order, with template and pay plan at hand."""
    found = Stage.objects.filter(project_id__in=project_ids).select_related("template", "pay_plan", "project")
    return list((found.filter(kind=kind) if kind else found).order_by("project_id", "ordinal"))


def has_reviews(project_id: UUID) -> bool:
    """Whether a project has a stage at which work is reviewed."""
    return Stage.objects.filter(project_id=project_id, kind="review").exists()


def current_guidelines(project_ids: list[UUID]) -> dict[UUID, Guideline]:
    """The newest guideline version of each project."""
    rows = Guideline.objects.filter(project_id__in=project_ids).order_by("project_id", "-version")
    return {row.project_id: row for row in rows.distinct("project_id")}


def by_pack(pack: str, pack_hash: str) -> Project | None:
    """The project made from exactly this pack."""
    return Project.objects.filter(source__pack=pack, source__hash=pack_hash).order_by("created_at").first()


def guidelines_of(project_id: UUID) -> list[Guideline]:
    """Every version of a guideline, newest first, without its texts."""
    return list(Guideline.objects.filter(project_id=project_id).defer("texts").order_by("-version"))


def guideline_of(project_id: UUID, version: int) -> Guideline | None:
    """One version."""
    return Guideline.objects.filter(project_id=project_id, version=version).first()


def templates_of(project_id: UUID) -> list[Template]:
    """Every version of a template, newest first, without what it says."""
    return list(Template.objects.filter(project_id=project_id).defer("body").order_by("-version"))


def template_of(project_id: UUID, version: int | None = None) -> Template | None:
    """One version; the newest if none is named."""
    found = Template.objects.filter(project_id=project_id)
    return (found.filter(version=version) if version is not None else found).order_by("-version").first()


def stage_in(project_id: UUID, number: int) -> Stage | None:
    """A project's stage by its place, from 1."""
    return Stage.objects.filter(project_id=project_id, ordinal=number).select_related("template", "pay_plan").first()


def names_of_projects(project_ids: Collection[UUID]) -> dict[UUID, Mapping[str, str]]:
    """Project id -> its name by language."""
    return dict(Project.objects.filter(id__in=project_ids).values_list("id", "name"))


def state_of(project_id: UUID) -> str:
    """A project's state now. Raises Project.DoesNotExist."""
    return str(Project.objects.values_list("state", flat=True).get(id=project_id))


def newest_first(found: QuerySet[Project], before: tuple[datetime, UUID] | None, limit: int) -> list[Project]:
    """A page of projects; `before` is the moment and id of the last one of the page before."""
    if before is not None:
        at, row_id = before
        found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=row_id))
    return list(found.order_by("-created_at", "-id")[:limit])


def dispatch_plan_now(project_id: UUID) -> DispatchPlan | None:
    """The version in force; None where nobody has said anything about the order of work."""
    return DispatchPlan.objects.filter(project_id=project_id).defer("body").order_by("-version").first()


def dispatch_plan_body(plan_id: UUID) -> object:
    """The JSON of a version. Raises DispatchPlan.DoesNotExist."""
    return DispatchPlan.objects.values_list("body", flat=True).get(id=plan_id)


def dispatch_plans_of(project_id: UUID, before: int | None, limit: int) -> list[DispatchPlan]:
    """Versions, newest first; `before` is the number of the last one of the page before."""
    found = DispatchPlan.objects.filter(project_id=project_id)
    if before is not None:
        found = found.filter(version__lt=before)
    return list(found.order_by("-version")[:limit])


@dataclass(frozen=True, slots=True)
class Announced:
    """What a stage will pay by from a moment on."""

    holds_from: datetime
    terms: Mapping[str, Any]
    version: int
    note: str


def announced_of(stage_ids: Collection[UUID]) -> dict[UUID, Announced]:
    """Stage -> the plan that is announced for it and not in force yet."""
    waiting = PlanChange.objects.filter(stage_id__in=stage_ids, applied_at=None, withdrawn_at=None)
    columns = ("stage_id", "holds_from", "plan__terms", "plan__version", "plan__note")
    return {stage_id: Announced(*row) for stage_id, *row in waiting.values_list(*columns)}


def waiting_change(stage_id: UUID) -> PlanChange | None:
    """The same of one stage as its row, with its plan; None if nothing is announced."""
    waiting = PlanChange.objects.filter(stage_id=stage_id, applied_at=None, withdrawn_at=None)
    return waiting.select_related("plan").first()


def live_surges(stage_ids: Collection[UUID]) -> dict[UUID, Surge]:
    """Stage -> its window of high demand that is open or planned."""
    found = Surge.objects.filter(stage_id__in=stage_ids).exclude(state="over").select_related("stage")
    return {surge.stage_id: surge for surge in found}


def past_surges(stage_id: UUID, limit: int) -> list[Surge]:
    """Windows of a stage that are over, newest first."""
    return list(Surge.objects.filter(stage_id=stage_id, state="over").order_by("-made_at", "-id")[:limit])


def plan_changes_of(stage_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[PlanChange]:
    """Versions that a stage was given or is to be given, newest first, older than `before` (announced_at, id)."""
    found = PlanChange.objects.filter(stage_id=stage_id).select_related("plan", "before")
    if before is not None:
        at, last = before
        found = found.filter(Q(announced_at__lt=at) | Q(announced_at=at, id__lt=last))
    return list(found.order_by("-announced_at", "-id")[:limit])
