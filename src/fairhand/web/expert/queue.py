"""Taking the next task of any of one's projects; why none comes, project by project; and the counts that keep up."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import strip_tags

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import live_claims, seats_of
from fairhand.flow.open_work import open_work
from fairhand.flow.take_next import take_next
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.choice import choices, live_address, total_said
from fairhand.web.figures import open_said

_KEY_CHARS_MAX = 64
_ATTEMPT = "attempt"


@opens(OWN_ROWS)
def queue(request: Signed) -> HttpResponse:
    """What a claim over all projects would look at, and every condition that fails."""
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id)[:CARDS_PER_PAGE_MAX]]
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
    key = "page:" + (request.POST.get("request_key", "")[:_KEY_CHARS_MAX] or uuid4().hex)
    made = take_next(
        person_id=person_id, judges=lambda _org_id, _project_id: False,
        terms_seen=request.POST.getlist("terms"), request_key=key, actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
        return redirect("queue")
    return redirect("work", claim_id=made.id)


@opens(OWN_ROWS)
def open_now(request: Signed) -> HttpResponse:
    """How much of the projects named in `of` is open to the reader; of others' projects nothing is said."""
    asked = set(request.GET.get("of", "").split(","))
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id) if seat.project.slug in asked][:CARDS_PER_PAGE_MAX]
    found = open_work(person_id, [project.id for project in projects], _ATTEMPT, now)
    counts = {project.slug: found[project.id].why.open_n for project in projects}
    return JsonResponse({
        "said": strip_tags(total_said(sum(counts.values()))),
        "projects": {slug: {"n": n, "text": strip_tags(open_said(n))} for slug, n in counts.items()},
    })  # fmt: skip
