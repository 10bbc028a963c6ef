"""A project as an expert with a seat sees it: terms, guideline and its changes, examples, own work, own figures."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import live_claims
from fairhand.flow.open_work import open_work
from fairhand.insight.examples import Place, examples_of
from fairhand.insight.expected import expected_of_person
from fairhand.insight.offer_card import own_here
from fairhand.insight.own_work import guideline_worked_on, handed_in, own_figures, own_seats
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, ROWS_PER_PAGE_MAX, SURPLUS_PER_WEEK_MAX
from fairhand.people.access import OWN_ROWS
from fairhand.projects.queries import current_guidelines, guideline_of, guidelines_of, stages_of
from fairhand.tasks.wording import storable_problem
from fairhand.web.cards import Beside, CardView
from fairhand.web.cursors import before_of, page_of
from fairhand.web.differences import differences
from fairhand.web.entry import Signed, found_or_404, of_seat, opens
from fairhand.web.expert.choice import cards_of, choices, live_address, total_said
from fairhand.web.expert.missions import strip_of
from fairhand.web.expert.reading import reading_view
from fairhand.web.figures import text_of
from fairhand.web.shown import examples_shown
from fairhand.web.taking import take_next
from fairhand.web.words_of_why import why_rows
from fairhand.work.paid_queries import outside_tasks

_EXAMPLES_SHOWN = 10


@opens(OWN_ROWS)
def projects(request: Signed) -> HttpResponse:
    """Every project in which the reader has a seat, with its terms and what is open to them."""
    person_id, now = request.viewer.person_id, utc_now()
    read = own_seats(person_id, before_of(request), CARDS_PER_PAGE_MAX + 1)
    seats, older = page_of(read, CARDS_PER_PAGE_MAX, lambda seat: (seat.joined_at, seat.id))
    projects = [seat.project for seat in seats]
    ids = [project.id for project in projects]
    found = choices(projects, open_work(person_id, ids, "attempt", now), expected_of_person(person_id, ids, now))
    context = {
        "rows": list(zip(seats, found, strict=True)), "choices": found,
        "older": older, "first": bool(request.GET.get("before")),
        "claims": live_claims(person_id), "live": live_address(projects), "request_key": uuid4().hex,
        "several": sum(each.open_n > 0 for each in found) > 1,
        "open_said": total_said(sum(each.open_n for each in found)),
    }  # fmt: skip
    return render(request, "expert/projects.html", context)


@of_seat()
def project(request: Signed, seat: Seat) -> HttpResponse:
    """Terms and guideline; 404 without a seat."""
    guideline = current_guidelines([seat.project_id]).get(seat.project_id)
    seen = guideline_worked_on(request.viewer.person_id, seat.project_id)
    paid, to_read = outside_tasks(seat.project_id, request.viewer.person_id)
    context = _frame(request, seat, "guideline") | {
        "guideline": guideline,
        "versions": guidelines_of(seat.project_id),
        "seen": seen,
        "changed": guideline is not None and seen is not None and seen < guideline.version,
        "late_max": SURPLUS_PER_WEEK_MAX,
        "paid": paid,
        "readings": to_read,
        "missions": strip_of(request.viewer.person_id, utc_now(), seat.project_id),
    }
    own = own_here(request.viewer.person_id, seat.project_id, "attempt")
    context["terms"] = [card.whole(own) for card in [*context["cards"], *context["later"]]]
    return render(request, "expert/project.html", context)


@of_seat()
def version(request: Signed, seat: Seat, version: int) -> HttpResponse:
    """One version of the guideline, and how it differs from an earlier one: the one before it, or `since`."""
    shown = found_or_404(guideline_of(seat.project_id, version))
    asked = request.GET.get("since", "")
    known = [each.version for each in guidelines_of(seat.project_id) if each.version < version]
    number = _number(asked)
    since = number if number in known else max(known, default=None)
    earlier = guideline_of(seat.project_id, since) if since is not None else None
    lines = differences(text_of(earlier.texts), text_of(shown.texts)) if earlier else []
    context = _frame(request, seat, "guideline")
    context |= {"guideline": shown, "earlier": earlier, "lines": lines, "known": sorted(known, reverse=True)}
    context["reading"] = reading_view(seat, request.viewer.person_id, version)
    return render(request, "expert/guideline.html", context)


@of_seat()
def examples(request: Signed, seat: Seat) -> HttpResponse:
    """Worked examples: practice tasks with their answers and the reasons."""
    after = _after(request)
    read = examples_of(seat.project_id, after, _EXAMPLES_SHOWN + 1)
    template = stages_of([seat.project_id], "attempt")[:1]
    body = template[0].template.body if template else {"fields": [], "questions": []}
    shown = examples_shown(body, read[:_EXAMPLES_SHOWN])
    last = read[_EXAMPLES_SHOWN - 1].place if len(read) > _EXAMPLES_SHOWN else None
    context = _frame(request, seat, "examples")
    context |= {"rows": shown, "following": f"{last[0]}.{last[1]}" if last else "", "started": after != (0, "")}
    return render(request, "expert/examples.html", context)


@of_seat()
def mine(request: Signed, seat: Seat) -> HttpResponse:
    """What the reader handed in here."""
    read = handed_in(request.viewer.person_id, before_of(request), ROWS_PER_PAGE_MAX + 1, project_id=seat.project_id)
    rows, older = page_of(read)
    context = _frame(request, seat, "mine") | {"rows": rows, "older": older, "first": bool(request.GET.get("before"))}
    return render(request, "expert/project_mine.html", context)


@of_seat()
def figures(request: Signed, seat: Seat) -> HttpResponse:
    """The reader's own figures here, by kind of work."""
    context = _frame(request, seat, "figures") | {"figures": own_figures(request.viewer.person_id, seat.project_id)}
    return render(request, "expert/project_figures.html", context)


@of_seat("POST")
def take(request: Signed, seat: Seat) -> HttpResponse:
    """The next task of this project, on the terms that were on the card."""
    return take_next(request, seat.project_id, "attempt", redirect("project", slug=seat.project.slug))


def _frame(request: Signed, seat: Seat, tab: str) -> dict[str, Any]:
    """What every tab of a project shows: its name, the way to the next task, the tabs."""
    person_id, slug = request.viewer.person_id, seat.project.slug
    work = open_work(person_id, [seat.project_id], "attempt", utc_now())[seat.project_id]
    tabs = [
        ("guideline", reverse("project", args=[slug]), _("Terms and guideline")),
        ("examples", reverse("project-examples", args=[slug]), _("Examples")),
        ("mine", reverse("project-mine", args=[slug]), _("My work here")),
        ("figures", reverse("project-figures", args=[slug]), _("My figures")),
    ]
    beside = Beside.of({seat.project_id: work.cards})
    cards = cards_of(seat.project_id, work, beside)
    later = [card for card, kept in zip(work.cards, cards, strict=True) if kept.rework]
    return {
        "project": seat.project, "seat": seat, "cards": cards,
        # After rework that is kept for the reader, the cards of the next new task.
        "later": [CardView.of(card, {}, seat.project_id, beside) for card in later],
        "why": why_rows(work.why, seat.project.contact), "open_n": work.why.open_n,
        "claims": [claim for claim in live_claims(person_id) if claim.project_id == seat.project_id],
        "tabs": tabs, "tab": tab,
    }  # fmt: skip


def _after(request: HttpRequest) -> Place:
    """Where a page of examples begins; at the first for an address that makes no sense."""
    ordinal, _dot, key = request.GET.get("after", "").partition(".")
    return (_number(ordinal), key) if storable_problem(key) is None else (0, "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
