"""A reviewer's queue: per project what waits, on which terms, and the way to the next review."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fairhand.dispatch.queries import live_claims, open_to
from fairhand.flow.stage_cards import cards_of
from fairhand.insight.own_work import handed_in
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.people.access import REVIEW
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.taking import CardView, take_next

_ROWS = 20


@opens(REVIEW)
def reviews(request: Signed) -> HttpResponse:
    """404 for whoever reviews nowhere."""
    person_id, now = request.viewer.person_id, utc_now()
    projects = list(visible_as(request.viewer, REVIEW.roles).filter(state="open").order_by("slug")[:CARDS_PER_PAGE_MAX])
    cards = cards_of([project.id for project in projects], "review")
    found = open_to(person_id, [queue for each in cards.values() for card in each for queue in card.queue_ids], now)
    rows, older = page_of(handed_in(person_id, before_of(request), _ROWS + 1, "review"), _ROWS)
    context = {
        "claims": [claim for claim in live_claims(person_id) if claim.slot.stage.kind == "review"],
        "cards": [(project, CardView.of(card, found)) for project in projects for card in cards.get(project.id, [])],
        "rows": rows, "older": older, "first": bool(request.GET.get("before")),
    }  # fmt: skip
    return render(request, "reviewer/reviews.html", context)


@of_project(REVIEW, "POST")
def take(request: Signed, project: Project) -> HttpResponse:
    """The next review of a project."""
    return take_next(request, project.id, "review", redirect("reviews"))
