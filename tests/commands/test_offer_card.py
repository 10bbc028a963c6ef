"""What an offer card says before acceptance: past work from five people on, one's own record, and what changed."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse

from fairhand.audit.actor import COMMAND, Actor
from fairhand.cases.rules import Answer
from fairhand.dispatch.models import Slot
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.changed_terms import changed_cards
from fairhand.flow.contest_line import contest_line
from fairhand.flow.count_card_figures import count_card_figures
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.models import CardFigures
from fairhand.insight.offer_card import figures_of, own_here, past_of, told
from fairhand.kernel.clock import utc_now
from fairhand.kernel.ids import new_id
from fairhand.pay.models import PayLine
from fairhand.people.commands import ensure_people
from fairhand.projects.models import PayPlan, Stage
from fairhand_pay import terms_from_preset
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, EVERY, RETURN, Small, small_project
from tests.contracts.test_api_work import Caller
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
ESTIMATE = {"p50_s": 600, "p80_s": 900, "n": 12}


def repriced(small: Small, rate: str, kind: str = "attempt") -> str:
    """Another pay plan for a stage, as a manager's page makes it; the hash of the new card."""
    stage = Stage.objects.get(project_id=small.project.id, kind=kind)
    latest = PayPlan.objects.filter(project_id=small.project.id).order_by("-version").values_list("version", flat=True)
    terms = terms_from_preset("hourly", {"rate": rate, "paid_s_max": 3600}, "USD").to_json()
    plan = PayPlan.objects.create(
        id=new_id(small.now), org_id=small.project.org_id, project_id=small.project.id, version=latest[0] + 1,
        created_at=small.now, terms=terms,
    )  # fmt: skip
    Stage.objects.filter(id=stage.id).update(pay_plan=plan)
    (card,) = stage_cards(small.project.id, kind)
    return card.card.terms_hash


def retimed(small: Small) -> str:
    """A longer review deadline on the card of attempts; its hash."""
    Stage.objects.filter(project_id=small.project.id, kind="attempt").update(review_deadline_h=200)
    (card,) = stage_cards(small.project.id, "attempt")
    return card.card.terms_hash


def worked(small: Small, person_id: UUID, seconds: int) -> None:
    """A task with so much measured time; one report counts five minutes at most."""
    claim = small.claim(person_id)
    while seconds > 0:
        small.beat(claim, min(seconds, 300))
        seconds -= 300
    small.submit(claim)


