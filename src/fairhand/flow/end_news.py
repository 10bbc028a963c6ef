"""Who is told that a project will end, is extended, has passed its announced end, or is closed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from fairhand.dispatch.models import Seat
from fairhand.notices.commands import News
from fairhand.people.models import Member
from fairhand.projects.models import Project

Event = Mapping[str, Any]


def ends(events: list[Event]) -> list[News]:
    """Everybody with a seat: when it ends, and why."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project, facts = projects[event["project_id"]], event["facts"]
        kind = "project_ends" if event["verb"] == "project:end_announced" else "project_extended"
        told = {"project": project.name, "on": _day(facts["ends_at"]), "reason": facts["reason"]}
        seated = Seat.objects.filter(project=project, state="active").order_by("person_id")
        news += [
            News(person_id, kind, event["id"], event["at"], reverse("project", args=[project.slug]), told)
            for person_id in seated.values_list("person_id", flat=True)
        ]
    return news


def passed(events: list[Event]) -> list[News]:
    """The operator's people who manage the project: it goes on until one of them closes or extends it."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project = projects[event["project_id"]]
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        found = Member.objects.filter(here, whole, org__kind="operator", role__in=("operator_admin", "manager"))
        told = {"project": project.name, "on": _day(event["facts"]["ends_at"])}
        news += [
            News(
                person_id, "project_end_passed", event["id"], event["at"],
                reverse("manage-operations", args=[project.slug]), told,
            )
            for person_id in sorted(set(found.values_list("person_id", flat=True)))
        ]  # fmt: skip
    return news


def closed(events: list[Event]) -> list[News]:
    """Everybody with a seat: that nothing more is given out, and why; also where no end was announced."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project = projects[event["project_id"]]
        told = {"project": project.name, "reason": event["facts"].get("reason", "")}
        seated = Seat.objects.filter(project=project).exclude(state="left").order_by("person_id")
        news += [
            News(person_id, "project_closed", event["id"], event["at"], reverse("project", args=[project.slug]), told)
            for person_id in seated.values_list("person_id", flat=True)
        ]
    return news


def _day(moment: str | None) -> str:
    """A day that reads the same in every language; empty where no end is announced any more."""
    return f"{datetime.fromisoformat(moment):%Y-%m-%d}" if moment else ""


READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "project:end_announced": ends,
    "project:extended": ends,
    "project:end_passed": passed,
    "project:closed": closed,
}
