"""Organisations: the list, one with its people and projects, and a new client."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.insight import people as seen
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OPERATE, SEE_PEOPLE, may_enter
from fairhand.people.queries import org_by_slug
from fairhand.people.roles import add_client
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.operation.frame import Problem, more, tabs
from fairhand.web.typed import typed_in

_SHOWN = 100  # people and projects on an organisation's page
_FIELD = {"org_slug": "slug", "org_taken": "slug", "org_name": "name"}


@opens(SEE_PEOPLE)
def orgs(request: Signed) -> HttpResponse:
    """All organisations, newest first."""
    return _page(request, {}, {}, 200)


@opens(OPERATE, "POST")
def add(request: Signed) -> HttpResponse:
    """A new client."""
    typed = typed_in(request, "slug", "name")
    made = add_client(**typed, actor=Actor("person", request.viewer.person_id), now=utc_now())
    if isinstance(made, Refused):
        return _page(request, typed, {_FIELD[made.code]: words.refusal(made)}, 422)
    messages.success(request, _("The client is there. Invite its people, or give somebody a role in it."))
    return redirect("org", org=made.slug)


@opens(SEE_PEOPLE)
def org(request: Signed, org: str) -> HttpResponse:
    """One organisation: who holds a role there, and its projects."""
    found = found_or_404(org_by_slug(org))
    held = seen.org_people(found.id, _SHOWN + 1, utc_now())
    context = {
        "tabs": tabs(request.viewer), "org": found, "held": held[:_SHOWN], "held_more": len(held) > _SHOWN,
        "projects": seen.org_projects(found.id, _SHOWN),
    }  # fmt: skip
    return render(request, "operation/org.html", context)


def _page(request: Signed, typed: dict[str, str], wrong: dict[str, str], status: int) -> HttpResponse:
    read = seen.orgs(before_of(request), ROWS_PER_PAGE_MAX + 1, utc_now())
    rows, older = page_of(read, place=lambda row: (row.created_at, row.org_id))
    labels = {"slug": _("Short name"), "name": _("Name")}
    context: dict[str, Any] = {
        "tabs": tabs(request.viewer), "rows": rows, "more": more(request, older), "typed": typed, "wrong": wrong,
        "problems": [Problem(f"f-{name}", labels[name], said) for name, said in wrong.items()],
        "may_add": may_enter(request.viewer, OPERATE),
    }  # fmt: skip
    return render(request, "operation/orgs.html", context, status=status)
