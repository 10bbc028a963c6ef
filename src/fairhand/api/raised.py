"""Calls by which the holder of a claim asks or reports something about its task, and reads the answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema, Status

from fairhand.api.entry import Call, found_or_404, opens
from fairhand.api.errors import WRONG, Problem, problem
from fairhand.audit.actor import Actor
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import raised_of_claim
from fairhand.dispatch.queries import claim_facts
from fairhand.flow.raise_matter import raise_matter
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import RAISED_PLACE_CHARS_MAX, RAISED_WORDS_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS

router = Router(tags=["work"])
_STATUS = {"no_claim": 404, "bad_input": 422}


class RaiseIn(Schema):
    """What I ask or report. `place`: the part of the task or of the guideline that it is about, in words."""

    kind: Literal["question", "mistake", "distressing", "illegal"]
    words: str = Field(min_length=1, max_length=RAISED_WORDS_CHARS_MAX)
    place: str = Field(default="", max_length=RAISED_PLACE_CHARS_MAX)


class RaisedOut(Schema):
    """What I asked or reported. `state`: open, answered or closed (taken back). `done`: what was done beyond the
    answer: said, guideline (its `version` says it now), put_back or taken_out (of the task)."""

    id: UUID
    kind: str
    place: str
    words: str
    at: datetime
    state: str
    answer: str
    answered_at: datetime | None
    done: str
    version: int | None


@router.post("/claims/{uuid:claim_id}/raised", response={201: RaisedOut} | WRONG | {409: Problem})
@opens(OWN_ROWS, scope="work:write", method="POST")
def raise_it(request: Call, claim_id: UUID, wanted: RaiseIn) -> Any:
    """Ask a question, flag a mistake or report content; my claim goes on as before. The same words are taken once."""
    person_id = request.viewer.person_id
    made = raise_matter(
        claim_id=claim_id, person_id=person_id, kind=wanted.kind, words=wanted.words, place=wanted.place,
        actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        fields = [{"field": wrong.field, "why": wrong.why} for wrong in made.facts.get("problems", [])]
        return problem(_STATUS.get(made.code, 409), made.code, made.why, fields)
    return Status(201, _out(made))


@router.get("/claims/{uuid:claim_id}/raised", response={200: list[RaisedOut]} | WRONG)
@opens(OWN_ROWS, scope="work:read")
def list_raised(request: Call, claim_id: UUID) -> Any:
    """What I asked or reported about the task of a claim of mine, oldest first, with the answers."""
    facts = found_or_404(claim_facts(claim_id))
    own = facts if facts.person_id == request.viewer.person_id else None
    return [_out(row) for row in raised_of_claim(found_or_404(own).claim_id)]


def _out(row: Raised) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RaisedOut.model_fields}
