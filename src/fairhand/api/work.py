"""Calls of work: the terms of one's seat, the next slot claimed on them, what a claim shows, hand in, give back.

A claim goes out as the database wrote it (`insight.claim_shown`): it is read on every claim, and nothing in it is ours
to change. tests/contracts/test_api_work.py holds it against `ClaimOut`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status

from fairhand.api.cards import ClaimProblem, TermsOut, beside_cards, card_out, changed_out
from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.audit.actor import Actor
from fairhand.flow.end_claims import skip_claim
from fairhand.flow.quick_claim import claim_and_show
from fairhand.flow.rework import Rework, rework_kept
from fairhand.flow.stage_cards import own_cards, stage_cards
from fairhand.flow.submit_work import submit_work
from fairhand.insight.claim_shown import claim_shown, project_of_slug, seated_in, templates_of
from fairhand.insight.offer_card import names_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import REQUEST_KEY_CHARS_MAX, TERMS_SEEN_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS, REVIEW, WORK, may_in_project

router = Router(tags=["work"])

_JSON = "application/json"
# A refusal is a conflict with how things stand, but for these.
_STATUS = {"no_claim": 404, "no_seat": 404, "answer_problems": 422, "bad_request_key": 422, "no_reason": 422}
_REFUSES = WRONG | {409: Problem}
_ATTEMPT = "attempt"


class Preparation(Schema):
    """What the project asks before the first task, unpaid. `waived`: why the operator allows more than 15 minutes."""

    minutes: int
    waived: dict[str, str] | str | None = None


class OfferOut(Schema):
    """The terms of a claim, frozen when it was made."""

    terms_hash: str
    currency: str
    ceiling_minor: int
    terms: dict[str, Any]


class ReworkOut(Schema):
    """A further round kept for me until `kept_until`: a claim gives it first, on this offer, whatever `terms_seen`
    names. `submission`: the round that came back; `same_terms`: those it was done on, else this offer pays more."""

    submission: UUID
    round: int
    kept_until: datetime
    same_terms: bool
    offer: OfferOut


class SeatTerms(Schema):
    """Cards of a project's stages, as they stand now. A claim names the `terms_hash` of those that were read."""

    project: str
    preparation: Preparation | None
    stages: list[TermsOut]
    rework: list[ReworkOut]


@router.get("/projects/{slug:slug}/terms", response={200: SeatTerms} | WRONG)
@opens(WORK, scope="work:read")
def seat_terms(request: Call, slug: str) -> dict[str, Any]:
    """On which terms my seat in this project gives out work; reviews only for who may review there."""
    project_id, org_id = found_or_404(seated_in(request.viewer.person_id, slug))
    templates = templates_of(project_id)
    cards = own_cards(stage_cards(project_id), request.viewer.person_id, utc_now())
    beside = beside_cards(project_id, cards)
    reviews = may_in_project(request.viewer, REVIEW, org_id, project_id)
    return {
        "project": slug, "preparation": names_of([project_id])[project_id][2].get("preparation"),
        "stages": [
            card_out(request, project_id, each, beside) | {"template": json.loads(templates[each.stage_id])}
            for each in cards if each.kind == _ATTEMPT or reviews
        ],
        "rework": [_rework(each) for each in rework_kept(request.viewer.person_id, cards, utc_now())],
    }  # fmt: skip


def _rework(kept: Rework) -> dict[str, Any]:
    return {
        "submission": kept.submission_id, "round": kept.round, "kept_until": kept.until, "same_terms": kept.same,
        "offer": asdict(kept.card.card),
    }  # fmt: skip


class ClaimIn(Schema):
    """What to claim: the next slot of this kind. `terms_seen`: hashes of the cards that were read; for rework
    that the project's terms name no hash is asked. The same `request_key` again gives the same claim, so a call whose
    answer was lost is sent once more as it was."""

    kind: str = Field(min_length=1, max_length=20)
    terms_seen: list[Annotated[str, Field(max_length=64)]] = Field(max_length=TERMS_SEEN_MAX)
    request_key: str = Field(min_length=1, max_length=REQUEST_KEY_CHARS_MAX)


class SubjectOut(Schema):
    """A submission that is to be judged; its author is not named."""

    id: UUID
    round: int
    answer: dict[str, Any]


class EarlierOut(Schema):
    """My round before this one, and why it came back."""

    id: UUID
    answer: dict[str, Any]
    note: str
    clause: str | None


class ClaimOut(Schema):
    """A claim of mine. `payload` is what the task shows. Hand in before `expires_at`; reports of work time move it on,
    up to `hard_until`. `subjects`: what a review is about. `earlier`: for rework, the round that came back. `template`:
    what it asks, where that isn't the version in force, which stands with the seat's terms. `kept_out`: its content may
    be illegal, and it is not in work any more: `held` till staff decide, or `taken_out` by them; then the payload and
    all answers are empty."""

    id: UUID
    project: str
    kind: str
    stage: str
    state: str
    round: int
    claimed_at: datetime
    expires_at: datetime
    hard_until: datetime
    work_ms: int | None
    kept_out: Literal["held", "taken_out"] | None
    payload: dict[str, Any]
    template: dict[str, Any] | None
    offer: OfferOut
    subjects: list[SubjectOut]
    earlier: EarlierOut | None


