"""Missions for experts: those they are in, with bars; those they may join, with all terms; those that are over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.flow.join_mission import join_mission
from fairhand.insight import missions as reads
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, MISSIONS_OPEN_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.queries import mission_in, seat_of
from fairhand.missions.rules import Done
from fairhand.missions.states import REFERRAL
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_seat, opens
from fairhand.web.expert.contest import with_cases
from fairhand.web.mission_view import GoingView, MissionView, going_view, said, view_of

_STRIP_MAX = 3


@opens(OWN_ROWS)
def missions(request: Signed) -> HttpResponse:
    """All of the reader's, and what is open to them."""
    person_id, now = request.viewer.person_id, utc_now()
    read = reads.past(person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row[0].joined_at, row[0].id))
    context = {
        "going": going_of(person_id, now, CARDS_PER_PAGE_MAX), "offers": offers_to(person_id, now),
        "rows": rows, "older": older, "first": bool(request.GET.get("before")),
    }  # fmt: skip
    return render(request, "expert/missions.html", context)


@of_seat()
def mission(request: Signed, seat: Seat, mission_id: UUID) -> HttpResponse:
    """One mission: its terms; of whoever is in, each window and what it added to their pay."""
    person_id, now = request.viewer.person_id, utc_now()
    found = found_or_404(mission_in(seat.project_id, mission_id))
    if found.kind == REFERRAL:
        return redirect("referrals")
    mine = seat_of(mission_id, person_id)
    going = reads.going(person_id, now, CARDS_PER_PAGE_MAX, seat.project_id) if mine else []
    view = view_of(found, seat.project.currency, now)
    lines = reads.own_mission_lines(mission_id, person_id) if mine else []
    with_cases(lines)
    context = {
        "project": seat.project, "view": view, "mine": mine, "lines": lines,
        "going": [going_view(each, seat.project.currency, now) for each in going if each.mission.id == mission_id],
        "periods": [(row, said(Done(row.tasks, row.ms, good_tasks=row.good_tasks).of(view.measure), view.measure),
                     row.from_at > now)
                    for row in reads.own_periods(mission_id, person_id)] if mine else [],
        "joinable": mine is None and any(each.id == mission_id for each in reads.open_missions(
            person_id, now, MISSIONS_OPEN_MAX, seat.project_id)),
    }  # fmt: skip
    return render(request, "expert/mission.html", context)


@of_seat("POST")
def join(request: Signed, seat: Seat, mission_id: UUID) -> HttpResponse:
    """Take a seat of it, on the terms that were shown."""
    found = found_or_404(mission_in(seat.project_id, mission_id))
    person_id = request.viewer.person_id
    done = join_mission(
        mission_id=found.id, person_id=person_id, terms_seen=request.POST.get("terms", ""),
        actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        messages.success(request, _("You are in. What you hand in until its end counts, once it is accepted."))
    return redirect("mission", slug=seat.project.slug, mission_id=found.id)


def going_of(
    person_id: UUID, now: datetime, limit: int = _STRIP_MAX, project_id: UUID | None = None
) -> list[GoingView]:
    """Somebody's missions as they stand, for a page's strip or the whole list."""
    found = reads.going(person_id, now, limit, project_id)
    return [going_view(each, each.mission.project.currency, now) for each in found]


def strip_of(person_id: UUID, now: datetime, project_id: UUID | None = None) -> dict[str, Any]:
    """What `expert/mission_strip.html` shows: a few that go on, and a few that could be joined."""
    return {
        "going": going_of(person_id, now, _STRIP_MAX, project_id),
        "offers": offers_to(person_id, now, _STRIP_MAX, project_id),
    }


def offers_to(
    person_id: UUID, now: datetime, limit: int = CARDS_PER_PAGE_MAX, project_id: UUID | None = None
) -> list[MissionView]:
    """Missions that somebody could join now."""
    found = reads.open_missions(person_id, now, limit, project_id)
    return [view_of(each, each.project.currency, now) for each in found]
