"""What a person handed in: the list, and each submission with its pay, its decision and its history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from fairhand.dispatch.models import Seat
from fairhand.flow.rework import rework_kept
from fairhand.flow.stage_cards import StageCard, own_cards, stage_cards
from fairhand.insight.gold import graded_gold
from fairhand.insight.own_history import life_of
from fairhand.insight.own_work import handed_in, own_seats, reviews_of
from fairhand.insight.work_page import TaskShown, claim_template, subjects, task_shown
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.pay.queries import lines_of_submissions
from fairhand.people.access import OWN_ROWS
from fairhand.projects.states import STAGE_KINDS
from fairhand.tasks.template import bound
from fairhand.web import words
from fairhand.web.cards import TAKES, CardView
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.contest import with_cases
from fairhand.web.expert.history import timeline
from fairhand.web.figures import text_of
from fairhand.web.shown import answered, blocks_of
from fairhand.web.terms import terms_view
from fairhand.work.models import Submission
from fairhand.work.queries import own, rounds_of
from fairhand.work.states import SUBMISSION_STATES

_PROJECTS_LISTED = 50


@opens(OWN_ROWS)
def my_work(request: Signed) -> HttpResponse:
    """Everything handed in, newest first, a page at a time; by project, state and kind if asked."""
    person_id = request.viewer.person_id
    seats = own_seats(person_id, None, _PROJECTS_LISTED)
    chosen = _chosen(request, seats)
    project = next((seat.project for seat in seats if seat.project.slug == chosen["project"]), None)
    read = handed_in(
        person_id, before_of(request), ROWS_PER_PAGE_MAX + 1, chosen["kind"] or None, chosen["state"] or None,
        project.id if project else None,
    )  # fmt: skip
    rows, older = page_of(read)
    active = {name: value for name, value in chosen.items() if value}
    context = {
        "rows": rows, "older": older, "first": bool(request.GET.get("before")), "chosen": chosen,
        "active": bool(active), "keep": urlencode(active),
        "projects": [(seat.project.slug, text_of(seat.project.name)) for seat in seats],
        "states": [(code, words.word("submission", code)) for code in SUBMISSION_STATES],
        "kinds": [(code, words.word("stage", code)) for code in STAGE_KINDS],
    }  # fmt: skip
    return render(request, "expert/my_work.html", context)


def _chosen(request: Signed, seats: list[Seat]) -> dict[str, str]:
    """The filters that make sense; what names nothing of ours is no filter."""
    known = {"project": {seat.project.slug for seat in seats}, "state": SUBMISSION_STATES, "kind": STAGE_KINDS}
    asked = {name: request.GET.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in asked.items()}


@opens(OWN_ROWS)
def submission(request: Signed, submission_id: UUID) -> HttpResponse:
    """One's own submission; anybody else's is not found."""
    person_id = request.viewer.person_id
    found: Submission = found_or_404(own(submission_id, person_id))
    stage = found.slot.stage
    task = found_or_404(task_shown(found.claim_id, person_id))
    lines = lines_of_submissions([found.id]).get(found.id, [])
    with_cases(lines)
    judges = stage.kind != "attempt"
    rework_until = _rework_until(found, person_id)
    # Where a project rests, its reviews go on, and so does what is kept for the reader.
    may_take = task.project_state == "open" or judges or rework_until is not None
    cards = own_cards(stage_cards(stage.project_id, stage.kind), person_id, utc_now()) if may_take else []
    kept = rework_kept(person_id, cards, utc_now())
    context = {
        "submission": found,
        "short": str(found.id)[-5:].upper(),
        "stage": stage,
        "project": stage.project,
        "lines": lines,
        "earned_minor": sum(line.amount_minor for line in lines),
        "terms": terms_view(found.claim.offer.terms),
        "kept_out": task.kept_out,
        "final": stage.kind == "adjudicate",
        "final_note": found.answer.get("note", ""),
        "take_address": TAKES.get(stage.kind, "take"),
        "verdict": found.answer if stage.kind in ("review", "audit") else None,
        "reviews": [] if judges else reviews_of([found.id]),
        "rounds": [] if judges else rounds_of(found.slot_id),
        "history": timeline(life_of(found.slot_id, person_id), stage.project.currency),
        "rework_until": rework_until,
        "rework": next((CardView.of(e.card, {}, rework=e) for e in kept if e.submission_id == found.id), None),
        # A claim gives first what is kept.
        "card": CardView.of(kept[0].card, {}, rework=kept[0]) if kept else _same_card(found, cards),
        "may_take": may_take,
    }  # fmt: skip
    return render(request, "expert/submission.html", context | _content(found, task))


def _content(found: Submission, task: TaskShown) -> dict[str, Any]:
    """What was shown and what was answered to it. Where the task is kept out nothing of either, since answers quote and
    rewrite what they are about; how right one was on gold stays."""
    kind = found.slot.stage.kind
    asks_gold = kind == "attempt" and found.state == "accepted"
    if task.kept_out:
        return {"gold": _gold(found, None) if asks_gold else None}
    template = bound(claim_template(found.claim_id), task.payload)
    return {
        "blocks": blocks_of(template, task.payload),
        "answers": answered(template, found.answer) if kind == "attempt" else [],
        "final_answer": answered(template, found.answer.get("answer") or {}) if kind == "adjudicate" else [],
        "gold": _gold(found, template) if asks_gold else None,
        "fixes": answered(template, found.answer.get("fixed_answer") or {}) if kind in ("review", "audit") else [],
        "subjects": [
            (each, answered(bound(each.template, task.payload), each.answer))
            for each in subjects(found.claim.subject_ids, "blind" in found.claim.offer.terms)
        ],
    }  # fmt: skip


def _gold(found: Submission, template: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The known answer of a task of gold; of one that is kept out (no `template`) how right it was, alone. The page
    asks once it is accepted: until then it waits like any other."""
    graded = graded_gold(found.id)
    if graded is None:
        return None
    if template is None:
        return {"right_pm": graded.right_pm}
    return {"right_pm": graded.right_pm, "known": answered(template, graded.answer), "reason": graded.reason}


def _rework_until(found: Submission, person_id: UUID) -> Any:
    """Until when the next round is kept for its author; None where none waits for them."""
    slot = found.slot
    waits = slot.state == "open" and slot.for_person_id == person_id and slot.result_id == found.id
    return slot.for_until if waits else None


def _same_card(found: Submission, cards: Sequence[StageCard]) -> CardView | None:
    """The card to take the next one on, if its terms are still those that stand on this page."""
    stage, offer = found.slot.stage, found.claim.offer
    for card in cards:
        if card.stage_id == stage.id and card.card.terms_hash == offer.terms_hash:
            return CardView.of(card, {})
    return None
