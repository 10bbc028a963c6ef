"""Who is told that pay falls: everybody with a seat in the project, the day it is announced, or taken back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from fairhand.dispatch.models import Seat
from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
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


READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "plan:announced": _news("plan_lowered"),
    "plan:withdrawn": _news("plan_kept"),
}
