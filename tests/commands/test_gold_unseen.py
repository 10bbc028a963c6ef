"""Gold is not told apart before it was handed in, nor opened for whom it couldn't go to; counts of open work say so."""

from typing import Any

import pytest

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.models import Claim, PersonLoad, Seat, Slot
from fairhand.flow.claim_next import claim_next
from fairhand.flow.gold_batches import add_gold
from fairhand.flow.open_work import open_work
from fairhand.flow.take_next import take_next
from fairhand.gates.commands import exclude
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from fairhand.projects.commands import add_dispatch_plan
from tests.building import PER_JUDGEMENT, RETURN, Small, small_project
from tests.commands.test_gold import line

pytestmark = pytest.mark.usefixtures("rollback_db")


# Half of the claims draw gold: so many in a row that draw none (or all) are one in 2**TRIES.
TRIES = 30


def golden(tasks: int = 30, **given: Any) -> Small:
    small = small_project(tasks=tasks, pay=PER_JUDGEMENT, **given)
    text = "\n".join(line(f"g{n}") for n in range(5))
    add_gold(project_id=small.project.id, text=text, draws=10, reason="To measure.", actor=COMMAND, now=small.now)
    share = {"name": "gold_share", "version": 1, "terms": {"percent": 50, "first": 0}}
    body = {"version": 1, "slot": [], "queue": [share], "redundancy": None}
    add_dispatch_plan(project_id=small.project.id, base=0, body=body, note="", actor=COMMAND, now=small.now)
    return small


def anywhere(small: Small, person: Any, key: str, judges: bool = False) -> Claim | Refused:
    return take_next(
        person_id=person, judges=lambda _org, _project: judges, terms_seen=small.hashes, request_key=key,
        actor=Actor("person", person), now=small.now,
    )  # fmt: skip


def of_lane(small: Small, person: Any, lane: str) -> Claim:
    """The first claim that comes from such a queue; those before it are given back."""
    for _ in range(TRIES):
        claim = small.claim(person)
        if claim.slot.queue.lane == lane:
            return claim
        small.skip(claim)
    raise AssertionError(f"none of {TRIES} claims was {lane}")


def test_what_is_said_to_be_open_is_the_same_after_gold_and_after_real_work() -> None:
    small = golden(tasks=90)
    expert = small.experts[0]

    def said() -> tuple[Any, ...]:
        why = open_work(expert, [small.project.id], "attempt", small.now)[small.project.id].why
        return why.open_n, why.mine, why.all, [(bar.code, bar.waiting) for bar in why.bars]

    lanes = set()
    for _ in range(TRIES):
        before = said()
        assert before[0] == 50  # at least
        claim = small.claim(expert)
        assert said() == before
        lanes.add(claim.slot.queue.lane)
        small.skip(claim)
    assert lanes == {"real", "gold"}


def test_gold_opens_for_nobody_whom_a_claim_could_not_give_it() -> None:
    small = golden(experts=3)
    excluded, capped, busy = small.experts
    other = small_project(tasks=1, experts=1, slug="home")
    boss = next(
        iter(ensure_people(people=[("b@x.example", "B")], kind="person", actor=COMMAND, now=small.now).values())
    )
    exclude(
        person_id=excluded, org_id=small.project.org_id, project_id=None, made_in=small.project.id,
        reason_code="other", reason="For a reason.", until=None, made_as="manager", actor=Actor("person", boss),
        now=small.now,
    )  # fmt: skip
    Seat.objects.filter(person_id=capped).update(day_max=0)
    PersonLoad.objects.filter(person_id=busy).update(open_max=0)
    for person in [excluded, capped, busy, other.experts[0]] * (TRIES // 2):
        refused = claim_next(
            person_id=person, project_id=small.project.id, kind="attempt", terms_seen=small.hashes,
            request_key="k", actor=Actor("person", person), now=small.now,
        )  # fmt: skip
        assert isinstance(refused, Refused)
    assert not Slot.objects.filter(queue__lane="gold").exists()


def test_gold_is_never_given_alone_by_any_way() -> None:
    small = golden(tasks=1, want=1, experts=2)
    of_lane(small, small.experts[1], "real")
    for _ in range(TRIES // 2):
        assert isinstance(small.take(small.experts[0]), Refused)
        assert isinstance(anywhere(small, small.experts[0], "any"), Refused)
    assert not Claim.objects.filter(person_id=small.experts[0]).exists()


def test_gold_is_accepted_no_sooner_than_what_others_hand_in() -> None:
    small = golden()
    expert = small.experts[0]
    real = small.submit(of_lane(small, expert, "real"))
    claim = of_lane(small, expert, "gold")
    gold = small.submit(claim)
    assert real.accepted == gold.accepted is False
    small.wait(40 * 86_400)
    small.decide_due()
    assert Slot.objects.get(id=claim.slot_id).state == "settled"


def test_a_kept_review_neither_bars_other_work_nor_goes_to_who_may_not_review() -> None:
    small = small_project(tasks=10, experts=1, pay=PER_JUDGEMENT)
    author, reviewer = small.experts[0], small.reviewers[0]
    small.submit(small.claim(author))
    small.review(RETURN)
    small.submit(small.claim(author))
    assert Slot.objects.filter(for_person_id=reviewer, state="open").count() == 1
    taken = anywhere(small, reviewer, "no review")
    assert isinstance(taken, Claim)
    assert taken.slot.stage.kind == "attempt"
    taken = anywhere(small, reviewer, "a review", judges=True)
    assert isinstance(taken, Claim)
    assert taken.slot.stage.kind == "review"


def test_staff_who_may_know_the_answers_work_on_no_gold() -> None:
    small = golden()
    operator = ensure_org(slug="ops", name="Operator", kind="operator", actor=COMMAND, now=small.now)
    for person, role, drawn in ((small.experts[0], "finance", True), (small.experts[1], "reviewer_lead", False)):
        grant_role(person_id=person, org_id=operator.id, role=role, actor=COMMAND, now=small.now)
        lanes = set()
        for _ in range(TRIES):
            claim = small.claim(person)
            lanes.add(claim.slot.queue.lane)
            small.skip(claim)
        assert ("gold" in lanes) == drawn
