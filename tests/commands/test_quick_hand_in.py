"""The quick way of handing in leaves the same rows as the long way, whatever follows from an attempt."""

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim, PersonLoad, Seat
from fairhand.flow import submit_work as both
from fairhand.flow.quick_hand_in import live_attempt
from tests.building import EVERY, HOURLY, LEFT, NONE, PER_JUDGEMENT, RETURN, RIGHT, Small, check_books, small_project
from tests.commands.both_ways import Back, changed, rows

pytestmark = pytest.mark.usefixtures("rollback_db")


def both_ways(small: Small, claim: Claim, answer: dict[str, str]) -> tuple[list[str], list[str]]:
    """The rows of the quick way and of the long way, from the same beginning; nothing of either stays."""
    actor, found = Actor("person", claim.person_id), []
    before = rows()
    for way in (both._quick, both._submit):
        try:
            with transaction.atomic():
                assert way(claim.id, claim.person_id, answer, actor, small.now) is not None
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                found.append(changed(before))
                check_books()
                raise Back
        except Back:
            pass
    return found[0], found[1]


@settings(max_examples=8)
@given(data=st.data())
def test_both_ways_leave_the_same_rows(data: st.DataObject) -> None:
    try:
        with transaction.atomic():
            want = data.draw(st.integers(1, 2))
            small = small_project(
                tasks=2, want=want, pay=data.draw(st.sampled_from((HOURLY, PER_JUDGEMENT))),
                policy=data.draw(st.sampled_from((NONE, EVERY))), reviewed=data.draw(st.booleans()),
            )  # fmt: skip
            for _ in range(data.draw(st.integers(0, 1))):
                small.work(small.experts[0])
            claim = small.claim(small.experts[want - 1])
            for seconds in data.draw(st.lists(st.integers(1, 500), max_size=2)):
                small.beat(claim, seconds)
            small.wait(data.draw(st.integers(0, 90)))
            quick, long = both_ways(small, claim, data.draw(st.sampled_from((LEFT, RIGHT))))
            assert quick == long
            assert {row.partition(" ")[0] for row in quick} >= {"submission", "pay_line", "event", "tally"}
            raise Back
    except Back:
        pass


def test_rework_goes_both_ways_alike() -> None:
    small = small_project(tasks=1, policy=EVERY, rounds_max=2)
    small.work(small.experts[0])
    small.review(RETURN)
    claim = small.claim(small.experts[0])
    assert claim.round == 2
    quick, long = both_ways(small, claim, RIGHT)
    assert quick == long


def test_what_is_late_goes_the_long_way() -> None:
    small = small_project(tasks=1, policy=NONE)
    claim = small.claim(small.experts[0])
    small.wait(86_400)
    small.expire()
    before = rows()
    assert both._quick(claim.id, claim.person_id, LEFT, Actor("person", claim.person_id), small.now) is None
    assert rows() == before
    assert small.submit(claim).submission_id


@pytest.mark.parametrize("touch", ["claim", "seat", "person_load", "slot"])
def test_a_row_that_changed_since_it_was_read_is_decided_again(touch: str) -> None:
    small = small_project(tasks=1, policy=NONE)
    claim = small.claim(small.experts[0])
    seen = live_attempt(claim.id, claim.person_id)
    assert seen is not None
    small.wait(60)
    with transaction.atomic():
        {
            "claim": lambda: Claim.objects.filter(id=claim.id).update(work_ms=30_000),
            "seat": lambda: Seat.objects.filter(person_id=claim.person_id).update(day_max=9),
            "person_load": lambda: PersonLoad.objects.filter(person_id=claim.person_id).update(open_max=9),
            "slot": lambda: type(claim.slot).objects.filter(id=claim.slot_id).update(reserve_minor=5_000),
        }[touch]()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT flow_hand_in(%s, %s, %s, %s)",
            [
                claim.id,
                seen.seen,
                small.now,
                Jsonb({"person": str(claim.person_id), "slot": str(claim.slot_id)}),
            ],
        )
        assert cursor.fetchone()[0] == "stale"
    assert Claim.objects.get(id=claim.id).state == "live"
