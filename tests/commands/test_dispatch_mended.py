"""What an attack on dispatch found, and what holds since: paid once, kept for whom it is, no verb waits in a ring."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.models import Claim, Queue, Seat, Slot
from fairhand.flow import set_aside
from fairhand.flow.change_gate import change_gate
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.release_claim import release_claim
from fairhand.flow.reopen_tasks import Reopened, reopen_tasks
from fairhand.flow.reprioritise import reprioritise
from fairhand.flow.save_profile import save_profile
from fairhand.flow.stage_cards import stage_cards
from fairhand.gates.commands import exclude
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending
from fairhand.people.profile import NewProfile
from fairhand.projects.models import Stage
from tests.building import PER_JUDGEMENT, RETURN, Small, check_books, draft_batch, small_project
from tests.races.together import racers

STAFF = Actor("person", UUID(int=7))
WHY = "It was promised to them."
_DAY_S = 86_400


def alias(small: Small, person: UUID) -> str:
    return Seat.objects.get(project=small.project, person_id=person).alias


def earned(small: Small, person: UUID) -> int:
    return small.money(pending(person)) + small.money(payable(person))


def for_person(small: Small, person: UUID, slots: int) -> int | Refused:
    return set_aside.set_aside_for_person(
        project_id=small.project.id, alias=alias(small, person), slots=slots, days=90, reason=WHY, actor=STAFF,
        now=small.now,
    )  # fmt: skip


def cohort_of(small: Small, person: UUID) -> UUID:
    made = set_aside.make_cohort(
        project_id=small.project.id, name="First", aliases=[alias(small, person)], actor=STAFF, now=small.now
    )
    assert isinstance(made, UUID)
    return made


def for_cohort(small: Small, cohort: UUID, slots: int, days: int) -> int | Refused:
    return set_aside.set_aside_for_cohort(
        project_id=small.project.id, cohort_id=cohort, batch_number=None, slots=slots, days=days, reason=WHY,
        actor=STAFF, now=small.now,
    )  # fmt: skip


def after(sql: str, job: Callable[[], Any], rest: Callable[[], None] = lambda: time.sleep(0.4)) -> Callable[[], Any]:
    """The job, with a rest after such a statement: it stands for a busy machine."""

    def wrap(execute: Any, said: Any, params: Any, many: Any, context: Any) -> Any:
        found = execute(said, params, many, context)
        if sql in str(said):
            rest()
        return found

    def run() -> Any:
        with connection.execute_wrapper(wrap):
            return job()

    return run


@pytest.mark.usefixtures("rollback_db")
@pytest.mark.parametrize("rework", [True, False])
@pytest.mark.parametrize("newer_first", [True, False])
def test_the_same_work_is_taken_once_under_whichever_of_its_claims(rework: bool, newer_first: bool) -> None:
    small = small_project(tasks=20 if rework else 1, pay=PER_JUDGEMENT, reviewed=rework)
    expert = small.experts[0]
    if rework:
        small.submit(small.claim(expert))
        small.review(RETURN)
    else:
        assert for_person(small, expert, 1) == 1
    before = earned(small, expert)
    older = small.claim(expert)
    small.wait(601)
    assert small.expire() == 1
    newer = small.claim(expert)
    assert (newer.slot_id, newer.round) == (older.slot_id, older.round)

    if newer_first:
        small.submit(newer)
    refused = small.hand_in(older)
    assert isinstance(refused, Refused)
    assert refused.code == ("handed_in_again" if newer_first else "held_again")
    assert refused.facts == {"claim": str(newer.id)}
    small.wait(601)
    if not newer_first:  # both are late now: whichever comes takes the slot back
        assert small.expire() == 1
        assert not small.submit(older).surplus
        refused = small.hand_in(newer)
        assert isinstance(refused, Refused)
        assert refused.facts == {"claim": str(older.id)}
    assert earned(small, expert) == before + 12
    check_books()


@pytest.mark.usefixtures("rollback_db")
def test_a_pause_before_what_is_counted_takes_nothing_off() -> None:
    small = small_project(tasks=3, reviewed=False)
    Stage.objects.filter(project=small.project).update(pause_s_max=900)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    expert = small.experts[0]
    mine = Actor("person", expert)
    paused, other = small.claim(expert), small.claim(expert)
    pause_claim(claim_id=paused.id, person_id=expert, actor=mine, now=small.now)
    for _ in range(3):
        small.beat(other, 60)
    assert small.submit(other).amount_minor == 180
    small.wait(20)
    resume_claim(claim_id=paused.id, person_id=expert, actor=mine, now=small.now)
    small.wait(100)
    pause_claim(claim_id=paused.id, person_id=expert, actor=mine, now=small.now)
    small.wait(30)
    resume_claim(claim_id=paused.id, person_id=expert, actor=mine, now=small.now)
    small.wait(50)
    assert small.submit(paused).amount_minor == 150, "of 200 seconds since 50 were paused"


@pytest.mark.usefixtures("rollback_db")
def test_a_task_is_kept_for_somebody_once_and_no_more_than_their_seat_takes() -> None:
    small = small_project(tasks=3, want=3, pay=PER_JUDGEMENT, reviewed=False)
    one, two = small.experts
    assert for_person(small, one, 9) == 3
    assert for_person(small, one, 9) == 0
    assert len({slot.task_id for slot in small.slots() if slot.for_person_id == one}) == 3
    seat = Seat.objects.filter(project=small.project, person_id=two)
    seat.update(promised_n=9, promised_until=small.now + timedelta(days=9), total_max=2, day_max=0)
    assert set_aside.keep_promises(actor=JOB, now=small.now) == 2
    assert set_aside.keep_promises(actor=JOB, now=small.now) == 0
    seat.update(total_max=0)
    assert set_aside.end_set_asides(actor=JOB, now=small.now) == 2, "what they can't take is everybody's again"
    exclude(
        person_id=one, org_id=small.project.org_id, project_id=small.project.id, made_in=small.project.id,
        reason_code="other", reason="For a reason.", until=None, made_as="manager",
        actor=Actor("person", small.reviewers[0]), now=small.now,
    )  # fmt: skip
    assert set_aside.end_set_asides(actor=JOB, now=small.now) == 3


@pytest.mark.usefixtures("rollback_db")
def test_a_cohort_keeps_the_longest_it_was_promised_and_a_reopened_task_is_everybodys() -> None:
    small = small_project(tasks=20, pay=PER_JUDGEMENT, reviewed=False)
    expert, other = small.experts
    cohort = cohort_of(small, expert)
    until = small.now + timedelta(days=30)
    assert [for_cohort(small, cohort, 3, 30), for_cohort(small, cohort, 20, 1), for_cohort(small, cohort, 1, 60)] == [
        3, 17, 0,
    ]  # fmt: skip
    assert set(Queue.objects.filter(cohort_id=cohort).values_list("until", flat=True)) == {until}

    claim = small.claim(expert)
    small.submit(claim)
    publish_guideline(
        project_id=small.project.id, base=1, texts={"en": "# Two"}, note="Sources are named.",
        affects=["question:winner"], actor=STAFF, now=small.now,
    )  # fmt: skip
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    done = reopen_tasks(
        project_id=small.project.id, version=2, limit=5, reason="It changed.", actor=STAFF, now=small.now
    )
    assert isinstance(done, Reopened)
    assert done.tasks == 1
    assert small.claim(other).task_id == claim.task_id
    small.wait(30 * _DAY_S)
    assert set_aside.end_set_asides(actor=JOB, now=small.now) == 19


@pytest.mark.usefixtures("rollback_db")
def test_work_that_was_taken_back_and_handed_in_late_uses_up_its_cap() -> None:
    small = small_project(tasks=5, pay=PER_JUDGEMENT, reviewed=False)
    expert = small.experts[0]
    Seat.objects.filter(project=small.project, person_id=expert).update(total_max=1, day_max=1, week_max=1)
    claim = small.claim(expert)
    release_claim(claim_id=claim.id, project_id=small.project.id, reason="It is needed.", actor=STAFF, now=small.now)
    seat = Seat.objects.get(project=small.project, person_id=expert)
    assert (seat.day_n, seat.week_n, seat.total_n) == (0, 0, 0)
    small.submit(claim)
    seat.refresh_from_db()
    assert (seat.day_n, seat.week_n, seat.total_n) == (1, 1, 1)


def both_at_once(small: Small, one: UUID, race: Callable[..., list[Any]]) -> None:
    """One work under two claims, handed in at the same moment: one of them is taken, and paid."""
    older = small.claim(one)
    small.wait(601)
    assert small.expire() == 1
    _, newer = small.claim(one), small.claim(one)  # what opened again comes behind the other that is kept
    assert newer.slot_id == older.slot_id
    before = earned(small, one)
    said = race([lambda: small.hand_in(older), lambda: small.hand_in(newer)])
    assert sorted(isinstance(each, Refused) for each in said) == [False, True]
    assert earned(small, one) - before == sum(each.amount_minor for each in said if not isinstance(each, Refused))


@pytest.mark.usefixtures("db")
def test_no_two_verbs_wait_for_each_other_in_a_ring() -> None:
    """Each raises a deadlock, or keeps a promise twice, where one takes its locks in another order."""
    small = small_project(tasks=6, reviewed=False)
    one, two = small.experts
    project_id, now = small.project.id, small.now
    profile = NewProfile(
        name="Ann", about="", language_codes=("en",), languages=(), domains=(), country_code="", country="", tz="UTC"
    )
    cohort, second = cohort_of(small, two), draft_batch(small.project, 2)
    held = small.claim(two)

    def gate(code: str) -> Callable[[], Any]:
        rule = {"version": 1, "all": [{"kind": "language", "any": ["en", code]}]}
        seen = Stage.objects.get(project=small.project, ordinal=1).gate_id
        return lambda: change_gate(
            project_id=project_id, number=1, rule=rule, seen=seen, reason="The client asks it.", actor=STAFF, now=now
        )

    def rank() -> Any:
        return reprioritise(
            project_id=project_id, batch_id=small.batch_id, reason="It is needed.", actor=STAFF, now=now, tier=3
        )

    def launch() -> Any:
        return launch_batch(batch_id=second, actor=COMMAND, now=now)

    def keep() -> int:
        return set_aside.keep_promises(actor=JOB, now=now)

    reached, handed_in = Event(), Event()

    def rest() -> None:
        reached.set()
        assert handed_in.wait(30), "a launch holds up nobody's work"

    def quick() -> None:
        assert reached.wait(30)
        small.submit(held)
        handed_in.set()

    with racers(2) as race:
        told = after('UPDATE "person"', lambda: save_profile(
            person_id=one, new=profile, zones={"UTC"}, actor=Actor("person", one), now=now
        ))  # fmt: skip
        _, claim = race([told, lambda: small.take(one)], late=[0, 0.15])
        assert isinstance(claim, Claim)
        assert race([after("INSERT INTO queue", rank), gate("de")], late=[0, 0.15]) == [4, True]
        aside = after("INSERT INTO queue", lambda: for_cohort(small, cohort, 1, 3))
        assert race([aside, gate("fr")], late=[0, 0.15]) == [1, True]
        launched, _ = race([after("dispatch_analyze", launch, rest), quick])
        assert not isinstance(launched, Refused)
        Seat.objects.filter(project=small.project, person_id=one).update(
            promised_n=2, promised_until=now + timedelta(days=14)
        )
        assert sorted(race([after("WITH filled", keep)] * 2, late=[0, 0.1])) == [0, 2]
        assert Slot.objects.filter(for_person_id=one, state="open").count() == 2
        small.submit(claim)
        both_at_once(small, one, race)
    check_books()
