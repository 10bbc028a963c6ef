"""A batch whose pool is short: its page and the board say what waits and what it takes, and take the money."""

import re

import pytest

from fairhand.audit.actor import JOB
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.ledger.accounts import Leg, budget, pool
from fairhand.ledger.commands import post
from tests.browser.people import cast
from tests.building import PER_JUDGEMENT
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_a_short_pool_is_topped_up_from_the_page_that_says_so() -> None:
    who = cast(pay=PER_JUDGEMENT)
    small, manager = who.small, client_of(who.manager)
    left = small.money(pool(small.batch_id))
    legs = [Leg(pool(small.batch_id), -left), Leg(budget(small.project.id), left)]
    post(key="drain", kind="release", currency="USD", now=small.now, legs=legs)
    small.submit(small.claim(who.expert))
    page = f"/manage/{who.slug}/batches/{small.batch_id}/"
    assert page in manager.get(f"/manage/{who.slug}/operations/").content.decode()
    shown = manager.get(page).content.decode()
    found = re.search(r'name="key" value="([^"]+)"', shown)
    assert found is not None
    asked = re.search(r'name="amount"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="amount"', shown)
    assert asked is not None
    assert "0.08" in (asked[1] or asked[2]), "what waits takes one review"

    for amount in ("none", "999999999"):
        refused = manager.post(f"{page}pool/", {"amount": amount, "key": found[1]})
        assert refused.status_code == 422
        assert f'value="{amount}"' in refused.content.decode()
    assert client_of(who.reviewer).post(f"{page}pool/", {"amount": "0.08", "key": found[1]}).status_code == 404
    unproven = client_of(who.manager, proof=False).post(f"{page}pool/", {"amount": "0.08", "key": found[1]})
    assert small.money(pool(small.batch_id)) == 0, unproven
    for _ in range(2):  # a double click
        manager.post(f"{page}pool/", {"amount": "0.08", "key": found[1]})
    assert small.money(pool(small.batch_id)) == 8
    assert open_waiting_reviews(actor=JOB, now=small.now) == 1
    assert "Nothing waits for it" in manager.get(page).content.decode()
    assert "Money moved from the budget" in manager.get(f"/manage/{who.slug}/operations/").content.decode()
