"""What a preset promises over days and weeks: no part of a stage's plan, but missions to be opened beside it. Each has
its form filled in, so that the next page says what would be promised and reserved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fairhand.missions.of_presets import missions_of
from fairhand.missions.rules import NewMission
from fairhand.missions.states import GOAL, GUARANTEE
from fairhand.projects.models import Project
from fairhand_pay import Terms, TermsError, describe, sentence_of, terms_from_preset

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


def missions_beside(
    preset: Mapping[str, Any], project: Project, kind: str, seats: int, today: date
) -> list[MissionBeside]:
    """The missions that a preset with these parameters stands for, counted from tomorrow; none for most presets."""
    params = {name: value for name, value in preset.items() if name != "preset"}
    try:
        terms = terms_from_preset(str(preset.get("preset", "")), params, project.currency)
    except TermsError:
        return []
    found = []
    for each, new in missions_of(terms, kind, seats, today):
        said = describe(Terms(terms.currency, (each,), None))
        address = f"{reverse('manage-mission-new', args=[project.slug])}?{urlencode(_fields(new))}"
        sentences = (sentence_of(one.key, one.args, get_language() or "en") for one in said)
        found.append(MissionBeside("; ".join(sentences), address))
    return found


def _fields(new: NewMission) -> dict[str, Any]:
    """A mission as its form has it."""
    fields = {
        "kind": new.kind, "of": new.of, "how": new.how, "scope": new.scope, "name": str(_NAMES[new.kind, new.scope]),
        "work": new.work, "zone": new.zone, "seats": new.seats, "first": new.first, "last": new.last,
    }  # fmt: skip
    for number, (at, amount) in enumerate(new.tiers, start=1):
        fields |= {f"at{number}": "" if at is None else at, f"amount{number}": amount}
    return fields
