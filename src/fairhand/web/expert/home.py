"""An expert's first page: what is open to them, what they earned this week, what waits, what changed."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fairhand.dispatch.queries import live_claims, open_to, seats_of
from fairhand.flow.stage_cards import cards_of
from fairhand.insight.own_money import earned_since
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.ledger.queries import balances_of_person
from fairhand.people.access import OWN_ROWS
from fairhand.web.context import is_expert, nav
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.money import days_of_week, week_start
from fairhand.web.expert.news import news_of
from fairhand.web.taking import CardView

_CHANGED_SHOWN = 8
_NEWS = timedelta(days=14)


@opens(OWN_ROWS)
def home(request: Signed) -> HttpResponse:
    """For staff and clients their own first page, for experts this one."""
    if not is_expert(request.viewer):
        pages = nav(request.viewer)
        return redirect(pages[0][1] if pages else "account")
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id)[:CARDS_PER_PAGE_MAX]]
    cards = cards_of([project.id for project in projects], "attempt")
    found = open_to(person_id, [queue for each in cards.values() for card in each for queue in card.queue_ids], now)
    shown = [(project, CardView.of(card, found)) for project in projects for card in cards.get(project.id, [])]
    balances = balances_of_person(person_id)
    context = {
        "claims": live_claims(person_id),
        "cards": sorted(shown, key=lambda pair: pair[1].open_n == 0),
        "open_n": sum(found.values()),
        "week": earned_since(person_id, week_start(now)),
        "days": days_of_week(person_id, now),
        "balances": balances,
        "changed": news_of(person_id, now - _NEWS, _CHANGED_SHOWN),
        # Nobody who ever handed something in has no balance.
        "newcomer": not balances,
    }
    return render(request, "expert/home.html", context)
