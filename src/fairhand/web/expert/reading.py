"""Reading a changed guideline with the clock: its terms before it begins, the clock on the page, and its one entry."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.flow.read_guideline import finish_reading, start_reading
from fairhand.insight.offer_terms import segments_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import READING_IDLE_S
from fairhand.kernel.money import SIGNS, exponent
from fairhand.kernel.refusals import Refused
from fairhand.web import words
from fairhand.web.entry import Signed, of_seat
from fairhand.web.expert.reported import reports_of
from fairhand.web.figures import amount
from fairhand.web.mission_view import phrases_of
from fairhand.work.commands import note_reading
from fairhand.work.models import PaidKind
from fairhand.work.paid_queries import reading_now, readings, was_entered
from fairhand.work.paid_rules import is_flat, terms_pay
from fairhand.work.time_rules import MINUTE_MS
from fairhand_pay import Terms, total

_FOR_LONG_MS = 30 * 86_400_000  # a reading has no lease; its clock ends by its kind's minutes


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What reading a version pays, and how far its clock is; `under_way` None: it has not begun."""

    terms: list[Any]
    minutes_max: int
    at_once: bool
    under_way: UUID | None
    work_ms: int
    earned_minor: int
    flat: bool
    for_clock: str
    beats_url: str

    idle_s = READING_IDLE_S
    lease_s = _FOR_LONG_MS // 1000
    ends_in_ms = _FOR_LONG_MS

    @property
    def most_ms(self) -> int:
        """Where its clock stops."""
        return self.minutes_max * MINUTE_MS


def reading_view(seat: Seat, person_id: UUID, version: int) -> ReadingView | None:
    """None where reading this version pays this person nothing, or was entered."""
    under_way = reading_now(seat.project_id, person_id, version)
    kind = under_way.paid_kind if under_way is not None else readings(seat.project_id, person_id).get(version)
    if kind is None:
        return None
    terms = Terms.parse(kind.terms)
    worked = under_way.work_ms if under_way is not None else 0
    return ReadingView(
        phrases_of(kind.terms), kind.minutes_max, kind.at_once, under_way.id if under_way is not None else None, worked,
        _pays(terms, kind, worked), is_flat(terms), _for_clock(terms, kind),
        reverse("api:note_reading_beat", args=[seat.project.slug, version]),
    )  # fmt: skip


def _pays(terms: Terms, kind: PaidKind, ms: int) -> int:
    return total(terms_pay(terms, kind.kind, "", ms)) if ms or is_flat(terms) else 0


def _for_clock(terms: Terms, kind: PaidKind) -> str:
    """What the page's clock needs to know, as JSON: as of a task."""
    flat = is_flat(terms)
    return json.dumps({
        "segments": [] if flat else [{"upto_s": s.upto_s, "rate_minor": s.rate_minor} for s in segments_of(terms)],
        "paid_s_max": terms.paid_s_max, "fixed_minor": _pays(terms, kind, 0) if flat else None,
        "mark": SIGNS.get(terms.currency, terms.currency + "\u00a0"), "digits": exponent(terms.currency),
        "axis_s": None,
    })  # fmt: skip


@of_seat("POST")
def start(request: Signed, seat: Seat, version: int) -> HttpResponse:
    """Begin with the clock, on the terms beside the button."""
    person_id = request.viewer.person_id
    done = start_reading(
        project_id=seat.project_id, person_id=person_id, version=version, actor=Actor("person", person_id),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    return redirect("project-version", slug=seat.project.slug, version=version)


@of_seat("POST")
def finish(request: Signed, seat: Seat, version: int) -> HttpResponse:
    """Enter what was counted; what the page could not report yet comes along."""
    person_id, now = request.viewer.person_id, utc_now()
    reading = reading_now(seat.project_id, person_id, version)
    for report in reports_of(request):
        note_reading(
            project_id=seat.project_id, person_id=person_id, version=version, device=report["device"],
            seq=report["seq"], active_ms=report["active_ms"], now=now,
        )  # fmt: skip
    done = finish_reading(
        project_id=seat.project_id, person_id=person_id, version=version, actor=Actor("person", person_id), now=now,
    )  # fmt: skip
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
        if done.code == "nothing_read":
            return redirect("project-version", slug=seat.project.slug, version=version)
    elif done.paid_minor is None:
        messages.success(request, _("Entered. The project's staff look at it, and you will be told what they say."))
    else:
        said = _("Paid: %(amount)s, with a pay line of its own.")
        messages.success(request, said % {"amount": amount(done.paid_minor, seat.project.currency)})
    after = f"?read={reading.id}" if reading is not None else ""
    return redirect(reverse("project-paid", args=[seat.project.slug]) + after)


def was_read(request: Signed) -> str:
    """One's own reading that was entered right before, so that its page's reports can go; "" for anything else."""
    try:
        named = UUID(request.GET.get("read", ""))
    except ValueError:
        return ""
    return str(named) if was_entered(named, request.viewer.person_id) else ""
