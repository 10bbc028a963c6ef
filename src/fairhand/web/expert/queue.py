"""Taking the next task of any of one's projects; why none comes, project by project; and the counts that keep up."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import live_claims, seats_among, seats_of
from fairhand.flow.changed_terms import changed_cards
from fairhand.flow.open_work import open_work
from fairhand.flow.take_next import take_next
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, TERMS_SEEN_ANYWHERE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.changed import changed_page
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.choice import choices, live_address, total_said
from fairhand.web.figures import open_said
from fairhand.web.taking import request_key, terms_read

_ATTEMPT = "attempt"


@opens(OWN_ROWS)
def queue(request: Signed) -> HttpResponse:
    """What a claim over all projects would look at, and every condition that fails."""
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id, now, CARDS_PER_PAGE_MAX)]
    found = choices(projects, open_work(person_id, [project.id for project in projects], _ATTEMPT, now))
    context = {
        "choices": sorted(found, key=lambda each: -each.open_n), "claims": live_claims(person_id),
        "open_said": total_said(sum(each.open_n for each in found)), "open_n": sum(each.open_n for each in found),
        "live": live_address(projects), "request_key": uuid4().hex,
    }  # fmt: skip
    return render(request, "expert/queue.html", context)


@opens(OWN_ROWS, "POST")
def take_any(request: Signed) -> HttpResponse:
    """The next task over all projects whose cards were on the page, in turn; reviews are taken on their own page."""
    person_id = request.viewer.person_id
    seen = terms_read(request, TERMS_SEEN_ANYWHERE_MAX)
    now = utc_now()
    made = take_next(
        person_id=person_id, judges=lambda _org_id, _project_id: False,
        terms_seen=seen, request_key=request_key(request), actor=Actor("person", person_id), now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        if made.code == "terms_changed":
            ids = [seat.project_id for seat in seats_of(person_id, now, CARDS_PER_PAGE_MAX)]
            lead = _("Nothing was taken: the terms changed since you read them. Here are the new cards.")
            changed = changed_cards(person_id, ids, _ATTEMPT, seen, now)
            return changed_page(request, changed, reverse("queue"), lead, 409)
        messages.warning(request, words.refusal(made), extra_tags="no")
        return redirect("queue")
    return redirect("work", claim_id=made.id)


@opens(OWN_ROWS)
def open_now(request: Signed) -> HttpResponse:
    """How much of the projects named in `of` is open to the reader; of others' projects nothing is said."""
    asked = request.GET.get("of", "").split(",")[:CARDS_PER_PAGE_MAX]
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_among(person_id, asked, CARDS_PER_PAGE_MAX)]
    found = open_work(person_id, [project.id for project in projects], _ATTEMPT, now)
    counts = {project.slug: found[project.id].why.open_n for project in projects}
    return JsonResponse({
        "said": strip_tags(total_said(sum(counts.values()))),
        "projects": {slug: {"n": n, "text": strip_tags(open_said(n))} for slug, n in counts.items()},
    })  # fmt: skip
