"""What the holder of a claim is told: time granted or not, a task taken back, a guideline that changed; and
whoever tasks are set aside for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from fairhand.dispatch.models import Claim, CohortMember, Seat, Slot
from fairhand.flow.paid_news import to_read
from fairhand.insight.guideline_changes import holders_touched
from fairhand.notices.commands import News
from fairhand.projects.models import Project

Event = Mapping[str, Any]


def _of_claims(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        # What was granted at once the expert saw on the page.
        told = [event for event in events if event["verb"] != "claim:extended" or "granted_s" in event["facts"]]
        claims = Claim.objects.filter(id__in=[event["subject_id"] for event in told])
        found = {id_: (person, project) for id_, person, project in claims.values_list("id", "person_id", "project_id")}
        names = dict(
            Project.objects.filter(id__in={project for _, project in found.values()}).values_list("id", "name")
        )
        return [
            News(
                found[event["subject_id"]][0], kind, event["id"], event["at"],
                reverse("work", args=[event["subject_id"]]),
                {"project": names[found[event["subject_id"]][1]], **_said(event["facts"])},
            )
            for event in told
            if event["subject_id"] in found
        ]  # fmt: skip

    return read


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What the notice repeats of an event: the reason, and in minutes what was granted."""
    granted_min = round(facts.get("granted_s", 0) / 60)
    return {"reason": facts.get("reason", ""), "granted_min": granted_min, "over": bool(facts.get("over"))}


def _corrected(events: list[Event]) -> list[News]:
    """Whoever asked for a correction that staff decided; what was granted at once they saw on the page."""
    told = [event for event in events if not event["facts"].get("at_once")]
    found = {row.id: row for row in Claim.objects.filter(id__in=[event["subject_id"] for event in told])}
    names = dict(
        Project.objects.filter(id__in={row.project_id for row in found.values()}).values_list("id", "name")
    )  # fmt: skip
    return [
        News(
            found[event["subject_id"]].person_id, "time_decided", event["id"], event["at"],
            reverse("claim-time", args=[event["subject_id"]]),
            {
                "project": names[found[event["subject_id"]].project_id], "reason": event["facts"].get("reason", ""),
                "granted_min": round(event["facts"].get("granted_ms", 0) / 60_000),
            },
        )
        for event in told
        if event["subject_id"] in found
    ]  # fmt: skip


def _guidelines(events: list[Event]) -> list[News]:
    return [
        News(
            holder.person_id, "guideline_changed", event["id"], event["at"], reverse("work", args=[holder.claim_id]),
            {"project": holder.project, "number": event["facts"]["version"]},
        )
        for event in events
        if event["facts"].get("affects")
        for holder in holders_touched(event["subject_id"], event["facts"]["version"])
    ]  # fmt: skip


def _templates(events: list[Event]) -> list[News]:
    """Everybody with a seat: work in hand goes on as it is, and what comes next looks different."""
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    seats = Seat.objects.filter(project_id__in=projects, state="active").order_by("person_id")
    seated = list(seats.values_list("project_id", "person_id"))
    return [
        News(
            person_id, "template_changed", event["id"], event["at"],
            reverse("project", args=[projects[project_id].slug]),
            {
                "project": projects[project_id].name, "number": event["facts"]["version"],
                "reason": event["facts"]["note"],
            },
        )
        for event in events for project_id, person_id in seated if project_id == event["project_id"]
    ]  # fmt: skip


def _kept(events: list[Event]) -> list[News]:
    """Whoever slots were set aside for, once for a project and a page of events; those already taken are no news."""
    ids = [event["subject_id"] for event in events]
    found = Slot.objects.filter(id__in=ids, state="open", for_person_id__isnull=False, stage__kind="attempt")
    rows = found.order_by("for_until").values_list("id", "for_person_id", "project_id", "for_until")
    by_slot = {slot_id: (person_id, project_id, until) for slot_id, person_id, project_id, until in rows}
    projects = {row.id: row for row in Project.objects.filter(id__in={place for _, place, _ in by_slot.values()})}
    news: dict[tuple[UUID, UUID], News] = {}
    for event in events:
        if event["subject_id"] in by_slot:
            person_id, project_id, until = by_slot[event["subject_id"]]
            news.setdefault((person_id, project_id), _news_kept(event, person_id, projects[project_id], until))
    return list(news.values())


def _kept_for_cohort(events: list[Event]) -> list[News]:
    """The members of a cohort for which slots were set aside."""
    news = []
    members = CohortMember.objects.filter(cohort_id__in=[event["subject_id"] for event in events])
    of = list(members.order_by("person_id").values_list("cohort_id", "person_id"))
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        until = datetime.fromisoformat(event["facts"]["until"])
        if event["facts"]["slots"]:
            news += [
                _news_kept(event, person_id, projects[event["project_id"]], until)
                for cohort_id, person_id in of if cohort_id == event["subject_id"]
            ]  # fmt: skip
    return news


def _news_kept(event: Event, person_id: UUID, project: Project, until: datetime) -> News:
    told = {"project": project.name, "until": until.strftime("%Y-%m-%d %H:%M UTC")}
    return News(person_id, "work_kept", event["id"], event["at"], reverse("project", args=[project.slug]), told)


READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "claim:extended": _of_claims("extension_decided"),
    "claim:extension_refused": _of_claims("extension_decided"),
    "claim:released": _of_claims("claim_released"),
    "claim:time_corrected": _corrected,
    "claim:time_refused": _corrected,
    "guideline:published": lambda events: [*_guidelines(events), *to_read(events)],
    "template:published": _templates,
    "slot:set_aside": _kept,
    "cohort:set_aside": _kept_for_cohort,
}
