"""Who is given none of a client's work, as the client's own managers decide it: under pseudonyms alone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.people.access import EXCLUDE
from fairhand.projects.models import Project
from fairhand.web import exclusions as shared
from fairhand.web.clients.frame import frame
from fairhand.web.entry import Signed, of_project


@of_project(EXCLUDE, "GET", "POST")
def exclusions(request: Signed, found: Project) -> HttpResponse:
    """The decisions, and the form for another."""
    if request.method == "GET":
        return _page(request, found, shared.Form())
    if form := shared.decide(request, found):
        return _page(request, found, form, 422)
    messages.success(request, _("It holds from the next task on; the person is told, with your reason."))
    return redirect("client-exclusions", slug=found.slug)


@of_project(EXCLUDE, "POST")
def lift(request: Signed, found: Project, exclusion_id: UUID) -> HttpResponse:
    """End one that somebody else made."""
    if form := shared.lift(request, found, exclusion_id):
        return _page(request, found, form, 422)
    messages.success(request, _("It is lifted; the person is told."))
    return redirect("client-exclusions", slug=found.slug)


@of_project(EXCLUDE, "POST")
def stands(request: Signed, found: Project, exclusion_id: UUID) -> HttpResponse:
    """Answer who contests one that somebody else made: it stands, and why."""
    if form := shared.uphold(request, found, exclusion_id):
        return _page(request, found, form, 422)
    messages.success(request, _("The person is told that it stands, and why."))
    return redirect("client-exclusions", slug=found.slug)


def _page(request: Signed, project: Project, form: shared.Form, status: int = 200) -> HttpResponse:
    context = frame(request, project, "exclusions") | shared.context(request, project, form)
    return render(request, "clients/exclusions.html", context, status=status)
