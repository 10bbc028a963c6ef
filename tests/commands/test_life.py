"""A claim's life: pause and resume, more time, taken back by staff, work time of the week."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.audit.actor import Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim, Extension, PersonLoad, Seat
from fairhand.dispatch.rules import extension_answer, extension_left_s
from fairhand.flow.extend_claim import Asked, ask_extension, decide_extension
from fairhand.flow.move_project import move_project
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.flow.release_claim import release_claim
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending
from fairhand.people.models import Person
from fairhand.projects.models import Stage
from fairhand.work.commands import record_beat
from tests.building import Small, check_books, small_project
from tests.counts import count

pytestmark = pytest.mark.usefixtures("rollback_db")
MANAGER = Actor("person", UUID(int=7))


def launched(**numbers: int) -> Small:
    """A project whose attempts may pause for 300 s, and be made 1,800 s longer, 600 of them at once."""
    small = small_project(tasks=3)
    limits = {"pause_s_max": 300, "extension_s_max": 1800, "extension_s_auto": 600} | numbers
    Stage.objects.filter(project=small.project).update(**limits)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    return small


def pause(small: Small, claim: Claim) -> Refused | None:
    return pause_claim(
        claim_id=claim.id, person_id=claim.person_id, actor=Actor("person", claim.person_id), now=small.now
    )


def resume(small: Small, claim: Claim) -> Refused | None:
    return resume_claim(
        claim_id=claim.id, person_id=claim.person_id, actor=Actor("person", claim.person_id), now=small.now
    )


def ask(small: Small, claim: Claim, seconds: int, reason: str = "The sources are long.") -> Asked | Refused:
    return ask_extension(
        claim_id=claim.id, person_id=claim.person_id, asked_s=seconds, reason=reason,
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip


def decide(small: Small, asked: Asked, seconds: int, why: str = "You told us why.") -> Refused | None:
    return decide_extension(
        project_id=small.project.id, extension_id=asked.extension_id, granted_s=seconds, why=why, actor=MANAGER,
        now=small.now,
    )  # fmt: skip


def release(small: Small, claim: Claim, reason: str = "The client needs it today.") -> str | Refused:
    return release_claim(
        claim_id=claim.id, project_id=small.project.id, reason=reason, actor=MANAGER, now=small.now
    )  # fmt: skip


def code(refused: object) -> str:
    assert isinstance(refused, Refused)
    return refused.code


def ends(claim: Claim) -> tuple[int, int]:
    """Seconds from the claim to its expiry and to its hard end."""
    claim.refresh_from_db()
    return int((claim.expires_at - claim.claimed_at).total_seconds()), int(
        (claim.hard_until - claim.claimed_at).total_seconds()
    )


def test_a_pause_stops_lease_and_clock_and_gives_back_what_it_did_not_use() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    small.wait(100)
    assert pause(small, claim) is None
    assert ends(claim) == (900, 7200), "lease of 600 and the whole budget of 300"
    assert small.beat(claim, 60) == 0, "nothing counts while paused"
    assert pause(small, claim) is None
    assert ends(claim) == (900, 7200), "again: nothing changes"
    small.wait(40)
    assert resume(small, claim) is None
    assert resume(small, claim) is None
    assert ends(claim) == (700, 7200), "100 seconds were paused"
    claim.refresh_from_db()
    assert (claim.pause_ms, claim.paused_at, claim.work_ms) == (100_000, None, None)
    assert small.beat(claim, 300) == 300_000
    claim.refresh_from_db()
    assert claim.work_ms == 300_000
    assert small.verbs().count("claim:paused") == small.verbs().count("claim:resumed") == 1


def test_reported_time_never_covers_the_pause() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    pause(small, claim)
    small.wait(200)
    resume(small, claim)
    assert small.beat(claim, 50) == 50_000
    more = record_beat(
        claim_id=claim.id, person_id=claim.person_id, device="page", seq=0, active_ms=500_000, now=small.wait(10)
    )
    assert more == 10_000, "of 260 seconds 200 were paused and 50 are counted"


def test_the_budget_of_a_pause_is_one_for_the_whole_claim_and_ends_it() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    for _ in range(3):
        assert pause(small, claim) is None
        small.wait(90)
        resume(small, claim)
    assert pause(small, claim) is None
    assert ends(claim) == (900, 7200), "30 seconds are left of it"
    small.wait(629)
    assert small.expire() == 0
    small.wait(1)
    assert small.expire() == 1, "paused or not: when budget and lease are used up, it expires"
    claim.refresh_from_db()
    assert (claim.state, claim.paused_at, claim.pause_ms) == ("expired", None, 300_000)
    assert code(pause(small, claim)) == code(resume(small, claim)) == "claim_ended"
    other = small.claim(small.experts[0])
    Claim.objects.filter(id=other.id).update(pause_ms=300_000)
    assert code(pause(small, other)) == "pause_used"
    small.wait(601)
    assert code(pause(small, other)) == "claim_due", "its time is over although the job has not come yet"


def test_a_pause_never_moves_the_hard_end_and_only_ones_own_claim_rests() -> None:
    small = launched(claim_s_max=700)
    claim = small.claim(small.experts[0])
    small.wait(500)
    small.beat(claim, 0)
    assert ends(claim) == (700, 700)
    pause(small, claim)
    assert ends(claim) == (700, 700)
    small.wait(50)
    resume(small, claim)
    assert ends(claim) == (700, 700)
    others = pause_claim(
        claim_id=claim.id, person_id=small.experts[1], actor=Actor("person", small.experts[1]), now=small.now
    )
    assert code(others) == "no_claim"


def test_work_handed_in_while_paused_is_taken_and_unmeasured_time_leaves_the_pause_out() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    small.wait(100)
    pause(small, claim)
    small.wait(80)
    done = small.submit(claim)
    assert done.amount_minor == 100, "a cent a second of the 100 before the pause"
    assert PersonLoad.objects.get(person_id=claim.person_id).week_ms == 100_000
    claim.refresh_from_db()
    assert (claim.state, claim.pause_ms) == ("submitted", 80_000)
    check_books()


def test_a_claim_of_an_offer_without_pauses_cannot_be_paused() -> None:
    small = launched(pause_s_max=0)
    assert code(pause(small, small.claim(small.experts[0]))) == "pause_used"


def test_no_row_of_pauses_and_reports_wins_more_than_the_budget() -> None:
    """Against a small model: a claim expires a lease after its last sign of life, moved on by what was paused alone."""
    small = launched(claim_s_max=3000)

    @settings(max_examples=count(50, 3000))
    @given(st.lists(st.tuples(st.sampled_from("prb"), st.integers(0, 400)), max_size=14))
    def holds(steps: list[tuple[str, int]]) -> None:
        with transaction.atomic():
            start = small.now
            _follow(small, small.claim(small.experts[0]), steps)
            small.now = start
            transaction.set_rollback(True)

    holds()


def _follow(small: Small, claim: Claim, steps: list[tuple[str, int]]) -> None:
    """All in seconds from the claim: the last sign of life, what was paused before, the start of a pause."""
    signed, paused, since, start = 0.0, 0.0, -1.0, small.now

    def expires() -> float:
        return min(3000, signed + 600 + (300 if since >= 0 else paused))

    for verb, seconds in steps:
        t = (small.wait(seconds) - start).total_seconds()
        if verb == "p" and since < 0:
            done = pause(small, claim)
            assert (done is None) == (t < expires() and paused < 300), done
            since = t if done is None else since
        elif verb == "r":
            assert resume(small, claim) is None
            paused, since = (min(300, paused + t - since), -1) if since >= 0 else (paused, since)
        elif verb == "b":
            small.beat(claim, 0)
            signed = max(signed, t - paused) if since < 0 else signed
        claim.refresh_from_db()
        assert (claim.expires_at - claim.claimed_at).total_seconds() == pytest.approx(expires(), abs=0.01)
        assert claim.pause_ms == pytest.approx(paused * 1000, abs=10)
        assert claim.expires_at <= claim.hard_until


def test_more_time_within_the_allowance_is_granted_at_once_and_beyond_it_by_staff() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    first = ask(small, claim, 600)
    assert isinstance(first, Asked)
    assert first.granted_s == 600
    assert ends(claim) == (1200, 7800)
    second = ask(small, claim, 900)
    assert isinstance(second, Asked)
    assert second.granted_s is None
    assert ends(claim) == (1200, 7800), "nothing moves before somebody decided"
    assert code(ask(small, claim, 60)) == "extension_open"
    small.wait(1000)
    pause(small, claim)
    assert decide(small, second, 300) is None
    assert ends(claim) == (1800, 8100), "the end moves for a paused claim too"
    small.wait(100)
    resume(small, claim)
    assert ends(claim) == (1600, 8100)
    assert code(decide(small, second, 300)) == "extension_decided"
    row = Extension.objects.get(id=second.extension_id)
    assert (row.granted_s, row.decided_by, row.why) == (300, MANAGER.id, "You told us why.")
    assert Event.objects.filter(verb="claim:extended").count() == 2


def test_more_time_has_a_reason_and_an_end() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    assert code(ask(small, claim, 600, " ")) == "bad_input"
    assert code(ask(small, claim, 1801)) == code(ask(small, claim, 59)) == "bad_input"
    asked = ask(small, claim, 1800)
    assert isinstance(asked, Asked)
    assert code(decide(small, asked, 1801)) == code(decide(small, asked, -1)) == "bad_input"
    assert code(decide(small, asked, 0, "")) == "bad_input", "a no has a reason too"
    assert decide(small, asked, 0, "The client waits.") is None
    assert ends(claim) == (600, 7200)
    again = ask(small, claim, 1800)
    assert isinstance(again, Asked)
    assert decide(small, again, 1800) is None
    assert code(ask(small, claim, 60)) == "extension_used"
    other = ask_extension(
        claim_id=claim.id, person_id=small.experts[1], asked_s=60, reason="Mine.",
        actor=Actor("person", small.experts[1]), now=small.now,
    )  # fmt: skip
    assert code(other) == "no_claim"


def test_a_request_decided_after_the_claim_ended_says_so() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    asked = ask(small, claim, 1800)
    assert isinstance(asked, Asked)
    small.wait(601)
    small.expire()
    assert code(decide(small, asked, 600)) == "claim_over"
    claim.refresh_from_db()
    assert (claim.state, claim.extended_s) == ("expired", 0)
    (event,) = Event.objects.filter(verb="claim:extension_refused")
    assert event.facts["over"] is True
    mine = small.claim(small.experts[1])
    open_one = ask(small, mine, 1800)
    assert isinstance(open_one, Asked)
    small.skip(mine)
    assert code(decide(small, open_one, 600)) == "extension_decided", "what is given back asks for nothing more"
    assert code(ask(small, mine, 600)) == "claim_ended"


def test_a_task_taken_back_by_staff_goes_to_others_and_its_time_stays_written_down() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    small.beat(claim, 90)
    assert code(release(small, claim, "")) == "bad_input"
    stranger = release_claim(
        claim_id=claim.id, project_id=UUID(int=1), reason="Mine.", actor=MANAGER, now=small.now
    )  # fmt: skip
    assert code(stranger) == "no_claim"
    assert release(small, claim) == "open"
    assert code(release(small, claim)) == "claim_ended"
    claim.refresh_from_db()
    assert (claim.state, claim.end_reason, claim.work_ms) == ("released", "The client needs it today.", 90_000)
    (event,) = Event.objects.filter(verb="claim:released")
    assert (event.facts["work_ms"], event.actor_id) == (90_000, MANAGER.id)
    assert PersonLoad.objects.get(person_id=claim.person_id).open_n == 0
    assert small.slots()[0].state == "open"
    check_books()


def test_late_work_after_that_is_taken_as_after_an_expiry() -> None:
    small = launched()
    first, second = small.experts
    claim = small.claim(first)
    small.beat(claim, 100)
    release(small, claim)
    done = small.submit(claim)
    assert (done.surplus, done.amount_minor) == (False, 100)
    held = small.claim(first)
    small.beat(held, 50)
    release(small, held)
    while small.claim(second).slot_id != held.slot_id:
        pass
    late = small.submit(held)
    assert (late.surplus, late.amount_minor) == (True, 50)
    assert small.money(pending(first)) + small.money(payable(first)) == 150
    check_books()


def test_closing_a_project_leaves_a_paused_or_extended_task_alone() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    pause(small, claim)
    moved = move_project(project_id=small.project.id, to="closed", reason="Done.", actor=MANAGER, now=small.now)
    assert moved == 2
    small.wait(30)
    assert resume(small, claim) is None
    asked = ask(small, claim, 900)
    assert isinstance(asked, Asked)
    assert decide(small, asked, 900) is None
    small.beat(claim, 20)
    assert small.submit(claim).amount_minor == 20
    check_books()


def test_the_week_is_that_of_the_persons_zone_and_never_runs_backwards() -> None:
    small = launched()
    person = small.experts[0]
    load = PersonLoad.objects.filter(person_id=person)
    claim = small.claim(person)  # a Monday, nine o'clock UTC
    small.beat(claim, 60)
    assert load.values_list("week", "week_ms").get() == (date(2026, 3, 2), 60_000)
    small.now += timedelta(days=6, hours=14, minutes=30) - timedelta(seconds=60)  # Sunday 23:30 UTC
    Person.objects.filter(id=person).update(tz="Asia/Tokyo")
    Claim.objects.filter(id=claim.id).update(hard_until=small.now + timedelta(days=1))
    small.beat(claim, 60)
    assert load.values_list("week", "week_ms").get() == (date(2026, 3, 9), 60_000), "Monday there"
    Person.objects.filter(id=person).update(tz="America/Lima")
    small.beat(claim, 60)
    assert load.values_list("week", "week_ms").get() == (date(2026, 3, 9), 120_000), "moving wins no new week"


def test_the_rest_after_handing_in_begins_with_it() -> None:
    small = launched(cool_s=120)
    person = small.experts[0]
    claim = small.claim(person)
    small.beat(claim, 10)
    small.submit(claim)
    assert Seat.objects.get(person_id=person).cool_until == small.now + timedelta(seconds=120)
    assert code(small.take(person)) == "cool_down"
    small.wait(120)
    small.claim(person)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000), st.none() | st.integers(-5, 10_000))
def test_what_may_be_asked_for_never_passes_what_the_terms_allow(
    most: int, at_once: int, extended: int, asked: int | None
) -> None:
    terms = {"extension_s_max": most, "extension_s_auto": min(at_once, most)}
    answer = extension_answer(terms, extended, asked)
    assert extension_answer({}, 0, asked) == "extension_used", "an offer of before says nothing of it"
    if answer in ("at_once", "ask"):
        assert asked is not None
        assert 60 <= asked <= extension_left_s(terms, extended)
        assert (extended + asked <= terms["extension_s_auto"]) == (answer == "at_once")
        assert extended + asked <= most


def test_terms_of_life_stand_on_the_card() -> None:
    small = launched()
    claim = small.claim(small.experts[0])
    terms = Claim.objects.select_related("offer").get(id=claim.id).offer.terms
    assert (terms["pause_s_max"], terms["extension_s_max"], terms["extension_s_auto"]) == (300, 1800, 600)
