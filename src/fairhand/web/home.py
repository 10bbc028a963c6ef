"""An expert's first page: what is open to them, what they earned this week, what waits, what was decided."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from fairhand.dispatch.queries import live_claims, open_to, seats_of
from fairhand.flow.stage_cards import cards_of
from fairhand.insight.own_work import decided_since, earned_since
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.ledger.queries import balances_of_person
from fairhand.web.context import IS_CLIENT, MANAGES, roles_of
from fairhand.web.entry import Signed, signed_in
from fairhand.web.taking import CardView

_CHANGED_SHOWN = 5
_NEWS = timedelta(days=14)


@require_GET
@signed_in
def home(request: Signed) -> HttpResponse:
    """For staff and clients their own first page, for experts this one."""
    roles = roles_of(request.viewer)
    if roles & MANAGES:
        return redirect("manage")
    if roles & IS_CLIENT:
        return redirect("client")
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id)[:CARDS_PER_PAGE_MAX]]
    cards = cards_of([project.id for project in projects], "attempt")
    found = open_to(person_id, [queue for each in cards.values() for card in each for queue in card.queue_ids], now)
    shown = [(project, CardView.of(card, found)) for project in projects for card in cards.get(project.id, [])]
    context = {
        "claims": live_claims(person_id),
        "cards": sorted(shown, key=lambda pair: pair[1].open_n == 0),
        "open_n": sum(found.values()),
        "week": earned_since(person_id, week_start(now)),
        "balances": balances_of_person(person_id),
        "changed": decided_since(person_id, now - _NEWS, _CHANGED_SHOWN),
    }
    return render(request, "home.html", context)


def week_start(now: datetime) -> datetime:
    """Monday's midnight in the reader's zone."""
    local = timezone.localtime(now)
    monday = local - timedelta(days=local.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)
