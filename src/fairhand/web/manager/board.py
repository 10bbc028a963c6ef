"""A manager's projects, and each one's board: how far, what it costs, where the tasks are, who works."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.delivery.queries import deliveries_of
from fairhand.flow.release_delivery import release_delivery
from fairhand.insight import board as figures
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD, SEE_PROJECT_PEOPLE, may_in_project
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web import charts, words
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.figures import amount

_PEOPLE_ON_BOARD = 8
_PEOPLE_PER_PAGE = 50
_START_DIGITS_MAX = 6
_LATEST_SHOWN = 8


@opens(SEE_BOARD)
def projects(request: Signed) -> HttpResponse:
    """Every project that somebody's roles reach; 404 for whoever has none of these roles."""
    found = list(visible_as(request.viewer, SEE_BOARD.roles).order_by("-created_at")[:CARDS_PER_PAGE_MAX])
    progress = figures.progress_of([project.id for project in found])
    return render(request, "manager/projects.html", {"rows": [(project, progress[project.id]) for project in found]})


@of_project(SEE_BOARD)
def board(request: Signed, project: Project) -> HttpResponse:
    """One project. The part that changes while work comes in is fetched again by itself."""
    live = _live(project)
    rows = figures.accepted_over_time(project.id)
    context = live | {
        "line": charts.line(rows, live["progress"].wanted, get_language_bidi()),
        "costs": _costs(project),
        "people": figures.people_of(project.id, _PEOPLE_ON_BOARD),
        "deliveries": deliveries_of(project.id),
        "may_manage": may_in_project(request.viewer, MANAGE, project.org_id, project.id),
    }
    response = render(request, "manager/board.html", context)
    response.loads_htmx = True  # type: ignore[attr-defined]  # read by middleware.policy
    return response


@of_project(SEE_BOARD)
def now(request: Signed, project: Project) -> HttpResponse:
    """The part of the board that is fetched again."""
    return render(request, "manager/board_now.html", _live(project) | {"again": True})


@of_project(SEE_PROJECT_PEOPLE)
def people(request: Signed, project: Project) -> HttpResponse:
    """Everybody who handed something in, under their pseudonyms."""
    asked = request.GET.get("from", "0")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _START_DIGITS_MAX else 0
    rows = figures.people_of(project.id, _PEOPLE_PER_PAGE + 1, start)
    context = {
        "project": project, "rows": rows[:_PEOPLE_PER_PAGE], "start": start,
        "following": start + _PEOPLE_PER_PAGE if len(rows) > _PEOPLE_PER_PAGE else None,
        "preceding": max(0, start - _PEOPLE_PER_PAGE) if start else None,
    }  # fmt: skip
    return render(request, "manager/people.html", context)


@of_project(MANAGE, "POST")
def release(request: Signed, project: Project) -> HttpResponse:
    """Seal what is accepted so far as the next delivery."""
    made = release_delivery(project=project, actor=Actor("person", request.viewer.person_id), now=utc_now())
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
    else:
        said = _("Delivery %(number)s is sealed: %(rows)s judgements.")
        messages.success(request, said % {"number": made.number, "rows": f"{made.rows_n:,}"})
    return redirect("board", slug=project.slug)


def _live(project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "progress": figures.progress_of([project.id])[project.id],
        "now": figures.now_of(project.id),
        "latest": figures.latest_of(project.id, _LATEST_SHOWN),
    }


def _costs(project: Project) -> list[dict[str, Any]]:
    rows = figures.cost_by_kind(project.id)
    most = max((minor for _kind, minor in rows), default=0) or 1
    return [
        {"label": words.word("cost", kind), "value": minor, "most": most, "shown": amount(minor, project.currency)}
        for kind, minor in rows
    ]
