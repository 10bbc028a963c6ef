"""The page on which a project's staff, or its client, decide that somebody is given none of its work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.audit.actor import Actor
from fairhand.flow.exclude_seat import exclude_seat, lift_exclusion, uphold_exclusion
from fairhand.gates.states import EXCLUSION_REASONS
from fairhand.insight.gates import exclusions
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROLE_UNTIL_YEAR_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import EXCLUDE, Viewer
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed
from fairhand.web.operation.frame import Problem
from fairhand.web.typed import typed_in

_ALIAS_MAX = 20
_FIELD = {"no_seat_there": "alias", "excluded_already": "alias", "own_exclusion": "alias", "unknown_reason": "code",
          "until_past": "until", "day_unreadable": "until", "no_grantee": "alias"}  # fmt: skip
_LABELS = {
    "alias": gettext_noop("Pseudonym"), "code": gettext_noop("Why"), "until": gettext_noop("Until"),
    "reason": gettext_noop("Reason"), "scope": gettext_noop("For what"),
}  # fmt: skip
# In this order: an operator's manager who is an admin too decides as the manager.
_AS = ("manager", "operator_admin", "client_manager")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that comes back: its key, what was typed, and what is wrong at which field."""

    key: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def decides_for_client(viewer: Viewer, project: Project) -> bool:
    """Whether somebody may decide for all projects of the client, and not for this one alone."""
    return bool(viewer.roles_for(project.org_id, None) & EXCLUDE.roles)


def context(request: Signed, project: Project, form: Form) -> dict[str, Any]:
    """What the page shows; `form` is the one that came back with mistakes."""
    whole = decides_for_client(request.viewer, project)
    read = exclusions(
        project.id, request.viewer.person_id, whole, before_of(request), ROWS_PER_PAGE_MAX + 1, utc_now()
    )  # fmt: skip
    rows, older = page_of(read, place=lambda each: (each.row.made_at, each.row.id))
    key = form.key or "new"
    return {
        "rows": rows, "older": older, "first": bool(request.GET.get("before")), "key": form.key, "whole": whole,
        "typed": form.typed or {"alias": _asked_alias(request), "scope": "project"}, "wrong": form.wrong,
        "problems": [Problem(f"f-{key}-{name}", _(_LABELS[name]), said) for name, said in form.wrong.items()],
        "reasons": [("", _("Choose a reason")), *[(code, words.word("exclusion_reason", code))
                                                  for code in EXCLUSION_REASONS]],
        "scopes": [("project", _("This project")), ("client", _("All projects of this client"))],
    }  # fmt: skip


def _asked_alias(request: HttpRequest) -> str:
    return request.GET.get("alias", "").replace("\x00", "")[:_ALIAS_MAX]


def decide(request: Signed, project: Project) -> Form | None:
    """Exclude somebody as the form says; the form if it comes back."""
    typed = typed_in(request, "alias", "scope", "code", "until", "reason")
    held = request.viewer.roles_for(project.org_id, project.id) & EXCLUDE.roles
    until = _day_end(typed["until"])
    done: Any = until
    if not isinstance(until, Refused):
        done = exclude_seat(
            project=project, alias=typed["alias"].upper(), reason_code=typed["code"], reason=typed["reason"],
            whole_client=typed["scope"] == "client" and decides_for_client(request.viewer, project), until=until,
            made_as=next(role for role in _AS if role in held), actor=_actor(request), now=utc_now(),
        )  # fmt: skip
    if isinstance(done, Refused):
        return Form("new", typed, {_FIELD.get(done.code, "reason"): words.refusal(done)})
    return None


def lift(request: Signed, project: Project, exclusion_id: UUID) -> Form | None:
    """Lift a decision as the form says; the form if it comes back."""
    return _decide_again(request, project, exclusion_id, "lift", lift_exclusion)


def uphold(request: Signed, project: Project, exclusion_id: UUID) -> Form | None:
    """Say why a contested decision stands, as the form does; the form if it comes back."""
    return _decide_again(request, project, exclusion_id, "stands", uphold_exclusion)


def _decide_again(
    request: Signed, project: Project, exclusion_id: UUID, form: str, verb: Callable[..., Refused | None]
) -> Form | None:
    typed = typed_in(request, "reason")
    refused = verb(
        project_id=project.id, exclusion_id=exclusion_id, reason=typed["reason"],
        whole_client=decides_for_client(request.viewer, project), actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    return Form(f"{form}-{exclusion_id}", typed, {"reason": words.refusal(refused)}) if refused else None


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _day_end(text: str) -> datetime | Refused | None:
    """The end of a day in the reader's zone; None for no day."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Refused("day_unreadable", "The day could not be read.")
    if not 2000 <= day.year <= ROLE_UNTIL_YEAR_MAX:
        return Refused("day_unreadable", "The day could not be read.")
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
