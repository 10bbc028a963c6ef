"""Missions of a project for its managers: what they promise, what stands behind them, who is in; opening one."""

import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import aliases_in
from fairhand.flow.open_mission import budget_minor, mission_cost, open_mission, shut_mission
from fairhand.insight.missions import people_in, window_now
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, MISSION_TIERS_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.queries import mission_in, missions_of
from fairhand.missions.referral_queries import referrals_in
from fairhand.missions.rules import NewMission
from fairhand.missions.states import GOAL, GUARANTEE, MEASURES, REFERRAL
from fairhand.people.access import LAUNCH, MANAGE, SEE_BOARD
from fairhand.people.queries import known_zones
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.manager.frame import listed, may, page, problems_of, whole
from fairhand.web.mission_view import MissionView, phrases_of, said, view_of

_KEY = re.compile("[A-Za-z0-9_-]{16,64}")
_STEPS_SHOWN = 3
_STEPS = range(1, MISSION_TIERS_MAX + 1)
_FIELDS = (
    "name", "kind", "work", "scope", "of", "zone", "first", "last", "how", "seats", "days", "key",
    *(f"at{n}" for n in _STEPS), *(f"amount{n}" for n in _STEPS),
)  # fmt: skip


@of_project(SEE_BOARD)
def missions(request: Signed, project: Project) -> HttpResponse:
    """All of them, newest first."""
    now = utc_now()
    read = missions_of(project.id, before_of(request), CARDS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, CARDS_PER_PAGE_MAX, lambda row: (row.opened_at, row.id))
    context = {
        "rows": [view_of(row, project.currency, now) for row in rows], "older": older,
        "first": bool(request.GET.get("before")),
        "may_open": may(request, project, LAUNCH) and project.state != "closed",
    }  # fmt: skip
    return page(request, project, "missions", "missions", context)


@of_project(LAUNCH)
def new(request: Signed, project: Project) -> HttpResponse:
    """The form; and, once it is filled in, what would be promised and reserved. Nothing happens yet."""
    typed = _typed(request.GET)
    if "name" not in request.GET:
        return _form(request, project, _blank(), {})
    if request.GET.get("change"):
        return _form(request, project, typed, {})
    cost = mission_cost(project=project, new=_read(typed), zones=known_zones(), now=utc_now())
    if isinstance(cost, Refused):
        return _refused(request, project, typed, cost)
    if not _KEY.fullmatch(typed["key"]):
        typed["key"] = secrets.token_urlsafe(16)
    free = budget_minor(project)
    context = {
        "typed": typed, "fields": [(name, typed[name]) for name in _FIELDS], "cost": cost, "free_minor": free,
        "after_minor": free - cost.reserve_minor, "phrases": phrases_of(cost.terms.to_json()),
        "refers": typed["kind"] == REFERRAL, "tasks": whole(typed["at1"]), "days": whole(typed["days"]),
        "from_at": cost.windows[0].from_at, "until_at": cost.windows[-1].until_at, "windows_n": len(cost.windows),
    }  # fmt: skip
    return page(request, project, "missions", "mission_preview", context)


@of_project(LAUNCH, "POST", fresh=True)
def opened(request: Signed, project: Project) -> HttpResponse:
    """Open it, as it was previewed."""
    typed = _typed(request.POST)
    done = open_mission(
        project_id=project.id, new=_read(typed), request_key=typed["key"], zones=known_zones(), actor=_actor(request),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, typed, done)
    messages.success(request, _("The mission is open, and all that it can come to is reserved."))
    return redirect("manage-mission", slug=project.slug, mission_id=done.id)


@of_project(SEE_BOARD)
def mission(request: Signed, project: Project, mission_id: UUID) -> HttpResponse:
    """One mission: what it promised, what it paid, what stands behind it, and who is how far."""
    now = utc_now()
    found = found_or_404(mission_in(project.id, mission_id))
    view = view_of(found, project.currency, now)
    if found.kind == REFERRAL:
        return _referral(request, project, view)
    read = people_in(found, now, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.joined_at, row.seat_id))
    shown = [
        (row, said(row.done.of(view.measure), view.measure), said(row.done.waiting(view.measure), view.measure))
        for row in rows
    ]
    context = {
        "view": view, "mission": found, "window": window_now(found, now), "rows": shown, "older": older,
        "first": bool(request.GET.get("before")),
    }  # fmt: skip
    return page(request, project, "missions", "mission", context)


def _referral(request: Signed, project: Project, view: MissionView) -> HttpResponse:
    """The same of a referral: what became of those who were named, beside the pseudonym of whoever named them."""
    read = referrals_in(view.mission.id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.made_at, row.id))
    aliases = aliases_in(project.id, [row.referrer_id for row in rows])
    context = {
        "view": view, "mission": view.mission, "rows": [(row, aliases[row.referrer_id]) for row in rows],
        "older": older, "first": bool(request.GET.get("before")),
    }  # fmt: skip
    return page(request, project, "missions", "referral", context)


