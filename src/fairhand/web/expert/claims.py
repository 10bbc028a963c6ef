"""What every page of one's own claim needs: the claim itself, the way back, and more time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.dispatch.queries import ClaimFacts, claim_facts, extensions_of
from fairhand.dispatch.rules import extension_left_s
from fairhand.flow.declare_time import room_ms
from fairhand.insight.work_page import task_shown
from fairhand.web.entry import Signed, found_or_404
from fairhand.work.time_rules import MINUTE_MS

_DECIDED_SHOWN = 3


def own_claim(request: Signed, claim_id: UUID) -> ClaimFacts:
    """One's own claim; anybody else's is not found."""
    facts = claim_facts(claim_id)
    if facts is None or facts.person_id != request.viewer.person_id:
        raise Http404
    return facts


def gone(request: Signed, facts: ClaimFacts) -> HttpResponse:
    """Where somebody lands whose claim ended without them."""
    messages.warning(request, _("That task was given back already. Take the next one."), extra_tags="no")
    return back(facts)


def back(facts: ClaimFacts) -> HttpResponse:
    """Where the next task is taken."""
    if facts.stage_kind != "attempt":
        return redirect("reviews")
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    return redirect("project", slug=task.project_slug)


def time_card(facts: ClaimFacts, typed: Mapping[str, str], problems: Mapping[str, str]) -> dict[str, Any]:
    """What the form for more time says: what may be asked for, what is granted at once, and what came of it so far."""
    asked = extensions_of(facts.claim_id)
    left_s = extension_left_s(facts.terms, facts.extended_s)
    at_once_s = max(0, facts.terms.get("extension_s_auto", 0) - facts.extended_s)
    return {
        "left_min": left_s // 60, "at_once_s": min(left_s, at_once_s), "typed": typed, "problems": problems,
        "open": next((each for each in asked if each.decided_at is None), None),
        "decided": [each for each in asked if each.decided_at is not None][:_DECIDED_SHOWN],
    }  # fmt: skip


def off_page_card(
    facts: ClaimFacts, typed: Mapping[str, str], problems: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """What the form for work away from the page says: how much there can be of it."""
    return {"typed": typed, "problems": problems, "most_min": room_ms(facts, now) // MINUTE_MS}
