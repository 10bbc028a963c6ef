"""Calls besides the work itself: a claim is paused, goes on, gets more time; and the next task of any project."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.api.work import ClaimOut
from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import claim_facts
from fairhand.flow.extend_claim import ask_extension
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.flow.take_next import take_next
from fairhand.insight.claim_shown import claim_shown
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import REASON_CHARS_MAX, REQUEST_KEY_CHARS_MAX, TERMS_SEEN_ANYWHERE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS, REVIEW, may_in_project

router = Router(tags=["work"])

_STATUS = {"no_claim": 404, "bad_request_key": 422, "bad_input": 422}
_REFUSES = WRONG | {409: Problem}


class NextIn(Schema):
    """What to claim: the next slot of any project where I have a seat. `terms_seen`, `request_key`: as of a claim."""

    terms_seen: list[Annotated[str, Field(max_length=64)]] = Field(max_length=TERMS_SEEN_ANYWHERE_MAX)
    request_key: str = Field(min_length=1, max_length=REQUEST_KEY_CHARS_MAX)


@router.post("/claims", response={201: ClaimOut, 200: ClaimOut} | _REFUSES)
@opens(OWN_ROWS, scope="work:write", method="POST")
def claim_anywhere(request: Call, wanted: NextIn) -> HttpResponse:
    """Claim the next slot over all my projects, in turn; 200 when this key made its claim before.

    Reviews, audits and adjudications come too where I may review and their terms were seen.
    """
    viewer, now = request.viewer, utc_now()
    made = take_next(
        person_id=viewer.person_id,
        judges=lambda org_id, project_id: may_in_project(viewer, REVIEW, org_id, project_id),
        terms_seen=wanted.terms_seen, request_key=wanted.request_key, actor=Actor("person", viewer.person_id), now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        return _refused(made)
    shown = found_or_404(claim_shown(made.id, viewer.person_id))
    response = HttpResponse(shown, status=201 if made.claimed_at == now else 200, content_type="application/json")
    response["Cache-Control"] = "private, no-store"
    return response


class StandingOut(Schema):
    """How a claim stands. `paused`: no work time counts and its lease waits; `pause_left_s` of what its terms allow."""

    state: str
    paused: bool
    pause_left_s: int
    extended_s: int
    expires_at: datetime
    hard_until: datetime


@router.post("/claims/{uuid:claim_id}/pause", response={200: StandingOut} | _REFUSES)
@opens(OWN_ROWS, scope="work:write", method="POST")
def pause(request: Call, claim_id: UUID) -> Any:
    """Let a live claim rest, within what its terms allow. Twice is once."""
    person_id, now = request.viewer.person_id, utc_now()
    refused = pause_claim(claim_id=claim_id, person_id=person_id, actor=Actor("person", person_id), now=now)
    return _refused(refused) if refused else Status(200, _standing(claim_id, now))


@router.post("/claims/{uuid:claim_id}/resume", response={200: StandingOut} | _REFUSES)
@opens(OWN_ROWS, scope="work:write", method="POST")
def resume(request: Call, claim_id: UUID) -> Any:
    """Go on with a paused claim. Twice is once."""
    person_id, now = request.viewer.person_id, utc_now()
    refused = resume_claim(claim_id=claim_id, person_id=person_id, actor=Actor("person", person_id), now=now)
    return _refused(refused) if refused else Status(200, _standing(claim_id, now))


class MoreTimeIn(Schema):
    """How many seconds more, and why; staff reads it."""

    seconds: int = Field(ge=1, le=10**9)
    reason: str = Field(min_length=1, max_length=REASON_CHARS_MAX)


class MoreTimeOut(Schema):
    """`granted_s` is null while staff has not decided; I am told then. `claim`: how it stands now."""

    id: UUID
    granted_s: int | None
    claim: StandingOut


@router.post("/claims/{uuid:claim_id}/more-time", response={201: MoreTimeOut} | _REFUSES)
@opens(OWN_ROWS, scope="work:write", method="POST")
def more_time(request: Call, claim_id: UUID, wanted: MoreTimeIn) -> Any:
    """Ask for more time: at once within what the terms grant by themselves, else staff decides."""
    person_id, now = request.viewer.person_id, utc_now()
    asked = ask_extension(
        claim_id=claim_id, person_id=person_id, asked_s=wanted.seconds, reason=wanted.reason,
        actor=Actor("person", person_id), now=now,
    )  # fmt: skip
    if isinstance(asked, Refused):
        return _refused(asked)
    standing = _standing(claim_id, now)
    return Status(201, {"id": asked.extension_id, "granted_s": asked.granted_s, "claim": standing})


def _standing(claim_id: UUID, now: datetime) -> dict[str, Any]:
    facts = found_or_404(claim_facts(claim_id))
    left_s = facts.terms.get("pause_s_max", 0) - facts.paused_by(now).total_seconds()
    return {
        "state": facts.state, "paused": facts.paused_at is not None, "pause_left_s": max(0, round(left_s)),
        "extended_s": facts.extended_s, "expires_at": facts.expires_at, "hard_until": facts.hard_until,
    }  # fmt: skip


def _refused(refused: Refused) -> HttpResponse:
    asked = {"asked_s": "seconds"}  # what the call names otherwise than its command
    fields = [
        {"field": asked.get(wrong.field, wrong.field), "why": wrong.why} for wrong in refused.facts.get("problems", [])
    ]
    return problem(_STATUS.get(refused.code, 409), refused.code, refused.why, fields)
