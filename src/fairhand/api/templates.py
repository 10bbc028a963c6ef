"""Calls about a project's template: its versions, and the next one."""

from datetime import datetime
from typing import Any

from ninja import Field, Router, Schema, Status

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.audit.actor import Actor
from fairhand.flow.publish_template import publish_template
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import TEMPLATE_NOTE_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD, Right
from fairhand.projects.models import Project, Template
from fairhand.projects.queries import template_of, templates_of, visible_as

router = Router(tags=["projects"])


class TemplateVersion(Schema):
    """A version. `changes_work`: how long the work takes was measured anew from then on."""

    version: int
    created_at: datetime
    note: str
    changes_work: bool


class TemplateSeen(TemplateVersion):
    """A version with what it says, as docs/reference/template.schema.json describes it."""

    body: dict[str, Any]


class TemplateVersions(Schema):
    """All of them, newest first; the first is in force."""

    rows: list[TemplateVersion]


class TemplateIn(Schema):
    """The next version, written against version `base`. `note`: what changed, for everybody with a seat."""

    base: int = Field(ge=1)
    body: dict[str, Any]
    note: str = Field(min_length=1, max_length=TEMPLATE_NOTE_CHARS_MAX)
    changes_work: bool = False


class Misfit(Schema):
    """A task that may still be given out and doesn't fit: by its key and the number of its batch."""

    key: str
    batch: int
    field: str
    why: str


class TemplateProblem(Problem):
    """Why it was not published. `unfit_n` tasks don't fit; `unfit` names the first of them."""

    unfit_n: int = 0
    unfit: list[Misfit] = []


@router.get("/projects/{slug:slug}/templates", response={200: TemplateVersions} | WRONG)
@opens(SEE_BOARD, scope="projects:read")
def templates(request: Call, slug: str) -> dict[str, Any]:
    """The versions of a project's template."""
    found = _reached(request, SEE_BOARD, slug)
    names = TemplateVersion.model_fields
    return {"rows": [{name: getattr(each, name) for name in names} for each in templates_of(found.id)]}


@router.get("/projects/{slug:slug}/templates/{int:version}", response={200: TemplateSeen} | WRONG)
@opens(SEE_BOARD, scope="projects:read")
def template(request: Call, slug: str, version: int) -> dict[str, Any]:
    """One version, as it was and stays."""
    found = found_or_404(template_of(_reached(request, SEE_BOARD, slug).id, version))
    return _shown(found)


@router.post("/projects/{slug:slug}/templates", response={201: TemplateSeen, 409: TemplateProblem} | WRONG)
@opens(MANAGE, scope="projects:write", method="POST")
def publish_version(request: Call, slug: str, wanted: TemplateIn) -> Any:
    """Publish the next version: it holds for every task taken from now on. Tasks that don't fit keep it from that."""
    project: Project = _reached(request, MANAGE, slug)
    made = publish_template(
        project_id=project.id, base=wanted.base, body=wanted.body, note=wanted.note, changes_work=wanted.changes_work,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if not isinstance(made, Refused):
        return Status(201, _shown(made))
    fields = [{"field": wrong.field, "why": wrong.why, "code": wrong.code} for wrong in made.facts.get("problems", [])]
    if made.code == "bad_input":
        return problem(422, made.code, made.why, fields)
    unfit = [{"key": e.key, "batch": e.batch, "field": e.field, "why": e.why} for e in made.facts.get("first", [])]
    return problem(409, made.code, made.why, fields, {"unfit_n": made.facts.get("n", 0), "unfit": unfit})


def _reached(request: Call, right: Right, slug: str) -> Project:
    found: Project = found_or_404(visible_as(request.viewer, right.roles).filter(slug=slug).first())
    return found


def _shown(found: Template) -> dict[str, Any]:
    return {name: getattr(found, name) for name in TemplateSeen.model_fields}
