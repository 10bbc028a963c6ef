"""High demand: a window in which tasks of one stage pay more: its form, the one that is open or planned, past ones."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.surge import Asked, end_surge, needs, open_surge
from fairhand.kernel.clock import utc_now
from fairhand.kernel.money import format_minor, plain_minor
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import live_surges, past_surges, stage_in
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.finance.amounts import plain_figures, typed_minor
from fairhand.web.manager.frame import listed, page, posted, problems_of
from fairhand.web.manager.ranking import read_moment
from fairhand.web.typed import typed_in

_EXAMPLE = "1.25"
_PAST_SHOWN = 5


@of_project(MANAGE, "GET", "POST", fresh=True)
def surge(request: Signed, project: Project, number: int) -> HttpResponse:
    """One stage: open a window or plan one."""
    stage = found_or_404(stage_in(project.id, number))
    if request.method == "GET":
        return _page(request, project, stage, {"factor": _EXAMPLE})
    typed = typed_in(request, "factor", "from", "until", "reserve", "reason")
    from_at, unread = read_moment(typed["from"])
    asked = Asked(
        plain_figures(typed["factor"]), from_at, read_moment(typed["until"])[0],
        typed_minor(typed["reserve"], project.currency), typed["reason"],
    )  # fmt: skip
    if unread:
        return _page(request, project, stage, typed, {"from": words.problem("surge_from", "")})
    done = open_surge(project_id=project.id, number=number, asked=asked, actor=_actor(request), now=utc_now())
    if isinstance(done, Refused):
        wrong = problems_of(done) if done.code == "bad_input" else {}
        if done.code == "surge_over":
            wrong = {"reserve": _over(done)}
        if wrong:
            return _page(request, project, stage, typed, wrong)
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("manage-surge", slug=project.slug, number=number)
    if done.state == "open":
        messages.success(request, _("It is open. Whoever takes a task of this stage now is paid by it."))
    else:
        messages.success(request, _("It is planned. What it needs is set apart already."))
    return redirect("manage-surge", slug=project.slug, number=number)


@of_project(MANAGE, "POST", fresh=True)
def end(request: Signed, project: Project, number: int) -> HttpResponse:
    """End it before its time, or take a planned one back."""
    stage = found_or_404(stage_in(project.id, number))
    done = end_surge(
        project_id=project.id, number=number, note=posted(request, "why"), actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        why = problems_of(done)["reason"]
        return _page(request, project, stage, {"factor": _EXAMPLE, "why": posted(request, "why")}, {"why": why})
    messages.success(request, _("It is over. What was taken in it keeps its terms; what is left is back in the pools.")
                     if done else _("Nothing was changed."))  # fmt: skip
    return redirect("manage-surge", slug=project.slug, number=number)


def _over(refused: Refused) -> str:
    amount = format_minor(refused.facts["needs_minor"], refused.facts["currency"])
    return _("The tasks that wait need %(amount)s. Set so much apart, or multiply by less.") % {"amount": amount}


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _page(
    request: Signed, project: Project, stage: Stage, typed: Mapping[str, str], wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    live = live_surges([stage.id]).get(stage.id)
    waiting_n, needs_minor = (0, 0) if live else needs(stage, _EXAMPLE)
    labels = {
        "factor": _("Multiplied by"), "from": _("From (UTC)"), "until": _("Until (UTC)"),
        "reserve": _("Set apart at most"), "reason": _("Reason"), "why": _("Reason"),
    }  # fmt: skip
    held: dict[str, Any] = {"reserve": plain_minor(needs_minor, project.currency) if needs_minor else "", **typed}
    context = {
        "stage": stage, "live": live, "past": past_surges(stage.id, _PAST_SHOWN), "typed": held, "wrong": wrong or {},
        "listed": listed(wrong or {}, labels), "waiting_n": waiting_n, "needs_minor": needs_minor,
        "example": _EXAMPLE,
    }  # fmt: skip
    return page(request, project, "plans", "surge", context, 422 if wrong else 200)
