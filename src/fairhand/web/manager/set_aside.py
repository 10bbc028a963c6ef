"""What of a project is kept for some: cohorts and their tasks, one person's, and first tasks for whoever joins."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow import set_aside as flow
from fairhand.insight.gold import cohorts_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import COHORTS_MAX, OPEN_COUNTED_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.figures import grouped
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole

_ALIASES_SHOWN = 12
_BREAK = re.compile(r"[\s,;،؛]+")
_FIELDS = ("name", "aliases", "add", "remove", "slots", "days", "batch", "alias", "promised", "promised_days", "reason")


@of_project(MANAGE, "GET", "POST")
def set_aside(request: Signed, project: Project) -> HttpResponse:
    """The cohorts; and the form that makes one."""
    if request.method == "GET":
        return _page(request, project)
    typed = _typed(request)
    done = flow.make_cohort(
        project_id=project.id, name=typed["name"], aliases=_names(typed["aliases"]), actor=_actor(request),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, "new")
    messages.success(request, _("The cohort is made. Set tasks aside for it below."))
    return redirect("manage-set-aside", slug=project.slug)


@of_project(MANAGE, "POST")
def members(request: Signed, project: Project, cohort_id: UUID) -> HttpResponse:
    """Who comes and who goes."""
    typed = _typed(request)
    done = flow.change_cohort(
        project_id=project.id, cohort_id=cohort_id, add=_names(typed["add"]), remove=_names(typed["remove"]),
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, f"members-{cohort_id}")
    messages.success(request, _("Saved.") if any(done) else _("Nothing was changed."))
    return redirect("manage-set-aside", slug=project.slug)


@of_project(MANAGE, "POST")
def keep(request: Signed, project: Project, cohort_id: UUID) -> HttpResponse:
    """Set open tasks aside for a cohort."""
    typed = _typed(request)
    number = whole(typed["batch"])
    batch = -1 if number is None and typed["batch"].strip() else number
    done = flow.set_aside_for_cohort(
        project_id=project.id, cohort_id=cohort_id, batch_number=batch, slots=whole(typed["slots"]),
        days=whole(typed["days"]), reason=typed["reason"], actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, f"keep-{cohort_id}")
    _tell(request, done)
    return redirect("manage-set-aside", slug=project.slug)


@of_project(MANAGE, "POST")
def keep_for(request: Signed, project: Project) -> HttpResponse:
    """Set open tasks aside for one person."""
    typed = _typed(request)
    done = flow.set_aside_for_person(
        project_id=project.id, alias=typed["alias"].strip(), slots=whole(typed["slots"]), days=whole(typed["days"]),
        reason=typed["reason"], actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, "person")
    _tell(request, done)
    return redirect("manage-set-aside", slug=project.slug)


@of_project(MANAGE, "POST")
def promise(request: Signed, project: Project) -> HttpResponse:
    """First tasks for whoever joins from now on."""
    typed = _typed(request)
    done = flow.promise_first_tasks(
        project_id=project.id, slots=whole(typed["promised"]), days=whole(typed["promised_days"]),
        reason=typed["reason"], actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _refused(request, project, done, "promise")
    messages.success(request, _("Saved for everybody who joins from now on.") if done else _("Nothing was changed."))
    return redirect("manage-set-aside", slug=project.slug)


def _tell(request: Signed, kept: int) -> None:
    if not kept:
        messages.warning(request, _("Nothing is open that could be set aside."), extra_tags="no")
        return
    said = ngettext("%(n)s task is set aside.", "%(n)s tasks are set aside.", kept)
    messages.success(request, said % {"n": grouped(kept)})


def _names(text: str) -> list[str]:
    """Pseudonyms, as people list them: by blanks, commas or lines."""
    return [name for name in _BREAK.split(text.strip()) if name]


def _typed(request: Signed) -> dict[str, str]:
    return {name: posted(request, name) for name in _FIELDS}


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _refused(request: Signed, project: Project, refused: Refused, form: str) -> HttpResponse:
    if refused.code == "bad_input":
        return _page(request, project, form, _typed(request), problems_of(refused), 422)
    if refused.code == "no_seat_here":
        return _page(request, project, form, _typed(request), {"alias": words.refusal(refused)}, 422)
    messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("manage-set-aside", slug=project.slug)


def _page(
    request: Signed, project: Project, form: str = "", typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    wrong = {name: (problems or {}).get(name, "") for name in _FIELDS}
    labels = {
        "name": _("Name"), "aliases": _("Pseudonyms"), "add": _("Add"), "remove": _("Remove"), "slots": _("Tasks"),
        "days": _("Days"), "batch": _("Batch"), "alias": _("Pseudonym"), "promised": _("First tasks kept"),
        "promised_days": _("Kept for (days)"), "reason": _("Reason"),
    }  # fmt: skip
    empty: dict[str, str] = {}
    context = {
        "rows": cohorts_of(project.id, COHORTS_MAX, OPEN_COUNTED_MAX, _ALIASES_SHOWN), "form": form,
        "typed": typed or empty, "wrong": wrong, "listed": listed(wrong, labels, f"-{form}"), "none": empty,
        "new": (typed or empty) if form == "new" else empty, "bad_new": wrong if form == "new" else empty,
        "person": (typed or empty) if form == "person" else empty, "bad_person": wrong if form == "person" else empty,
        "bad_promise": wrong if form == "promise" else empty,
        "promised": {"promised": str(project.promised_n), "promised_days": str(project.promised_days)}
        | ((typed or {}) if form == "promise" else {}),
    }  # fmt: skip
    return page(request, project, "set-aside", "set_aside", context, status)
