"""A reviewer's queue: per project what waits, on which terms, and the way to the next review; and their own figures."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.dispatch.queries import live_claims, where_work_waits
from fairhand.flow.open_work import open_work
from fairhand.insight.own_work import handed_in
from fairhand.insight.reviewer import review_figures
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.people.access import REVIEW
from fairhand.projects.models import Project
from fairhand.projects.queries import visible_as
from fairhand.web import charts
from fairhand.web.cards import TAKES
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.expert.choice import choices
from fairhand.web.taking import take_next

_ROWS = 20


@opens(REVIEW)
def reviews(request: Signed) -> HttpResponse:
    """404 for whoever reviews nowhere."""
    person_id, now = request.viewer.person_id, utc_now()
    # Reviews go on where no new work is given out any more: what was handed in there waits for its decision.
    reached = visible_as(request.viewer, REVIEW.roles).exclude(state="draft")
    projects = list(where_work_waits(reached, TAKES)[:CARDS_PER_PAGE_MAX])
    ids = [project.id for project in projects]
    shown = [
        (each.project, card, each.short, TAKES[kind]) for kind in TAKES
        for each in choices(projects, open_work(person_id, ids, kind, now)) for card in each.cards
    ]  # fmt: skip
    rows, older = page_of(handed_in(person_id, before_of(request), _ROWS + 1, "review"), _ROWS)
    context = {
        "claims": [claim for claim in live_claims(person_id) if claim.slot.stage.kind != "attempt"],
        "cards": sorted(shown, key=lambda each: each[1].open_n == 0),
        "rows": rows, "older": older, "first": bool(request.GET.get("before")), "tabs": _tabs(), "tab": "queue",
    }  # fmt: skip
    return render(request, "reviewer/reviews.html", context)


@opens(REVIEW)
def figures(request: Signed) -> HttpResponse:
    """The reader's own reviews in figures, project by project."""
    rows = []
    for row in review_figures(request.viewer.person_id, CARDS_PER_PAGE_MAX):
        parts = [
            (_("Accepted as it was"), row.accepted, "done"),
            (_("Accepted with fixes"), row.fixed, "going"),
            (_("Returned for rework"), row.returned, "wait"),
        ]
        rows.append((row, charts.stack(parts, get_language_bidi())))
    return render(request, "reviewer/figures.html", {"rows": rows, "tabs": _tabs(), "tab": "figures"})


@of_project(REVIEW, "POST")
def take(request: Signed, project: Project) -> HttpResponse:
    """The next review of a project."""
    return take_next(request, project.id, "review", redirect("reviews"))


@of_project(REVIEW, "POST")
def take_audit(request: Signed, project: Project) -> HttpResponse:
    """The next audit of a project."""
    return take_next(request, project.id, "audit", redirect("reviews"))


@of_project(REVIEW, "POST")
def take_adjudication(request: Signed, project: Project) -> HttpResponse:
    """The next task of a project whose attempts differ."""
    return take_next(request, project.id, "adjudicate", redirect("reviews"))


def _tabs() -> list[tuple[str, str, str]]:
    return [("queue", reverse("reviews"), _("Queue")), ("figures", reverse("review-figures"), _("My figures"))]
