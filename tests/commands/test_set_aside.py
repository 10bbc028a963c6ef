"""What is kept for some: a cohort's slots, first tasks for whoever joins, and how they come back."""

from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.audit.models import Event
from fairhand.dispatch.commands import ensure_seats
from fairhand.dispatch.models import Queue, Seat, Slot
from fairhand.dispatch.queries import seat_by_alias
from fairhand.flow import set_aside as flow
from fairhand.flow.claim_news import READERS
from fairhand.flow.move_project import move_project
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_people
from tests.building import Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
_DAY_S = 86_400


def alias(small: Small, person_id: UUID) -> str:
    """The pseudonym in the project."""
    return Seat.objects.get(project=small.project, person_id=person_id).alias


def cohort(small: Small, *people: UUID) -> UUID:
    """A cohort of some experts."""
    made = flow.make_cohort(
        project_id=small.project.id, name="First readers", aliases=[alias(small, each) for each in people],
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert isinstance(made, UUID), made
    return made


def keep(small: Small, cohort_id: UUID, slots: int = 2, days: int = 1) -> int | Refused:
    """Set slots aside for a cohort."""
    return flow.set_aside_for_cohort(
        project_id=small.project.id, cohort_id=cohort_id, batch_number=None, slots=slots, days=days,
        reason="They know it.", actor=COMMAND, now=small.now,
    )  # fmt: skip


def test_a_cohorts_slots_are_its_members_alone_until_their_time_and_then_everybodys() -> None:
    small = small_project(tasks=3, experts=3)
    cohort_id = cohort(small, small.experts[0])
    assert keep(small, cohort_id) == 2
    assert small.claim(small.experts[1]).slot.queue.cohort_id is None
    assert getattr(small.take(small.experts[1]), "code", "") == "no_work"
    assert small.claim(small.experts[0]).slot.queue.cohort_id == cohort_id
    small.wait(_DAY_S + 1)
    assert flow.end_set_asides(actor=JOB, now=small.now) == 1
    assert flow.end_set_asides(actor=JOB, now=small.now) == 0
    assert not Slot.objects.filter(state="open", queue__cohort_id=cohort_id).exists()
    assert small.claim(small.experts[2])
    check_books()


def test_a_cohort_is_made_of_people_of_the_project_and_changed_by_name() -> None:
    small = small_project(tasks=1, experts=2)
    cohort_id = cohort(small, small.experts[0])
    names = {"first": alias(small, small.experts[0]), "second": alias(small, small.experts[1])}
    given = {"project_id": small.project.id, "actor": COMMAND, "now": small.now}
    assert flow.change_cohort(cohort_id=cohort_id, add=[*names.values()], remove=[], **given) == (1, 0)
    assert flow.change_cohort(cohort_id=cohort_id, add=[], remove=[names["first"]], **given) == (0, 1)
    for name, aliases, field in (
        ("First readers", [names["first"]], "name"), ("", [names["first"]], "name"), ("Other", [], "aliases"),
        ("Other", ["E-NOBODY"], "aliases"),
    ):  # fmt: skip
        refused = flow.make_cohort(name=name, aliases=aliases, **given)
        assert isinstance(refused, Refused)
        assert [each.field for each in refused.facts["problems"]] == [field]


def test_first_tasks_are_kept_for_whoever_joins_as_soon_as_some_are_open() -> None:
    small = small_project(tasks=2, experts=1)
    given = {"project_id": small.project.id, "reason": "A start for everybody.", "actor": COMMAND, "now": small.now}
    assert flow.promise_first_tasks(slots=3, days=2, **given) is True
    assert flow.promise_first_tasks(slots=3, days=2, **given) is False
    small.project.refresh_from_db()
    people = ensure_people(people=[("new@people.example", "New")], kind="person", actor=COMMAND, now=small.now)
    new = people["new@people.example"]
    ensure_seats(project=small.project, person_ids=[new], actor=COMMAND, now=small.now)
    assert flow.keep_promises(actor=JOB, now=small.now) == 2  # never more than are open
    assert flow.keep_promises(actor=JOB, now=small.now) == 0
    assert Seat.objects.get(person_id=new).promised_n == 1
    assert getattr(small.take(small.experts[0]), "code", "") == "no_work"
    assert small.claim(new).slot.for_person_id == new
    small.wait(3 * _DAY_S)
    assert flow.end_set_asides(actor=JOB, now=small.now) == 1
    assert flow.keep_promises(actor=JOB, now=small.now) == 0
    assert Seat.objects.get(person_id=new).promised_n == 0
    check_books()


def test_what_is_set_aside_or_planned_goes_when_its_project_closes() -> None:
    small = small_project(tasks=2, want=1, cap=2, experts=2)
    kept = flow.set_aside_for_person(
        project_id=small.project.id, alias=alias(small, small.experts[0]), slots=1, days=1, reason="Theirs.",
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert kept == 1
    closed = move_project(project_id=small.project.id, to="closed", reason="Done.", actor=COMMAND, now=small.now)
    assert closed == 2
    assert set(Slot.objects.values_list("state", flat=True)) == {"cancelled"}
    check_books()


def test_calibration_stays_calibration_and_whoever_it_is_kept_for_is_told() -> None:
    small = small_project(tasks=3, experts=2)
    Queue.objects.filter(project=small.project, stage__kind="attempt").update(lane="calibration")
    assert keep(small, cohort(small, small.experts[0]), slots=1) == 1
    kept = flow.set_aside_for_person(
        project_id=small.project.id, alias=alias(small, small.experts[1]), slots=2, days=1, reason="Theirs.",
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert kept == 2
    events = list(Event.objects.filter(verb__endswith=":set_aside").values())
    told = [
        (news.kind, news.person_id) for verb in ("cohort:set_aside", "slot:set_aside")
        for news in READERS[verb]([event for event in events if event["verb"] == verb])
    ]  # fmt: skip
    assert told == [("work_kept", each) for each in small.experts]
    small.wait(_DAY_S + 1)
    assert flow.end_set_asides(actor=JOB, now=small.now) == 3
    assert {slot.queue.lane for slot in small.slots()} == {"calibration"}


def test_a_pseudonym_that_no_text_can_be_is_nobodys() -> None:
    small = small_project(tasks=1)
    made = flow.make_cohort(
        project_id=small.project.id, name="A", aliases=["a\0b"], actor=COMMAND, now=small.now
    )  # fmt: skip
    assert isinstance(made, Refused)
    assert seat_by_alias(small.project.id, "a\0b") is None
    assert isinstance(small.take(small.experts[0], "a\0b"), Refused)
