"""Guarantees of docs/reference/guarantees.md that no other test names: frozen offers, and terms that never worsen."""

import pytest
from django.db import DatabaseError, connection, transaction

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim, Offer
from fairhand.flow.change_plan import Planned, change_plan
from fairhand.insight.offer_terms import figures_of
from fairhand.pay.queries import lines_of_submissions
from fairhand.projects.models import Stage
from fairhand_pay import terms_from_preset
from tests.browser.people import cast
from tests.building import Small, check_books, small_project
from tests.commands.test_offer_card import repriced
from tests.contracts.test_api_work import Caller
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
# What an offer says before anybody accepts it.
PROMISED = {
    "rate_minor", "full_rate_s", "paid_s_max", "ceiling_minor", "review_deadline_s", "p50_s", "p80_s", "lease_s",
    "claim_s_max", "idle_s", "rework_s", "guideline_version",
}  # fmt: skip
ESTIMATE = {"p50_s": 600, "p80_s": 900, "n": 12}


def cut(small: Small, rate: str) -> Planned:
    """A plan that pays less, as the manager's page saves it."""
    stage = Stage.objects.get(project_id=small.project.id, kind="attempt")
    terms = terms_from_preset("hourly", {"rate": rate, "paid_s_max": 3600}, "USD")
    made = change_plan(
        stage_id=stage.id, terms=terms, preset={"name": "hourly", "version": 1, "params": {}}, note="Less work in it.",
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert isinstance(made, Planned), made
    return made


def seconds(small: Small, claim: Claim, worked: int) -> int:
    """Hand in after so much reported work; what it pays."""
    for _ in range(worked // 300):
        small.beat(claim, 300)
    return small.submit(claim).amount_minor


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE claim SET offer_id = NULL WHERE id = %s",
        "UPDATE claim SET offer_id = gen_random_uuid() WHERE id = %s",
        "DELETE FROM offer WHERE id = (SELECT offer_id FROM claim WHERE id = %s)",
    ],
)
def test_no_claim_stands_without_a_frozen_offer(sql: str) -> None:
    small = small_project(tasks=1, reviewed=False, estimate=ESTIMATE)
    claim = small.claim(small.experts[0])
    promised = figures_of(claim.offer.terms)
    assert {name for name, value in promised.items() if value is not None} >= PROMISED
    assert claim.offer.terms["estimate"]["n"] == 12
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [claim.id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_terms_never_worsen_after_the_claim() -> None:
    small = small_project(tasks=2, reviewed=False, estimate=ESTIMATE)
    one, other = small.experts
    held = small.claim(one)
    frozen = dict(held.offer.terms)
    # Whatever becomes of the card, whichever way: what was claimed on the old one is paid by the old one.
    repriced(small, "1.00")
    Stage.objects.filter(project_id=small.project.id).update(
        estimate={}, idle_s=10, lease_s=60, claim_s_max=7200, review_deadline_h=700, pause_s_max=0, rework_s=60
    )
    assert seconds(small, held, 900) == 900
    assert Offer.objects.get(id=held.offer_id).terms == frozen
    refused = small.take(other)
    assert getattr(refused, "code", "") == "terms_changed"
    (lines,) = lines_of_submissions([held.submission.id]).values()
    assert [line.amount_minor for line in lines] == [900]
    check_books()


def test_an_announced_cut_stands_on_the_card_and_takes_nothing_from_it() -> None:
    who = cast(reviewed=False, estimate=ESTIMATE)
    before = who.small.hashes
    planned = cut(who.small, "30.00")
    assert (planned.holds_from - who.small.now).days == 7
    page = client_of(who.expert).get(f"/projects/{who.slug}/").content.decode()
    assert "Announced for tasks taken from" in page
    assert "$30.00" in page
    (card,) = Caller(who.expert).get(f"/projects/{who.slug}/terms")["stages"]
    assert card["announced"]["direction"] == "lowered"
    assert card["announced"]["sentences"][0] == "$30.00 per hour of work time"
    assert card["terms_hash"] in before, "the card itself is the old one until then"
    assert seconds(who.small, who.small.claim(who.expert), 600) == 600


def test_preparation_beyond_fifteen_minutes_stands_on_the_card_with_the_operators_reason() -> None:
    who = cast(reviewed=False)
    page = client_of(who.expert).get(f"/projects/{who.slug}/").content.decode()
    assert "of preparation, not paid" not in page
    asked = {"minutes": 30, "waived": {"en": "A <b>course</b> of the client's.", "ar": "دورة"}}
    who.small.project.source = {"preparation": asked}
    who.small.project.save(update_fields=["source"])
    for address in (f"/projects/{who.slug}/", "/projects/", "/"):
        page = client_of(who.expert).get(address).content.decode()
        assert "about 30 minutes of preparation, not paid" in page, address
        assert "A &lt;b&gt;course&lt;/b&gt; of the client" in page, address
    assert Caller(who.expert).get(f"/projects/{who.slug}/terms")["preparation"] == asked
