"""The head of the closed books stands where money is looked at: with finance, and on statements of closed days."""

from datetime import timedelta

from django.urls import reverse

from fairhand.audit.actor import JOB
from fairhand.flow.nightly_books import nightly_books
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import goodwill, move, payable, transit
from fairhand.ledger.commands import post
from fairhand.ledger.queries import closed_over, last_closed
from fairhand.pay.commands import close_statements
from fairhand.pay.models import Statement
from tests.browser.people import cast
from tests.browser.test_finance import officer, text
from tests.databases import TestDatabase
from tests.signed import client_of


def test_the_head_is_shown_and_money_on_its_way_is_a_balance_of_its_own(db: TestDatabase) -> None:
    who = cast()
    now = who.small.now
    who.small.work(who.expert, 60)
    close_statements(until=who.small.now, actor=JOB, now=utc_now())
    statement = Statement.objects.get(person_id=who.expert)
    mine, finance = client_of(who.expert), client_of(officer())
    pages = [reverse("statement", args=[statement.id]), reverse("finance-statement", args=[statement.id])]
    assert "head-of-books" not in text(mine, pages[0]) + text(finance, pages[1]) + text(finance, "/finance/")
    nightly_books(actor=JOB, now=utc_now() + timedelta(days=1))
    closed = last_closed()
    assert closed is not None
    assert closed_over(statement.made_at) == closed
    for client, page in ((mine, pages[0]), (finance, pages[1]), (finance, "/finance/")):
        assert closed.head in text(client, page)
    assert "The books were right." in text(finance, "/finance/")
    assert "In transit" not in text(mine, reverse("earnings"))
    post(key="a", kind="test", currency="USD", legs=move(goodwill(), payable(who.expert), 50), now=now)
    post(key="b", kind="test", currency="USD", legs=move(payable(who.expert), transit(who.expert), 20), now=now)
    assert "In transit" in text(mine, reverse("earnings"))
    # Money that no line explains is what the next night tells.
    nightly_books(actor=JOB, now=utc_now() + timedelta(days=2))
    assert "lines_beside_legs" in text(finance, "/finance/")
