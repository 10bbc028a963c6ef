"""Inviting people: experts, staff with a role, and a client's own people; the list of invitations, and taking one back.

What is said after inviting is the same whether or not somebody has an account under the address.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow.invite_people import invite_people
from fairhand.insight.expected_rules import Seating
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import INVITATIONS_PER_FORM_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.referral_queries import to_invite
from fairhand.people.access import GRANT_ROLES, INVITE, MANAGE_CLIENT_PEOPLE, may_enter, orgs_with
from fairhand.people.invitations import NewInvitation, invite, listed, state_of, withdraw
from fairhand.people.models import Invitation, Org
from fairhand.people.queries import holders_in, operator, org_by_slug, orgs
from fairhand.people.rules import CLIENT_ROLES
from fairhand.people.states import ROLES
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web import expecting, words
from fairhand.web.account.mails import send_mail
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.manager.frame import Mistake, problems_of
from fairhand.web.typed import typed_in


@opens(INVITE, "GET", "POST")
def invitations(request: Signed) -> HttpResponse:
    """Invitations of the whole installation; a form that invites experts, one address a line."""
    if request.method == "POST":
        return _invite_experts(request)
    return _page(request)


@opens(GRANT_ROLES, "POST", fresh=True)
def invite_with_role(request: Signed) -> HttpResponse:
    """Invite one address with a role: at the operator, at a client, or as reviewer of a project."""
    typed = typed_in(request, "role", "email", "project", "org")
    role, email = typed["role"], typed["email"]
    project = _project(request, typed["project"])
    org = _org_for(role, typed["org"], project)
    if role not in ROLES or org is None:
        said = _("Choose what this role is for.") if role in ROLES else _("Choose a role.")
        return _page(request, {"org": said} if role in ROLES else {"role": said})
    project_id = project.id if project and role == "reviewer" else None
    done = invite_people(
        emails=[email], org_id=org.id, role=role, project_id=project_id, reason=request.POST.get("reason", ""),
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _too_many(request, done, "role")
    for _email, made in done.refused:
        return _page(request, {"role_email" if made.code == "bad_email" else "role": words.refusal(made)})
    _send(request, done.made)
    return _sent(request, 1, "invitations")


@opens(INVITE, "POST")
def withdraw_invitation(request: Signed, invitation_id: UUID) -> HttpResponse:
    """Take back an open invitation."""
    roles = None if may_enter(request.viewer, GRANT_ROLES) else {None}
    return _withdrawn(request, invitation_id, None, roles, reverse("invitations"))


@opens(MANAGE_CLIENT_PEOPLE)
def client_people_home(request: Signed) -> HttpResponse:
    """To the people of the one organisation that somebody manages, or of the first of several."""
    mine = orgs(orgs_with(request.viewer, MANAGE_CLIENT_PEOPLE))
    return redirect("client-people", org=found_or_404(mine[0] if mine else None).slug)


@opens(MANAGE_CLIENT_PEOPLE, "GET", "POST", fresh=True)
def client_people(request: Signed, org: str) -> HttpResponse:
    """Who of a client may see its projects, and a form that invites one more."""
    own = _own_org(request, org)
    problem = ""
    if request.method == "POST":
        typed = typed_in(request, "role", "email")
        role = typed["role"]
        if role not in CLIENT_ROLES:
            raise Http404
        made = invite(email=typed["email"], org_id=own.id, role=role, actor=_actor(request), now=utc_now())
        if not isinstance(made, Refused):
            _send(request, [made])
            return _sent(request, 1, "client-people", own.slug)
        problem = words.refusal(made)
    now = utc_now()
    rows, older = _rows(request, [own.id], now)
    shown = {
        "org": own, "orgs": orgs(orgs_with(request.viewer, MANAGE_CLIENT_PEOPLE)), "rows": rows, "older": older,
        "people": holders_in(own.id, CLIENT_ROLES, now), "problem": problem, "typed": request.POST,
        "roles": [(role, words.word("role", role)) for role in sorted(CLIENT_ROLES)], "languages": settings.LANGUAGES,
    }  # fmt: skip
    return render(request, "account/client_people.html", shown, status=422 if problem else 200)


@opens(MANAGE_CLIENT_PEOPLE, "POST")
def withdraw_client_invitation(request: Signed, org: str, invitation_id: UUID) -> HttpResponse:
    """Take back an open invitation of one's own organisation."""
    own = _own_org(request, org)
    return _withdrawn(request, invitation_id, own.id, CLIENT_ROLES, reverse("client-people", args=[own.slug]))


