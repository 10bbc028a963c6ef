"""The page where work and reviews are done: what is shown, what is asked, the terms, skip and submit."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import ClaimFacts, claim_facts
from fairhand.flow.end_claims import SKIP_REASONS, skip_claim
from fairhand.flow.submit_work import submit_work
from fairhand.insight.work_page import earlier_round, subjects, task_shown
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.review.rules import VERDICTS
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.figures import text_of
from fairhand.web.shown import answered, asked, blocks_of, read_answer, told
from fairhand.web.terms import TermsView, meter, terms_view
from fairhand.work.commands import record_beat
from fairhand.work.queries import by_claim
from fairhand_pay import Facts, Terms, lines, total, units_of

_BEATS_PER_FORM_MAX = 64
_DEVICE = re.compile("[A-Za-z0-9_-]{1,64}")
_FIXED = "answer.fixed."
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_HEADINGS_MAX = 50
_CLAUSE_CHARS_MAX = 200


@opens(OWN_ROWS, "GET", "POST")
def work(request: Signed, claim_id: UUID) -> HttpResponse:
    """One's own claim; anybody else's is not found. What was handed in leads to its submission."""
    facts = _own(request, claim_id)
    if request.method == "POST":
        return _hand_in(request, facts)
    if facts.state == "submitted":
        done = found_or_404(by_claim(claim_id))
        return redirect("submission", submission_id=done.id)
    if facts.state == "skipped":
        return _gone(request, facts)
    return _page(request, facts, None, [], 200)


def _hand_in(request: Signed, facts: ClaimFacts) -> HttpResponse:
    now = utc_now()
    person_id = request.viewer.person_id
    _count_beats(request, facts, now)
    answer = _read_review(request, facts) if facts.stage_kind == "review" else read_answer(facts.template, request.POST)
    actor = Actor("person", person_id)
    done = submit_work(claim_id=facts.claim_id, person_id=person_id, answer=answer, actor=actor, now=now)
    if isinstance(done, Refused):
        if done.code == "claim_ended":
            return _gone(request, facts)
        problems = done.facts.get("problems", [])
        if not problems:
            messages.warning(request, words.refusal(done), extra_tags="no")
        return _page(request, _own(request, facts.claim_id), answer, problems, 422)
    messages.success(request, _("Handed in."))
    return redirect("submission", submission_id=done.submission_id)


def _read_review(request: Signed, facts: ClaimFacts) -> dict[str, Any]:
    verdict = request.POST.get("answer.verdict", "")
    answer: dict[str, Any] = {"verdict": verdict}
    for name in ("note", "clause"):
        if text := request.POST.get(f"answer.{name}", "").replace("\r\n", "\n"):
            answer[name] = text
    if verdict == "accept_with_fixes":
        answer["fixed_answer"] = read_answer(facts.template, request.POST, _FIXED)
    return answer


def _page(
    request: Signed, facts: ClaimFacts, answer: Mapping[str, Any] | None, problems: list[Any], status: int
) -> HttpResponse:
    now = utc_now()
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    view = terms_view(facts.terms)
    earlier = earlier_round(facts.claim_id) if facts.round > 1 and facts.stage_kind == "attempt" else None
    filled = answer if answer is not None else (earlier.answer if earlier else {})
    wrong = told(problems)
    context = {
        "claim": facts, "task": task, "terms": view, "earlier": earlier, "live": facts.state == "live",
        "meter": meter(view, (facts.work_ms or 0) // 1000, get_language_bidi()), "strip": _strip(facts, view, now),
        "blocks": blocks_of(facts.template, task.payload), "skip_reasons": SKIP_REASONS,
        "draft_fresh": "no" if problems else "yes",
    }  # fmt: skip
    if facts.stage_kind == "review":
        context |= _review_form(facts, filled, wrong) | {"clauses": _headings(text_of(task.guideline))}
    else:
        context["questions"] = asked(facts.template, filled, problems=wrong)
        context["problems"] = [part for part in context["questions"] if part.problem]
    return render(request, "expert/work.html", context, status=status)


def _review_form(facts: ClaimFacts, filled: Mapping[str, Any], wrong: Mapping[str, str]) -> dict[str, Any]:
    about = subjects(facts.subject_ids)
    theirs = about[0].answer if about else {}
    fixed_wrong = {name.partition(".")[2]: why for name, why in wrong.items() if name.startswith("fixed_answer.")}
    fixed = asked(facts.template, filled.get("fixed_answer") or theirs, _FIXED, fixed_wrong)
    own = {name: why for name, why in wrong.items() if not name.startswith("fixed_answer.")}
    return {
        "review": True, "subjects": [(each, answered(facts.template, each.answer)) for each in about],
        "verdicts": VERDICTS, "fixed": fixed, "filled": filled, "wrong": own,
        "problems": [part for part in fixed if part.problem],
    }  # fmt: skip


def _headings(guideline: str) -> list[str]:
    """The parts of a guideline that a verdict may name; a reviewer may name others."""
    return [found.strip("# \t")[:_CLAUSE_CHARS_MAX] for found in _HEADING.findall(guideline)][:_HEADINGS_MAX]


def _strip(facts: ClaimFacts, view: TermsView, now: datetime) -> dict[str, Any]:
    """What the running clock starts from. The amount is what would be paid if the work were handed in now."""
    worked = facts.work_ms or 0
    pay = Terms.parse(facts.terms["pay"])
    earned = total(lines(Facts(active_ms=worked, units=dict.fromkeys(units_of(pay), 1)), pay))
    return {
        "claim_id": facts.claim_id, "beats_url": reverse("api:add_beat", args=[facts.claim_id]), "work_ms": worked,
        "for_clock": view.for_clock(worked // 1000), "earned_minor": earned, "live": facts.state == "live",
        "expires_in_ms": _ms(facts.expires_at - now), "ends_in_ms": _ms(facts.hard_until - now),
    }  # fmt: skip


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)


@opens(OWN_ROWS, "POST")
def skip(request: Signed, claim_id: UUID) -> HttpResponse:
    """Give a claim back with a reason."""
    facts = _own(request, claim_id)
    person_id, reason = request.viewer.person_id, request.POST.get("reason", "")
    refused = skip_claim(
        claim_id=claim_id, person_id=person_id, reason=reason, actor=Actor("person", person_id), now=utc_now()
    )
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
        return redirect("work", claim_id=claim_id) if refused.code == "no_reason" else _gone(request, facts)
    messages.success(request, _("Given back. It costs you nothing, and it will not be offered to you again."))
    return _back(facts)


def _count_beats(request: Signed, facts: ClaimFacts, now: datetime) -> None:
    """The reports that the form brought along; those that came before count once. A broken list counts nothing."""
    try:
        found = json.loads(request.POST.get("beats") or "[]")
        listed = found[:_BEATS_PER_FORM_MAX] if isinstance(found, list) else []
        reports = [_beat(each | {"device": request.POST.get("device", "")}) for each in listed]
    except (ValueError, TypeError, RecursionError):  # the last: brackets in brackets, thousands deep
        return
    for report in reports:
        record_beat(claim_id=facts.claim_id, person_id=facts.person_id, now=now, **report)


def _beat(given: Any) -> dict[str, Any]:
    """A report whose parts are of the right kind. Raises ValueError."""
    if not isinstance(given, dict):
        raise ValueError("not a report")
    seq, active_ms, device = given.get("seq"), given.get("active_ms"), given.get("device")
    if type(seq) is not int or type(active_ms) is not int or not isinstance(device, str):
        raise ValueError("seq and active_ms are whole numbers, device is text")
    if not (0 <= seq < 2**31 and 0 <= active_ms <= BEAT_MS_MAX and _DEVICE.fullmatch(device)):
        raise ValueError("seq, active_ms or device is out of range")
    return {"seq": seq, "active_ms": active_ms, "device": device}


def _own(request: Signed, claim_id: UUID) -> ClaimFacts:
    facts = claim_facts(claim_id)
    if facts is None or facts.person_id != request.viewer.person_id:
        raise Http404
    return facts


def _gone(request: Signed, facts: ClaimFacts) -> HttpResponse:
    messages.warning(request, _("That task was given back already. Take the next one."), extra_tags="no")
    return _back(facts)


def _back(facts: ClaimFacts) -> HttpResponse:
    """Where the next task is taken."""
    if facts.stage_kind == "review":
        return redirect("reviews")
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    return redirect("project", slug=task.project_slug)
