"""Budgets: how each project's money stands, and the two ways in which it is moved by hand."""

import re
import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.fund_project import Moved, fund_project, return_budget
from fairhand.insight import budgets as reads
from fairhand.insight.budget_ahead import BudgetAhead, alerts, budget_ahead
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import (
    BUDGET_MOVES_SHOWN_MAX,
    FUND_REFERENCE_CHARS_MAX,
    FUND_UNASKED_UNITS_MAX,
    ROWS_PER_PAGE_MAX,
)
from fairhand.kernel.money import exponent, format_minor
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MOVE_MONEY, SEE_BOOKS, may_enter
from fairhand.projects.models import Project
from fairhand.web import charts, words
from fairhand.web.cursors import before_of
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.finance.amounts import typed_minor
from fairhand.web.finance.frame import moment_word, more, number_of, page, tabs
from fairhand.web.typed import Wrong

FORM_KEY = re.compile("[A-Za-z0-9_-]{16,64}")
_SOON = timedelta(days=14)


@opens(SEE_BOOKS)
def budgets(request: Signed) -> HttpResponse:
    """Every project's money, the newest project first."""
    now = utc_now()
    found = reads.budgets(now, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page(found, lambda row: f"{moment_word(row.created_at)}_{row.project_id}")
    context = {"tabs": tabs(), "rows": [(row, *_ahead(row, now)) for row in rows], **more(request, older)}
    return render(request, "finance/budgets.html", context)


@of_project(SEE_BOOKS)
def budget(request: Signed, project: Project) -> HttpResponse:
    """One project's money, what moved it, and the form that adds to it."""
    return _page(request, project, {}, [], 200)


@of_project(MOVE_MONEY)
def fund(request: Signed, project: Project) -> HttpResponse:
    """What would be put in, before it happens."""
    typed, minor, wrong = _read(request.GET, project)
    if wrong or minor is None:
        return _page(request, project, typed, wrong, 422)
    return _shown(request, project, typed, minor, [], 200)


@of_project(MOVE_MONEY, "POST", fresh=True)
def funded(request: Signed, project: Project) -> HttpResponse:
    """A client's money onto the project's budget, once per form. A large amount is typed twice."""
    typed, minor, wrong = _read(request.POST, project)
    if wrong or minor is None:
        return _page(request, project, typed, wrong, 422)
    if _large(minor, project) and typed_minor(request.POST.get("again", ""), project.currency) != minor:
        said = _("This is not the amount above. Compare it with the payment and type it again.")
        return _shown(request, project, typed, minor, [Wrong("again", _("The amount once more"), said)], 422)
    done = fund_project(
        project=project, amount_minor=minor, key=typed["key"], reference=typed["reference"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    return _told(request, project, done, _("%(amount)s is on the budget: entry %(entry)s."))


@of_project(MOVE_MONEY, "POST", fresh=True)
def returned(request: Signed, project: Project) -> HttpResponse:
    """What is left on a closed project's budget, back to the client."""
    key, amount = request.POST.get("key", ""), number_of(request.POST.get("amount_minor", ""))
    if not FORM_KEY.fullmatch(key) or amount is None:
        said = _("The form was changed on its way. Reload the page and try again.")
        messages.warning(request, said, extra_tags="no")
        return redirect("finance-budget", slug=project.slug)
    actor = Actor("person", request.viewer.person_id)
    done = return_budget(project=project, amount_minor=amount, key=key, actor=actor, now=utc_now())
    return _told(request, project, done, _("%(amount)s went back to the client: entry %(entry)s."))


def _told(request: Signed, project: Project, done: Moved | Refused, said: str) -> HttpResponse:
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done.again:
        messages.success(request, _("That was done before, by entry %(entry)s.") % {"entry": done.entry_id})
    else:
        amount = f"\u2068{format_minor(done.amount_minor, project.currency)}\u2069"
        messages.success(request, said % {"amount": amount, "entry": done.entry_id})
    return redirect("finance-budget", slug=project.slug)


def _read(posted: Any, project: Project) -> tuple[dict[str, str], int | None, list[Wrong]]:
    typed = {name: posted.get(name, "").strip().replace("\x00", "") for name in ("amount", "reference", "key")}
    wrong = []
    minor = typed_minor(typed["amount"], project.currency)
    if not minor:
        said = _("An amount above zero is needed, such as %(example)s.")
        example = format_minor(1_250 * 10 ** exponent(project.currency), project.currency)
        wrong.append(Wrong("amount", _("Amount"), said % {"example": f"\u2068{example}\u2069"}))
    if not typed["reference"]:
        said = _("Write what the payment is called at the bank or on the invoice, so that others find it.")
        wrong.append(Wrong("reference", _("Reference of the payment"), said))
    elif len(typed["reference"]) > FUND_REFERENCE_CHARS_MAX:
        said = _("At most %(n)s characters.") % {"n": FUND_REFERENCE_CHARS_MAX}
        wrong.append(Wrong("reference", _("Reference of the payment"), said))
    if not FORM_KEY.fullmatch(typed["key"]):
        typed["key"] = secrets.token_urlsafe(16)
        said = _("The form was changed on its way. Look at it and send it again.")
        wrong.append(Wrong("amount", _("Amount"), said))
    return typed, minor, wrong


def _large(minor: int, project: Project) -> bool:
    return minor > FUND_UNASKED_UNITS_MAX * 10 ** exponent(project.currency)


def _shown(
    request: HttpRequest, project: Project, typed: dict[str, str], minor: int, wrong: list[Wrong], status: int
) -> HttpResponse:
    found = reads.budget_of(project.id, utc_now())
    context = {
        "tabs": tabs(), "project": project, "budget": found, "typed": typed, "minor": minor, "wrong": wrong,
        "large": _large(minor, project), "after_minor": found.free_minor + minor,
        "problems": {each.name: each.problem for each in wrong},
    }  # fmt: skip
    return render(request, "finance/fund.html", context, status=status)


def _page(
    request: Signed, project: Project, typed: dict[str, str], wrong: list[Wrong], status: int
) -> HttpResponse:  # fmt: skip
    now = utc_now()
    found = reads.budget_of(project.id, now)
    may_move = may_enter(request.viewer, MOVE_MONEY)
    foreseen = budget_ahead(project.id, now)
    context = {
        "foreseen": foreseen, "chart": _chart(found, foreseen), "alerts": alerts(found, foreseen),
        "tabs": tabs(), "project": project, "budget": found, "ahead": _ahead(found, now), "wrong": wrong,
        "problems": {each.name: each.problem for each in wrong},
        "typed": typed or {"key": secrets.token_urlsafe(16)}, "rate_days": reads.RATE_DAYS,
        "moves": reads.budget_moves(project.id, BUDGET_MOVES_SHOWN_MAX),
        "may_fund": may_move and project.state != "closed",
        "may_return": may_move and project.state == "closed" and found.free_minor > 0,
    }  # fmt: skip
    return render(request, "finance/budget.html", context, status=status)


def _chart(found: reads.Budget, foreseen: BudgetAhead) -> charts.Line | None:
    """What was spent, where it leads, and all that was put in as the top, in whole units of the currency."""
    unit = 10 ** exponent(found.currency)
    points: list[charts.Ahead] = []
    if foreseen.rest is not None and foreseen.end is not None:
        totals = (foreseen.rest.low_minor, foreseen.rest.rest_minor, foreseen.rest.high_minor)
        points = [charts.Ahead(foreseen.end.done_at, *((found.paid_minor + each) // unit for each in totals))]
    rows = [(at, minor // unit) for at, minor in foreseen.spent]
    return charts.line(rows, found.stock_minor // unit, get_language_bidi(), points)


def _ahead(found: reads.Budget, now: Any) -> tuple[Any, str]:
    """(when it is used up, tone): `wait` when that is soon and the project still gives out work."""
    at = found.runs_out_at(now) if found.state == "open" else None
    return at, "wait" if at is not None and at < now + _SOON else ""
