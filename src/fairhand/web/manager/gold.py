"""Gold of a project: known answers, how often each was served and how right the answers were; adding and retiring."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.audit.actor import Actor
from fairhand.flow.gold_batches import add_gold, retire_gold
from fairhand.insight.gold import gold_money, gold_rows, judging_figures
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.tasks.template import bound
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.figures import grouped
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.web.shown import answered

_AUDITS_LOOKED_AT = 500
_SHARES = 10


@of_project(MANAGE, "GET", "POST", fresh=True)
def gold(request: Signed, project: Project) -> HttpResponse:
    """The list; and the form that adds to it, which takes money from the budget."""
    if request.method == "GET":
        return _page(request, project)
    typed = {name: posted(request, name) for name in ("gold", "draws", "reason")}
    done = add_gold(
        project_id=project.id, text=typed["gold"], draws=whole(typed["draws"]), reason=typed["reason"],
        actor=_actor(request), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, typed, problems_of(done), 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
        return _page(request, project, typed, status=422)
    said = ngettext("%(n)s task with a known answer was added.", "%(n)s tasks with known answers were added.", done)
    messages.success(request, said % {"n": grouped(done)})
    return redirect("manage-gold", slug=project.slug)


@of_project(MANAGE, "POST")
def retire(request: Signed, project: Project, task_id: UUID) -> HttpResponse:
    """Serve one to nobody any more."""
    typed = {"reason": posted(request, "reason")}
    done = retire_gold(
        project_id=project.id, task_id=task_id, reason=typed["reason"], actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done:
        messages.success(request, _("It is served to nobody any more."))
    else:
        messages.success(request, _("Nothing was changed."))
    return redirect("manage-gold", slug=project.slug)


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _page(
    request: Signed, project: Project, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    read = gold_rows(project.id, _before(request), ROWS_PER_PAGE_MAX + 1)
    rows = read[:ROWS_PER_PAGE_MAX]
    stage = next(iter(stages_of([project.id], "attempt")), None)
    template: dict[str, Any] = stage.template.body if stage else {"questions": []}
    labels = {"gold": _("Tasks with known answers"), "draws": _("Served at most"), "reason": _("Reason")}
    wrong = problems or {}
    context = {
        "rows": [(row, answered(bound(template, row.payload), row.answer), _tenths(row.right_pm)) for row in rows],
        "older": rows[-1].task_id if len(read) > ROWS_PER_PAGE_MAX else "", "first": bool(request.GET.get("before")),
        "typed": typed or {}, "problems": wrong, "listed": listed(wrong, labels),
        "pool_minor": gold_money(project.id, project.currency),
        "judging": judging_figures(project.id, _AUDITS_LOOKED_AT),
    }  # fmt: skip
    return page(request, project, "gold", "gold", context, status)


def _tenths(right_pm: int | None) -> int | None:
    """Percent, rounded half up."""
    return None if right_pm is None else (right_pm + _SHARES // 2) // _SHARES


def _before(request: Signed) -> UUID | None:
    """Where the page begins; None for the top, also for an address that makes no sense."""
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
