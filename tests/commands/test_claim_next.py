"""claim_next: the next slot for a person, on the terms they saw."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.commands import give_back, set_aside
from fairhand.dispatch.models import Claim, Hand, PersonLoad, Seat, Slot
from fairhand.flow.claim_next import claim_next
from fairhand.kernel.limits import OPEN_CLAIMS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.tasks.models import Task
from tests.building import RETURN, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def refused(found: Claim | Refused) -> str:
    assert isinstance(found, Refused), found
    return found.code


def test_a_claim_holds_its_slot_for_the_lease_on_a_frozen_offer() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    slot = small.slot()
    assert (slot.state, slot.current_claim_id) == ("claimed", claim.id)
    assert (claim.state, claim.round, claim.subject_ids, claim.work_ms) == ("live", 1, [], None)
    assert claim.expires_at == small.now + timedelta(seconds=600)
    assert claim.hard_until == small.now + timedelta(seconds=7200)
    assert claim.offer.terms_hash == small.hashes[0]
    assert claim.offer.ceiling_minor == slot.reserve_minor == 3600
    assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 1
    assert Hand.objects.get(person_id=small.experts[0]).root_slot_id == slot.id
    assert small.verbs()[-1] == "claim:made"
    check_books()


def test_a_lease_never_passes_the_hard_end() -> None:
    small = small_project(tasks=1, lease_s=600, claim_s_max=600)
    claim = small.claim(small.experts[0])
    assert claim.expires_at == claim.hard_until


def test_the_same_request_gives_the_same_claim_and_one_event() -> None:
    small = small_project(tasks=3)
    first = small.claim(small.experts[0], key="click")
    small.wait(5)
    again = small.claim(small.experts[0], key="click")
    assert again.id == first.id
    assert small.verbs().count("claim:made") == 1
    other = small.claim(small.experts[1], key="click")
    assert other.id != first.id


def test_a_repeated_request_is_answered_even_after_the_claim_ended() -> None:
    small = small_project(tasks=3)
    first = small.claim(small.experts[0], key="click")
    small.submit(first)
    again = small.claim(small.experts[0], key="click")
    assert (again.id, again.state) == (first.id, "submitted")


def test_a_request_key_of_replays_is_not_for_people() -> None:
    """A claim whose key begins with `replay:` never expires; only a replay may make one."""
    small = small_project(tasks=1)
    assert refused(small.take(small.experts[0], key="replay:1")) == "bad_request_key"
    made = claim_next(
        person_id=small.experts[0], project_id=small.project.id, kind="attempt", terms_seen=small.hashes,
        request_key="replay:1", actor=Actor("replay", small.experts[0]), now=small.now,
    )  # fmt: skip
    assert isinstance(made, Claim)


def test_nobody_holds_more_than_the_open_maximum() -> None:
    small = small_project(tasks=OPEN_CLAIMS_MAX + 1)
    claims = [small.claim(small.experts[0]) for _ in range(OPEN_CLAIMS_MAX)]
    assert refused(small.take(small.experts[0])) == "cap_open"
    small.submit(claims[0])
    assert small.claim(small.experts[0]).id not in {claim.id for claim in claims}


def test_terms_that_were_not_seen_are_not_claimed() -> None:
    small = small_project(tasks=1)
    small.hashes = ["0" * 64]
    assert refused(small.take(small.experts[0])) == "terms_changed"
    assert small.slot().state == "open"
    assert not Hand.objects.exists()


def test_without_a_seat_or_with_a_paused_one_nothing_is_given() -> None:
    small = small_project(tasks=1)
    Seat.objects.filter(person_id=small.experts[0]).update(state="paused")
    assert refused(small.take(small.experts[0])) == "cap_seat"
    Seat.objects.filter(person_id=small.experts[1]).update(state="left")
    assert refused(small.take(small.experts[1])) == "cap_seat"


def test_a_person_without_a_load_row_has_no_seat() -> None:
    small = small_project(tasks=1)
    found = claim_next(
        person_id=small.project.id, project_id=small.project.id, kind="attempt", terms_seen=small.hashes,
        request_key="x", actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert refused(found) == "no_seat"


def test_the_day_maximum_begins_anew_each_day_and_the_total_does_not() -> None:
    small = small_project(tasks=9)
    expert = small.experts[0]
    Seat.objects.filter(person_id=expert).update(day_max=1, total_max=2)
    small.submit(small.claim(expert))
    assert refused(small.take(expert)) == "cap_seat"
    small.wait(86_400)
    small.submit(small.claim(expert))
    small.wait(86_400)
    assert refused(small.take(expert)) == "cap_seat"
    seat = Seat.objects.get(person_id=expert)
    assert (seat.total_n, seat.handed_in_n) == (2, 2)


def test_a_person_meets_a_task_once_though_it_wants_more() -> None:
    small = small_project(tasks=1, want=2)
    small.submit(small.claim(small.experts[0]))
    assert refused(small.take(small.experts[0])) == "no_work"
    small.claim(small.experts[1])


def test_the_author_never_reviews_the_own_task() -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0])
    assert refused(small.take(small.experts[0], "review")) == "no_work"
    assert refused(small.take(small.reviewers[0], "attempt")) == "no_work"
    review = small.claim(small.reviewers[0], "review")
    assert review.subject_ids == [small.slot().result_id]


def test_the_key_of_hands_refuses_a_second_slot_of_a_task_whatever_the_code_says() -> None:
    small = small_project(tasks=1, want=2)
    claim = small.claim(small.experts[0])
    other = Slot.objects.exclude(id=claim.slot_id).get()
    with pytest.raises(IntegrityError, match="claim_hand"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO claim (id, org_id, project_id, task_id, slot_id, root_slot_id, round, person_id, offer_id,
                                  subject_ids, request_key, state, claimed_at, expires_at, hard_until)
               SELECT gen_random_uuid(), org_id, project_id, task_id, %s, %s, round, person_id, offer_id, subject_ids,
                      'forged', 'live', claimed_at, expires_at, hard_until FROM claim WHERE id = %s""",
            [other.id, other.id, claim.id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_slot_set_aside_is_for_that_person_until_its_moment() -> None:
    small = small_project(tasks=1)
    task = Task.objects.get()
    first, second = small.experts
    until = small.now + timedelta(hours=1)
    aside = {"task_id": task.id, "stage_id": small.slot().stage_id, "until": until, "actor": COMMAND, "now": small.now}
    assert set_aside(person_id=first, **aside) == small.slot().id
    assert set_aside(person_id=first, **aside) == small.slot().id, "a repeat returns it"
    assert set_aside(person_id=second, **aside) is None
    assert refused(small.take(second)) == "no_work"
    small.wait(3600)
    assert refused(small.take(first)) == "no_work", "the moment has come"
    assert give_back(actor=COMMAND, now=small.now, limit=10) == 1
    assert give_back(actor=COMMAND, now=small.now, limit=10) == 0
    small.claim(second)
    assert small.verbs().count("slot:set_aside") == small.verbs().count("slot:given_back") == 1


def test_rework_comes_before_other_work_and_only_to_its_author() -> None:
    small = small_project(tasks=2)
    author, other = small.experts
    made = small.work(author)
    small.review(RETURN)
    small.submit(small.claim(other))
    assert refused(small.take(other)) == "no_work", "what is left is the author's"
    again = small.claim(author)
    assert (again.slot_id, again.round) == (made.slot_id, 2)


def test_a_slot_whose_reserve_cannot_carry_the_offer_is_left() -> None:
    small = small_project(tasks=1)
    Slot.objects.update(reserve_minor=3599)
    assert refused(small.take(small.experts[0])) == "no_work"


def test_slots_of_another_kind_are_not_given() -> None:
    small = small_project(tasks=1)
    assert refused(small.take(small.reviewers[0], "review")) == "no_work"


def test_a_refused_claim_leaves_nothing(rollback_db) -> None:
    small: Small = small_project(tasks=1)
    Seat.objects.filter(person_id=small.experts[0]).update(total_max=0)
    events = len(small.verbs())
    assert refused(small.take(small.experts[0])) == "cap_seat"
    assert len(small.verbs()) == events
    assert not Claim.objects.exists()
    assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 0