@router.post("/projects/{slug:slug}/claims", response={201: ClaimOut, 200: ClaimOut} | _REFUSES | {409: ClaimProblem})
@opens(WORK, scope="work:write", method="POST")
def claim_slot(request: Call, slug: str, wanted: ClaimIn) -> HttpResponse:
    """Claim the next slot; 200 when this key made its claim before."""
    return _claimed(request, slug, wanted)


def _claimed(request: Call, slug: str, wanted: ClaimIn) -> HttpResponse:
    person_id = request.viewer.person_id
    found = project_of_slug(slug)
    if found is None:
        return problem(404)
    project_id, org_id = found
    if wanted.kind != _ATTEMPT and not may_in_project(request.viewer, REVIEW, org_id, project_id):
        return problem(404)
    made = claim_and_show(
        person_id=person_id, project_id=project_id, kind=wanted.kind, terms_seen=wanted.terms_seen,
        request_key=wanted.request_key, actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        if seated_in(person_id, slug) is None:
            # Without a seat there is nothing to claim; then the project isn't there for them either.
            return problem(404)
        if made.code == "terms_changed":
            cards = changed_out(request, project_id, wanted.kind, wanted.terms_seen)
            return problem(409, made.code, made.why, more={"cards": cards})
        return _refused(made)
    shown, is_new = made
    return _shown(shown, 201 if is_new else 200)


@router.get("/claims/{uuid:claim_id}", response={200: ClaimOut} | WRONG)
@opens(OWN_ROWS, scope="work:read")
def claim_seen(request: Call, claim_id: UUID) -> HttpResponse:
    """One of my claims."""
    return _shown(found_or_404(claim_shown(claim_id, request.viewer.person_id)), 200)


class NextIn(ClaimIn):
    """What to claim once the answer is in, as the call that claims takes it; `project` is a slug."""

    project: str = Field(min_length=1, max_length=200)


class AnswerIn(Schema):
    """Answers by the name of their question; of a review: `verdict`, `note`, `clause`, `fixed_answer`. With `next` the
    next slot is claimed in the same call, as the page does it."""

    answer: dict[str, Any]
    next: NextIn | None = None


class SubmissionMade(Schema):
    """What was handed in and what it pays. `accepted`: at once, since no review was asked. `surplus`: late, paid, and
    its slot had gone to a colleague; null until it is decided. `next`: the claim that was asked for, or `next_problem`
    says why there is none; what was handed in stays handed in either way."""

    id: UUID
    amount_minor: int
    currency: str
    accepted: bool
    surplus: bool | None
    next: ClaimOut | None = None
    next_problem: ClaimProblem | None = None


class HandInProblem(Problem):
    """A problem of handing in. With `held_again` and `handed_in_again`, `claim` is your other claim on this work."""

    claim: UUID | None = None


@router.post(
    "/claims/{uuid:claim_id}/submission",
    response={201: SubmissionMade, 200: SubmissionMade} | _REFUSES | {409: HandInProblem},
)
@opens(OWN_ROWS, scope="work:write", method="POST")
def hand_in(request: Call, claim_id: UUID, given: AnswerIn) -> Any:
    """Hand in a claim's answer, once; 200 and the first submission when it was handed in before. A call whose answer
    was lost is sent again as it was, its `next` too: nothing is done twice."""
    person_id = request.viewer.person_id
    done = submit_work(
        claim_id=claim_id, person_id=person_id, answer=given.answer, actor=Actor("person", person_id), now=utc_now()
    )
    if isinstance(done, Refused):
        return _refused(done)
    made = {
        "id": done.submission_id, "amount_minor": done.amount_minor, "currency": done.currency,
        "accepted": done.accepted, "surplus": done.surplus if done.accepted else None,
    }  # fmt: skip
    status = 200 if done.repeat else 201
    if given.next is None:
        return Status(status, made)
    claimed = _claimed(request, given.next.project, given.next)
    part = claimed.content.decode()
    then = f'"next": {part}, "next_problem": null' if claimed.status_code < 300 else (
        f'"next": null, "next_problem": {part}')  # fmt: skip
    return _shown(f"{json.dumps(made | {'id': str(done.submission_id)})[:-1]}, {then}}}", status)


class SkipIn(Schema):
    """Why it is given back: too_long, not_my_field, unclear, technical or other."""

    reason: str = Field(max_length=40)


class SkipOut(Schema):
    """What became of the claim."""

    state: str


@router.post("/claims/{uuid:claim_id}/skip", response={200: SkipOut} | _REFUSES)
@opens(OWN_ROWS, scope="work:write", method="POST")
def give_back(request: Call, claim_id: UUID, given: SkipIn) -> Any:
    """Give a live claim back. It costs nothing, and its task is not offered to me again."""
    person_id = request.viewer.person_id
    refused = skip_claim(
        claim_id=claim_id, person_id=person_id, reason=given.reason, actor=Actor("person", person_id), now=utc_now()
    )
    return _refused(refused) if refused else Status(200, {"state": "skipped"})


def _shown(claim: str, status: int) -> HttpResponse:
    response = HttpResponse(claim, status=status, content_type=_JSON)
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(refused: Refused) -> HttpResponse:
    facts: Mapping[str, Any] = refused.facts
    fields = [{"field": field, "why": why} for field, _, why in facts.get("problems", [])]
    more = {"claim": facts["claim"]} if "claim" in facts else None
    return problem(_STATUS.get(refused.code, 409), refused.code, refused.why, fields, more)
