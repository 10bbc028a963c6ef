"""The people of a project under their pseudonyms: the list, and one person with figures, work and limits."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import seat_by_alias
from fairhand.flow.cap_seat import cap_seat
from fairhand.insight import board as figures
from fairhand.insight.seat_work import figures_of, given_back, work_of
from fairhand.insight.timeline import decisions_on
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_PROJECT_PEOPLE
from fairhand.projects.models import Project
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.web.manager.tasks import told

_PEOPLE_PER_PAGE = 50
_DIGITS_MAX = 9
_DECISIONS_SHOWN = 20
_TOLD = ["seat:taken", "seat:capped"]
_CAPS = ("day_max", "week_max", "total_max")


@of_project(SEE_PROJECT_PEOPLE)
def people(request: Signed, project: Project) -> HttpResponse:
    """Everybody who handed something in, under their pseudonyms."""
    rows = figures.people_of(project.id, _PEOPLE_PER_PAGE + 1, _beyond(request))
    shown = rows[:_PEOPLE_PER_PAGE]
    older = f"{shown[-1].handed_in_n}_{shown[-1].alias}" if len(rows) > _PEOPLE_PER_PAGE else ""
    context = {"rows": shown, "older": older, "first": bool(request.GET.get("before"))}
    return page(request, project, "people", "people", context)


def _beyond(request: Signed) -> tuple[int, str] | None:
    """Where the page begins; None for the top, also for an address that makes no sense."""
    n, _, alias = request.GET.get("before", "").partition("_")
    sound = n.isascii() and n.isdigit() and len(n) <= _DIGITS_MAX and "\0" not in alias
    return (int(n), alias) if sound else None


@of_project(SEE_PROJECT_PEOPLE)
def person(request: Signed, project: Project, alias: str) -> HttpResponse:
    """One person of the project: nothing here leads to who they are elsewhere."""
    seat: Seat = found_or_404(seat_by_alias(project.id, alias))
    return _page(request, project, seat, {}, defaultdict(str))


@of_project(MANAGE, "POST")
def caps(request: Signed, project: Project, alias: str) -> HttpResponse:
    """How much this person may take from now on; an empty field is no limit."""
    seat: Seat = found_or_404(seat_by_alias(project.id, alias))
    typed = {name: posted(request, name) for name in (*_CAPS, "reason")}
    day_max, week_max, total_max = (
        -1 if typed[name].strip() and whole(typed[name]) is None else whole(typed[name]) for name in _CAPS
    )
    done = cap_seat(
        project_id=project.id, alias=alias, day_max=day_max, week_max=week_max, total_max=total_max,
        reason=typed["reason"], actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _page(request, project, seat, typed, problems_of(done), 422)
    said = _("The limits of %(alias)s hold from the next task on.") if done else _("The limits are as they were.")
    messages.success(request, said % {"alias": alias})
    return redirect("manage-person", slug=project.slug, alias=alias)


def _page(
    request: Signed, project: Project, seat: Seat, typed: dict[str, str], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    read = work_of(project.id, seat.person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, ROWS_PER_PAGE_MAX)
    caps = {"day_max": seat.day_max, "week_max": seat.week_max, "total_max": seat.total_max}
    shown = typed or {"reason": ""} | {name: "" if cap is None else str(cap) for name, cap in caps.items()}
    labels = {
        "day_max": _("Tasks a day at most"), "week_max": _("Tasks a week at most"),
        "total_max": _("Tasks in all at most"), "reason": _("Reason"),
    }  # fmt: skip
    events = decisions_on([seat.person_id], _TOLD, project.id, _DECISIONS_SHOWN)
    context = {
        "seat": seat, "figures": figures_of(seat.id),
        "given_back": given_back(project.id, seat.person_id), "rows": rows, "older": older,
        "first": bool(request.GET.get("before")), "typed": shown, "problems": problems,
        "listed": listed(problems, labels), "decisions": [told(each, project.currency) for each in events],
    }  # fmt: skip
    return page(request, project, "people", "person", context, status)
