"""Contested pay lines of a project: those that wait for an answer, overdue first, and all that there were."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.cases.queries import said_in_case
from fairhand.cases.rules import Answer
from fairhand.cases.states import APPEALED, CORRECT, GOODWILL, POOL, UPHOLD
from fairhand.flow.answer_contest import answer_contest
from fairhand.insight.cases import CaseRow, cases_of_project, waiting_cases
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.money import SIGNS, exponent
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.review.rules import OVERALL_SCORES
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project
from fairhand.web.finance.amounts import typed_minor
from fairhand.web.manager.frame import listed, may, of_operator, page, whole
from fairhand.web.typed import typed_in
from fairhand.work.time_rules import MINUTE_MS

_FIELD = {"no_answer": "answer", "no_amount": "amount", "amount_over": "amount", "no_payer": "payer",
          "case_pool_short": "payer", "no_minutes": "minutes", "paid_time_short": "answer",
          "reason_missing": "reason", "reason_too_long": "reason"}  # fmt: skip


@of_project(SEE_BOARD)
def cases(request: Signed, project: Project) -> HttpResponse:
    """The list that was asked for."""
    return _page(request, project)


@of_project(MANAGE, "POST", fresh=True)
def answer(request: Signed, project: Project, case_id: UUID) -> HttpResponse:
    """Say that a line stands, or add to it; with a reason in both cases."""
    typed = typed_in(request, "answer", "amount", "minutes", "score", "payer", "reason")
    adds = typed["answer"] == CORRECT
    amount_minor = (typed_minor(typed["amount"], project.currency) or 0) if adds else 0
    given = Answer(
        typed["answer"], amount_minor, typed["payer"] if adds else "", typed["reason"], request.viewer.person_id,
        of_operator(request.viewer, project),
        next((n for n in OVERALL_SCORES if adds and str(n) == typed["score"]), None),
        _granted_ms(project, case_id, typed["minutes"]) if adds and typed["minutes"] else None,
    )  # fmt: skip
    refused = answer_contest(
        project_id=project.id, case_id=case_id, given=given, actor=Actor("person", request.viewer.person_id),
        now=utc_now(),
    )  # fmt: skip
    if refused is not None and refused.code in _FIELD:
        said = words.refusal(refused)
        if refused.code == "no_amount":
            said = _("This score adds nothing.") if given.score else _("Type an amount above zero.")
        return _page(request, project, case_id, typed, {_FIELD[refused.code]: said})
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("It is answered; the expert is told, with your reason."))
    return redirect("manage-cases", slug=project.slug)


def _page(
    request: Signed, project: Project, at: UUID | None = None, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page; the form of the case `at` comes back as it was typed."""
    everything = request.GET.get("show") == "all"
    found: list[CaseRow]
    if everything:
        read = cases_of_project(project.id, before_of(request), ROWS_PER_PAGE_MAX + 1)
        found, more = page_of(read, ROWS_PER_PAGE_MAX, lambda row: (row.opened_at, row.case_id))
    else:
        read = waiting_cases(project.id, before_of(request), CARDS_PER_PAGE_MAX + 1)
        found, more = page_of(read, CARDS_PER_PAGE_MAX, lambda row: (row.due_at, row.case_id))
    labels = {"answer": _("Your answer"), "minutes": _("Minutes granted"), "amount": _("Amount to add"),
              "payer": _("Who pays it"),
              "reason": _("Reason, as the expert reads it")}  # fmt: skip
    context = {
        "everything": everything, "more": more, "first": bool(request.GET.get("before")),
        "rows": [_row(request, project, each, typed or {} if each.case_id == at else {},
                      wrong or {} if each.case_id == at else {}) for each in found],
        "listed": listed(wrong or {}, labels, f"-{at}"), "sign": SIGNS.get(project.currency, project.currency),
        "answers": [(UPHOLD, _("The line stands as it is")), (CORRECT, _("It is corrected: add to it"))],
        "entry_answers": [(UPHOLD, _("It stays as it is")), (CORRECT, _("It is granted, and paid"))],
        "scores": [("", _("not about the score")), *((str(n), str(n)) for n in OVERALL_SCORES)],
        "payers": _payers(request, project), "digits": exponent(project.currency),
    }  # fmt: skip
    return page(request, project, "cases", "cases", context, 422 if wrong else 200)


def _granted_ms(project: Project, case_id: UUID, minutes: str) -> int | None:
    """Of an entry: as many milliseconds as were typed in minutes; all of its begun minutes are all of it."""
    typed = whole(minutes)
    said_ms = said_in_case(project.id, case_id)
    if typed is None or said_ms is None:
        return None
    return said_ms if typed == -(-said_ms // MINUTE_MS) else typed * MINUTE_MS


def _payers(request: Signed, project: Project) -> list[tuple[str, str]]:
    from_pool = (POOL, _("The client: from the batch's pool, else the operator"))
    if not of_operator(request.viewer, project):
        return [(POOL, _("The client: from the batch's pool"))]
    return [(GOODWILL, _("The operator, out of goodwill")), from_pool]


def _row(
    request: Signed, project: Project, row: CaseRow, typed: dict[str, str], wrong: dict[str, str]
) -> dict[str, Any]:
    me, appealed = request.viewer.person_id, row.state == APPEALED
    waits = row.due_at is not None
    hindered = ""
    if waits and row.person_id == me:
        hindered = _("This case is your own: somebody else answers it.")
    elif waits and row.not_by == me:
        hindered = _("You decided on it yourself: somebody else answers its case.")
    elif waits and appealed and row.answered_by == me:
        hindered = _("You gave the first answer: somebody else decides the appeal.")
    elif waits and appealed and not of_operator(request.viewer, project):
        hindered = _("The operator's staff decide appeals.")
    return {
        "case": row, "appealed": appealed, "overdue": row.due_at is not None and row.due_at <= utc_now(),
        "hindered": hindered, "may": waits and not hindered and may(request, project, MANAGE),
        "most_min": -(-(row.said_ms or 0) // MINUTE_MS), "wrong": wrong,
        "typed": typed or {"payer": _payers(request, project)[0][0]},
    }  # fmt: skip
