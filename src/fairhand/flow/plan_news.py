"""Who is told that pay falls: everybody with a seat in the project, the day it is announced, or taken back; that it
rises for a while: everybody there who wants news of work; that it doesn't after all: whoever planned it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from fairhand.dispatch.models import Seat, WorkPreference
from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
from fairhand.projects.models import Project, Surge
from fairhand.projects.queries import names_of_projects

Event = Mapping[str, Any]


def _news(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        names = names_of_projects({event["project_id"] for event in events})
        return [
            News(person_id, kind, event["id"], event["at"], reverse("projects"),
                 {"project": names[event["project_id"]], **_told(event["facts"])})
            for event in events
            for person_id in Seat.objects.filter(project_id=event["project_id"], state="active")
            .order_by("person_id").values_list("person_id", flat=True)
        ]  # fmt: skip

    return read


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    told = {"reason": facts["note"]}
    if "holds_from" in facts:
        told |= {
            "on": f"{datetime.fromisoformat(facts['holds_from']):%Y-%m-%d}",
            "before": format_minor(facts["before_minor"], facts["currency"]),
            "after": format_minor(facts["after_minor"], facts["currency"]),
            "at_once": facts["at_once"],
            "minutes": "" if facts["ms"] is None else str(facts["ms"] // 60_000),
        }
    return told


def _surges(events: list[Event]) -> list[News]:
    names = names_of_projects({event["project_id"] for event in events})
    news = []
    for event in events:
        facts = event["facts"]
        slug = Project.objects.values_list("slug", flat=True).get(id=event["project_id"])
        told = {
            "project": names[event["project_id"]], "percent": str(round((Decimal(facts["factor"]) - 1) * 100)),
            "until": f"{datetime.fromisoformat(facts['until_at']):%Y-%m-%d %H:%M}",
        }  # fmt: skip
        news += [
            News(person_id, "surge_opened", event["id"], event["at"], reverse("project", args=[slug]), told)
            for person_id in _listening(event["project_id"])
        ]
    return news


def _listening(project_id: UUID) -> list[UUID]:
    """Everybody with a seat who wants to hear of work there."""
    seats = Seat.objects.filter(project_id=project_id, state="active").order_by("person_id")
    people = list(seats.values_list("person_id", flat=True))
    wishes = WorkPreference.objects.filter(person_id__in=people)
    deaf = {wish.person_id for wish in wishes if not wish.told or project_id in wish.muted}
    return [person_id for person_id in people if person_id not in deaf]


def _dropped(events: list[Event]) -> list[News]:
    short = [event for event in events if event["facts"]["why"] == "short"]
    makers = {str(row.id): row for row in Surge.objects.filter(id__in=[event["facts"]["surge"] for event in short])
              .select_related("project")}  # fmt: skip
    return [
        News(
            surge.made_by, "surge_dropped", event["id"], event["at"],
            reverse("manage-plans", args=[surge.project.slug]), {"project": surge.project.name},
        )
        for event in short if (surge := makers.get(event["facts"]["surge"])) is not None
    ]  # fmt: skip


READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "plan:announced": _news("plan_lowered"),
    "plan:withdrawn": _news("plan_kept"),
    "surge:opened": _surges,
    "surge:ended": _dropped,
}
