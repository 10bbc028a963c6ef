"""Calls about projects that somebody's roles reach: the projects, their tasks, their deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import Query, Router, Schema

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG
from fairhand.api.own import Page
from fairhand.delivery.queries import by_number, deliveries_of, file_lines, form_of
from fairhand.insight import api_rows
from fairhand.insight.board import progress_of
from fairhand.kernel.limits import API_ROWS_PER_PAGE_MAX
from fairhand.people.access import SEE_AS_CLIENT, SEE_PROJECT, SEE_TASKS, Right
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as

router = Router(tags=["projects"])


class ProjectOut(Schema):
    """A project. Texts are tables of language and text."""

    slug: str
    name: dict[str, str]
    summary: dict[str, str]
    state: str
    currency: str
    languages: list[str]
    created_at: datetime


class Progress(Schema):
    """How far a project is: judgements wanted, and where they are."""

    tasks: int
    wanted: int
    open: int
    in_work: int
    in_review: int
    back: int
    accepted: int


class ProjectSeen(ProjectOut):
    """One project with its progress."""

    progress: Progress


class Projects(Schema):
    """A page, newest first; `next` is null on the last one."""

    rows: list[ProjectOut]
    next: UUID | None


@router.get("/projects", response={200: Projects} | WRONG)
@opens(SEE_PROJECT, scope="projects:read")
def projects(request: Call, page: Query[Page]) -> dict[str, Any]:
    """Projects that my roles reach."""
    rows = visible_as(request.viewer, SEE_PROJECT.roles).order_by("-id")
    found = list((rows.filter(id__lt=page.before) if page.before else rows)[: page.limit + 1])
    return {
        "rows": [_shown(each) for each in found[: page.limit]],
        "next": found[page.limit - 1].id if len(found) > page.limit else None,
    }


@router.get("/projects/{slug:slug}", response={200: ProjectSeen} | WRONG)
@opens(SEE_PROJECT, scope="projects:read")
def project(request: Call, slug: str) -> dict[str, Any]:
    """One project, and how far it is."""
    found = _reached(request, SEE_PROJECT, slug)
    far = progress_of([found.id])[found.id]
    return _shown(found) | {"progress": {name: getattr(far, name) for name in Progress.model_fields}}


class TaskOut(Schema):
    """A task. `batch` is its batch's number in the project, `kind` the batch's; `want` judgements are asked of it."""

    id: UUID
    key: str
    batch: int
    kind: str
    state: str
    want: int


class Tasks(Schema):
    """A page, newest first; `next` is null on the last one."""

    rows: list[TaskOut]
    next: UUID | None


@router.get("/projects/{slug:slug}/tasks", response={200: Tasks} | WRONG)
@opens(SEE_TASKS, scope="tasks:read")
def project_tasks(request: Call, slug: str, page: Query[Page]) -> dict[str, Any]:
    """A project's tasks."""
    found = api_rows.tasks_of(_reached(request, SEE_TASKS, slug).id, page.before, page.limit + 1)
    rows = [{name: getattr(row, name) for name in TaskOut.model_fields} for row in found[: page.limit]]
    return {"rows": rows, "next": rows[-1]["id"] if len(found) > page.limit else None}


class SubmissionOut(Schema):
    """A submission to a task. `expert` is its author's pseudonym in the project."""

    id: UUID
    stage: str
    kind: str
    expert: str
    expert_kind: str
    round: int
    state: str
    surplus: bool
    answer: dict[str, Any]
    work_ms: int | None
    submitted_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class TaskSeen(TaskOut):
    """One task with what is shown to experts, and its first submissions, oldest first."""

    project: str
    payload: dict[str, Any]
    submissions: list[SubmissionOut]


@router.get("/tasks/{uuid:task_id}", response={200: TaskSeen} | WRONG)
@opens(SEE_TASKS, scope="tasks:read")
def task(request: Call, task_id: UUID) -> dict[str, Any]:
    """One task and the work on it."""
    reached = list(visible_as(request.viewer, SEE_TASKS.roles).values_list("id", flat=True))
    found = found_or_404(api_rows.task(task_id, reached, API_ROWS_PER_PAGE_MAX))
    work = [{name: getattr(row, name) for name in SubmissionOut.model_fields} for row in found.submissions]
    return {name: getattr(found, name) for name in TaskSeen.model_fields} | {"submissions": work}


class FileOut(Schema):
    """One format of a delivery: the same bytes every time. `version`: of the format."""

    rows: int
    bytes: int
    sha256: str
    version: int = 1


class DeliveryOut(Schema):
    """A sealed delivery. `rule` says what is in it; `files` by the name of their format. `held_rows`, `held_tasks`:
    accepted work that is kept out, since the content of its tasks may be illegal."""

    number: int
    released_at: datetime
    rule: dict[str, str]
    rows: int
    tasks: int
    held_rows: int
    held_tasks: int
    files: dict[str, FileOut]


class Deliveries(Schema):
    """All of them, newest first."""

    rows: list[DeliveryOut]


@router.get("/projects/{slug:slug}/deliveries", response={200: Deliveries} | WRONG)
@opens(SEE_AS_CLIENT, scope="deliveries:read")
def deliveries(request: Call, slug: str) -> dict[str, Any]:
    """A project's deliveries."""
    found = deliveries_of(_reached(request, SEE_AS_CLIENT, slug).id)
    return {
        "rows": [
            {
                "number": each.number, "released_at": each.released_at, "rule": each.rule, "rows": each.rows_n,
                "tasks": each.tasks_n, "held_rows": each.held_rows_n, "held_tasks": each.held_tasks_n,
                "files": each.files,
            }
            for each in found
        ]
    }  # fmt: skip


_FILE = {"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}}


@router.get(
    "/projects/{slug:slug}/deliveries/{int:number}/{slug:form}", response={200: None} | WRONG, openapi_extra=_FILE
)
@opens(SEE_AS_CLIENT, scope="deliveries:read")
def delivery_file(request: Call, slug: str, number: int, form: str) -> StreamingHttpResponse:
    """One format of a delivery, streamed. X-Content-SHA256 is the hash of its bytes."""
    found = _reached(request, SEE_AS_CLIENT, slug)
    delivery = found_or_404(by_number(found.id, number))
    kind = found_or_404(form_of(delivery, form))
    response = StreamingHttpResponse(file_lines(delivery, kind), content_type=kind.media_type)
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{number}.{kind.suffix}"'
    response["X-Content-SHA256"] = delivery.files[form]["sha256"]
    return response


def _reached(request: Call, right: Right, slug: str) -> Project:
    found: Project = found_or_404(visible_as(request.viewer, right.roles).filter(slug=slug).first())
    return found


def _shown(project: Project) -> dict[str, Any]:
    return {name: getattr(project, name) for name in ProjectOut.model_fields}
