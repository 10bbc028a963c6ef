"""What a person handed in: the list, and each submission with its pay, its decision and its history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from fairhand.audit.models import Event
from fairhand.audit.queries import of_subjects
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.own_work import handed_in, reviews_of
from fairhand.insight.work_page import subjects, task_shown
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.pay.queries import lines_of_submissions
from fairhand.people.access import OWN_ROWS
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.shown import answered, blocks_of
from fairhand.web.taking import CardView
from fairhand.web.terms import terms_view
from fairhand.work.models import Submission
from fairhand.work.queries import own, rounds_of

# Event verbs that a person reads as the history of their work, in the words of words.py.
_TOLD = frozenset({"claim:made", "submission:made", "submission:reviewed", "submission:accepted"})


@opens(OWN_ROWS)
def my_work(request: Signed) -> HttpResponse:
    """Everything handed in, newest first, a page at a time."""
    read = handed_in(request.viewer.person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read)
    return render(
        request, "expert/my_work.html", {"rows": rows, "older": older, "first": bool(request.GET.get("before"))}
    )


@opens(OWN_ROWS)
def submission(request: Signed, submission_id: UUID) -> HttpResponse:
    """One's own submission; anybody else's is not found."""
    found: Submission = found_or_404(own(submission_id, request.viewer.person_id))
    stage = found.slot.stage
    task = found_or_404(task_shown(found.claim_id, request.viewer.person_id))
    lines = lines_of_submissions([found.id]).get(found.id, [])
    template = stage.template.body
    review = stage.kind == "review"
    context = {
        "submission": found,
        "short": str(found.id)[-5:].upper(),
        "stage": stage,
        "project": stage.project,
        "lines": lines,
        "earned_minor": sum(line.amount_minor for line in lines),
        "terms": terms_view(found.claim.offer.terms),
        "blocks": blocks_of(template, task.payload),
        "answers": [] if review else answered(template, found.answer),
        "verdict": found.answer if review else None,
        "fixes": answered(template, found.answer.get("fixed_answer") or {}) if review else [],
        "subjects": [(each, answered(template, each.answer)) for each in subjects(found.claim.subject_ids)],
        "reviews": [] if review else reviews_of([found.id]),
        "rounds": [] if review else rounds_of(found.slot_id),
        "history": history(found),
        "card": _same_card(found) if task.project_state == "open" else None,
        "may_take": task.project_state == "open",
    }  # fmt: skip
    return render(request, "expert/submission.html", context)


def _same_card(found: Submission) -> CardView | None:
    """The card to take the next one on, if its terms are still those that stand on this page."""
    stage, offer = found.slot.stage, found.claim.offer
    for card in stage_cards(stage.project_id, stage.kind):
        if card.stage_id == stage.id and card.card.terms_hash == offer.terms_hash:
            return CardView.of(card, {})
    return None


def history(found: Submission) -> list[tuple[datetime, str, dict[str, Any]]]:
    """(when, verb, facts) of what happened to a submission since its claim."""
    events: list[Event] = of_subjects([found.claim_id, found.id])
    return [(event.at, event.verb, event.facts) for event in events if event.verb in _TOLD]
