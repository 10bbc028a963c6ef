"""One's own weeks: hours by day and project, what stands above a cap, tasks and their state; to confirm or answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import own_project_ids
from fairhand.estimates.queries import zones_of
from fairhand.flow.timesheets import answer_week, confirm_week, standing, zone_of
from fairhand.insight.timesheets import Sheet, WeekCap, caps_of, own_tasks, sheets
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.people.models import Person
from fairhand.projects.models import Project
from fairhand.web import own_files, words
from fairhand.web.entry import Signed, opens
from fairhand.web.manager.frame import listed, posted, problems_of
from fairhand.web.timesheet_view import HEAD, PARTS, columns_of, day_said, file_rows, hours, week_asked, week_posted
from fairhand.work.timesheet_commands import own_sheets


@opens(OWN_ROWS)
def timesheets(request: Signed) -> HttpResponse:
    """A week, in all projects in which anything was recorded."""
    return _page(request)


def _page(
    request: Signed, at: UUID | None = None, typed: str = "", wrong: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """`at`: the project whose answer comes back as it was typed."""
    person_id, now = request.viewer.person_id, utc_now()
    person = Person.objects.get(id=person_id)
    shown = week_asked(request, timezone.localdate(now, ZoneInfo(person.tz)))
    caps = caps_of(person_id=person_id)
    found = {project: sheet for (project, _who), sheet in sheets([person_id], shown.monday, caps).items()}
    said = own_sheets(person_id, shown.monday)
    projects = {row.id: row for row in Project.objects.filter(id__in={*found, *said})}
    zones = zones_of(projects)
    rows = [
        _row(projects[project], found.get(project), caps.get(project), said.get(project), person.tz,
             zones[project], shown.monday, now, typed if project == at else "", wrong if project == at else None)
        for project in sorted(projects, key=lambda each: projects[each].slug)
    ]  # fmt: skip
    seated = set(own_project_ids(person_id))
    tasks = own_tasks(person_id, shown.monday, caps, ROWS_PER_PAGE_MAX)
    context = {
        "shown": shown, "rows": [row | {"seated": row["project"].id in seated} for row in rows],
        "tasks": [(task, projects.get(task.project_id)) for task in tasks],
        "cut": len(tasks) == ROWS_PER_PAGE_MAX,
        "whole": hours(sum(sheet.of("counted_ms") for sheet in found.values())),
        "listed": listed(wrong or {}, {"reason": _("Your answer")}, f"-{projects[at].slug}") if at in projects else [],
    }  # fmt: skip
    return render(request, "expert/timesheets.html", context, status=status)


def _row(
    project: Project, sheet: Sheet | None, cap: WeekCap | None, said: Any, person_zone: str, project_zone: str,
    week: date, now: Any, typed: str, wrong: Mapping[str, str] | None,
) -> dict[str, Any]:  # fmt: skip
    stands = standing(week, zone_of(cap, person_zone), project_zone, said, now)
    parts: dict[str, Any] = {}
    if sheet is not None:
        parts = {name: hours(sheet.of(name)) for name in PARTS}
        parts |= {name: sheet.of(name) for name in ("tasks", "undecided", "live", "asked", "outside_open")}
    return {
        "project": project, "sheet": sheet, "cap": cap, "cap_said": hours(cap.cap_ms) if cap else "", "said": said,
        "stands": stands, "zone": cap.zone if cap else None, "parts": parts,
        "days": columns_of(sheet) if sheet else [], "over": hours(sheet.over_ms) if sheet and sheet.over_ms else "",
        "money": list(sheet.money.items()) if sheet else [],
        "may_confirm": stands.state in ("waiting", "questioned", "answered") and not (said and said.confirmed_at),
        "may_answer": stands.state == "questioned", "typed": typed, "wrong": wrong or {},
    }  # fmt: skip


@opens(OWN_ROWS)
def timesheet_file(request: Signed) -> HttpResponse:
    """The week as a table, a row for each day and project."""
    person_id, now = request.viewer.person_id, utc_now()
    person = Person.objects.get(id=person_id)
    shown = week_asked(request, timezone.localdate(now, ZoneInfo(person.tz)))
    found = sheets([person_id], shown.monday, caps_of(person_id=person_id))
    slugs = dict(Project.objects.filter(id__in={project for project, _who in found}).values_list("id", "slug"))
    rows = [
        row
        for (project, _who), sheet in sorted(found.items(), key=lambda each: slugs[each[0][0]])
        for row in file_rows([slugs[project], shown.name], sheet.days)
    ]
    return own_files.table(f"fairhand-timesheet-{shown.name}.csv", [_("Project"), *(_(each) for each in HEAD)], rows)


@opens(OWN_ROWS, "POST")
def confirm(request: Signed) -> HttpResponse:
    """The week is complete; also in a project that one has left."""
    week, person_id = week_posted(posted(request, "week")), request.viewer.person_id
    project_id = _project_posted(request)
    refused = confirm_week(
        project_id=project_id, person_id=person_id, week=week, actor=Actor("person", person_id), now=utc_now()
    )
    if refused is None:
        messages.success(request, _("Confirmed: your week of %(day)s.") % {"day": day_said(week)})
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return _back(week)


@opens(OWN_ROWS, "POST")
def answer(request: Signed) -> HttpResponse:
    """What one answers to a question about a week."""
    week, typed = week_posted(posted(request, "week")), posted(request, "reason")
    project_id, person_id = _project_posted(request), request.viewer.person_id
    refused = answer_week(
        project_id=project_id, person_id=person_id, week=week, answer=typed, actor=Actor("person", person_id),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(refused, Refused) and refused.code == "bad_input":
        request.GET = request.GET.copy()
        request.GET["week"] = week.isoformat()
        return _page(request, project_id, typed, problems_of(refused), 422)
    if refused is None:
        messages.success(request, _("Answered; whoever asked is told."))
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return _back(week)


def _project_posted(request: Signed) -> UUID:
    """The project that the form names, of those in which one has, or had, a seat; else none that there is."""
    slug = posted(request, "project").replace("\0", "")
    seats = Seat.objects.filter(person_id=request.viewer.person_id, project__slug=slug)
    return seats.values_list("project_id", flat=True).first() or UUID(int=0)


def _back(week: date) -> HttpResponse:
    return redirect(f"{reverse('timesheets')}?week={week.isoformat()}")
