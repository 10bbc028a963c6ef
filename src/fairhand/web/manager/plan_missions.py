"""What a preset promises over days and weeks: no part of a stage's plan, but missions to be opened beside it. Each has
its form filled in, so that the next page says what would be promised and reserved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fairhand.kernel.limits import MISSION_SEATS_MAX
from fairhand.missions.states import GOAL, GUARANTEE
from fairhand.projects.models import Project
from fairhand_pay import Terms, TermsError, describe, sentence_of, terms_from_preset

_DAYS = 28  # four weeks; the form says so and can be changed
_HOUR_S = 3600
_NAMES = {
    (GOAL, "day"): _("Daily goal"), (GOAL, "week"): _("Weekly goal"), (GOAL, "window"): _("Goal"),
    (GUARANTEE, "day"): _("Daily guarantee"), (GUARANTEE, "week"): _("Weekly guarantee"),
    (GUARANTEE, "window"): _("Guarantee"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissionBeside:
    """A part of a preset in words, and where its mission is looked at and opened."""

    said: str
    address: str


def task_part(terms: Terms) -> Terms:
    """What of a plan is paid for each task; the whole plan, if nothing else is in it."""
    if all(each.part.scope(each.params) == "task" for each in terms.primitives):
        return terms
    of_tasks = [each for each in terms.primitives if each.part.scope(each.params) == "task"]
    return Terms(terms.currency, tuple(of_tasks), terms.paid_s_max)


def missions_beside(
    preset: Mapping[str, Any], project: Project, kind: str, seats: int, today: date
) -> list[MissionBeside]:
    """The missions that a preset with these parameters stands for, counted from tomorrow; none for most presets."""
    params = {name: value for name, value in preset.items() if name != "preset"}
    try:
        terms = terms_from_preset(str(preset.get("preset", "")), params, project.currency)
    except TermsError:
        return []
    if kind not in ("attempt", "review"):
        return []
    found = []
    for each in terms.primitives:
        if each.part.scope(each.params) != "task":
            said = describe(Terms(terms.currency, (each,), None))
            fields = {**_rule(each.primitive, each.params.model_dump()), "work": kind, "zone": "UTC",
                      "seats": max(1, min(seats, MISSION_SEATS_MAX)), "first": (today + timedelta(days=1)).isoformat(),
                      "last": (today + timedelta(days=_DAYS)).isoformat()}  # fmt: skip
            address = f"{reverse('manage-mission-new', args=[project.slug])}?{urlencode(fields)}"
            sentences = (sentence_of(one.key, one.args, get_language() or "en") for one in said)
            found.append(MissionBeside("; ".join(sentences), address))
    return found


def _rule(primitive: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A GOAL, or a FLOOR of an amount, as the form of a mission has it."""
    scope = params["scope"]
    if primitive == "GOAL":
        by_hours = params["of"] == "hours"
        fields = {"kind": GOAL, "of": params["of"], "how": params["how"]}
        for number, tier in enumerate(params["tiers"], start=1):
            fields |= {f"at{number}": tier["at"] // _HOUR_S if by_hours else tier["at"],
                       f"amount{number}": tier["amount"]}  # fmt: skip
    else:
        by_hours = bool(params["from_s"])
        asked = params["from_s"] // _HOUR_S if by_hours else params["from_tasks"] or ""
        fields = {"kind": GUARANTEE, "of": "hours" if by_hours else "tasks", "how": "highest", "at1": asked,
                  "amount1": params["amount"] or ""}  # fmt: skip
    return {**fields, "scope": scope, "name": str(_NAMES[fields["kind"], scope])}
