"""What the claim function holds: caps by the expert's own calendar, rests, decisions, cohorts, turns and cursors."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.commands import give_back
from fairhand.dispatch.models import Claim, Cohort, CohortMember, PersonLoad, Queue, ReviewPair, Seat, Slot
from fairhand.flow.release_claim import release_claim
from fairhand.flow.set_aside import end_set_asides
from fairhand.gates.models import Exclusion
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.projects.models import Stage
from tests.building import ACCEPT, PER_JUDGEMENT, RETURN, Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def plain(tasks: int = 6, **more: object) -> Small:
    return small_project(tasks=tasks, **{"pay": PER_JUDGEMENT, "reviewed": False} | more)


def seat(small: Small, person: UUID) -> Seat:
    return Seat.objects.get(project=small.project, person_id=person)


def cap(small: Small, person: UUID, **caps: object) -> None:
    Seat.objects.filter(project=small.project, person_id=person).update(**caps)


def done(small: Small, person: UUID) -> None:
    small.submit(small.claim(person))


def why(small: Small, person: UUID, kind: str = "attempt") -> str:
    found = small.take(person, kind)
    assert isinstance(found, Refused), found
    return found.code


def test_a_days_number_counts_by_the_experts_own_midnight() -> None:
    small = plain(now=datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    person = small.experts[0]
    Person.objects.filter(id=person).update(tz="Asia/Kathmandu")  # 02:15 on the 3rd there
    cap(small, person, day_max=1)
    done(small, person)
    assert seat(small, person).day == date(2026, 3, 3)
    small.now = datetime(2026, 3, 3, 18, 14, tzinfo=UTC)  # one minute before their midnight
    assert why(small, person) == "cap_seat"
    small.wait(60)
    done(small, person)


def test_moving_westward_does_not_give_the_day_anew() -> None:
    small = plain()
    person = small.experts[0]
    Person.objects.filter(id=person).update(tz="Pacific/Kiritimati")
    cap(small, person, day_max=1, week_max=5)
    done(small, person)
    for zone in ("UTC", "Pacific/Pago_Pago", "Pacific/Kiritimati", "UTC"):
        Person.objects.filter(id=person).update(tz=zone)
        assert why(small, person) == "cap_seat"
    assert seat(small, person).day_n == 1


def test_a_week_begins_on_the_experts_monday() -> None:
    small = plain(now=datetime(2026, 3, 8, 12, 0, tzinfo=UTC))  # a Sunday
    person = small.experts[0]
    cap(small, person, week_max=2)
    done(small, person)
    done(small, person)
    assert why(small, person) == "cap_seat"
    small.now = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    done(small, person)
    assert (seat(small, person).week, seat(small, person).week_n) == (date(2026, 3, 9), 1)


def test_hours_of_the_week_over_all_projects_end_offering_before_they_end_pay() -> None:
    small = plain()
    person = small.experts[0]
    PersonLoad.objects.filter(person_id=person).update(week=date(2026, 3, 2), week_ms=3_600_000, week_ms_max=3_600_000)
    assert why(small, person) == "cap_week"
    small.now = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
    done(small, person)


def test_a_rest_lies_between_two_tasks() -> None:
    small = plain(tasks=3)
    Stage.objects.filter(project=small.project).update(cool_s=300)
    person = small.experts[0]
    done(small, person)
    assert why(small, person) == "cool_down"
    small.wait(299)
    assert why(small, person) == "cool_down"
    small.wait(1)
    done(small, person)


@pytest.mark.parametrize("caps", [{"day_max": 1}, {"total_max": 1}, {"week_max": 1}, {"state": "paused"}])
def test_rework_was_promised_and_no_cap_keeps_its_author_from_it(caps: dict[str, object]) -> None:
    small = small_project(tasks=20, pay=PER_JUDGEMENT)
    person = small.experts[0]
    done(small, person)
    small.review(RETURN)
    cap(small, person, **caps)
    again = small.claim(person)
    assert again.round == 2
    small.submit(again)
    small.review(ACCEPT)
    assert why(small, person) == "cap_seat", "new work is another thing"


def test_a_client_that_excluded_somebody_gives_them_nothing_until_it_is_lifted_or_over() -> None:
    small = plain()
    person, staff = small.experts
    made = Exclusion.objects.create(
        id=new_id(small.now), org_id=small.project.org_id, person_id=person, reason_code="conduct", reason="Because.",
        made_by_id=staff, made_at=small.now, until=small.now + timedelta(days=1),
    )  # fmt: skip
    assert why(small, person) == "excluded"
    small.wait(86_400)
    done(small, person)
    Exclusion.objects.filter(id=made.id).update(until=None)
    assert why(small, person) == "excluded"
    Exclusion.objects.filter(id=made.id).update(lifted_at=small.now, lifted_by_id=staff, lift_reason="A mistake.")
    done(small, person)


def test_what_is_set_aside_for_a_cohort_goes_to_its_members_alone_until_its_time() -> None:
    small = plain(tasks=2)
    member, other = small.experts
    cohort = Cohort.objects.create(
        id=new_id(small.now), org_id=small.project.org_id, project=small.project, name="first", made_at=small.now
    )
    CohortMember.objects.create(cohort=cohort, person_id=member)
    until = small.now + timedelta(hours=1)
    Queue.objects.filter(project=small.project).update(cohort=cohort, until=until)
    assert why(small, other) == "no_work"
    done(small, member)
    small.now = until
    done(small, other)


def test_turns_are_kept_and_what_opens_again_opens_at_the_end() -> None:
    small = plain(tasks=4)
    first, second = small.experts
    keys = [slot.id for slot in Slot.objects.order_by("place")]
    given_back = small.claim(first)
    assert given_back.slot_id == keys[0]
    small.skip(given_back)
    assert small.claim(second).slot_id == keys[1], "the one given back comes last"
    assert [slot.id for slot in Slot.objects.filter(state="open").order_by("place")] == [keys[2], keys[3], keys[0]]


def test_what_lies_before_the_cursor_is_found_all_the_same() -> None:
    """A launch that took its places early may be seen late: whoever went on meanwhile finds it too."""
    small = plain(tasks=3)
    person = small.experts[0]
    queue = Queue.objects.get(project=small.project)
    last = Slot.objects.order_by("-place").first()
    assert last is not None
    assert last.place is not None
    cap(small, person, places={str(queue.id): last.place + 1000})
    Queue.objects.update(head=last.place + 1000)
    for _ in range(3):
        done(small, person)
    assert why(small, person) == "no_work"


def test_a_slot_kept_for_somebody_and_given_back_is_found_by_those_who_went_on() -> None:
    small = plain(tasks=2)
    person, other = small.experts
    kept = Slot.objects.order_by("place").first()
    assert kept is not None
    Slot.objects.filter(id=kept.id).update(for_person_id=other, for_until=small.now + timedelta(minutes=5))
    assert small.claim(person).slot_id != kept.id
    assert why(small, person) == "no_work"
    small.wait(300)
    assert give_back(actor=JOB, now=small.now, limit=10) == 1
    assert small.claim(person).slot_id == kept.id


def test_terms_the_reserve_cannot_carry_leave_their_slot_for_whom_it_can() -> None:
    small = plain(tasks=2)
    poor = Slot.objects.order_by("place").first()
    assert poor is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE slot SET reserve_minor = 1 WHERE id = %s", [poor.id])
    found = small.claim(small.experts[0])
    assert isinstance(found, Claim)
    assert found.slot_id != poor.id
    assert why(small, small.experts[0]) == "no_work"


def keep(small: Small, person: UUID, minutes: int = 30) -> None:
    """The next open slot, kept for somebody."""
    slot = Slot.objects.filter(state="open", for_person=None, stage__kind="attempt").order_by("-place").first()
    assert slot is not None
    until = small.now + timedelta(minutes=minutes)
    Slot.objects.filter(id=slot.id).update(for_person_id=person, for_until=until)


@pytest.mark.parametrize("barred", ["day", "reserve"])
def test_rework_comes_before_what_is_kept_and_nothing_barred_hides_it(barred: str) -> None:
    small = small_project(tasks=8, pay=PER_JUDGEMENT)
    person = small.experts[0]
    done(small, person)
    small.review(RETURN)
    keep(small, person)  # its end comes before the rework's
    if barred == "day":
        cap(small, person, day_max=1)
    else:
        Slot.objects.filter(for_person_id=person, round=1).update(reserve_minor=1)
    assert small.claim(person).round == 2


def test_what_is_kept_for_somebody_keeps_to_the_weeks_hours_and_to_a_paused_project() -> None:
    small = plain()
    person = small.experts[0]
    keep(small, person)
    PersonLoad.objects.filter(person_id=person).update(week=date(2026, 3, 2), week_ms=10, week_ms_max=10)
    assert why(small, person) == "cap_week"
    PersonLoad.objects.filter(person_id=person).update(week_ms_max=None)
    type(small.project).objects.filter(id=small.project.id).update(state="paused")
    assert why(small, person) == "project_rests"


@pytest.mark.parametrize("back", ["skip", "staff"])
def test_what_is_given_back_or_taken_back_uses_up_no_cap(back: str) -> None:
    small = plain()
    person = small.experts[0]
    cap(small, person, day_max=1, week_max=1, total_max=1)
    claim = small.claim(person)
    assert why(small, person) == "cap_seat"
    if back == "skip":
        small.skip(claim)
    else:
        small.wait(60)
        release_claim(claim_id=claim.id, project_id=small.project.id, reason="Late.", actor=COMMAND, now=small.now)
    found = seat(small, person)
    assert (found.day_n, found.week_n, found.total_n) == (0, 0, 0)
    done(small, person)
    assert why(small, person) == "cap_seat"


def test_a_skip_of_yesterdays_claim_gives_back_nothing_of_today() -> None:
    small = plain(now=datetime(2026, 3, 2, 23, 50, tzinfo=UTC))
    person = small.experts[0]
    late = small.claim(person)
    small.wait(900)
    done(small, person)
    small.skip(late)
    found = seat(small, person)
    assert (found.day_n, found.week_n, found.total_n) == (1, 1, 1)


def test_rework_uses_up_no_cap() -> None:
    small = small_project(tasks=4, pay=PER_JUDGEMENT)
    person = small.experts[0]
    cap(small, person, total_max=2)
    done(small, person)
    small.review(RETURN)
    assert small.claim(person).round == 2
    done(small, person)
    assert why(small, person) == "cap_seat"


def test_claiming_ahead_is_no_way_round_a_rest() -> None:
    small = plain()
    Stage.objects.filter(project=small.project).update(cool_s=300)
    person = small.experts[0]
    held = small.claim(person)
    assert why(small, person) == "cool_down"
    small.skip(held)
    small.claim(person)


def test_a_second_round_judged_by_somebody_new_counts_for_the_pair() -> None:
    small = small_project(tasks=4, experts=1, reviewers=2, pay=PER_JUDGEMENT)
    first, second = small.reviewers
    Stage.objects.filter(project=small.project, kind="review").update(pair_max=1)
    done(small, small.experts[0])
    small.review(RETURN, first)
    done(small, small.experts[0])
    small.wait(86_401)
    end_set_asides(actor=JOB, now=small.now)
    small.review(ACCEPT, second)
    judged = ReviewPair.objects.filter(project=small.project)
    assert sorted((second in (pair.low_id, pair.high_id), pair.low_n + pair.high_n) for pair in judged) == [
        (False, 1),
        (True, 1),
    ]


def test_what_opens_behind_everybodys_back_is_not_passed_by_for_ever() -> None:
    """A slot that was seen late lies before the cursor; others keep opening after it."""
    small = plain(tasks=20)
    person = small.experts[0]
    done(small, person)
    late = Slot.objects.filter(state="open").order_by("place").last()
    assert late is not None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE slot SET place = 0 WHERE id = %s", [late.id])
    given = []
    for _ in range(16):
        claim = small.claim(person)
        given.append(claim.slot_id)
        small.submit(claim)
    assert late.id in given
