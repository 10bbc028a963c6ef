"""The terms of a claim beside those on which the next one would be taken."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.flow.changed_terms import ChangedCard, changed_cards
from fairhand.flow.rework import rework_kept
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.work_page import task_shown
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.clock import utc_now
from fairhand.people.access import OWN_ROWS, REVIEW, may_in_project
from fairhand.web.changed import changed_page
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.claims import own_claim

_ATTEMPT = "attempt"


@opens(OWN_ROWS)
def terms_now(request: Signed, claim_id: UUID) -> HttpResponse:
    """What changed since one's own claim, and the way to take the next task on the new terms."""
    facts = own_claim(request, claim_id)
    task = found_or_404(task_shown(facts.claim_id, facts.person_id))
    judges = facts.stage_kind != _ATTEMPT
    may_judge = not judges or may_in_project(request.viewer, REVIEW, facts.org_id, facts.project_id)
    changed: list[ChangedCard] = []
    if may_judge:
        found = changed_cards(
            facts.person_id, [facts.project_id], facts.stage_kind, [content_hash(facts.terms)], utc_now(), [facts.terms]
        )  # fmt: skip
        changed = [each for each in found if each.card.card.terms["stage"] == facts.terms["stage"]]
    back = reverse("reviews") if judges and may_judge else reverse("project", args=[task.project_slug])
    lead = _("Beside the terms of the task you took stand those on which the next one is given out.")
    kept = [] if judges else rework_kept(facts.person_id, stage_cards(facts.project_id, _ATTEMPT), utc_now())
    if kept:  # a claim would give that, on its own card
        lead = _("Rework is kept for you and comes first, on terms of its own; take it on the project's page.")
    may_take = (task.project_state == "open" or judges) and not kept
    return changed_page(request, changed, back, lead, may_take=may_take)
