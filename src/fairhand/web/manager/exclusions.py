"""Who is given none of a project's work, as its manager decides it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import exclusions as shared
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import page


@of_project(MANAGE, "GET", "POST")
def exclusions(request: Signed, project: Project) -> HttpResponse:
    """The decisions, and the form for another."""
    if request.method == "GET":
        return _page(request, project, shared.Form())
    if form := shared.decide(request, project):
        return _page(request, project, form, 422)
    messages.success(request, _("It holds from the next task on; the person is told, with your reason."))
    return redirect("manage-exclusions", slug=project.slug)


@of_project(MANAGE, "POST")
def lift(request: Signed, project: Project, exclusion_id: UUID) -> HttpResponse:
    """End one that somebody else made."""
    if form := shared.lift(request, project, exclusion_id):
        return _page(request, project, form, 422)
    messages.success(request, _("It is lifted; the person is told."))
    return redirect("manage-exclusions", slug=project.slug)


@of_project(MANAGE, "POST")
def stands(request: Signed, project: Project, exclusion_id: UUID) -> HttpResponse:
    """Answer who contests one that somebody else made: it stands, and why."""
    if form := shared.uphold(request, project, exclusion_id):
        return _page(request, project, form, 422)
    messages.success(request, _("The person is told that it stands, and why."))
    return redirect("manage-exclusions", slug=project.slug)


def _page(request: Signed, project: Project, form: shared.Form, status: int = 200) -> HttpResponse:
    return page(request, project, "people", "exclusions", shared.context(request, project, form), status)
