"""A manager's projects, and each one's board: how far, what it costs, where the tasks are, when it will be done."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.cases.queries import Waiting, waiting_in
from fairhand.cases.raised_queries import raised_waiting
from fairhand.delivery.queries import deliveries_of
from fairhand.flow.release_delivery import release_delivery
from fairhand.insight import board as figures
from fairhand.insight.batches import money_of
from fairhand.insight.forecast import Forecast, forecast
from fairhand.insight.tally import SlotCount, slots_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, RAISED_COUNTED_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD, START, may_enter
from fairhand.projects.models import Project
from fairhand.projects.queries import newest_first, visible_as
from fairhand.projects.states import PROJECT_STATES
from fairhand.tasks.queries import drafts_in
from fairhand.web import charts, words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.figures import amount, grouped
from fairhand.web.manager.frame import page

_PEOPLE_ON_BOARD = 8
_LATEST_SHOWN = 8
# A slot's way: (state, tone of its part in the bar).
_WAY = (
    ("settled", "done"), ("submitted", "wait"), ("claimed", "going"), ("open", "open"), ("planned", "bad"),
)  # fmt: skip


@opens(SEE_BOARD)
def projects(request: Signed) -> HttpResponse:
    """Every project that somebody's roles reach, newest first, with what needs somebody."""
    asked = request.GET.get("state", "")
    state = asked if asked in PROJECT_STATES else ""
    found = visible_as(request.viewer, SEE_BOARD.roles)
    if state:
        found = found.filter(state=state)
    read = newest_first(found, before_of(request), CARDS_PER_PAGE_MAX + 1)
    shown, older = page_of(read, CARDS_PER_PAGE_MAX, lambda project: (project.created_at, project.id))
    ids = [project.id for project in shown]
    progress, slots, drafts = figures.progress_of(ids), slots_of(ids), drafts_in(ids)
    cases, raised = waiting_in(ids, utc_now()), raised_waiting(ids)
    rows = [
        (project, progress[project.id],
         _raised_waiting(raised[project.id]) + _cases_waiting(cases.get(project.id))
         + _attention(project, slots, drafts.get(project.id, 0)))
        for project in shown
    ]  # fmt: skip
    states = [("", _("every state"))] + [(code, words.word("project", code)) for code in PROJECT_STATES]
    context = {"rows": rows, "older": older, "first": bool(request.GET.get("before")), "state": state, "states": states,
               "may_start": may_enter(request.viewer, START)}  # fmt: skip
    return render(request, "manager/projects.html", context)


@of_project(SEE_BOARD)
def board(request: Signed, project: Project) -> HttpResponse:
    """One project. The part that changes while work comes in is fetched again by itself."""
    live = _live(project)
    totals = figures.accepted_over_time(project.id)
    foreseen = forecast(totals, live["progress"].wanted, utc_now()) if project.state == "open" else None
    context = live | {
        "line": charts.line(totals, live["progress"].wanted, get_language_bidi(), _ahead(foreseen, live["progress"])),
        "forecast": foreseen, "costs": _costs(project), "money": money_of(project.id), "stacks": _stacks(project),
        "people": figures.people_of(project.id, _PEOPLE_ON_BOARD), "deliveries": deliveries_of(project.id),
    }  # fmt: skip
    response = page(request, project, "board", "board", context)
    response.loads_htmx = True  # type: ignore[attr-defined]  # read by middleware.policy
    return response


@of_project(SEE_BOARD)
def now(request: Signed, project: Project) -> HttpResponse:
    """The part of the board that is fetched again."""
    return page(request, project, "board", "board_now", _live(project) | {"again": True})


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


def _ahead(foreseen: Forecast | None, progress: figures.Progress) -> tuple[charts.Ahead, ...]:
    """Where the line leads: at the likely end all is done; the interval is what the slow and the quick pace give."""
    if foreseen is None:
        return ()
    now, done = utc_now(), foreseen.done_at
    left = progress.wanted - progress.accepted
    slow = 0.0 if foreseen.late_at is None else (done - now) / (foreseen.late_at - now)
    low = progress.accepted + int(left * slow)
    return (charts.Ahead(done, low, progress.wanted, progress.wanted),)


def _stacks(project: Project) -> list[tuple[str, charts.Stack | None]]:
    """For each kind of stage one bar of its slots by state."""
    slots = slots_of([project.id])
    found = []
    for kind in dict.fromkeys(each.stage_kind for each in sorted(slots, key=lambda slot: slot.stage_kind)):
        parts = [
            (words.word("slot", state), sum(_n(slots, kind, state)), tone)
            for state, tone in _WAY
            if any(_n(slots, kind, state))
        ]
        found.append((words.word("cost", kind), charts.stack(parts, get_language_bidi())))
    return found


def _n(slots: list[SlotCount], kind: str, state: str) -> list[int]:
    return [each.n for each in slots if each.stage_kind == kind and each.state == state]


def _raised_waiting(n: int) -> list[str]:
    if not n:
        return []
    said = ngettext("%(n)s thing that an expert raised waits", "%(n)s things that experts raised wait", n)
    return [said % {"n": f"{grouped(n)}+" if n == RAISED_COUNTED_MAX else grouped(n)}]


def _cases_waiting(cases: Waiting | None) -> list[str]:
    if cases is None:
        return []
    said = ngettext("%(n)s case waits for an answer", "%(n)s cases wait for an answer", cases.waiting)
    found = [said % {"n": grouped(cases.waiting)}]
    if cases.overdue:
        said = ngettext("%(n)s case is overdue", "%(n)s cases are overdue", cases.overdue)
        found.append(said % {"n": grouped(cases.overdue)})
    return found


def _attention(project: Project, slots: list[SlotCount], drafts: int) -> list[str]:
    """What waits for somebody to act, in words."""
    mine = [each for each in slots if each.project_id == project.id]
    unpaid = sum(_n(mine, "review", "planned"))
    found = []
    if unpaid:
        said = ngettext("%(n)s review waits for money", "%(n)s reviews wait for money", unpaid)
        found.append(said % {"n": grouped(unpaid)})
    if project.ends_at is not None and project.ends_at <= utc_now() and project.state != "closed":
        found.append(_("its announced end has passed"))
    if drafts and project.state != "closed":
        said = ngettext("%(n)s batch is not launched", "%(n)s batches are not launched", drafts)
        found.append(said % {"n": grouped(drafts)})
    elif project.state == "open" and not sum(_n(mine, "attempt", "open")):
        found.append(_("no task is left to take"))
    return found


def _costs(project: Project) -> list[dict[str, Any]]:
    rows = figures.cost_by_kind(project.id)
    most = max((minor for _kind, minor in rows), default=0) or 1
    return [
        {"label": words.word("cost", kind), "value": minor, "most": most, "shown": amount(minor, project.currency)}
        for kind, minor in rows
    ]
