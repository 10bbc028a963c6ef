"""Who is told of work outside tasks: staff, of what waits for them; whoever entered it, when it was decided; everybody
with a seat, of a version that it is paid to read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from fairhand.dispatch.models import Seat
from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
from fairhand.people.access import MANAGE
from fairhand.people.models import Member
from fairhand.projects.models import Project
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.states import READING

Event = Mapping[str, Any]


def _decided(events: list[Event]) -> list[News]:
    """What was paid as it was entered they saw on the page; but for interrupted work, which nobody enters, and for a
    reading that was left."""
    told = [
        event for event in events
        if not event["facts"].get("at_once") or "claim" in event["facts"] or "left" in event["facts"]
    ]  # fmt: skip
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in told})}
    return [
        News(
            UUID(event["facts"]["person_id"]), "paid_time_decided", event["id"], event["at"],
            reverse("project-paid", args=[projects[event["project_id"]].slug]),
            {
                "project": projects[event["project_id"]].name, "reason": event["facts"]["reason"],
                "interrupted": "claim" in event["facts"], "left": "left" in event["facts"],
                "amount": _amount(event["facts"]),
            },
        )
        for event in told
    ]  # fmt: skip


def _amount(facts: Mapping[str, Any]) -> str:
    return format_minor(facts["amount_minor"], facts["currency"]) if "amount_minor" in facts else ""


def _waits(events: list[Event]) -> list[News]:
    """Those who manage the project, of entries that somebody has to look at; but nobody of an entry of their own."""
    open_ids = set(
        PaidTime.objects.filter(id__in=[event["subject_id"] for event in events], decided_at=None).values_list(
            "id", flat=True
        )
    )
    waiting = [event for event in events if event["subject_id"] in open_ids]
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in waiting})}
    news = []
    for event in waiting:
        project = projects[event["project_id"]]
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        whose = Q(org__kind="operator") | Q(org_id=project.org_id)
        found = Member.objects.filter(here, whole, whose, role__in=MANAGE.roles)
        path, told = reverse("manage-paid", args=[project.slug]), {"project": project.name}
        news += [
            News(person_id, "paid_time_waits", event["id"], event["at"], path, told)
            for person_id in sorted(
                set(found.values_list("person_id", flat=True)) - {UUID(event["facts"]["person_id"])}
            )
        ]
    return news


def to_read(events: list[Event]) -> list[News]:
    """Of versions that were published: those with a seat, where reading was paid at that moment."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project = projects[event["project_id"]]
        held = Q(ended_at=None) | Q(ended_at__gt=event["at"])
        if not PaidKind.objects.filter(held, project_id=project.id, kind=READING, set_at__lte=event["at"]).exists():
            continue
        path = reverse("project-paid", args=[project.slug])
        told = {"project": project.name, "number": event["facts"]["version"]}
        seats = Seat.objects.filter(project_id=project.id, state="active", joined_at__lte=event["at"])
        news += [
            News(person_id, "reading_paid", event["id"], event["at"], path, told)
            for person_id in seats.order_by("person_id").values_list("person_id", flat=True)
        ]
    return news


READERS = {"paid_time:entered": _waits, "paid_time:paid": _decided, "paid_time:refused": _decided}
