"""What staff does from the operations board: take a claim back, rank a batch anew, announce an end, promise hours."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow.announce_end import announce_end, promise_hours
from fairhand.flow.release_claim import release_claim
from fairhand.flow.reprioritise import reprioritise
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.figures import grouped
from fairhand.web.manager.frame import posted, problems_of, whole
from fairhand.web.manager.operations import Form, board


@of_project(MANAGE, "POST")
def release(request: Signed, project: Project, claim_id: UUID) -> HttpResponse:
    """Take a task back from whoever holds it; what they worked stays written down."""
    typed = {"reason": posted(request, "reason")}
    done = release_claim(
        claim_id=claim_id, project_id=project.id, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        return _refused(request, project, done, Form(f"release-{claim_id}", typed, problems_of(done)))
    said = _("The task is taken back and open again; its expert is told why.")
    if done == "decided":
        said = _("The rework is taken back; the earlier round will be decided as it stands. Its expert is told why.")
    elif done == "cancelled":
        said = _("The task is taken back and given to nobody else; its expert is told why.")
    messages.success(request, said)
    return _back(project)


@of_project(MANAGE, "POST")
def rank(request: Signed, project: Project) -> HttpResponse:
    """What waits of a batch goes before or behind other work."""
    typed = {name: posted(request, name) for name in ("batch", "tier", "reason")}
    try:
        batch_id = UUID(typed["batch"])
    except ValueError:
        return board(request, project, Form("rank", typed, {"batch": _("Choose a batch.")}), 422)
    done = reprioritise(
        project_id=project.id, batch_id=batch_id, tier=whole(typed["tier"]), reason=typed["reason"],
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, Form("rank", typed, problems_of(done)))
    said = ngettext("%(n)s slot has another turn now.", "%(n)s slots have another turn now.", done)
    messages.success(request, said % {"n": grouped(done)})
    return _back(project)


@of_project(MANAGE, "POST")
def end(request: Signed, project: Project) -> HttpResponse:
    """Announce an end, move it, or take it back: everybody with a seat is told."""
    typed = {name: posted(request, name) for name in ("ends_on", "reason")}
    ends_at = _day(typed["ends_on"])
    if ends_at is None and typed["ends_on"].strip():
        return board(request, project, Form("end", typed, {"ends_on": words.problem("not_a_day", "")}), 422)
    done = announce_end(
        project_id=project.id, ends_at=ends_at, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        return _refused(request, project, done, Form("end", typed, problems_of(done)))
    messages.success(request, _("Everybody with a seat is told.") if done else _("Nothing was changed."))
    return _back(project)


@of_project(MANAGE, "POST")
def promise(request: Signed, project: Project) -> HttpResponse:
    """How many hours a week the project means to give each of its people."""
    typed = {name: posted(request, name) for name in ("target_hours", "reason")}
    asked = whole(typed["target_hours"])
    hours = -1 if asked is None and typed["target_hours"].strip() else asked
    done = promise_hours(
        project_id=project.id, target_hours=hours, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        return _refused(request, project, done, Form("promise", typed, problems_of(done)))
    messages.success(request, _("Saved.") if done else _("Nothing was changed."))
    return _back(project)


def _refused(request: Signed, project: Project, refused: Refused, form: Form) -> HttpResponse:
    if refused.code == "bad_input":
        return board(request, project, form, 422)
    messages.warning(request, words.refusal(refused), extra_tags="no")
    return _back(project)


def _back(project: Project) -> HttpResponse:
    return redirect("manage-operations", slug=project.slug)


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _day(text: str) -> datetime | None:
    """The last second of a day as a date field sends it, in the reader's zone; None for anything else."""
    try:
        day = date.fromisoformat(text.strip())
        return datetime.combine(day, time(23, 59, 59), timezone.get_current_timezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
