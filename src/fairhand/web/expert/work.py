"""The page where work and reviews are done: what is shown, what is asked, the terms, skip and submit."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import ClaimFacts, live_claims
from fairhand.flow.claim_next import claim_next
from fairhand.flow.end_claims import SKIP_REASONS
from fairhand.flow.submit_work import submit_work
from fairhand.insight.examples import examples_of
from fairhand.insight.guideline_changes import changes_touching
from fairhand.insight.work_page import TaskShown, earlier_round, task_shown
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS, REVIEW, may_in_project
from fairhand.tasks.queries import bound_to
from fairhand.tasks.template import bound
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.claims import back, gone, off_page_card, own_claim, time_card
from fairhand.web.expert.judging import judging_form, read_judgement
from fairhand.web.expert.longer import longer_of
from fairhand.web.expert.raising import raising
from fairhand.web.expert.reported import count_beats
from fairhand.web.figures import text_of
from fairhand.web.shown import asked, blocks_beside, blocks_judged, examples_shown, read_answer, told
from fairhand.web.terms import TermsView, meter, terms_view
from fairhand.work.draft_commands import kept_draft
from fairhand.work.queries import by_claim
from fairhand_pay import Facts, Terms, lines, total, units_of

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_HEADINGS_MAX = 50
_CLAUSE_CHARS_MAX = 200
_EXAMPLES = 3  # one key away; the project's page has them all


@opens(OWN_ROWS, "GET", "POST")
def work(request: Signed, claim_id: UUID) -> HttpResponse:
    """One's own claim; anybody else's is not found. What was handed in leads to its submission."""
    facts = own_claim(request, claim_id)
    if request.method == "POST":
        return _hand_in(request, facts)
    if facts.state == "submitted":
        done = found_or_404(by_claim(claim_id))
        return redirect("submission", submission_id=done.id)
    if facts.state == "skipped":
        return gone(request, facts)
    if facts.paused_at is not None:
        return _paused(request, facts)
    return work_page(request, facts, None, [], 200)


def _hand_in(request: Signed, facts: ClaimFacts) -> HttpResponse:
    now = utc_now()
    person_id = request.viewer.person_id
    count_beats(request, facts, now)
    judges = facts.stage_kind != "attempt"
    facts = replace(facts, template=bound_to(facts.template, facts.task_id))
    posted = _kept_form(facts) if "kept" in request.POST else request.POST
    if posted is None:
        return redirect("work", claim_id=facts.claim_id)  # handed in already, or nothing is kept any more
    answer = read_judgement(posted, facts) if judges else read_answer(facts.template, posted)
    actor = Actor("person", person_id)
    done = submit_work(claim_id=facts.claim_id, person_id=person_id, answer=answer, actor=actor, now=now)
    if isinstance(done, Refused):
        if done.code == "claim_ended":
            return gone(request, facts)
        problems = done.facts.get("problems", [])
        if not problems:
            messages.warning(request, words.refusal(done), extra_tags="no")
        return work_page(request, own_claim(request, facts.claim_id), answer, problems, 422)
    messages.success(request, _("Handed in."))
    if request.POST.get("then") == "next":
        return _next(request, facts, now)
    return redirect("submission", submission_id=done.submission_id)


def _kept_form(facts: ClaimFacts) -> MultiValueDict[str, str] | None:
    """What is kept of an answer, as its form would send it: the page of a task that is kept out has no words of it."""
    kept = kept_draft(facts.claim_id, facts.person_id)
    if kept is None:
        return None
    form: MultiValueDict[str, str] = MultiValueDict()
    for name, value in kept.fields:
        form.appendlist(name, value)
    return form


def _next(request: Signed, facts: ClaimFacts, now: datetime) -> HttpResponse:
    """The next task of this project: one that is held already, else a new one, on the terms of the last one."""
    viewer = request.viewer
    held = [
        claim for claim in live_claims(viewer.person_id)
        if claim.project_id == facts.project_id and claim.slot.stage.kind == facts.stage_kind
    ]  # fmt: skip
    if held:
        return _go_on(request, held[0].id, facts)
    if facts.stage_kind != "attempt" and not may_in_project(viewer, REVIEW, facts.org_id, facts.project_id):
        return back(facts)
    made = claim_next(
        person_id=viewer.person_id, project_id=facts.project_id, kind=facts.stage_kind,
        terms_seen=[content_hash(facts.terms)], request_key=f"page:next:{facts.claim_id}",
        actor=Actor("person", viewer.person_id), now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
        return redirect("work-terms", claim_id=facts.claim_id) if made.code == "terms_changed" else back(facts)
    return _go_on(request, made.id, facts)


def _go_on(request: Signed, claim_id: UUID, before: ClaimFacts) -> HttpResponse:
    """The page of the next task as the answer itself, without a redirect; it lets the draft of the one before go.

    Sending the form again does nothing twice and answers with the same page (docs/adr/0016).
    """
    facts = own_claim(request, claim_id)
    address = reverse("work", args=[claim_id])
    if facts.state != "live" or facts.paused_at is not None:
        return redirect(f"{address}?done={before.claim_id}")
    request.shown_at = address
    shown = work_page(request, facts, None, [], 200, done=before.claim_id)
    shown["Content-Location"] = address
    return shown


def _paused(request: Signed, facts: ClaimFacts) -> HttpResponse:
    """What stands instead of the task while it rests: what is left of the pause, and the way on."""
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    left_s = facts.terms.get("pause_s_max", 0) - facts.paused_by(utc_now()).total_seconds()
    context = {"claim": facts, "task": task, "left_s": max(0, round(left_s)), "skip_reasons": SKIP_REASONS}
    return render(request, "expert/paused.html", context)


def _kept_out(request: Signed, facts: ClaimFacts, task: TaskShown, problems: bool) -> HttpResponse:
    """What stands instead of a task that ended with its content reported: late work is taken, so what is kept of the
    answer can be handed in, unseen."""
    context = {
        "claim": facts, "task": task, "kept_out": task.kept_out, "problems": problems,
        "kept": kept_draft(facts.claim_id, facts.person_id),
    }  # fmt: skip
    return render(request, "expert/kept_out.html", context, status=422 if problems else 200)


def work_page(
    request: Signed,
    facts: ClaimFacts,
    answer: Mapping[str, Any] | None,
    problems: list[Any],
    status: int,
    more_time: Mapping[str, Any] | None = None,
    off_page: Mapping[str, Any] | None = None,
    done: UUID | None = None,
    raises: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
) -> HttpResponse:
    """The page itself; `more_time` and `off_page` are the cards of their forms, where one comes back with mistakes.

    `done`: the claim that was handed in right before. `raises`: what was typed to be asked or reported, and what is
    wrong with it.
    """
    now = utc_now()
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    if task.kept_out:
        return _kept_out(request, facts, task, bool(problems))
    facts = replace(facts, template=bound(facts.template, task.payload))
    view = terms_view(facts.terms)
    earlier = earlier_round(facts.claim_id) if facts.round > 1 and facts.stage_kind == "attempt" else None
    filled = answer if answer is not None else (earlier.answer if earlier else {})
    wrong, headings = told(problems), _headings(text_of(task.guideline))
    context = {
        "claim": facts, "task": task, "terms": view, "earlier": earlier, "live": facts.state == "live",
        "meter": meter(view, (facts.work_ms or 0) // 1000, get_language_bidi()), "strip": _strip(facts, view, now),
        "examples": examples_shown(facts.template, examples_of(task.project_id, (0, ""), _EXAMPLES)),
        "skip_reasons": SKIP_REASONS,
        "kept": kept_draft(facts.claim_id, facts.person_id),
        "draft_fresh": "no" if problems else "yes", "done": done or _done(request),
        "changes": changes_touching([facts.claim_id]).get(facts.claim_id, []),
        "held": [each for each in live_claims(facts.person_id) if each.id != facts.claim_id],
        "longer": longer_of(facts), "raises": raising(facts, headings, *raises),
        "more_time": more_time or (time_card(facts, {}, {}) if facts.state == "live" else None),
        "off_page": off_page or (off_page_card(facts, {}, {}, now) if facts.state == "live" else None),
    }  # fmt: skip
    if facts.stage_kind != "attempt":
        context |= judging_form(facts, task.payload, filled, wrong) | {"clauses": headings}
        works = [parts for _subject, parts in context["subjects"]]
        context["blocks"] = blocks_judged(facts.template, task.payload, works)
    else:
        context["blocks"] = blocks_beside(facts.template, task.payload)
        context["questions"] = asked(facts.template, filled, problems=wrong)
        context["problems"] = [part for part in context["questions"] if part.problem]
    return render(request, "expert/work.html", context, status=status)


def _headings(guideline: str) -> list[str]:
    """The parts of a guideline that a verdict may name; a reviewer may name others."""
    return [found.strip("# \t")[:_CLAUSE_CHARS_MAX] for found in _HEADING.findall(guideline)][:_HEADINGS_MAX]


def _strip(facts: ClaimFacts, view: TermsView, now: datetime) -> dict[str, Any]:
    """What the running clock starts from. The amount is what would be paid if the work were handed in now."""
    worked = facts.work_ms or 0
    pay = Terms.parse(facts.terms["pay"])
    earned = total(lines(Facts(worked, timesheet_ms=worked, units=dict.fromkeys(units_of(pay), 1)), pay))
    return {
        "claim_id": facts.claim_id, "beats_url": reverse("api:add_beat", args=[facts.claim_id]), "work_ms": worked,
        "for_clock": view.for_clock(worked // 1000), "earned_minor": earned, "live": facts.state == "live",
        "expires_in_ms": _ms(facts.expires_at - now), "ends_in_ms": _ms(facts.hard_until - now),
    }  # fmt: skip


def _done(request: Signed) -> UUID | None:
    """The claim that was handed in right before, if the address names one of the reader's own."""
    try:
        named = by_claim(UUID(request.GET.get("done", "")))
    except ValueError:
        return None
    return named.claim_id if named is not None and named.person_id == request.viewer.person_id else None


def _ms(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)
