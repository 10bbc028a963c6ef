"""Rework is claimed on the terms of the round before, or on the stage's card where that pays nowhere less and somewhere
more; what is shown before is what it is claimed on; nobody agrees anew to what they accepted."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.change_plan import Planned, apply_plan_changes
from fairhand.flow.open_work import open_work
from fairhand.flow.take_next import take_next
from fairhand.kernel.clock import utc_now
from fairhand.pay.curves import pays_more
from fairhand.projects.commands import set_notice_days
from fairhand_pay import terms_from_preset
from tests.browser.people import Cast, cast
from tests.building import EVERY, RETURN, Small, check_books, small_project
from tests.commands.test_offer_card import repriced, take_form
from tests.commands.test_plan_changes import KNOWN, at, change, rate_of
from tests.contracts.test_api_work import Caller
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
EIGHT_MINUTES = 480  # at 45 an hour 6.00, at 40 it would be 5.33, at 50 it is 6.67


def begun(**more: Any) -> Small:
    """A task handed in at 45 an hour."""
    small = small_project(
        pay=at("45.00"), policy=EVERY, estimate=KNOWN, lease_s=7200, rework_s=10 * 86_400, **{"tasks": 6} | more
    )
    assert worked(small, small.claim(small.experts[0])) == 600
    return small


def worked(small: Small, claim: Claim) -> int:
    """Eight minutes on it, handed in; what it pays."""
    for _ in range(EIGHT_MINUTES // 240):
        small.beat(claim, 240)
    return small.submit(claim).amount_minor


def cut(small: Small, rate: str) -> None:
    """The stage pays less from now on, announced a day before."""
    set_notice_days(project_id=small.project.id, days=1, actor=COMMAND, now=small.now)
    made = change(small, at(rate))
    assert isinstance(made, Planned)
    small.now = made.holds_from
    assert apply_plan_changes(actor=JOB, now=small.now) == 1


def kept(small: Small) -> tuple[str, bool, int]:
    """The rate on which rework waits, whether that is the first round's, and what is reserved for it."""
    (rework,) = open_work(small.experts[0], [small.project.id], "attempt", small.now)[small.project.id].rework
    (slot,) = [each for each in small.slots() if each.round == 2]
    return rate_of(rework.card.card.terms["pay"]), rework.same, slot.reserve_minor


def test_after_a_cut_rework_pays_what_the_first_round_paid_and_asks_for_nothing() -> None:
    small = begun()
    cut(small, "40.00")
    small.hashes[:] = [small.hashes[1]]  # of the attempts no card was seen
    review = small.claim(small.reviewers[0], "review")
    small.submit(review, RETURN)
    assert kept(small) == ("45.00", True, 4500)
    rework = small.claim(small.experts[0])
    first = Claim.objects.get(person_id=small.experts[0], round=1)
    assert (rework.round, rework.offer_id) == (2, first.offer_id)
    assert worked(small, rework) == 600
    assert getattr(small.take(small.experts[0]), "code", "") == "terms_changed", "a new task is on the new card"
    check_books()


def test_a_cut_while_rework_waits_takes_nothing_from_it() -> None:
    small = begun()
    small.review(RETURN)
    cut(small, "40.00")
    assert kept(small) == ("45.00", True, 4500)
    skipped = small.claim(small.experts[0])
    small.wait(8000)
    small.expire()
    skipped.refresh_from_db()
    assert skipped.state == "expired"
    assert worked(small, small.claim(small.experts[0])) == 600, "and so it stays when a claim ran out"


@pytest.mark.parametrize("order", ["raise, return", "return, raise"])
def test_a_raise_is_paid_for_rework_too(order: str) -> None:
    small = begun()
    for step in order.split(", "):
        if step == "raise":
            assert isinstance(change(small, at("50.00")), Planned)
        else:
            small.review(RETURN)
    assert kept(small) == ("50.00", False, 5000)
    cut(small, "40.00")
    assert kept(small) == ("50.00", False, 5000)
    assert worked(small, small.claim(small.experts[0])) == 667
    check_books()


