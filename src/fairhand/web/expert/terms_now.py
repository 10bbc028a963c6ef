"""The terms of a claim beside those on which the next one would be taken."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.flow.changed_terms import ChangedCard, changed_cards
from fairhand.insight.work_page import task_shown
from fairhand.kernel.canonical import content_hash
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
        found = changed_cards([facts.project_id], facts.stage_kind, [content_hash(facts.terms)], [facts.terms])
        changed = [each for each in found if each.card.card.terms["stage"] == facts.terms["stage"]]
    back = reverse("reviews") if judges and may_judge else reverse("project", args=[task.project_slug])
    lead = _("Beside the terms of the task you took stand those on which the next one is given out.")
    may_take = task.project_state == "open" or judges
    return changed_page(request, changed, back, lead, may_take=may_take)
