"""People and roles: the list, one person, and the decisions about them, each with a reason that stays."""

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
from fairhand.audit.queries import latest_of_subject, of_subject
from fairhand.dispatch.queries import load_of
from fairhand.flow.cap_person import cap_person
from fairhand.gates.queries import qualification_state, qualifications_of
from fairhand.insight import people as seen
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROLE_UNTIL_YEAR_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people import roles
from fairhand.people.access import GRANT_ROLES, INVITE, SEE_PEOPLE, may_enter
from fairhand.people.rules import NO_PROJECT, UNTIL_UNREADABLE
from fairhand.people.states import PERSON_STATES, ROLES
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.operation.frame import Problem, asked, choices, moments, more, tabs
from fairhand.web.typed import typed_in

_ORGS_MAX = 500  # an installation has few; the fields list them all
_EVENTS_SHOWN = 50
_DIGITS_MAX = 9
_HOUR_MS = 3_600_000
_YEAR_MIN = 2000  # of a day that a role ends on
# A filter's value may be any code there is, and nothing else.
_ROLES = frozenset(ROLES)
_STATES = frozenset(PERSON_STATES)
_FIELD = {
    "unknown_role": "role", "own_role": "role", "not_a_person": "role", "role_not_there": "org",
    "role_not_limited": "project", "no_project": "project", "until_past": "until", "until_unreadable": "until",
    "until_far": "until", "last_admin": "role", "unknown_reason": "code", "not_active": "code", "own_account": "code",
}  # fmt: skip
_LABELS = {
    "role": gettext_noop("Role"), "org": gettext_noop("Organisation"), "project": gettext_noop("Project"),
    "until": gettext_noop("Until"), "reason": gettext_noop("Reason"), "code": gettext_noop("Why"),
    "open_max": gettext_noop("Tasks held at a time"), "week_hours": gettext_noop("Hours a week at most"),
}  # fmt: skip


@opens(SEE_PEOPLE)
def people(request: Signed) -> HttpResponse:
    """Everybody with an account, newest first."""
    role, state = asked(request, "role"), asked(request, "state")
    wanted = seen.Asked(
        role=role if role in _ROLES else "", state=state if state in _STATES else "",
        org_slug=asked(request, "org"), text=asked(request, "text"),
    )  # fmt: skip
    read = seen.people(wanted, before_of(request), ROWS_PER_PAGE_MAX + 1, utc_now())
    rows, older = page_of(read, place=lambda row: (row.joined_at, row.person_id))
    context = {
        "tabs": tabs(request.viewer), "rows": rows, "more": more(request, older), "wanted": wanted,
        "filtered": wanted != seen.Asked(), "roles": [("", _("Any role")), *_role_names()],
        "states": choices("account", _("Any state")), "orgs": [("", _("Any organisation")), *_org_names()],
        "may_invite": may_enter(request.viewer, INVITE),
    }  # fmt: skip
    return render(request, "operation/people.html", context)


@opens(SEE_PEOPLE)
def person(request: Signed, person_id: UUID) -> HttpResponse:
    """One person: roles, seats, how they sign in, what happened."""
    return _page(request, person_id, "", {}, {}, 200)


@opens(GRANT_ROLES, "POST", fresh=True)
def grant(request: Signed, person_id: UUID) -> HttpResponse:
    """Give a role."""
    typed = typed_in(request, "role", "org", "project", "until", "reason")
    made = _granted(request, person_id, typed)
    if isinstance(made, Refused):
        return _page(request, person_id, "grant", typed, _wrong(made), 422)
    messages.success(request, _("The role is given."))
    return redirect("person", person_id=person_id)


def _granted(request: Signed, person_id: UUID, typed: dict[str, str]) -> Any:
    until = _day_end(typed["until"])
    if isinstance(until, Refused):
        return until
    place = next((row for row in seen.org_choices(_ORGS_MAX) if row[1] == typed["org"]), None)
    project_id = None
    if typed["project"]:
        project = seen.project_by_slug(typed["project"])
        if project is None or place is None or project[1] != place[0]:
            return NO_PROJECT
        project_id = project[0]
    return roles.give_role(
        person_id=person_id, org_id=place[0] if place else UUID(int=0), role=typed["role"], reason=typed["reason"],
        until=until, project_id=project_id, actor=_actor(request), now=utc_now(),
    )  # fmt: skip