@of_project(MANAGE, "POST")
def shut(request: Signed, project: Project, mission_id: UUID) -> HttpResponse:
    """Take nobody in any more."""
    done = shut_mission(project_id=project.id, mission_id=mission_id, actor=_actor(request), now=utc_now())
    if isinstance(done, Refused):
        found_or_404(None if done.code == "no_mission" else done)
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        messages.success(request, _("It takes nobody in any more. Whoever is in goes on as promised."))
    return redirect("manage-mission", slug=project.slug, mission_id=mission_id)


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _typed(sent: QueryDict) -> dict[str, str]:
    return {name: sent.get(name, "").replace("\x00", "").replace("\n", " ").strip() for name in _FIELDS}


def _blank() -> dict[str, str]:
    today = utc_now().date()
    monday = today - timedelta(days=today.weekday())
    return dict.fromkeys(_FIELDS, "") | {
        "kind": GOAL, "work": "attempt", "scope": "window", "of": "tasks", "zone": "UTC", "how": "highest",
        "first": today.isoformat(), "last": (monday + timedelta(days=6)).isoformat(), "key": secrets.token_urlsafe(16),
    }  # fmt: skip


def _read(typed: Mapping[str, str]) -> NewMission:
    # Of a guarantee or a referral only its one step counts; else every step up to the last that has anything in it.
    used = [n for n in _STEPS if typed[f"at{n}"] or typed[f"amount{n}"]]
    last = 1 if typed["kind"] in (GUARANTEE, REFERRAL) or not used else used[-1]
    tiers = tuple((_count(typed, n), _amount(typed[f"amount{n}"])) for n in range(1, last + 1))
    choices = {name: typed[name] for name in ("work", "scope", "of", "how")}
    if typed["kind"] == REFERRAL:  # it has none of these
        choices = {"work": "attempt", "scope": "window", "of": "tasks", "how": "highest"}
    return NewMission(
        name=typed["name"], kind=typed["kind"], zone=typed["zone"], first=_day(typed["first"]),
        last=_day(typed["last"]), tiers=tiers, seats=whole(typed["seats"]), days=whole(typed["days"]), **choices,
    )  # fmt: skip


def _count(typed: Mapping[str, str], number: int) -> int | None:
    if typed["kind"] == GUARANTEE and not typed[f"at{number}"]:
        return 0
    return whole(typed[f"at{number}"])


def _amount(text: str) -> str:
    """Digits of either language and a decimal mark; what else was typed, the rules refuse."""
    plain = text.replace("\u066b", ".").replace("\u066c", "").replace(",", "").replace("$", "").replace("€", "")
    return "".join(str(int(char)) if char.isdecimal() else char for char in plain.strip())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _refused(request: Signed, project: Project, typed: dict[str, str], refused: Refused) -> HttpResponse:
    if refused.code in ("bad_input", "mission_short"):
        short = {"seats": words.refusal(refused)} if refused.code == "mission_short" else problems_of(refused)
        return _form(request, project, typed, short, 422)
    messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("manage-missions", slug=project.slug)


def _form(
    request: Signed, project: Project, typed: dict[str, str], problems: Mapping[str, str], status: int = 200
) -> HttpResponse:  # fmt: skip
    wrong = {name: problems.get(name, "") for name in _FIELDS}
    used = [n for n in _STEPS if typed[f"at{n}"] or typed[f"amount{n}"] or wrong[f"at{n}"] or wrong[f"amount{n}"]]
    labels = {
        "name": _("Name"), "kind": _("Kind"), "work": _("Which work counts"), "scope": _("Counted by"),
        "of": _("What is counted"), "zone": _("Time zone"), "first": _("First day"), "last": _("Last day"),
        "how": _("Steps"), "seats": _("Seats"), "days": _("Days that whoever is brought has"),
    } | {f"at{n}": _("From") for n in _STEPS} | {f"amount{n}": _("Pays") for n in _STEPS}  # fmt: skip
    context = {
        "typed": typed, "wrong": wrong, "listed": listed(wrong, labels), "free_minor": budget_minor(project),
        "kinds": [(code, words.word("mission_kind", code)) for code in (GOAL, GUARANTEE, REFERRAL)],
        "works": [(code, words.word("mission_work", code)) for code in ("attempt", "review")],
        "scopes": [(code, words.word("mission_scope", code)) for code in ("window", "day", "week")],
        "measures": [(code, words.word("mission_of", code)) for code in MEASURES],
        "hows": [("highest", _("The highest step reached is paid")), ("cumulative", _("Every step reached is paid"))],
        "zones": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones()) if "/" in zone or zone == "UTC"],
        "steps": [
            (n, f"at{n}", typed[f"at{n}"], wrong[f"at{n}"], f"amount{n}", typed[f"amount{n}"], wrong[f"amount{n}"])
            for n in range(1, max(_STEPS_SHOWN, *used, 1) + 1)
        ],
    }  # fmt: skip
    return page(request, project, "missions", "mission_new", context, status)
