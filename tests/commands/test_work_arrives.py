"""Being told when work arrives, in one's own hours; and wishes that stay one's own."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.dispatch.hours import DAY, WEEK, may_tell, wait_minutes
from fairhand.dispatch.models import PersonLoad, Seat, Slot
from fairhand.dispatch.queries import preference_of
from fairhand.flow.save_preference import save_preference
from fairhand.flow.tell_of_work import tell_of_work
from fairhand.kernel.limits import WORK_TOLD_AGAIN_S
from fairhand.kernel.refusals import Refused
from fairhand.notices.models import Notice
from fairhand.people.commands import ensure_people
from fairhand.people.models import Person
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
MONDAY = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def small(**more: object) -> Small:
    return small_project(**{"tasks": 3, "reviewed": False, "now": MONDAY} | more)


def told(person_id: UUID) -> int:
    return Notice.objects.filter(person_id=person_id, kind="work_arrived").count()


def wish(person_id: UUID, **more: object) -> Refused | None:
    usual = {"fields": [], "hours": [], "quiet": [], "told": True, "muted": []}
    return save_preference(person_id=person_id, now=MONDAY, **usual | more)  # type: ignore[arg-type]  # made by hand


def take_all(some: Small) -> None:
    """Nothing is open any more, and the queue says so."""
    Slot.objects.filter(batch_id=some.batch_id).update(state="cancelled", reserve_minor=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE queue SET hint = 0")
        cursor.execute("DELETE FROM queue_wake")


def test_it_is_told_once_and_again_after_four_hours_when_it_opens_anew():
    some = small()
    one, other = some.experts
    assert tell_of_work(now=some.now) == 3  # the reviewer has a seat too
    assert tell_of_work(now=some.wait(60)) == 0
    reserve = some.slots()[0].reserve_minor
    take_all(some)
    tell_of_work(now=some.wait(60))
    Slot.objects.filter(batch_id=some.batch_id).update(state="open", reserve_minor=reserve)
    assert tell_of_work(now=some.wait(60)) == 0
    assert tell_of_work(now=some.wait(WORK_TOLD_AGAIN_S)) == 3
    assert (told(one), told(other)) == (2, 2)
    found = Notice.objects.filter(person_id=one)[0]
    assert (found.path, found.mail) == ("/projects/small/", "none")


def test_only_those_hear_of_it_who_want_to_and_could_take_it():
    some = small(experts=6)
    off, muted, full, met, alone, _usual = some.experts
    wish(off, told=False)
    wish(muted, muted=[some.project.id])
    PersonLoad.objects.filter(person_id=full).update(open_n=3, open_max=3)
    for slot in some.slots():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO hand (org_id, task_id, person_id, root_slot_id) VALUES (%s, %s, %s, %s)",
                [slot.org_id, slot.task_id, met, slot.root_slot_id],
            )
    Person.objects.filter(id=alone).update(state="suspended")
    with CaptureQueriesContext(connection) as captured:
        tell_of_work(now=some.now)
    assert len(captured) < 20
    assert [told(person) for person in some.experts] == [0, 0, 0, 0, 0, 1]
    # What could not be told then is not kept for later.
    assert tell_of_work(now=some.wait(3600)) == 0


def test_whoever_is_barred_when_work_arrives_is_told_when_the_bar_ends():
    some = small(tasks=2, experts=3)
    resting, full, done = some.experts
    Seat.objects.filter(person_id=resting).update(cool_until=some.now + timedelta(minutes=2))
    PersonLoad.objects.filter(person_id=full).update(open_max=0)
    Seat.objects.filter(person_id=done).update(day_max=0)
    assert tell_of_work(now=some.now) == 1  # the reviewer
    assert tell_of_work(now=some.wait(180)) == 1
    assert told(resting) == 1
    PersonLoad.objects.filter(person_id=full).update(open_max=3)
    assert tell_of_work(now=some.wait(900)) == 1
    assert told(full) == 1
    Seat.objects.filter(person_id=done).update(day_max=9)
    assert tell_of_work(now=some.wait(86_400)) == 1
    take_all(some)
    assert tell_of_work(now=some.wait(60)) == 0


def test_quiet_time_is_kept_in_the_persons_own_zone_and_it_is_told_at_its_end():
    some = small()
    one = some.experts[0]
    Person.objects.filter(id=one).update(tz="Asia/Kathmandu")  # 05:15 on Tuesday there
    wish(one, quiet=[[1, 0, 6 * 60]])
    tell_of_work(now=some.now)
    assert (told(one), told(some.experts[1])) == (0, 1)
    tell_of_work(now=some.wait(44 * 60))
    assert told(one) == 0
    tell_of_work(now=some.wait(60))
    assert told(one) == 1


def test_with_own_hours_it_waits_for_them_and_is_not_told_if_it_is_gone_by_then():
    some = small()
    one, other = some.experts
    for person in (one, other):
        wish(person, hours=[[1, 9 * 60, 17 * 60]])
    tell_of_work(now=some.now)
    assert told(one) == 0
    some.now = MONDAY.replace(day=3, hour=9, minute=0)
    some.claim(one)
    PersonLoad.objects.filter(person_id=one).update(open_max=1)
    tell_of_work(now=some.now)
    assert (told(one), told(other)) == (0, 1)


def test_wishes_are_kept_whole_and_make_no_event():
    some = small()
    one = some.experts[0]
    nobody = next(
        iter(ensure_people(people=[("n@people.example", "N")], kind="person", actor=COMMAND, now=MONDAY).values())
    )
    before = Event.objects.count()
    spans = [[0, 540, 1020], [6, 0, DAY]]
    assert wish(one, fields=["Tax law", "tax law", "Music"], hours=spans, muted=[some.project.id]) is None
    kept = preference_of(one)
    assert kept is not None
    assert (kept.fields, kept.hours, kept.muted) == (["Tax law", "tax law", "Music"], spans, [some.project.id])
    # A project that is not one's own can't be named.
    wish(nobody, muted=[some.project.id])
    other = preference_of(nobody)
    assert other is not None
    assert other.muted == []
    for bad, field in (
        ({"hours": [[0, 600, 600]]}, "hours"), ({"quiet": [[7, 0, 60]]}, "quiet"), ({"quiet": [[0, 0, 1441]]}, "quiet"),
        ({"hours": [[0, True, 60]]}, "hours"), ({"fields": ["x" * 61]}, "fields"), ({"fields": ["\x00"]}, "fields"),
        ({"fields": [str(n) for n in range(31)]}, "fields"),
    ):  # fmt: skip
        refused = wish(one, **bad)
        assert isinstance(refused, Refused)
        assert set(refused.facts["problems"]) == {field}
    assert Event.objects.count() == before


SPANS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, DAY - 1), st.integers(1, DAY)).filter(lambda s: s[1] < s[2]), max_size=4
)


@given(SPANS, SPANS, st.integers(0, WEEK - 1))
def test_the_wait_is_the_first_minute_in_which_one_may_be_told(hours, quiet, minute):
    wait = wait_minutes(hours, quiet, minute)
    first = next((n for n in range(WEEK) if may_tell(hours, quiet, (minute + n) % WEEK)), None)
    assert wait == first
