"""An expert's first page: what is open to them, what they earned this week, what waits, what changed."""

from datetime import timedelta
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render

from fairhand.dispatch.queries import live_claims, seats_of
from fairhand.flow.open_work import open_work
from fairhand.insight.own_money import earned_since
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.ledger.queries import balances_of_person
from fairhand.people.access import OWN_ROWS
from fairhand.web.context import is_expert, nav
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.choice import choices, live_address, total_said
from fairhand.web.expert.missions import strip_of
from fairhand.web.expert.money import days_of_week, week_start
from fairhand.web.expert.news import news_of

_CHANGED_SHOWN = 8
_NEWS = timedelta(days=14)


@opens(OWN_ROWS)
def home(request: Signed) -> HttpResponse:
    """For staff and clients their own first page, for experts this one."""
    if not is_expert(request.viewer):
        pages = nav(request.viewer)
        return redirect(pages[0][1] if pages else "account")
    person_id, now = request.viewer.person_id, utc_now()
    projects = [seat.project for seat in seats_of(person_id, now, CARDS_PER_PAGE_MAX)]
    found = choices(projects, open_work(person_id, [project.id for project in projects], "attempt", now))
    open_n = sum(each.open_n for each in found)
    balances = balances_of_person(person_id)
    context = {
        "claims": live_claims(person_id),
        "choices": sorted(found, key=lambda each: each.open_n == 0),
        "several": sum(each.open_n > 0 for each in found) > 1,
        "open_n": open_n,
        "open_said": total_said(open_n),
        "live": live_address(projects),
        "request_key": uuid4().hex,
        "week": earned_since(person_id, week_start(now)),
        "days": days_of_week(person_id, now),
        "missions": strip_of(person_id, now),
        "balances": balances,
        "changed": news_of(person_id, now - _NEWS, _CHANGED_SHOWN),
        # Nobody who ever handed something in has no balance.
        "newcomer": not balances,
    }
    return render(request, "expert/home.html", context)
