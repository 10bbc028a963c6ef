"""Referrals for experts: which are open, naming somebody, and how far those are who were named."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import own_project_ids
from fairhand.flow.name_referred import name_referred
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import EMAIL_CHARS_MAX, REFERRAL_KEPT_DAYS, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.models import Mission
from fairhand.missions.queries import mission_in
from fairhand.missions.referral_queries import referrals_by, referrals_open
from fairhand.missions.referral_rules import STEPS, step_of
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_seat, opens
from fairhand.web.manager.frame import Mistake
from fairhand.web.typed import typed_in

# What belongs to the field of the address; anything else is said above the form.
_OF_ADDRESS = frozenset({"bad_email", "own_address", "referred_again"})


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form that came back: of which referral, what was typed, and what is wrong at which field."""

    mission_id: UUID
    email: str
    asked: bool
    problem: str
    field: str

    @property
    def email_problem(self) -> str:
        """What is wrong with the address."""
        return self.problem if self.field == "email" else ""

    @property
    def asked_problem(self) -> str:
        """What is wrong with the tick."""
        return self.problem if self.field == "asked" else ""


@opens(OWN_ROWS)
def referrals(request: Signed) -> HttpResponse:
    """What is open to the reader, and whom they named."""
    return _page(request)


@of_seat("POST")
def name(request: Signed, seat: Seat, mission_id: UUID) -> HttpResponse:
    """Name somebody, on the terms that were shown."""
    mission: Mission = found_or_404(mission_in(seat.project_id, mission_id))
    person_id = request.viewer.person_id
    email = typed_in(request, "email")["email"]
    asked = bool(request.POST.get("asked"))
    done = name_referred(
        mission_id=mission.id, person_id=person_id, email=email, asked=asked,
        terms_seen=request.POST.get("terms", ""), actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if not isinstance(done, Refused):
        messages.success(request, _("They are named, and a place is kept. Whoever invites people finds the address."))
        return redirect("referrals")
    found_or_404(None if done.code == "no_mission" else done)
    if done.code in _OF_ADDRESS or done.code == "not_asked":
        field = "asked" if done.code == "not_asked" else "email"
        return _page(request, _Typed(mission.id, email, asked, words.refusal(done), field))
    messages.warning(request, words.refusal(done), extra_tags="no")
    return redirect("referrals")


def _page(request: Signed, typed: _Typed | None = None) -> HttpResponse:
    person_id, now = request.viewer.person_id, utc_now()
    read = referrals_by(person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.made_at, row.id))
    shown = []
    for row in rows:
        step = step_of(row.state, row.tasks, row.mission.bring_tasks or 0)
        shown.append((row, step, STEPS.index(step)))
    labels = {"email": _("Their e-mail address"), "asked": _("They agreed")}
    context = {
        "offers": [(mission, str(mission.id), typed if typed and typed.mission_id == mission.id else None)
                   for mission in referrals_open(own_project_ids(person_id), now)],
        "rows": shown, "older": older, "first": bool(request.GET.get("before")), "steps_max": len(STEPS) - 1,
        "kept_days": REFERRAL_KEPT_DAYS, "chars_max": EMAIL_CHARS_MAX,
        "listed": [Mistake(f"f-{typed.field}-{typed.mission_id}", labels[typed.field], typed.problem)] if typed else [],
    }  # fmt: skip
    return render(request, "expert/referrals.html", context, status=422 if typed else 200)
