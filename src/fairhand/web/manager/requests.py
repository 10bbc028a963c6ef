"""Requests for more time, corrections of recorded time, and time that is owed for tasks that were taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.states import OWED_REASONS
from fairhand.flow.extend_claim import decide_extension
from fairhand.insight.paid_time import paid_of_claims
from fairhand.insight.requests import Request, TakenBack, decided_requests, open_requests, taken_back
from fairhand.insight.time_requests import Waiting, settled_corrections, waiting_corrections
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import REQUESTS_SHOWN_MAX, ROWS_PER_PAGE_MAX
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.work.paid_queries import kinds_held
from fairhand.work.states import INTERRUPTED
from fairhand.work.time_rules import MINUTE_MS
from fairhand_pay import Facts, Terms, lines, needs_time, total, units_of

_DECIDED_SHOWN = 20


@of_project(SEE_BOARD)
def requests(request: Signed, project: Project) -> HttpResponse:
    """What waits, what was decided lately, and what is owed."""
    return requests_page(request, project)


@of_project(MANAGE, "POST")
def decide(request: Signed, project: Project, extension_id: UUID) -> HttpResponse:
    """Grant so many minutes, or none; with a reason in both cases."""
    typed = {"minutes": posted(request, "minutes"), "reason": posted(request, "reason")}
    minutes = 0 if posted(request, "do") == "refuse" else whole(typed["minutes"])
    # Zero minutes are a no, and a no is said with its own button.
    granted_s = None if minutes is None or (minutes == 0 and posted(request, "do") != "refuse") else minutes * 60
    refused = decide_extension(
        project_id=project.id, extension_id=extension_id, granted_s=granted_s, why=typed["reason"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is None:
        said = (
            _("More time was granted; the expert is told.") if granted_s else _("Not granted; the expert is told why.")
        )
        messages.success(request, said)
    elif refused.code == "bad_input":
        return requests_page(request, project, extension_id, typed, problems_of(refused), 422)
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    # Sent from the page of all that experts raised, its reader goes on there.
    return redirect("manage-raised" if posted(request, "from") == "raised" else "manage-requests", slug=project.slug)


def requests_page(
    request: Signed,
    project: Project,
    at: UUID | None = None,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; the form of the request or correction `at` comes back as it was typed."""
    now = utc_now()
    read = taken_back(project.id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, ROWS_PER_PAGE_MAX, lambda row: (row.ended_at, row.claim_id))
    wrong, paid = problems or {}, paid_of_claims([row.claim_id for row in rows])
    labels = {"granted_s": _("Minutes granted"), "granted_ms": _("Minutes added"), "reason": _("Reason")}
    waiting = open_requests(project.id, REQUESTS_SHOWN_MAX)
    context = {
        "rows": [request_row(each, now, *((typed or {}, wrong) if each.extension_id == at else ({}, {})))
                 for each in waiting],
        "listed": listed(wrong, labels, f"-{at}"), "full": len(waiting) == REQUESTS_SHOWN_MAX,
        "decided": decided_requests(project.id, _DECIDED_SHOWN),
        "corrections": [_correction(each, request, *((typed or {}, wrong) if each.correction_id == at else ({}, {})))
                        for each in waiting_corrections(project.id, REQUESTS_SHOWN_MAX)],
        "settled": settled_corrections(project.id, _DECIDED_SHOWN),
        "owed": [_owed(each, paid) for each in rows], "pays": INTERRUPTED in kinds_held(project.id),
        "older": older, "first": bool(request.GET.get("before")),
        "owed_reasons": OWED_REASONS,
    }  # fmt: skip
    return page(request, project, "requests", "requests", context, status)


def request_row(asked: Request, now: datetime, typed: dict[str, str], problems: dict[str, str]) -> dict[str, Any]:
    """A request that waits, with its form."""
    return {
        "asked": asked, "over": asked.state != "live", "most_min": max(0, asked.most_s) // 60,
        "minutes": typed.get("minutes", str(max(0, asked.most_s) // 60)), "reason": typed.get("reason", ""),
        "minutes_problem": problems.get("granted_s", ""), "reason_problem": problems.get("reason", ""),
        "left_s": max(0, round((asked.hard_until - now).total_seconds())),
    }  # fmt: skip


def _correction(
    asked: Waiting, request: Signed, typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:  # fmt: skip
    return {
        "asked": asked, "most_min": asked.asked_ms // MINUTE_MS, "own": asked.person_id == request.viewer.person_id,
        "minutes": typed.get("minutes", str(asked.asked_ms // MINUTE_MS)), "reason": typed.get("reason", ""),
        "minutes_problem": problems.get("granted_ms", ""), "reason_problem": problems.get("reason", ""),
    }  # fmt: skip


def _owed(claim: TakenBack, paid: Mapping[UUID, int]) -> dict[str, Any]:
    """A claim with what its work time comes to by its own terms (None where they pay by the piece), and what it was
    paid as interrupted work."""
    terms = Terms.parse(claim.terms["pay"])
    worth = None
    if needs_time(terms) and claim.work_ms:
        worth = total(
            lines(Facts(claim.work_ms, timesheet_ms=claim.work_ms, units=dict.fromkeys(units_of(terms), 0)), terms)
        )
    return {"claim": claim, "worth_minor": worth, "paid_minor": paid.get(claim.claim_id)}