def test_a_raise_without_money_behind_it_leaves_rework_on_the_terms_it_had() -> None:
    small = begun(tasks=2, budget_minor=2 * 4500 + 2 * 450 + 100)
    small.review(RETURN)
    change(small, at("450.00"), must=True)
    assert kept(small) == ("45.00", True, 4500)
    work = open_work(small.experts[0], [small.project.id], "attempt", small.now)[small.project.id]
    assert work.why.open_n == 1, "it is open although no new task is"
    assert worked(small, small.claim(small.experts[0])) == 600


def test_only_a_plan_that_is_better_everywhere_takes_the_place_of_the_first() -> None:
    plans = [
        ({"rate": "45.00"}, False), ({"rate": "45.01"}, True), ({"rate": "50.00", "paid_s_max": 3000}, False),
        ({"rate": "45.00", "paid_s_max": 3601}, True),
    ]  # fmt: skip
    base = terms_from_preset("hourly", {"rate": "45.00", "paid_s_max": 3600}, "USD")
    for params, better in plans:
        assert pays_more(base, terms_from_preset("hourly", {"paid_s_max": 3600, **params}, "USD"), {}) is better, params


def test_it_comes_over_all_projects_before_cards_that_nobody_saw() -> None:
    small = begun()
    small.review(RETURN)
    cut(small, "40.00")
    made = take_next(
        person_id=small.experts[0], judges=lambda _org_id, _project_id: False, terms_seen=[], request_key="any",
        actor=Actor("person", small.experts[0]), now=small.now,
    )  # fmt: skip
    assert isinstance(made, Claim)
    assert (made.round, rate_of(made.offer.terms["pay"])) == (2, "45.00")


def returned() -> tuple[Cast, UUID]:
    """A submission at 36 an hour that came back, and since then new tasks pay 30."""
    who = cast(policy=EVERY, tasks=2, want=1, estimate=KNOWN)
    small = who.small
    done = small.submit(small.claim(who.expert))
    repriced(small, "30.00")
    small.now = utc_now() + timedelta(seconds=1)
    small.review(RETURN)
    return who, done.submission_id


def test_pages_show_the_terms_of_rework_before_it_is_taken() -> None:
    who, submission_id = returned()
    client = client_of(who.expert)
    for address in ("/", "/projects/", "/next/", f"/projects/{who.slug}/", f"/submissions/{submission_id}/"):
        page = client.get(address).content.decode()
        assert "$36.00/h" in page, address
    client.cookies["fairhand_language"] = "ar"
    page = client.get(f"/projects/{who.slug}/").content.decode()
    for said in ("شروط إعادة العمل", "مثل جولتك الأولى", "شروط المهام الجديدة", "خذ إعادة العمل"):
        assert said in page, said
    taken = client.post(f"/projects/{who.slug}/take/", take_form(client.get(f"/projects/{who.slug}/")))
    assert taken.status_code == 302
    assert "36" in client.get(taken["Location"]).content.decode()
    assert rate_of(Claim.objects.get(person_id=who.expert, round=2).offer.terms["pay"]) == "36.00"


def test_a_program_reads_them_and_claims_without_naming_a_card() -> None:
    who, submission_id = returned()
    caller = Caller(who.expert)
    (rework,) = caller.get(f"/projects/{who.slug}/terms")["rework"]
    assert (rework["submission"], rework["round"], rework["same_terms"]) == (str(submission_id), 2, True)
    assert Caller(who.colleague).get(f"/projects/{who.slug}/terms")["rework"] == []
    wanted = {"kind": "attempt", "terms_seen": [], "request_key": uuid4().hex}
    claim = caller.post(f"/projects/{who.slug}/claims", wanted, 201)
    assert (claim["round"], claim["offer"]) == (2, rework["offer"])
