"""What the holder of a claim is told: time granted or not, a task taken back, a guideline that changed meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from fairhand.dispatch.models import Claim
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


READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "claim:extended": _of_claims("extension_decided"),
    "claim:extension_refused": _of_claims("extension_decided"),
    "claim:released": _of_claims("claim_released"),
    "guideline:published": _guidelines,
}
