"""Claims at the same moment: each slot to one person, each person within their caps, each request once."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from fairhand.dispatch.models import Claim, PersonLoad, Seat
from fairhand.kernel.limits import OPEN_CLAIMS_MAX
from fairhand.kernel.refusals import Refused
from tests.building import PER_JUDGEMENT, Small, check_books, small_project
from tests.counts import count
from tests.races.together import together


def drains(small: Small, person_id: UUID) -> Callable[[], list[UUID]]:
    """Claim and hand in until there is no work; gives the slots."""

    def drain() -> list[UUID]:
        slots = []
        while isinstance(claim := small.take(person_id), Claim):
            slots.append(claim.slot_id)
            small.submit(claim)
        assert claim.code == "no_work"
        return slots

    return drain


def test_experts_who_drain_a_queue_get_each_slot_once_and_leave_none(db, claim) -> None:
    experts, tasks = count(6, 16), count(30, 1200)
    small = small_project(tasks=tasks, want=2, pay=PER_JUDGEMENT, reviewed=False, experts=experts)
    taken = [slot for slots in together([drains(small, person) for person in small.experts]) for slot in slots]
    assert len(taken) == len(set(taken)) == 2 * tasks
    assert {slot.state for slot in small.slots()} == {"settled"}
    hands = Claim.objects.values_list("person_id", "task_id")
    assert len(set(hands)) == len(hands), "nobody met a task twice"
    check_books()
    claim("experts who claim at once are given each slot exactly once, and none is left", 2 * tasks)


def test_one_request_sent_many_times_at_once_is_one_claim(db, claim) -> None:
    rounds = count(3, 100)
    small = small_project(tasks=rounds + 8, pay=PER_JUDGEMENT, reviewed=False)
    for number in range(rounds):
        jobs = [partial(small.claim, small.experts[0], key=f"click {number}")] * 8
        found = together(jobs)
        assert len({one.id for one in found}) == 1
        assert Claim.objects.count() == small.verbs().count("claim:made") == number + 1
        small.submit(found[0])
    check_books()
    claim("a claim request sent eight times at once makes one claim", rounds)


def test_nobody_passes_the_open_maximum_by_asking_at_once(db, claim) -> None:
    rounds = count(3, 60)
    small = small_project(tasks=(rounds + 1) * OPEN_CLAIMS_MAX, pay=PER_JUDGEMENT, reviewed=False)
    for _ in range(rounds):
        found = together([partial(small.take, small.experts[0])] * 8)
        claims = [one for one in found if isinstance(one, Claim)]
        assert len(claims) == OPEN_CLAIMS_MAX
        assert {one.code for one in found if isinstance(one, Refused)} == {"cap_open"}
        for one in claims:
            small.submit(one)
        assert PersonLoad.objects.get(person_id=small.experts[0]).open_n == 0
    claim("eight requests at once never give more than the open maximum", rounds)


def test_nobody_passes_the_days_maximum_by_asking_at_once(db, claim) -> None:
    rounds = count(3, 60)
    small = small_project(tasks=2 * rounds + 8, pay=PER_JUDGEMENT, reviewed=False)
    Seat.objects.filter(person_id=small.experts[0]).update(day_max=2)
    for _ in range(rounds):
        found = together([partial(small.take, small.experts[0])] * 8)
        claims = [one for one in found if isinstance(one, Claim)]
        assert len(claims) == 2
        assert {one.code for one in found if isinstance(one, Refused)} == {"cap_seat"}
        for one in claims:
            small.submit(one)
        small.wait(86_400)
    claim("eight requests at once never give more than the day's maximum", rounds)


def test_a_paused_seat_and_a_claim_at_once_agree(db) -> None:
    for number in range(count(4, 60)):
        small = small_project(tasks=1, slug=f"small-{number}", pay=PER_JUDGEMENT, reviewed=False)
        seat = Seat.objects.filter(project=small.project, person_id=small.experts[0])
        found, _ = together([
            partial(small.take, small.experts[0]), partial(seat.update, state="paused"),
        ])  # fmt: skip
        assert isinstance(found, Claim) == (small.slot().state == "claimed")
        if isinstance(found, Claim):
            small.submit(found)
    check_books()
