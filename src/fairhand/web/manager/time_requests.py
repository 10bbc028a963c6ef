"""Corrections of recorded time, on the page of a project's requests."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.correct_time import decide_time
from fairhand.kernel.clock import utc_now
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import posted, problems_of, whole
from fairhand.web.manager.requests import requests_page
from fairhand.work.time_rules import MINUTE_MS


@of_project(MANAGE, "POST")
def decide(request: Signed, project: Project, correction_id: UUID) -> HttpResponse:
    """Grant so many minutes, or none; with a reason in both cases."""
    typed = {"minutes": posted(request, "minutes"), "reason": posted(request, "reason")}
    refuses = posted(request, "do") == "refuse"
    minutes = 0 if refuses else whole(typed["minutes"])
    # Zero minutes are a no, and a no is said with its own button.
    granted_ms = None if minutes is None or (minutes == 0 and not refuses) else minutes * MINUTE_MS
    refused = decide_time(
        project_id=project.id, correction_id=correction_id, granted_ms=granted_ms, why=typed["reason"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is None:
        said = _("The record was corrected and the difference paid; the expert is told.") if granted_ms else (
            _("Not granted; the expert is told why."))  # fmt: skip
        messages.success(request, said)
    elif refused.code == "bad_input":
        return requests_page(request, project, correction_id, typed, problems_of(refused), 422)
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("manage-requests", slug=project.slug)
