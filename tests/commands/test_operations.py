"""What the operations board reads: who holds what and looks stuck, which gates few pass, what is open longest."""

from datetime import timedelta

import pytest

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.change_gate import change_gate
from fairhand.insight.expected import own_field_share
from fairhand.insight.operations import held, held_counts, oldest_open, stages_now, standing_of, starved_gates
from fairhand.people.models import Profile
from fairhand.projects.models import Stage
from fairhand.tasks.models import Task
from tests.building import small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
HOUR = timedelta(hours=1)


def test_a_claim_looks_stuck_when_it_is_silent_or_takes_very_long_and_not_while_paused() -> None:
    small = small_project(tasks=6, experts=3)
    typical = {Stage.objects.get(project=small.project, kind="attempt").id: 60_000}
    claims = [small.claim(person) for person in small.experts]
    small.beat(claims[0], 200)
    assert [row.claim_id for row in held(small.project.id, typical, small.now, None, 10) if row.long] == [claims[0].id]
    small.wait(120)  # the lease is 600 seconds; two have been silent for more than half of it
    rows = {row.claim_id: row for row in held(small.project.id, typical, small.now, None, 10)}
    assert [rows[claim.id].silent for claim in claims] == [False, True, True]
    Claim.objects.filter(id=claims[2].id).update(paused_at=small.now - HOUR)
    stuck = held(small.project.id, typical, small.now, None, 10, stuck=True)
    assert {row.claim_id for row in stuck} == {claims[0].id, claims[1].id}
    counts = held_counts(small.project.id, typical, small.now)
    assert (counts.live, counts.stuck, counts.paused, counts.people) == (3, 2, 1, 3)
    first = held(small.project.id, typical, small.now, None, 1)
    rest = held(small.project.id, typical, small.now, (first[0].claimed_at, first[0].claim_id), 10)
    assert len(rest) == 2
    standing = standing_of([small.project.id], small.now)[small.project.id]
    assert (standing.open_n, standing.in_work, standing.silent, standing.people) == (3, 3, 1, 3)


def test_a_gate_that_few_pass_is_starved_and_says_which_condition_bars() -> None:
    small = small_project(tasks=3, experts=5, reviewers=1, reviewed=False)
    for person, codes in zip(small.experts, (["ar"], ["ar"], ["ar"], ["en"], ["en"]), strict=True):
        Profile.objects.create(person_id=person, changed_at=small.now, language_codes=codes, country_code="EG")
    assert starved_gates(small.project.id, small.now) == []
    conditions = [{"kind": "language", "any": ["ar"]}, {"kind": "country", "any": ["EG"]}]
    done = change_gate(
        project_id=small.project.id, number=1, rule={"version": 1, "all": conditions}, seen=None,
        reason="Arabic is needed.", actor=Actor("person", small.experts[0]), now=small.now,
    )  # fmt: skip
    assert done is True
    (found,) = starved_gates(small.project.id, small.now)
    assert (found.kind, found.open_n, found.looked_at, found.passes) == ("attempt", 3, 6, None)
    assert found.bars == ((conditions[0], 3), (conditions[1], None)), "no country of so few is told"
    stage = Stage.objects.get(project=small.project, kind="attempt")
    change_gate(
        project_id=small.project.id, number=1, rule={"version": 1, "all": conditions[:1]}, seen=stage.gate_id,
        reason="Arabic is enough.", actor=Actor("person", small.experts[0]), now=small.now,
    )  # fmt: skip
    (found,) = starved_gates(small.project.id, small.now)
    assert (found.passes, found.bars) == (3, ((conditions[0], 3),))
    Profile.objects.filter(person_id=small.experts[3]).update(language_codes=["ar"])
    assert starved_gates(small.project.id, small.now) == []  # four pass


def test_the_slot_open_longest_is_dated_by_its_last_end() -> None:
    small = small_project(tasks=2, experts=1, reviewed=False)
    (row,) = oldest_open(small.project.id, 5)
    assert abs(row.since - small.now) < timedelta(seconds=2)
    small.wait(7200)
    for _ in range(2):
        small.skip(small.claim(small.experts[0]))
    (row,) = oldest_open(small.project.id, 5)
    assert row.since == small.now


def test_stages_say_what_waits_for_money_and_own_fields_count_only_tasks_that_have_one() -> None:
    small = small_project(tasks=3, experts=1)
    Task.objects.filter(batch_id=small.batch_id, key="k0").update(field="Tax law")
    Task.objects.filter(batch_id=small.batch_id, key="k1").update(field="Chemistry")
    Profile.objects.create(person_id=small.experts[0], changed_at=small.now, domains=["tax law"])
    for _ in range(3):
        small.work(small.experts[0])
    assert own_field_share(small.experts[0]) == (1, 2)
    attempt, review = stages_now(small.project.id, small.now)
    assert (attempt.states, attempt.waiting) == ({"submitted": 3}, 0)
    assert (review.states, review.waiting, review.forecast) == ({"open": 3}, 0, None)