def take_form(page: HttpResponse) -> dict[str, Any]:
    """What the first form that takes a task sends."""
    text = page.content.decode()
    form = text[text.index('name="terms"') - 200 :]
    found = dict(re.findall(r'name="(terms|request_key)" value="([^"]*)"', form)[:2])
    (card, *_) = re.findall(r'name="card" value="([^"]*)"', form)
    return found | {"card": card.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")}


def test_past_work_is_counted_from_five_people_on_and_kept_for_every_page() -> None:
    small = small_project(tasks=8, experts=5, policy=EVERY, estimate=ESTIMATE)
    project_id = small.project.id
    for nth, expert in enumerate(small.experts[:4]):
        worked(small, expert, (600, 700, 950, 1200)[nth])
    assert past_of(project_id) == {}
    assert count_card_figures(small.now) == 2
    few = figures_of([project_id])[project_id, "attempt"]
    assert (few.wage, few.past, told(few)) == (None, None, None)
    assert "null" in json.dumps(CardFigures.objects.get(kind="attempt").facts), "nothing of four people is even kept"

    worked(small, small.experts[4], 1200)
    small.wait(3600)
    small.review(RETURN)
    small.review(ACCEPT)
    line = PayLine.objects.filter(person_id=small.experts[0]).get()
    words = Actor("person", small.experts[0])
    case = contest_line(line_id=line.id, person_id=small.experts[0], words="Wrong.", actor=words, now=small.now)
    (by,) = ensure_people(people=[("a@staff.example", "A")], kind="person", actor=COMMAND, now=small.now).values()
    given = Answer("correct", 100, "goodwill", "Because.", by, True)
    assert answer_contest(
        project_id=project_id, case_id=case.id, given=given, actor=Actor("person", by), now=small.now
    ) is None  # fmt: skip
    assert count_card_figures(small.now) == 2, "counted anew, over the rows of before"
    found = figures_of([project_id])[project_id, "attempt"]
    past = found.past
    assert past is not None
    assert found.wage is not None
    assert (found.as_of, found.wage.people, past.people, past.handed_in) == (small.now, 5, 5, 5)
    assert (past.reviewed, past.returned, past.returned_share) == (2, 1, 50)
    assert (past.timed, past.over_typical, past.over_long) == (5, 4, 3)
    assert (past.over_typical_share, past.over_long_share) == (80, 60)
    assert (past.decided, past.contested, past.corrected, past.corrected_share) == (2, 1, 1, 100)
    assert past.decided_after_s is not None
    assert past.decided_after_s > 3600
    assert figures_of([project_id])[project_id, "review"].past is None


def test_own_record_is_of_this_project_and_kind_alone() -> None:
    small = small_project(tasks=3, reviewed=False)
    expert = small.experts[0]
    assert own_here(expert, small.project.id, "attempt") is None
    worked(small, expert, 400)
    few = own_here(expert, small.project.id, "attempt")
    assert few is not None
    assert (few.handed_in, few.typical_ms, few.wage_minor) == (1, 400_000, None), "too short to say"
    given_back = small.claim(expert)
    small.beat(given_back, 200)
    small.beat(given_back, 200)
    small.skip(given_back)
    mine = own_here(expert, small.project.id, "attempt")
    assert mine is not None
    assert (mine.handed_in, mine.typical_ms, mine.wage_minor) == (1, 400_000, 1800)
    assert own_here(expert, small.project.id, "review") is None
    assert own_here(small.experts[1], small.project.id, "attempt") is None


def test_the_page_of_a_project_says_all_of_the_card() -> None:
    who = cast(reviewed=False, estimate=ESTIMATE)
    page = client_of(who.expert).get(f"/projects/{who.slug}/").content.decode()
    for said in ("What minutes of work pay", "an hour comes to", "fewer would be told of one by one",
                 "In the words of the plan:", "The most that one task can pay is", "sends no payouts itself",
                 "A review is decided within"):  # fmt: skip
        assert said in page, said
    assert '<path class="line"' in page
    facts = {
        "wage": {"people": 5, "claims": 9, "p10": 3000, "median": 3300, "p90": 3600, "unpaid_share": 7},
        "past": {"people": 5, "handed_in": 9, "reviewed": 4, "returned": 1, "timed": 9, "over_typical": 4,
                 "over_long": 2, "decided": 4, "decided_after_s": 7200, "contested": 0, "corrected": 0},
    }  # fmt: skip
    CardFigures.objects.create(
        project_id=who.small.project.id, kind="attempt", org_id=who.small.project.org_id, as_of=utc_now(), facts=facts
    )
    page = client_of(who.expert).get(f"/projects/{who.slug}/").content.decode()
    for said in ("$33.00/h", "$30.00/h", "Came back for rework", "none contested", "Took longer than typical"):
        assert said in page, said
    for address in ("/projects/", "/"):
        assert "$33.00/h" in client_of(who.expert).get(address).content.decode(), address


def test_changed_terms_are_shown_beside_those_that_were_read_and_taken_only_as_new() -> None:
    who = cast(reviewed=False, estimate=ESTIMATE)
    client = client_of(who.expert)
    form = take_form(client.get(f"/projects/{who.slug}/"))
    new_hash = repriced(who.small, "30.00")
    refused = client.post(f"/projects/{who.slug}/take/", form)
    page = refused.content.decode()
    assert refused.status_code == 409
    for said in ("The terms changed", "$36.00/h", "$30.00/h", "worse for you", "Take the next task on these terms"):
        assert said in page, said
    assert f'name="terms" value="{new_hash}"' in page
    forged = form | {"card": form["card"].replace("36.00", "99.00")}
    page = client.post(f"/projects/{who.slug}/take/", forged | {"request_key": "x"}).content.decode()
    assert "99.00" not in page, "what isn't what its hash says is dropped"
    assert "You have not read this card before" in page
    taken = client.post(f"/projects/{who.slug}/take/", form | {"terms": new_hash, "request_key": "y"})
    assert taken.status_code == 302
    assert taken["Location"].startswith("/work/")


def test_the_next_task_asks_for_the_new_card_and_rework_keeps_its_own() -> None:
    who = cast(policy=EVERY, tasks=2, want=1)
    small, client = who.small, client_of(who.expert)
    claim = small.claim(who.expert)
    new_hash = repriced(small, "30.00")
    then = client.post(f"/work/{claim.id}/", {"answer.winner": "left", "then": "next"})
    assert (then.status_code, then["Location"]) == (302, f"/work/{claim.id}/terms/")
    page = client.get(then["Location"]).content.decode()
    for said in ("worse for you", "$36.00/h", "$30.00/h", f'value="{new_hash}"'):
        assert said in page, said
    assert client_of(who.colleague).get(then["Location"]).status_code == 404, "a claim of somebody else's"
    repriced(small, "36.00")
    new_hash = retimed(small)
    small.now = utc_now() + timedelta(seconds=1)
    small.review(RETURN)
    rework = small.claim(who.expert)
    assert (rework.round, rework.offer_id) == (2, claim.offer_id)
    again = small.take(who.expert)
    assert getattr(again, "code", "") == "terms_changed", "a new task is on the new card, which was not seen"
    small.hashes.append(new_hash)
    assert small.claim(who.expert).offer.terms_hash == new_hash


def test_a_round_that_was_open_before_offers_were_kept_asks_for_the_card_of_the_day() -> None:
    small = small_project(policy=EVERY)
    small.work(small.experts[0])
    small.review(RETURN)
    Slot.objects.filter(round=2).update(offer=None)
    new_hash = retimed(small)
    assert getattr(small.take(small.experts[0]), "code", "") == "terms_changed"
    small.hashes.append(new_hash)
    assert small.claim(small.experts[0]).offer.terms_hash == new_hash


def test_over_all_projects_the_changed_cards_are_shown() -> None:
    who = cast(reviewed=False)
    old = who.small.hashes[0]
    small = who.small
    small.claim(who.colleague)  # stores the offer of the old card, by which its terms are found again
    repriced(small, "30.00")
    page = client_of(who.expert).post("/next/take/", {"terms": [old], "request_key": "k"})
    assert page.status_code == 409
    assert "worse for you" in page.content.decode()


def test_a_program_gets_the_card_in_figures_and_what_changed_on_it() -> None:
    who: Cast = cast(reviewed=False, estimate=ESTIMATE)
    small = who.small
    caller = Caller(who.expert)
    (card,) = caller.get(f"/projects/{who.slug}/terms")["stages"]
    assert card["sentences"] == ["$36.00 per hour of work time", "paid up to 60:00 of work time"]
    assert {"seconds": 600, "minor": 600, "per_hour_minor": 3600} in card["pay_by_time"]
    assert (card["past"], card["own"], card["hold"]) == (None, None, None)
    small.claim(who.colleague)
    repriced(small, "30.00")
    wanted = {"kind": "attempt", "terms_seen": [card["terms_hash"]], "request_key": uuid4().hex}
    refused = caller.post(f"/projects/{who.slug}/claims", wanted, 409)
    (changed,) = refused["cards"]
    assert refused["code"] == "terms_changed"
    assert changed["before"] == card["terms"]
    directions = {each["what"]: (each["before"], each["now"], each["direction"]) for each in changed["changes"]}
    assert directions["rate_minor"] == (3600, 3000, "lowered")
    assert directions["pay"][2] == "lowered"
    assert caller.post(f"/projects/{who.slug}/claims", wanted | {"terms_seen": []}, 409)["cards"][0]["before"] is None
    wanted["terms_seen"] = [changed["card"]["terms_hash"]]
    assert caller.post(f"/projects/{who.slug}/claims", wanted, 201)["offer"]["terms"]["ceiling_minor"] == 3000


def test_cards_that_were_seen_are_not_changed() -> None:
    small = small_project(reviewed=False)
    assert changed_cards(small.experts[0], [small.project.id], "attempt", small.hashes, small.now) == []
    (found,) = changed_cards(small.experts[0], [small.project.id], "attempt", ["0" * 64], small.now)
    assert (found.before, found.changes) == (None, ())
