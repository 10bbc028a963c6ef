"""Everything that experts say about the tasks of a project, on one page: questions, mistakes, reports of content,
requests for more time, work that takes longer than its estimate, and why tasks are given back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.cases.raised_queries import raised_in
from fairhand.cases.states import DONE_OF, GUIDELINE, ILLEGAL, RAISED_ANSWERED, RAISED_KINDS, RAISED_OPEN, RAISED_STATES
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.return_task import return_task
from fairhand.insight.raised import RaisedRow, raised_of_project, said_longer, skipped_tasks
from fairhand.insight.requests import open_requests
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, RAISED_WORDS_CHARS_MAX, REASON_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.projects.queries import guidelines_of
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.manager.frame import listed, may, page, problems_of, whole
from fairhand.web.manager.requests import request_row
from fairhand.web.typed import typed_in

TIME, LONGER, SKIPS = "time", "longer", "skips"
_SKIPS_SHOWN, _VERSIONS_SHOWN = 20, 20
_EVERYTHING = "all"
_FORMS_OPEN_MAX = 4  # of more rows the forms open one by one


@of_project(SEE_BOARD)
def raised(request: Signed, project: Project) -> HttpResponse:
    """The list that was asked for."""
    return _page(request, project)


@of_project(MANAGE, "POST")
def answer(request: Signed, project: Project, raised_id: UUID) -> HttpResponse:
    """Answer one, or all who raised the same about its task; and say what was done."""
    typed = typed_in(request, "answer", "done", "version", "everybody", "seen")
    done = answer_raised(
        project_id=project.id, raised_id=raised_id, everybody=typed["everybody"] == "yes", seen=whole(typed["seen"]),
        answer=typed["answer"], done=typed["done"], version=whole(typed["version"]),
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, raised_id, typed, problems_of(done))
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        said = ngettext("Answered; one expert is told.", "Answered; %(n)s experts are told.", done)
        messages.success(request, said % {"n": done})
    return redirect("manage-raised", slug=project.slug)


@of_project(MANAGE, "POST")
def put_back(request: Signed, project: Project, raised_id: UUID) -> HttpResponse:
    """Put the task back to work that an answer took out of it, with a reason."""
    row = found_or_404(raised_in(project.id, raised_id))
    typed = typed_in(request, "reason")
    wanted = return_task(
        project_id=project.id, task_id=row.task_id, reason=typed["reason"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(wanted, Refused):
        if wanted.code == "bad_input":
            return _page(request, project, raised_id, typed, problems_of(wanted))
        messages.warning(request, words.refusal(wanted), extra_tags="no")
    else:
        messages.success(
            request, _("The task is back. What was cancelled of it opens as soon as its pool pays for it.")
        )
    return redirect(f"{reverse('manage-raised', args=[project.slug])}?state=answered")


def _page(
    request: Signed, project: Project, at: UUID | None = None, typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; the form of what was raised `at` comes back as it was typed."""
    kind = _one_of(request.GET.get("kind", ""), (*RAISED_KINDS, TIME, LONGER, SKIPS))
    chosen = (
        RAISED_ANSWERED
        if wrong and "reason" in wrong
        else _one_of(request.GET.get("state", RAISED_OPEN), (*RAISED_STATES, _EVERYTHING)) or RAISED_OPEN
    )
    start = before_of(request)
    listed_kind = kind in ("", *RAISED_KINDS)
    read = raised_of_project(
        project.id, kind, "" if chosen == _EVERYTHING else chosen, start, CARDS_PER_PAGE_MAX + 1
    ) if listed_kind else []  # fmt: skip
    rows, more = page_of(read, CARDS_PER_PAGE_MAX, lambda row: (row.at, row.raised_id))
    beside = start is None and chosen in (RAISED_OPEN, _EVERYTHING)  # what is no row of the list, on its first page
    now, manages = utc_now(), may(request, project, MANAGE)
    versions = _versions(project) if manages else []
    labels = {"answer": _("Your answer"), "done": _("What was done"), "version": _("Version of the guideline"),
              "reason": _("Why it goes back")}  # fmt: skip
    context = {
        "groups": _groups(_row(request, row, manages, versions, *((typed or {}, wrong or {}) if row.raised_id == at
                          else ({}, {}))) for row in rows),
        "open_forms": len(rows) <= _FORMS_OPEN_MAX, "more": more, "first": start is not None, "kind": kind,
        "state": chosen, "active": kind or chosen != RAISED_OPEN, "kinds": _kinds(), "states": _states(),
        "listed": listed(wrong or {}, labels, f"-{at}"), "words_max": RAISED_WORDS_CHARS_MAX,
        "reason_max": REASON_CHARS_MAX, "shows_list": listed_kind,
        "requests": [request_row(each, now, {}, {}) for each in open_requests(project.id, CARDS_PER_PAGE_MAX)]
        if beside and kind in ("", TIME) else [],
        "longer": said_longer(project.id) if beside and kind in ("", LONGER) else [],
        "skips": skipped_tasks(project.id, _SKIPS_SHOWN) if beside and kind in ("", SKIPS) else [],
    }  # fmt: skip
    return page(request, project, "raised", "raised", context, 422 if wrong else 200)


def _one_of(given: str, known: Iterable[str]) -> str:
    return given if given in known else ""


def _kinds() -> list[tuple[str, str]]:
    beside = ((TIME, _("More time asked for")), (LONGER, _("Takes longer than it should")), (SKIPS, _("Given back")))
    return [("", _("everything")), *((code, words.word("raised", code)) for code in RAISED_KINDS), *beside]


def _states() -> list[tuple[str, str]]:
    return [*((code, words.word("raised_state", code)) for code in RAISED_STATES), (_EVERYTHING, _("any state"))]


def _versions(project: Project) -> list[tuple[str, str]]:
    found = guidelines_of(project.id)[:_VERSIONS_SHOWN]
    return [("", "–"), *((str(each.version), _("version %(n)s") % {"n": each.version}) for each in found)]


@dataclass(slots=True)
class _Group:
    """What was raised about one task, oldest first."""

    task_id: UUID
    task_key: str
    held: bool
    rows: list[dict[str, Any]] = field(default_factory=list)


def _groups(rows: Iterable[dict[str, Any]]) -> list[_Group]:
    """By task, in the order of the first of each."""
    found: dict[UUID, _Group] = {}
    for row in rows:
        of: RaisedRow = row["raised"]
        group = found.setdefault(of.task_id, _Group(of.task_id, of.task_key, False))
        group.held = group.held or (of.kind == ILLEGAL and of.state == RAISED_OPEN)
        group.rows.append(row)
    return list(found.values())


def _row(
    request: Signed, row: RaisedRow, manages: bool, versions: list[tuple[str, str]], typed: Mapping[str, str],
    wrong: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    choices = DONE_OF[row.kind]
    own = row.person_id == request.viewer.person_id
    return {
        "raised": row, "own": own, "may": manages and row.state == RAISED_OPEN and not own, "typed": typed,
        "wrong": wrong, "others": row.alike - 1, "versions": versions if GUIDELINE in choices else [],
        "choices": [(code, words.word("raised_done", code)) for code in choices],
        "done": typed.get("done") or (choices[0] if row.kind != ILLEGAL else ""),
        "of_all": row.kind == ILLEGAL, "may_return": manages and row.stands and not own,
    }  # fmt: skip
