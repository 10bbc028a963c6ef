"""The form that takes the next task: what was on the card comes back with it, and a second click is the first one."""

import re
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.changed_terms import changed_cards
from fairhand.flow.claim_next import claim_next
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import TERMS_SEEN_MAX
from fairhand.kernel.refusals import Refused
from fairhand.web import words
from fairhand.web.cards import read_terms
from fairhand.web.changed import changed_page
from fairhand.web.entry import Signed

_KEY_CHARS_MAX = 64
_HASH = re.compile("[0-9a-f]{64}")


def take_next(request: Signed, project_id: UUID, kind: str, back: HttpResponse) -> HttpResponse:
    """Claim on the terms that the form carries; a refusal is said on the page it came from.

    If the terms changed, the answer is the new card beside the one that was read.
    """
    key = request_key(request)
    seen = terms_read(request, TERMS_SEEN_MAX)
    made = claim_next(
        person_id=request.viewer.person_id, project_id=project_id, kind=kind, terms_seen=seen, request_key=key,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if not isinstance(made, Refused):
        return redirect("work", claim_id=made.id)
    if made.code == "terms_changed":
        carried = read_terms(seen, request.POST.getlist("card"))
        changed = changed_cards(request.viewer.person_id, [project_id], kind, seen, utc_now(), carried)
        if changed:
            lead = _("Nothing was taken: the terms changed since you read them. Here is the new card.")
            return changed_page(request, changed, back["Location"], lead, 409)
    messages.warning(request, words.refusal(made), extra_tags="no")
    return back


def terms_read(request: Signed, most: int) -> list[str]:
    """The hashes of cards that a form carries; what is no hash is none of a card."""
    return [each for each in request.POST.getlist("terms")[:most] if _HASH.fullmatch(each)]


def request_key(request: Signed) -> str:
    """What makes a second click the first one: the form's own key."""
    return "page:" + (request.POST.get("request_key", "")[:_KEY_CHARS_MAX] or uuid4().hex)
