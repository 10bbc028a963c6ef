"""An expert says that a task takes longer than its card says; and what the work page shows of a review."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import ClaimFacts
from fairhand.estimates.queries import open_review_of, reported
from fairhand.flow.review_estimates import say_longer
from fairhand.kernel.clock import utc_now
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.claims import own_claim
from fairhand.web.expert.reported import count_beats


@opens(OWN_ROWS, "POST")
def takes_longer(request: Signed, claim_id: UUID) -> HttpResponse:
    """Say so, once for a claim; the work goes on."""
    facts = own_claim(request, claim_id)
    now = utc_now()
    count_beats(request, facts, now)
    actor = Actor("person", facts.person_id)
    refused = say_longer(claim_id=claim_id, person_id=facts.person_id, actor=actor, now=now)
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("It is counted. When a few people say so, the estimate comes under review."))
    return redirect("work", claim_id=claim_id)


def longer_of(facts: ClaimFacts) -> dict[str, Any]:
    """For the work page: whether this was said of the claim, may be said, and whether its estimate is under review."""
    return {
        "said": reported(facts.claim_id), "review": open_review_of(facts.stage_id) is not None,
        "full_rate": facts.terms.get("full_rate") == "review",
        "may": facts.state in ("live", "expired") and bool((facts.terms.get("estimate") or {}).get("p50_s")),
    }  # fmt: skip
