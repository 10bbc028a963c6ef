"""The catalogue of skills and tiers, and who was granted what: each decided by a named person, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.audit.actor import Actor
from fairhand.gates import commands
from fairhand.gates.models import Qualification, Skill
from fairhand.gates.queries import catalogue, qualification_state, qualifications_of, skill_by_id
from fairhand.insight import people as seen
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROLE_UNTIL_YEAR_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import GRANT_QUALIFICATIONS, SEE_PEOPLE, may_enter
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.figures import text_of
from fairhand.web.operation.frame import Problem, choices, tabs
from fairhand.web.typed import typed_in

_YEAR_MIN = 2000
_DIGITS_MAX = 3
_FIELD = {
    "skill_slug": "slug", "skill_taken": "slug", "skill_full": "slug", "skill_name": "name_en",
    "skill_about": "about_en", "bad_level": "level", "no_skill": "skill", "ends_before": "until",
    "too_many_held": "skill", "own_qualification": "skill", "no_grantee": "skill",
}  # fmt: skip
_LABELS = {
    "skill": gettext_noop("Skill or tier"), "level": gettext_noop("Level"), "from": gettext_noop("From"),
    "until": gettext_noop("Until"), "evidence": gettext_noop("What shows it"), "reason": gettext_noop("Reason"),
    "slug": gettext_noop("Short name"), "name_en": gettext_noop("Name in English"),
    "about_en": gettext_noop("What it takes, in English"),
}  # fmt: skip
_DAY_UNREADABLE = Refused("day_unreadable", "The day could not be read.")


@dataclass(frozen=True, slots=True)
class GrantedRow:
    """A qualification with its state."""

    row: Qualification
    state: str

    @property
    def key(self) -> str:
        """What the ids of its form end in."""
        return f"revoke-{self.row.id}"


@opens(SEE_PEOPLE)
def qualifications(request: Signed, person_id: UUID) -> HttpResponse:
    """What one person was granted, with who granted it and why."""
    return _person_page(request, person_id, "", {}, {}, 200)


@opens(GRANT_QUALIFICATIONS, "POST")
def grant(request: Signed, person_id: UUID) -> HttpResponse:
    """Grant a skill or tier."""
    typed = typed_in(request, "skill", "level", "from", "until", "evidence", "reason")
    made = _granted(request, person_id, typed)
    if isinstance(made, Refused):
        field = "from" if made.facts.get("field") == "from" else "until" if made.code == "day_unreadable" else ""
        return _person_page(request, person_id, "grant", typed, _wrong(made, field), 422)
    messages.success(request, _("The qualification is granted; the person is told."))
    return redirect("person-qualifications", person_id=person_id)


def _granted(request: Signed, person_id: UUID, typed: dict[str, str]) -> Qualification | Refused:
    now = utc_now()
    begin, end = _day(typed["from"], time.min), _day(typed["until"], time(23, 59, 59))
    if isinstance(begin, Refused):
        return Refused(begin.code, begin.why, {"field": "from"})
    if isinstance(end, Refused):
        return end
    return commands.grant(
        person_id=person_id, skill_id=_uuid(typed["skill"]), level=_level(typed["level"]), valid_from=begin or now,
        valid_until=end, evidence=typed["evidence"], reason=typed["reason"], actor=_actor(request), now=now,
    )  # fmt: skip


@opens(GRANT_QUALIFICATIONS, "POST")
def revoke(request: Signed, person_id: UUID) -> HttpResponse:
    """Take a qualification back."""
    typed = typed_in(request, "qualification", "reason")
    qualification_id = _uuid(typed["qualification"])
    refused = commands.revoke(
        person_id=person_id, qualification_id=qualification_id, reason=typed["reason"], actor=_actor(request),
        now=utc_now(),
    )  # fmt: skip
    if refused:
        wrong = {"reason": words.refusal(refused)}
        return _person_page(request, person_id, f"revoke-{qualification_id}", typed, wrong, 422)
    messages.success(request, _("The qualification is revoked, from the next task on; the person is told."))
    return redirect("person-qualifications", person_id=person_id)


@opens(SEE_PEOPLE)
def skills(request: Signed) -> HttpResponse:
    """The catalogue."""
    return _catalogue_page(request, {}, {}, 200)


@opens(GRANT_QUALIFICATIONS, "POST")
def add(request: Signed) -> HttpResponse:
    """Put a skill or a tier into it."""
    typed = typed_in(request, "kind", "slug", "name_en", "name_ar", "about_en", "about_ar", "level")
    made = commands.make_skill(
        kind=typed["kind"], slug=typed["slug"], name=_texts(typed, "name"), about=_texts(typed, "about"),
        level_max=_level(typed["level"]), actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        return _catalogue_page(request, typed, _wrong(made), 422)
    messages.success(request, _("It is in the catalogue, and can be granted and asked for."))
    return redirect("skills")


@opens(SEE_PEOPLE)
def skill(request: Signed, skill_id: UUID) -> HttpResponse:
    """One of it."""
    return _skill_page(request, skill_id, "", {}, {}, 200)


@opens(GRANT_QUALIFICATIONS, "POST")
def describe(request: Signed, skill_id: UUID) -> HttpResponse:
    """Other words, or other published rules."""
    typed = typed_in(request, "name_en", "name_ar", "about_en", "about_ar", "reason")
    refused = commands.describe_skill(
        skill_id=skill_id, name=_texts(typed, "name"), about=_texts(typed, "about"), reason=typed["reason"],
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if refused:
        return _skill_page(request, skill_id, "describe", typed, _wrong(refused), 422)
    messages.success(request, _("Saved."))
    return redirect("skill", skill_id=skill_id)


@opens(GRANT_QUALIFICATIONS, "POST")
def retire(request: Signed, skill_id: UUID) -> HttpResponse:
    """Grant it no more."""
    typed = typed_in(request, "reason")
    refused = commands.retire_skill(
        skill_id=skill_id, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )  # fmt: skip
    if refused:
        return _skill_page(request, skill_id, "retire", typed, {"reason": words.refusal(refused)}, 422)
    messages.success(request, _("It is retired: whoever holds it keeps it, and nobody is granted it any more."))
    return redirect("skill", skill_id=skill_id)


def _person_page(
    request: Signed, person_id: UUID, form: str, typed: dict[str, str], wrong: dict[str, str], status: int
) -> HttpResponse:
    found, now = found_or_404(seen.person(person_id, utc_now())), utc_now()
    rows = [GrantedRow(row, qualification_state(row, now)) for row in qualifications_of(person_id)]
    context = {
        "tabs": tabs(request.viewer), "person": found, "rows": rows, "form": form, "typed": typed, "wrong": wrong,
        "problems": _problems(form, wrong),
        "skills": [("", _("Choose one")), *[(str(row.id), _named(row)) for row in catalogue()]],
        "may_decide": may_enter(request.viewer, GRANT_QUALIFICATIONS) and person_id != request.viewer.person_id,
    }  # fmt: skip
    return render(request, "operation/qualifications.html", context, status=status)


def _catalogue_page(request: Signed, typed: dict[str, str], wrong: dict[str, str], status: int) -> HttpResponse:
    context = {
        "tabs": tabs(request.viewer), "rows": catalogue(retired=True), "typed": typed, "wrong": wrong,
        "problems": _problems("add", wrong), "kinds": choices("skill_kind", _("Choose one")),
        "may_decide": may_enter(request.viewer, GRANT_QUALIFICATIONS),
    }  # fmt: skip
    return render(request, "operation/skills.html", context, status=status)


def _skill_page(
    request: Signed, skill_id: UUID, form: str, typed: dict[str, str], wrong: dict[str, str], status: int
) -> HttpResponse:
    row = found_or_404(skill_by_id(skill_id))
    held = {"name_en": row.name.get("en", ""), "name_ar": row.name.get("ar", ""),
            "about_en": row.about.get("en", ""), "about_ar": row.about.get("ar", "")}  # fmt: skip
    context = {
        "tabs": tabs(request.viewer), "skill": row, "form": form, "wrong": wrong, "reason": typed.get("reason", ""),
        "typed": {**held, **typed}, "problems": _problems(form, wrong),
        "may_decide": may_enter(request.viewer, GRANT_QUALIFICATIONS),
    }  # fmt: skip
    return render(request, "operation/skill.html", context, status=status)


def _problems(form: str, wrong: dict[str, str]) -> list[Problem]:
    return [Problem(f"f-{form}-{name}", _(_LABELS[name]), said) for name, said in wrong.items()]


def _wrong(refused: Refused, field: str = "") -> dict[str, str]:
    return {field or _FIELD.get(refused.code, "reason"): words.refusal(refused)}


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _named(row: Skill) -> str:
    levels = _("levels 1 to %(n)s") % {"n": row.level_max} if row.level_max > 1 else ""
    parts = (text_of(row.name), words.word("skill_kind", row.kind), levels)
    return " · ".join(part for part in parts if part)


def _texts(typed: dict[str, Any], part: str) -> dict[str, str]:
    found = {code: " ".join(typed[f"{part}_{code}"].split(" ")) for code in ("en", "ar")}
    return {code: text for code, text in found.items() if text}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _level(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else 0


def _day(text: str, at: time) -> datetime | Refused | None:
    """A moment of a day in the reader's zone; None for no day."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _DAY_UNREADABLE
    # Far from the ends of the calendar, so that no zone carries it beyond them.
    if not _YEAR_MIN <= day.year <= ROLE_UNTIL_YEAR_MAX:
        return _DAY_UNREADABLE
    return timezone.make_aware(datetime.combine(day, at))
