"""More for a good score, windows of high demand and the operator's payday, on the pages where people meet them."""

from datetime import timedelta

import pytest
from django.conf import settings

from fairhand.audit.actor import JOB
from fairhand.flow.surge import move_surges
from fairhand.kernel.clock import utc_now
from fairhand.kernel.payday import Payday
from fairhand.ledger.accounts import payable
from fairhand.projects.models import Surge
from tests.browser.people import Cast, cast
from tests.building import check_books
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
SCORED = ("fairhand", {"rate": "36.00", "full_rate_limit_min": 20, "paid_max_min": 60, "quality_from": "5",
                       "quality_factor": "1.50"})  # fmt: skip


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_reviewer_is_asked_for_the_score_that_the_authors_pay_looks_at() -> None:
    who: Cast = cast(pay=SCORED, want=1)
    who.small.now = utc_now() - timedelta(minutes=20)
    done = who.small.work(who.expert, 600)
    review = who.small.claim(who.reviewer, "review")
    client = client_of(who.reviewer)
    assert "How good is the work as a whole?" in text(client, f"/work/{review.id}/")
    form = {"answer.verdict": "accept", "answer.scored": "1", "answer.note": ""}
    refused = client.post(f"/work/{review.id}/", form)
    assert refused.status_code == 422
    assert "Choose a score from 1 to 5" in refused.content.decode()
    assert client.post(f"/work/{review.id}/", {**form, "answer.score": "5"}).status_code == 302
    assert who.small.money(payable(who.expert)) == 900
    page = text(client_of(who.expert), f"/submissions/{done.id}/")
    assert "The reviewer&#x27;s score is" in page or "The reviewer's score is" in page
    assert "of 5" in page
    check_books()


def test_a_manager_opens_a_window_and_its_card_says_until_when() -> None:
    who: Cast = cast(want=1)
    client, base = client_of(who.manager), f"/manage/{who.slug}/pay/"
    until = f"{utc_now() + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    form = {"factor": "1.5", "until": until, "reserve": "1", "reason": "It."}
    short = client.post(f"{base}stage/1/surge/", form)
    assert (short.status_code, "The tasks that wait need" in short.content.decode()) == (422, True)
    assert client.post(f"{base}stage/1/surge/", {**form, "from": "x"}).status_code == 422
    assert client.post(f"{base}stage/1/surge/", {**form, "reserve": "100"}).status_code == 302
    assert "High demand: pay ×" in text(client, base)
    assert "High demand: a task that you take until" in text(client_of(who.expert), f"/projects/{who.slug}/")
    assert client.post(f"{base}stage/1/surge/end/", {"why": ""}).status_code == 422
    assert client.post(f"{base}stage/1/surge/end/", {"why": "Done."}).status_code == 302
    assert Surge.objects.get().end_reason == "staff"
    assert move_surges(actor=JOB, now=utc_now()) == 0
    assert client_of(who.client).get(f"{base}stage/1/surge/").status_code == 404
    check_books()


def test_a_card_and_earnings_name_the_day_of_the_payout(monkeypatch: pytest.MonkeyPatch) -> None:
    payday = Payday(2, None, "Europe/Berlin", {"USD": 1000}, {"en": "By bank transfer.", "ar": "بتحويل مصرفي."})
    monkeypatch.setattr(settings, "PAYDAY", payday)
    who: Cast = cast(want=1)
    who.small.now = utc_now() - timedelta(minutes=20)
    done = who.small.work(who.expert, 60)
    client = client_of(who.expert)
    due, again = payday.after(done.decide_by), payday.after(utc_now() + timedelta(hours=168))
    card = text(client, f"/projects/{who.slug}/")
    assert f"paid out on Wednesday {again.day} {again:%b %Y} at the latest" in card
    assert "By bank transfer." in card
    assert "$10.00" in card
    for page in ("/earnings/", f"/submissions/{done.id}/"):
        assert f"paid out on Wednesday {due.day} {due:%b %Y} at the latest" in text(client, page)
    client.cookies["fairhand_language"] = "ar"
    assert "بتحويل مصرفي." in text(client, "/earnings/")
