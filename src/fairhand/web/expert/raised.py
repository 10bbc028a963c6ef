"""An expert asks or reports something about a task, takes it back, and reads what was answered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import is_own, own_raised
from fairhand.cases.states import ILLEGAL, RAISED_OPEN
from fairhand.flow.raise_matter import raise_matter, take_back_matter
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.claims import gone, own_claim
from fairhand.web.expert.reported import count_beats
from fairhand.web.expert.work import work_page
from fairhand.web.manager.frame import problems_of
from fairhand.web.typed import typed_in


@opens(OWN_ROWS, "POST")
def raise_it(request: Signed, claim_id: UUID) -> HttpResponse:
    """Take down what somebody asks or reports; the work goes on. With mistakes the page comes back as it was typed."""
    facts = own_claim(request, claim_id)
    now = utc_now()
    count_beats(request, facts, now)
    typed = typed_in(request, "kind", "place", "words")
    made = raise_matter(
        claim_id=claim_id, person_id=facts.person_id, kind=typed["kind"], words=typed["words"], place=typed["place"],
        actor=Actor("person", facts.person_id), now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        if made.code == "bad_input":
            return work_page(request, facts, None, [], 422, raises=(typed, problems_of(made)))
        messages.warning(request, words.refusal(made), extra_tags="no")
        return gone(request, facts) if made.code == "claim_ended" else redirect("work", claim_id=claim_id)
    messages.success(request, _told(made.kind))
    return redirect("work", claim_id=claim_id)


def _told(kind: str) -> str:
    if kind == ILLEGAL:
        return _("Reported. Nobody else is given this task until the project's staff decide; you will be told.")
    return _("The project's staff have it. You go on working; the answer appears here, and you are told of it.")


@opens(OWN_ROWS, "POST")
def take_back(request: Signed, raised_id: UUID) -> HttpResponse:
    """Take back what one asked, unanswered; what others raised is not found."""
    me = request.viewer.person_id
    found_or_404(is_own(raised_id, me) or None)
    refused = take_back_matter(raised_id=raised_id, person_id=me, actor=Actor("person", me), now=utc_now())
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("Taken back."))
    return redirect("raised-mine")


@opens(OWN_ROWS)
def mine(request: Signed) -> HttpResponse:
    """Everything that one asked or reported, newest first, with the answers."""
    read = own_raised(request.viewer.person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, ROWS_PER_PAGE_MAX, lambda row: (row.at, row.id))
    shown = [{"raised": row, "live": row.claim.state == "live", "back": _may_take_back(row)} for row in rows]
    context = {"rows": shown, "older": older, "first": bool(request.GET.get("before"))}
    return render(request, "expert/raised.html", context)


def _may_take_back(row: Raised) -> bool:
    return row.state == RAISED_OPEN and row.kind not in (ILLEGAL, row.claim.end_reason)
