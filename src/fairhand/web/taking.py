"""The form that takes the next task: what was on the card comes back with it, and a second click is the first one."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from fairhand.audit.actor import Actor
from fairhand.flow.claim_next import claim_next
from fairhand.flow.stage_cards import StageCard
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.web import words
from fairhand.web.entry import Signed
from fairhand.web.terms import TermsView, terms_view

_KEY_CHARS_MAX = 64
# Kind of a stage that judges -> the address that takes its next slot.
TAKES = {"review": "take-review", "audit": "take-audit", "adjudicate": "take-adjudication"}


@dataclass(frozen=True, slots=True)
class CardView:
    """A project's card of one kind of stage, with how much of it is open to the reader."""

    view: TermsView
    open_n: int
    request_key: str

    @classmethod
    def of(cls, card: StageCard, open_by_stage: dict[UUID, int]) -> "CardView":
        """The card as a page shows it, with a fresh key for the form."""
        view = terms_view(card.card.terms, card.card.terms_hash)
        return cls(view, open_by_stage.get(card.stage_id, 0), uuid4().hex)


def take_next(request: Signed, project_id: UUID, kind: str, back: HttpResponse) -> HttpResponse:
    """Claim on the terms that the form carries; a refusal is said on the page it came from."""
    key = "page:" + (request.POST.get("request_key", "")[:_KEY_CHARS_MAX] or uuid4().hex)
    made = claim_next(
        person_id=request.viewer.person_id, project_id=project_id, kind=kind,
        terms_seen=request.POST.getlist("terms"), request_key=key,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
        return back
    return redirect("work", claim_id=made.id)
