"""Who is told of weeks: staff, of hours paid beyond a weekly cap and of answers; whoever worked, of a question."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from fairhand.dispatch.models import Seat
from fairhand.notices.commands import News
from fairhand.people.access import MANAGE
from fairhand.people.models import Member
from fairhand.projects.models import Project

Event = Mapping[str, Any]


def _projects(events: list[Event]) -> dict[UUID, Project]:
    return {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}


def _beyond_cap(events: list[Event]) -> list[News]:
    """Those who manage the project; people are named as the project knows them."""
    projects, news = _projects(events), []
    for event in events:
        project, person_id = projects[event["project_id"]], UUID(event["facts"]["person_id"])
        alias = Seat.objects.values_list("alias", flat=True).get(project_id=project.id, person_id=person_id)
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        whose = Q(org__kind="operator") | Q(org_id=project.org_id)
        found = Member.objects.filter(here, whole, whose, role__in=MANAGE.roles)
        minutes = -(-event["facts"]["over_ms"] // 60_000)  # a started minute is told whole
        told = {"project": project.name, "alias": alias, "over": f"{minutes // 60}:{minutes % 60:02}",
                "week": event["facts"]["week"]}  # fmt: skip
        path = f"{reverse('manage-timesheets', args=[project.slug])}?week={event['facts']['week']}"
        news += [
            News(each, "week_beyond_cap", event["id"], event["at"], path, told)
            for each in sorted(set(found.values_list("person_id", flat=True)) - {person_id})
        ]
    return news


def _questioned(events: list[Event]) -> list[News]:
    projects = _projects(events)
    return [
        News(
            UUID(event["facts"]["person_id"]), "week_questioned", event["id"], event["at"],
            f"{reverse('timesheets')}?week={event['facts']['week']}",
            {"project": projects[event["project_id"]].name, "reason": event["facts"]["reason"],
             "week": event["facts"]["week"]},
        )
        for event in events
    ]  # fmt: skip


def _answered(events: list[Event]) -> list[News]:
    """Whoever asked."""
    projects = _projects(events)
    return [
        News(
            UUID(event["facts"]["asked_by"]), "week_answered", event["id"], event["at"],
            f"{reverse('manage-timesheets', args=[projects[event['project_id']].slug])}?week={event['facts']['week']}",
            {"project": projects[event["project_id"]].name, "week": event["facts"]["week"]},
        )
        for event in events
    ]  # fmt: skip


READERS = {
    "timesheet:beyond_cap": _beyond_cap,
    "timesheet:questioned": _questioned,
    "timesheet:answered": _answered,
}
