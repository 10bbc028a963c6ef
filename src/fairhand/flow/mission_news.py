"""Who is told of a mission: everybody with a seat in the project when it opens, and its people when it pays them; of
somebody who was named, whoever named them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from fairhand.dispatch.models import Seat
from fairhand.kernel.money import format_minor
from fairhand.missions.models import Mission
from fairhand.missions.states import REFERRAL
from fairhand.notices.commands import News

Event = Mapping[str, Any]


def _opened(events: list[Event]) -> list[News]:
    news = []
    missions = _missions(events)
    for event in events:
        mission = missions[event["subject_id"]]
        seats = Seat.objects.filter(project_id=mission.project_id, state="active").order_by("person_id")
        told = {"project": mission.project.name, "name": mission.name}
        refers = mission.kind == REFERRAL
        kind, path = ("referral_opened", reverse("referrals")) if refers else ("mission_opened", _path(mission))
        news += [
            News(person_id, kind, event["id"], event["at"], path, told)
            for person_id in seats.values_list("person_id", flat=True)
        ]
    return news


def _counted(events: list[Event]) -> list[News]:
    """Only of windows that paid something."""
    paid = [event for event in events if event["facts"]["amount_minor"]]
    missions = _missions(paid)
    return [
        News(
            UUID(event["facts"]["person_id"]), "mission_paid", event["id"], event["at"],
            _path(missions[event["subject_id"]]),
            {
                "name": missions[event["subject_id"]].name, "late": event["facts"]["late"],
                "amount": format_minor(event["facts"]["amount_minor"], event["facts"]["currency"]),
            },
        )
        for event in paid
    ]  # fmt: skip


def _missions(events: list[Event]) -> dict[UUID, Mission]:
    found = Mission.objects.filter(id__in=[event["subject_id"] for event in events]).select_related("project")
    return {mission.id: mission for mission in found}


def _path(mission: Mission) -> str:
    return reverse("mission", args=[mission.project.slug, mission.id])


def _brought(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        found = Mission.objects.filter(id__in=[event["facts"]["mission"] for event in events])
        names = {str(mission.id): mission.name for mission in found}
        return [
            News(
                UUID(event["facts"]["person_id"]), kind, event["id"], event["at"], reverse("referrals"),
                {"name": names[event["facts"]["mission"]], **_amount(event["facts"])},
            )
            for event in events
        ]  # fmt: skip

    return read


def _amount(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"amount": format_minor(facts["amount_minor"], facts["currency"])} if "amount_minor" in facts else {}


READERS = {
    "mission:opened": _opened, "mission:counted": _counted, "referral:joined": _brought("referral_joined"),
    "referral:paid": _brought("referral_paid"),
}  # fmt: skip
