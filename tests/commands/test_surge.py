"""Windows of high demand: reserved before they open, on the cards while they are open, kept by whoever took a task."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fairhand.audit.actor import JOB, Actor
from fairhand.dispatch.models import Claim, Slot, WorkPreference
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.surge import Asked, end_surge, move_surges, needs, open_surge
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, payable, pool
from fairhand.notices.models import Notice
from fairhand.pay.models import PayLine
from fairhand.projects.models import Stage, Surge
from tests.building import ACCEPT, NONE, RETURN, Small, check_books, small_project
from tests.commands.test_estimate_reviews import PRIOR
from tests.reading import read_events

PLAN: tuple[str, Mapping[str, Any]] = ("hourly", {"rate": "36.00", "paid_s_max": 3600})


def asked(small: Small, **more: Any) -> Asked:
    given: dict[str, Any] = {
        "factor": "1.50", "from_at": None, "until_at": small.now + timedelta(hours=2), "reserve_max_minor": 10_000_000,
        "reason": "The client needs it tonight.",
    }  # fmt: skip
    return Asked(**{**given, **more})


def surge(small: Small, **more: Any) -> Surge | Refused:
    actor = Actor("person", small.reviewers[0])
    return open_surge(project_id=small.project.id, number=1, asked=asked(small, **more), actor=actor, now=small.now)


def see(small: Small) -> None:
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]


def code(done: object) -> str:
    assert isinstance(done, Refused), done
    return done.code


def test_what_is_taken_in_the_window_pays_more_and_nothing_else_does(rollback_db) -> None:
    small = small_project(tasks=9, policy=NONE)
    before = small.claim(small.experts[0])
    whole = small.money(budget(small.project.id)) + small.money(pool(small.batch_id))
    assert needs(Stage.objects.get(project=small.project, kind="attempt"), "1.50") == (8, 8 * 1800)
    made = surge(small)
    assert isinstance(made, Surge), made
    assert (made.state, made.factor, made.reserved_minor) == ("open", "1.5", 8 * 1800)
    assert small.money(budget(small.project.id)) + small.money(pool(small.batch_id)) == whole - 8 * 1800
    check_books()

    # The card that was seen is out of date; the new one carries the supplement, and until when.
    assert code(small.take(small.experts[1])) == "terms_changed"
    see(small)
    inside = small.claim(small.experts[1])
    assert inside.offer.terms["surge"] == {"factor": "1.5", "until": f"{made.until_at:%Y-%m-%dT%H:%MZ}"}
    assert inside.offer.ceiling_minor == 5400
    small.beat(before, 100)
    assert small.submit(before).amount_minor == 100

    small.wait(7200)
    assert move_surges(actor=JOB, now=small.now) == 1
    small.beat(inside, 100)
    done = small.submit(inside)
    assert done.amount_minor == 150
    (line,) = PayLine.objects.filter(submission_id=done.submission_id, primitive="MULT")
    assert (line.sentence_key, line.amount_minor) == ("mult_surge", 50)
    # What nobody took in it has what it needs without, and the rest is back with the batch.
    waiting = Slot.objects.filter(stage__kind="attempt", state="open")
    assert set(waiting.values_list("reserve_minor", flat=True)) == {3600}
    assert code(small.take(small.experts[0])) == "terms_changed"
    see(small)
    assert "surge" not in small.claim(small.experts[0]).offer.terms
    assert small.money(payable(small.experts[1])) == 150
    check_books()


def test_without_the_money_it_does_not_open_and_it_never_takes_more_than_it_may(rollback_db) -> None:
    small = small_project(tasks=4, budget_minor=4 * 3600 + 4 * 8 + 4 * 900)
    done = surge(small)
    assert code(done) == "surge_short"
    assert done.facts["missing_minor"] > 0  # type: ignore[union-attr]
    done = surge(small, reserve_max_minor=4 * 1800 - 1)
    assert (code(done), done.facts["needs_minor"]) == ("surge_over", 4 * 1800)  # type: ignore[union-attr]
    assert Surge.objects.count() == 0
    fields = [
        {"factor": "3.01"}, {"factor": "1"}, {"factor": "x"}, {"until_at": small.now}, {"until_at": None},
        {"until_at": small.now + timedelta(days=15)}, {"reserve_max_minor": 0}, {"reason": " "},
        {"from_at": small.now + timedelta(days=61), "until_at": small.now + timedelta(days=62)},
    ]  # fmt: skip
    assert [code(surge(small, **each)) for each in fields] == ["bad_input"] * len(fields)
    assert isinstance(surge(small, factor="1.25"), Surge)
    assert code(surge(small, factor="1.1")) == "surge_live"
    check_books()


def test_a_planned_one_opens_at_its_time_unless_money_is_missing_by_then(rollback_db) -> None:
    small = small_project(tasks=4)
    made = surge(small, from_at=small.now + timedelta(hours=1))
    assert isinstance(made, Surge)
    assert (made.state, made.reserved_minor) == ("planned", 4 * 1800)
    assert "surge" not in stage_cards(small.project.id)[0].card.terms
    assert move_surges(actor=JOB, now=small.now) == 0
    small.wait(3600)
    assert move_surges(actor=JOB, now=small.now) == 1
    assert "surge" in stage_cards(small.project.id)[0].card.terms
    check_books()
    assert end_surge(
        project_id=small.project.id, number=1, note="Enough is done.", actor=JOB, now=small.now
    ) is True  # fmt: skip
    assert end_surge(project_id=small.project.id, number=1, note="Again.", actor=JOB, now=small.now) is False
    made.refresh_from_db()
    assert (made.state, made.end_reason) == ("over", "staff")


def test_what_was_taken_before_and_comes_back_is_offered_in_it(rollback_db) -> None:
    small = small_project(tasks=2, policy=NONE)
    Stage.objects.filter(project=small.project).update(estimate=PRIOR)
    see(small)
    before = small.claim(small.experts[0])
    assert isinstance(surge(small), Surge)
    see(small)
    assert small.skip(before) is None
    assert isinstance(small.take(small.experts[1]), Claim)
    assert code(small.take(small.experts[1])) == "no_work", "too little lies behind what came back"
    assert carry_offers(now=small.now) == 1
    assert small.claim(small.experts[1]).offer.ceiling_minor == 5400
    check_books()


def test_rework_of_what_was_taken_in_it_keeps_it(rollback_db) -> None:
    small = small_project(tasks=20, rework_s=86_400)
    assert isinstance(surge(small), Surge)
    see(small)
    author = small.experts[0]
    small.work(author, 100)
    small.wait(7200)
    move_surges(actor=JOB, now=small.now)
    see(small)
    small.review(RETURN)
    again = small.work(author, 100)
    assert "surge" in again.claim.offer.terms
    small.review(ACCEPT)
    assert small.money(payable(author)) == 300
    check_books()


def test_rework_that_comes_back_while_it_is_open_is_on_its_card_as_after_any_raise(rollback_db) -> None:
    small = small_project(tasks=20, rework_s=86_400)
    author = small.experts[0]
    small.work(author, 100)
    assert isinstance(surge(small), Surge)
    small.review(RETURN)
    small.wait(7200)
    move_surges(actor=JOB, now=small.now)
    see(small)
    assert "surge" in small.work(author, 100).claim.offer.terms
    small.review(ACCEPT)
    assert small.money(payable(author)) == 100 + 150
    check_books()


def test_whoever_wants_news_of_work_hears_of_it_and_its_maker_where_it_fails(db) -> None:
    small = small_project(tasks=2)
    WorkPreference.objects.create(person_id=small.experts[1], told=False, changed_at=small.now)
    made = surge(small)
    assert isinstance(made, Surge)
    read_events(small.now)
    told = Notice.objects.filter(kind="surge_opened")
    assert {each.person_id for each in told} == {small.experts[0], small.reviewers[0]}
    assert told[0].facts["percent"] == "50"
    end_surge(project_id=small.project.id, number=1, note="Enough.", actor=JOB, now=small.now)

    later = surge(small, from_at=small.now + timedelta(hours=1), reserve_max_minor=4 * 1800)
    assert isinstance(later, Surge)
    small.wait(3600)
    Surge.objects.filter(id=later.id).update(reserve_max_minor=1, reserved_minor=0)  # as if more had come meanwhile
    Slot.objects.filter(stage__kind="attempt").update(reserve_minor=3600)
    move_surges(actor=JOB, now=small.now)
    later.refresh_from_db()
    assert (later.state, later.end_reason) == ("over", "short")
    assert "surge" not in stage_cards(small.project.id)[0].card.terms
    read_events(small.now)
    assert [each.person_id for each in Notice.objects.filter(kind="surge_dropped")] == [small.reviewers[0]]
