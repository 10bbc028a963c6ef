"""Who is told of a case: those who may answer it, and its person when somebody did."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from fairhand.cases.models import Case
from fairhand.notices.commands import News
from fairhand.people.access import MANAGE
from fairhand.people.models import Member
from fairhand.projects.models import Project

Event = Mapping[str, Any]


def _waits(events: list[Event]) -> list[News]:
    """Those who manage the project, but the case's own person; of an appeal, operator's staff who didn't answer."""
    news = []
    cases, projects = _cases(events), _projects(events)
    for event in events:
        case, project = cases[event["subject_id"]], projects[event["project_id"]]
        appealed = event["verb"] == "case:appealed"
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        whose = Q(org__kind="operator") if appealed else Q(org__kind="operator") | Q(org_id=project.org_id)
        found = Member.objects.filter(here, whole, whose, role__in=MANAGE.roles)
        aside: set[UUID | None] = {case.person_id, case.not_by_id, case.answered_by_id if appealed else None}
        told = {
            "project": project.name, "appealed": appealed, "due": event["facts"]["due_at"][:10],
            "entry": case.line_id is None,
        }  # fmt: skip
        path = reverse("manage-cases", args=[project.slug])
        news += [
            News(person_id, "line_contested", event["id"], event["at"], path, told)
            for person_id in sorted(set(found.values_list("person_id", flat=True)) - aside)
        ]
    return news


def _answered(events: list[Event]) -> list[News]:
    """Its person: what was answered, and why."""
    cases, projects = _cases(events), _projects(events)
    return [
        News(
            cases[event["subject_id"]].person_id, "case_answered", event["id"], event["at"],
            reverse("case", args=[event["subject_id"]]),
            {
                "project": projects[event["project_id"]].name, "reason": event["facts"]["reason"],
                "corrected": event["facts"]["answer"] == "correct", "appealed": event["verb"] == "case:decided",
                "entry": cases[event["subject_id"]].line_id is None,
            },
        )
        for event in events
    ]  # fmt: skip


def _cases(events: list[Event]) -> dict[UUID, Case]:
    return {case.id: case for case in Case.objects.filter(id__in=[event["subject_id"] for event in events])}


def _projects(events: list[Event]) -> dict[UUID, Project]:
    return {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}


READERS = {
    "case:opened": _waits,
    "case:appealed": _waits,
    "case:answered": _answered,
    "case:decided": _answered,
}
