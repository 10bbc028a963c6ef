"""The record of one claim's time: where it went, work away from the page, and corrections of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.correct_time import correct_time, own_record
from fairhand.flow.declare_time import declare_time
from fairhand.insight.own_time import ClaimTime, time_of
from fairhand.insight.work_page import task_shown
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.claims import off_page_card, own_claim
from fairhand.web.expert.reported import count_beats
from fairhand.web.expert.work import work_page
from fairhand.web.figures import amount, clock
from fairhand.web.manager.frame import posted, problems_of, whole
from fairhand.work.models import Submission
from fairhand.work.queries import by_claim
from fairhand.work.time_rules import CORRECT_WITHIN, MINUTE_MS, why_not_now


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch as a part of the bar, in percent of it."""

    tone: str
    x: str
    width: str


@opens(OWN_ROWS)
def claim_time(request: Signed, claim_id: UUID) -> HttpResponse:
    """One's own record; anybody else's is not found."""
    return _page(request, own_claim(request, claim_id), {}, {}, 200)


@opens(OWN_ROWS, "POST")
def correct(request: Signed, claim_id: UUID) -> HttpResponse:
    """Say that it took longer; what was typed comes back with what is wrong with it."""
    facts = own_claim(request, claim_id)
    typed = {"minutes": posted(request, "minutes"), "reason": posted(request, "reason")}
    done = correct_time(
        claim_id=claim_id, person_id=facts.person_id, asked_ms=_ms(typed["minutes"]), reason=typed["reason"],
        actor=Actor("person", facts.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, facts, typed, problems_of(done), 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done.granted_ms is None:
        messages.success(request, _("Your correction is with the project's staff. You will be told what they say."))
    elif done.paid_minor:
        said = _("Corrected: %(amount)s more, with a pay line of its own.")
        messages.success(request, said % {"amount": amount(done.paid_minor, facts.currency)})
    else:
        messages.success(request, _("Corrected. By the terms of this task the longer time pays no more."))
    return redirect("claim-time", claim_id=claim_id)


@opens(OWN_ROWS, "POST")
def off_page(request: Signed, claim_id: UUID) -> HttpResponse:
    """Tell of work away from the page. What the page counted and did not report yet comes along and counts first."""
    facts = own_claim(request, claim_id)
    now = utc_now()
    count_beats(request, facts, now)
    typed = {"minutes": posted(request, "minutes"), "note": posted(request, "note")}
    done = declare_time(
        claim_id=claim_id, person_id=facts.person_id, declared_ms=_ms(typed["minutes"]), note=typed["note"],
        actor=Actor("person", facts.person_id), now=now,
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            facts = own_claim(request, claim_id)
            card = off_page_card(facts, typed, problems_of(done), now)
            return work_page(request, facts, None, [], 422, off_page=card)
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done.counted_ms < done.declared_ms:
        said = _("%(counted)s of it counted: no more had passed that is not counted already.")
        messages.success(request, said % {"counted": clock(done.counted_ms)})
    else:
        messages.success(request, _("Counted: %(counted)s of work away from the page.") % {
            "counted": clock(done.counted_ms)})  # fmt: skip
    return redirect("work", claim_id=claim_id)


def _page(
    request: Signed, facts: ClaimFacts, typed: Mapping[str, str], problems: Mapping[str, str], status: int
) -> HttpResponse:
    now = utc_now()
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    submission = by_claim(facts.claim_id)
    time = time_of(facts, submission.submitted_at if submission else None, now)
    context = {
        "claim": facts, "task": task, "time": time, "submission": submission, "bar": _bar(time, get_language_bidi()),
        "kinds": [(kind, ms) for kind, ms in time.by_kind.items()],
        "counted_ms": submission.work_ms if submission else facts.work_ms,
        "declared_ms": sum(each.counted_ms for each in time.declared),
        "correction": _correction(facts, submission, time, typed, problems) if submission else None,
    }  # fmt: skip
    return render(request, "expert/claim_time.html", context, status=status)


def _correction(
    facts: ClaimFacts, submission: Submission, time: ClaimTime, typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:
    """What the form for a correction says: how much may be asked for, until when, and what is granted at once."""
    recorded = own_record(facts.claim_id, submission, time.corrections)
    code = why_not_now(recorded, utc_now())
    return {
        "until": recorded.ended_at + CORRECT_WITHIN, "typed": typed, "problems": problems, "code": code,
        "why": words.refusal(Refused(code, "")) if code else "", "most_min": recorded.room_ms // MINUTE_MS,
        "at_once_min": recorded.at_once_left_ms // MINUTE_MS, "corrected_ms": recorded.corrected_ms,
    }  # fmt: skip


def _bar(time: ClaimTime, rtl: bool) -> list[Span]:
    """The bar from the taking of the task to its end; for readers from the right, from the right."""
    whole_s = (time.until - time.since).total_seconds()
    spans = []
    for each in time.found if whole_s else []:
        start = 100 * (each.from_at - time.since).total_seconds() / whole_s
        width = 100 * (each.until_at - each.from_at).total_seconds() / whole_s
        x = 100 - start - width if rtl else start
        spans.append(Span(words.tone("interval", each.kind), f"{x:.3f}%", f"{width:.3f}%"))
    return spans


def _ms(minutes: str) -> int | None:
    typed = whole(minutes)
    return None if typed is None else typed * MINUTE_MS