def _invite_experts(request: Signed) -> HttpResponse:
    typed = typed_in(request, "emails", "project")
    lines = [line.strip() for line in typed["emails"].splitlines() if line.strip()]
    if not lines:
        return _page(request, {"emails": _("Write at least one e-mail address.")})
    if len(lines) > INVITATIONS_PER_FORM_MAX:
        said = _("That is more than %(n)d addresses at a time. Invite the rest afterwards.")
        return _page(request, {"emails": said % {"n": INVITATIONS_PER_FORM_MAX}})
    project, org = _project(request, typed["project"]), operator()
    assert org is not None  # whoever holds INVITE holds it there
    done = invite_people(
        emails=lines, org_id=org.id, project_id=project.id if project else None,
        reason=request.POST.get("reason", ""), actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _too_many(request, done, "experts")
    made = done.made
    bad = [f"{line[:60]}: {words.refusal(one)}" for line, one in done.refused]
    _send(request, made)
    if made:
        _say_sent(request, len(made))
    if bad:
        return _page(request, {"emails": " ".join(bad)}, left=[line.partition(": ")[0] for line in bad])
    return redirect("invitations")


def _too_many(request: Signed, refused: Refused, form: str) -> HttpResponse:
    """The form again with the arithmetic of the expected work, and room for a reason."""
    problem = next(iter(problems_of(refused).values()), "") or words.refusal(refused)
    room: Seating = refused.facts["seating"]
    return _page(request, {"reason": problem, "form": form}, room=room)


def _page(
    request: Signed, wrong: dict[str, str] | None = None, left: Sequence[str] | None = None, room: Seating | None = None
) -> HttpResponse:
    rows, older = _rows(request, None, utc_now())
    projects = [("", _("No project yet"))] + [(each.slug, _said(each)) for each in _projects(request)]
    grants = may_enter(request.viewer, GRANT_ROLES)
    clients = [(each.slug, each.name) for each in orgs(None) if each.kind == "client"] if grants else []
    shown = {
        "named": to_invite(utc_now(), ROWS_PER_PAGE_MAX),
        "rows": rows, "older": older, "projects": projects, "wrong": wrong or {}, "typed": request.POST,
        "emails": "\n".join(left) if left is not None else request.POST.get("emails", ""), "grants_roles": grants,
        "roles": [("", "–"), *((role, words.word("role", role)) for role in ROLES)], "clients": [("", "–"), *clients],
        "languages": settings.LANGUAGES, "room": room, "room_bars": expecting.room_bars(room) if room else [],
        "summary": [Mistake(f"f-reason-{wrong['form']}", _("Why they are needed all the same"), wrong["reason"])]
        if room and wrong else [],
    }  # fmt: skip
    return render(request, "account/invitations.html", shown, status=422 if wrong else 200)


def _rows(request: HttpRequest, org_ids: list[UUID] | None, now: datetime) -> tuple[list[Any], str]:
    rows = listed(org_ids=org_ids, roles=CLIENT_ROLES if org_ids else None, before=before_of(request))
    found, older = page_of(list(rows[: ROWS_PER_PAGE_MAX + 1]), place=lambda row: (row.made_at, row.id))
    return [(row, state_of(row, now)) for row in found], older


def _send(request: Signed, made: Sequence[NewInvitation]) -> None:
    language = request.POST.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else request.LANGUAGE_CODE
    for one in made:
        row: Invitation = one.invitation
        with translation.override(language):
            facts = {
                "org": row.org.name, "inviter": request.user.name,
                "until": date_format(timezone.localtime(row.expires_at), "j F Y"),
                "role": words.word("role", row.role or "expert"),
                "link": request.build_absolute_uri(reverse("join", args=[one.token])),
            }  # fmt: skip
        send_mail("invitation", row.email, language, facts)


def _sent(request: HttpRequest, count: int, name: str, *args: str) -> HttpResponse:
    _say_sent(request, count)
    return redirect(name, *args)


def _say_sent(request: HttpRequest, count: int) -> None:
    said = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", count)
    messages.success(request, said % {"n": count})


def _withdrawn(
    request: Signed, invitation_id: UUID, org_id: UUID | None, roles: Collection[str | None] | None, back: str
) -> HttpResponse:  # fmt: skip
    refused = withdraw(
        invitation_id=invitation_id, org_id=org_id, roles=roles, actor=_actor(request), now=utc_now()
    )  # fmt: skip
    if refused:
        messages.warning(request, _("This invitation is not open any more."), extra_tags="no")
    else:
        messages.success(request, _("The invitation is taken back; its link no longer works."))
    return redirect(back)


def _own_org(request: Signed, slug: str) -> Org:
    org: Org = found_or_404(org_by_slug(slug))
    if org.id not in orgs_with(request.viewer, MANAGE_CLIENT_PEOPLE) or org.kind != "client":
        raise Http404
    return org


def _projects(request: Signed) -> Sequence[Project]:
    return list(visible_as(request.viewer, INVITE.roles).filter(state="open").order_by("slug")[:ROWS_PER_PAGE_MAX])


def _project(request: Signed, slug: str) -> Project | None:
    return visible_as(request.viewer, INVITE.roles).filter(slug=slug).first() if slug else None


def _org_for(role: str, slug: str, project: Project | None) -> Org | None:
    if role == "reviewer":
        return project.org if project else None
    return org_by_slug(slug) if role in CLIENT_ROLES else operator()


def _said(project: Project) -> str:
    return str(project.name.get(translation.get_language() or "en") or project.name.get("en") or project.slug)


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)
