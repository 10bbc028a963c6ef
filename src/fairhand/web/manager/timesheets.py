"""A project's weeks: hours of each person, by the name they go by there; to ask about, or to accept."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.estimates.queries import rule_of
from fairhand.flow.timesheets import accept_week, ask_about_week, standing, zone_of
from fairhand.insight.timesheets import Sheet, Somebody, WeekCap, caps_of, people_of_week, sheets
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX, TIMESHEETS_PER_FILE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.web import own_files, words
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import listed, page, posted, problems_of
from fairhand.web.timesheet_view import HEAD, PARTS, columns_of, day_said, file_rows, hours, week_asked, week_posted
from fairhand.work.models import Timesheet
from fairhand.work.timesheet_commands import sheets_of


@of_project(SEE_BOARD)
def timesheets(request: Signed, project: Project) -> HttpResponse:
    """A week, a row for each person of whom anything was recorded."""
    return _page(request, project)


def _page(
    request: Signed, project: Project, at: str = "", typed: str = "", wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """`at`: the name of whom the question is about that comes back as it was typed."""
    now, cap = utc_now(), caps_of(project_id=project.id).get(project.id)
    project_zone = rule_of(project.id).zone
    shown = week_asked(request, timezone.localdate(now, ZoneInfo(cap.zone if cap and cap.zone else project_zone)))
    after = request.GET.get("after", "").replace("\0", "")
    people = people_of_week(project.id, shown.monday, after, ROWS_PER_PAGE_MAX + 1)
    more, people = len(people) > ROWS_PER_PAGE_MAX, people[:ROWS_PER_PAGE_MAX]
    found = _sheets(project, people, shown.monday, cap)
    said = sheets_of(project.id, shown.monday, [each.person_id for each in people])
    rows = []
    for each in people:
        sheet, row = found.get(each.person_id), said.get(each.person_id)
        stands = standing(shown.monday, zone_of(cap, each.tz), project_zone, row, now)
        own = each.person_id == request.viewer.person_id
        rows.append(_row(each, sheet, row) | {
            "stands": stands, "own": own, "typed": typed if each.alias == at else "",
            "wrong": wrong or {} if each.alias == at else {},
            "may_accept": stands.state in ("waiting", "confirmed", "questioned", "answered") and not own,
            "may_ask": stands.state in ("waiting", "confirmed") and not (row and row.asked_at) and not own,
        })  # fmt: skip
    context = {
        "shown": shown, "rows": rows, "cap": cap, "cap_said": hours(cap.cap_ms) if cap else "",
        "next": people[-1].alias if more else "", "first": bool(after),
        "listed": listed(wrong or {}, {"reason": _("Your question")}, f"-{at}"),
    }  # fmt: skip
    return page(request, project, "timesheets", "timesheets", context, status)


def _sheets(project: Project, people: list[Somebody], week: date, cap: WeekCap | None) -> dict[Any, Sheet]:
    caps = {project.id: cap} if cap else {}
    found = sheets([each.person_id for each in people], week, caps, project.id)
    return {person: sheet for (_project, person), sheet in found.items()}


def _row(each: Somebody, sheet: Sheet | None, said: Timesheet | None) -> dict[str, Any]:
    parts = {name: hours(sheet.of(name)) for name in PARTS} if sheet else {}
    return {
        "alias": each.alias, "parts": parts, "days": columns_of(sheet) if sheet else [], "said": said,
        "over": hours(sheet.over_ms) if sheet and sheet.over_ms else "",
        "money": list(sheet.money.items()) if sheet else [], "waits": sheet.of("asked") + sheet.of("outside_open")
        if sheet else 0,
    }  # fmt: skip


@of_project(SEE_BOARD)
def timesheets_file(request: Signed, project: Project) -> HttpResponse:
    """The week as a table: a row for each person and day; the first TIMESHEETS_PER_FILE_MAX people."""
    now, cap = utc_now(), caps_of(project_id=project.id).get(project.id)
    shown = week_asked(request, timezone.localdate(now, ZoneInfo(rule_of(project.id).zone)))
    people = people_of_week(project.id, shown.monday, "", TIMESHEETS_PER_FILE_MAX)
    found = _sheets(project, people, shown.monday, cap)
    rows = (
        row for each in people if each.person_id in found
        for row in file_rows([each.alias, shown.name], found[each.person_id].days)
    )  # fmt: skip
    head = [_("Expert"), *(_(each) for each in HEAD)]
    return own_files.table(f"fairhand-timesheets-{project.slug}-{shown.name}.csv", head, rows)


@of_project(MANAGE, "POST")
def ask(request: Signed, project: Project) -> HttpResponse:
    """Ask about somebody's week."""
    week, alias, typed = week_posted(posted(request, "week")), posted(request, "alias"), posted(request, "reason")
    refused = ask_about_week(
        project_id=project.id, alias=alias.replace("\0", ""), week=week, question=typed,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(refused, Refused) and refused.code == "bad_input":
        request.GET = request.GET.copy()
        request.GET["week"] = week.isoformat()
        return _page(request, project, alias, typed, problems_of(refused), 422)
    return _done(request, project, week, refused, _("Asked; the expert reads it and can answer. Nothing is withheld."))


@of_project(MANAGE, "POST")
def accept(request: Signed, project: Project) -> HttpResponse:
    """Accept somebody's week before the clock does."""
    week, alias = week_posted(posted(request, "week")), posted(request, "alias").replace("\0", "")
    refused = accept_week(
        project_id=project.id, alias=alias, week=week, actor=Actor("person", request.viewer.person_id), now=utc_now()
    )
    return _done(request, project, week, refused, _("Accepted: the week of %(day)s.") % {"day": day_said(week)})


def _done(request: Signed, project: Project, week: date, refused: Refused | None, said: str) -> HttpResponse:
    if refused is None:
        messages.success(request, said)
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect(f"{reverse('manage-timesheets', args=[project.slug])}?week={week.isoformat()}")
