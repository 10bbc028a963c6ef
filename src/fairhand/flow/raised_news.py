"""Who is told of what experts raise: those who manage the project, and its author of the answer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from fairhand.cases.models import Raised
from fairhand.cases.states import DISTRESSING, ILLEGAL
from fairhand.notices.commands import News
from fairhand.people.access import MANAGE
from fairhand.people.models import Member
from fairhand.projects.models import Project

Event = Mapping[str, Any]
_URGENT = (DISTRESSING, ILLEGAL)


def _made(events: list[Event]) -> list[News]:
    """Reports of content one by one; the rest once for a project and a page of events, with how many there are."""
    news, projects = [], _projects(events)
    urgent = [event for event in events if event["facts"].get("kind") in _URGENT]
    for event in urgent:
        told = {"project": projects[event["project_id"]].name, "illegal": event["facts"]["kind"] == ILLEGAL}
        news += _to_managers(event, projects[event["project_id"]], "raised_urgent", told)
    usual = [event for event in events if event["facts"].get("kind") not in _URGENT]
    for project_id in dict.fromkeys(event["project_id"] for event in usual):
        here = [event for event in usual if event["project_id"] == project_id]
        told = {"project": projects[project_id].name, "n": len(here)}
        news += _to_managers(here[0], projects[project_id], "raised_waits", told)
    return news


def _to_managers(event: Event, project: Project, kind: str, told: Mapping[str, Any]) -> list[News]:
    here = Q(project_id=None) | Q(project_id=project.id)
    whole = Q(until=None) | Q(until__gt=event["at"])
    whose = Q(org__kind="operator") | Q(org_id=project.org_id)
    found = Member.objects.filter(here, whole, whose, role__in=MANAGE.roles).values_list("person_id", flat=True)
    path = reverse("manage-raised", args=[project.slug])
    return [News(person_id, kind, event["id"], event["at"], path, told) for person_id in sorted(set(found))]


def _answered(events: list[Event]) -> list[News]:
    rows = {row.id: row for row in Raised.objects.filter(id__in=[event["subject_id"] for event in events])}
    projects = _projects(events)
    return [
        News(
            rows[event["subject_id"]].person_id, "raised_answered", event["id"], event["at"],
            f"{reverse('raised-mine')}#raised-{event['subject_id']}",
            {"project": projects[event["project_id"]].name, "answer": event["facts"]["answer"]},
        )
        for event in events
        if event["subject_id"] in rows
    ]  # fmt: skip


def _projects(events: list[Event]) -> dict[UUID, Project]:
    return {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}


READERS = {"raised:made": _made, "raised:answered": _answered}
