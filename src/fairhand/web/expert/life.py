"""What somebody does with a claim besides the work: pause, go on, ask for more time, give it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.states import OWED_REASONS
from fairhand.flow.end_claims import skip_claim
from fairhand.flow.extend_claim import ask_extension
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.claims import back, gone, own_claim, time_card
from fairhand.web.expert.reported import count_beats
from fairhand.web.expert.work import work_page
from fairhand.web.manager.frame import posted, problems_of, whole


@opens(OWN_ROWS, "POST")
def skip(request: Signed, claim_id: UUID) -> HttpResponse:
    """Give a claim back with a reason."""
    facts = own_claim(request, claim_id)
    reason = request.POST.get("reason", "")
    count_beats(request, facts, utc_now())
    refused = skip_claim(
        claim_id=claim_id, person_id=facts.person_id, reason=reason, actor=_actor(facts.person_id), now=utc_now()
    )
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
        return redirect("work", claim_id=claim_id) if refused.code == "no_reason" else gone(request, facts)
    if reason in OWED_REASONS:
        said = _(
            "Given back. The time you worked on it is recorded, and the project's staff see it; it is paid a day "
            "later, if the project pays for interrupted work."
        )
        messages.success(request, said)
    else:
        messages.success(request, _("Given back. It costs you nothing, and it will not be offered to you again."))
    return back(facts)


@opens(OWN_ROWS, "POST")
def pause(request: Signed, claim_id: UUID) -> HttpResponse:
    """Let a claim rest. Time that was worked before and not reported yet comes along and counts first."""
    facts = own_claim(request, claim_id)
    now = utc_now()
    count_beats(request, facts, now)
    refused = pause_claim(claim_id=claim_id, person_id=facts.person_id, actor=_actor(facts.person_id), now=now)
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("work", claim_id=claim_id)


@opens(OWN_ROWS, "POST")
def resume(request: Signed, claim_id: UUID) -> HttpResponse:
    """Go on with it."""
    facts = own_claim(request, claim_id)
    refused = resume_claim(claim_id=claim_id, person_id=facts.person_id, actor=_actor(facts.person_id), now=utc_now())
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("work", claim_id=claim_id)


@opens(OWN_ROWS, "POST")
def more_time(request: Signed, claim_id: UUID) -> HttpResponse:
    """Ask for more time; what was typed comes back with what is wrong with it."""
    facts = own_claim(request, claim_id)
    typed = {"minutes": posted(request, "minutes"), "reason": posted(request, "reason")}
    minutes = whole(typed["minutes"])
    done = ask_extension(
        claim_id=claim_id, person_id=facts.person_id, asked_s=None if minutes is None else minutes * 60,
        reason=typed["reason"], actor=_actor(facts.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return work_page(request, facts, None, [], 422, time_card(facts, typed, problems_of(done)))
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done.granted_s is None:
        messages.success(request, _("Your request is with the project's staff. You will be told what they say."))
    else:
        messages.success(request, _("Granted: the task is yours so much longer."))
    return redirect("work", claim_id=claim_id)


def _actor(person_id: UUID) -> Actor:
    return Actor("person", person_id)
