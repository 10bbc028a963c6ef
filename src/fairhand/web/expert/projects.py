"""A project as an expert with a seat sees it: the terms, the guideline, what is open, and their own figures."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import live_claims, open_to
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.own_work import own_figures
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import SURPLUS_PER_WEEK_MAX
from fairhand.projects.queries import current_guidelines
from fairhand.web.entry import Signed, of_seat
from fairhand.web.taking import CardView, take_next


@of_seat()
def project(request: Signed, seat: Seat) -> HttpResponse:
    """404 without a seat."""
    person_id, now = request.viewer.person_id, utc_now()
    cards = stage_cards(seat.project_id, "attempt")
    found = open_to(person_id, [queue for card in cards for queue in card.queue_ids], now)
    context = {
        "project": seat.project,
        "seat": seat,
        "cards": [CardView.of(card, found) for card in cards],
        "claims": [claim for claim in live_claims(person_id) if claim.project_id == seat.project_id],
        "guideline": current_guidelines([seat.project_id]).get(seat.project_id),
        "figures": own_figures(person_id, seat.project_id),
        "late_max": SURPLUS_PER_WEEK_MAX,
    }
    return render(request, "expert/project.html", context)


@of_seat("POST")
def take(request: Signed, seat: Seat) -> HttpResponse:
    """The next task of this project, on the terms that were on the card."""
    return take_next(request, seat.project_id, "attempt", redirect("project", slug=seat.project.slug))