@opens(GRANT_ROLES, "POST", fresh=True)
def revoke(request: Signed, person_id: UUID) -> HttpResponse:
    """Take a role."""
    typed = typed_in(request, "member", "reason")
    try:
        member_id = UUID(typed["member"])
    except ValueError:
        member_id = UUID(int=0)
    refused = roles.take_role(
        person_id=person_id, member_id=member_id, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if refused:
        return _page(request, person_id, f"revoke-{member_id}", typed, {"reason": words.refusal(refused)}, 422)
    messages.success(request, _("The role is taken, as of now."))
    return redirect("person", person_id=person_id)


@opens(GRANT_ROLES, "POST", fresh=True)
def suspend(request: Signed, person_id: UUID) -> HttpResponse:
    """Shut an account, with a reason that its person reads."""
    typed = typed_in(request, "code", "reason")
    refused = roles.suspend(
        person_id=person_id, code=typed["code"], reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if refused:
        return _page(request, person_id, "suspend", typed, _wrong(refused), 422)
    messages.success(request, _("The account is suspended. What this person earned stays owed to them."))
    return redirect("person", person_id=person_id)


@opens(GRANT_ROLES, "POST", fresh=True)
def reactivate(request: Signed, person_id: UUID) -> HttpResponse:
    """Open a suspended account again."""
    typed = typed_in(request, "reason")
    refused = roles.reactivate(person_id=person_id, reason=typed["reason"], actor=_actor(request), now=utc_now())
    if refused:
        return _page(request, person_id, "reactivate", typed, {"reason": words.refusal(refused)}, 422)
    messages.success(request, _("The account is open again."))
    return redirect("person", person_id=person_id)


@opens(GRANT_ROLES, "POST")
def limits(request: Signed, person_id: UUID) -> HttpResponse:
    """How much this person may hold and work, over all projects."""
    typed = typed_in(request, "open_max", "week_hours", "reason")
    done = cap_person(
        person_id=person_id, open_max=_whole(typed["open_max"]), week_hours=_whole(typed["week_hours"]),
        no_hours=not typed["week_hours"].strip(), reason=typed["reason"], actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        wrong = {each.field: words.problem(each.code, each.why) for each in done.facts.get("problems", [])}
        return _page(request, person_id, "limits", typed, wrong or {"reason": words.refusal(done)}, 422)
    said = _("The limits hold from the next task on.") if done else _("The limits are as they were.")
    messages.success(request, said)
    return redirect("person", person_id=person_id)


def _whole(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _DIGITS_MAX else None


def _page(
    request: Signed, person_id: UUID, form: str, typed: dict[str, str], wrong: dict[str, str], status: int
) -> HttpResponse:
    """`form` is the one that came back with mistakes; its problems stand at its fields."""
    found = found_or_404(seen.person(person_id, utc_now()))
    own = found.person_id == request.viewer.person_id
    decides = may_enter(request.viewer, GRANT_ROLES) and not own and found.kind == "person"
    load = load_of(person_id)
    context = {
        "tabs": tabs(request.viewer), "person": found, "form": form, "typed": typed, "wrong": wrong,
        "problems": [Problem(f"f-{form}-{name}", _(_LABELS[name]), said) for name, said in wrong.items()],
        "held": [row for row in found.roles if not row.ended], "ended": [row for row in found.roles if row.ended],
        "roles": [("", _("Choose a role")), *_role_names()], "orgs": [("", _("Choose one")), *_org_names()],
        "reasons": choices("suspension", _("Choose a reason")), "may_decide": decides,
        "may_take": may_enter(request.viewer, GRANT_ROLES),
        "suspended": latest_of_subject(person_id, "person:suspended") if found.state == "suspended" else None,
        "granted": [
            row for row in qualifications_of(person_id)
            if qualification_state(row, utc_now()) in ("in_force", "to_come")
        ],
        "load": load, "week_hours": load.week_ms_max // _HOUR_MS if load and load.week_ms_max is not None else "",
        "history": moments(of_subject(person_id, _EVENTS_SHOWN), "about_person"),
    }  # fmt: skip
    return render(request, "operation/person.html", context, status=status)


def _wrong(refused: Refused) -> dict[str, str]:
    return {_FIELD.get(refused.code, "reason"): words.refusal(refused)}


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _role_names() -> list[tuple[str, str]]:
    return [(role, words.word("role", role)) for role in ROLES]


def _org_names() -> list[tuple[str, str]]:
    return [(slug, name) for _id, slug, name, _kind in seen.org_choices(_ORGS_MAX)]


def _day_end(text: str) -> datetime | Refused | None:
    """The end of a day in the reader's zone; None for no day."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return UNTIL_UNREADABLE
    # Far from the ends of the calendar, so that no zone carries it beyond them.
    if not _YEAR_MIN <= day.year <= ROLE_UNTIL_YEAR_MAX:
        return UNTIL_UNREADABLE
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
