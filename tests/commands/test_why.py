"""Why somebody gets nothing: it says what the claim function decides, over random standings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairhand.audit.actor import COMMAND
from fairhand.cases.models import Raised
from fairhand.dispatch.models import Claim, Cohort, CohortMember, Hand, PersonLoad, Queue, ReviewPair, Seat, Slot
from fairhand.flow.open_work import open_work
from fairhand.gates.models import Consent, Exclusion, Gate
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import RAISED_HELD_PER_PERSON_MAX
from fairhand.people.commands import ensure_people
from fairhand.people.models import Person
from fairhand.projects.models import Project, Stage
from tests.building import NOW, Small, small_project
from tests.counts import count

# What the claim function says -> what must be among the conditions that are told.
SAYS = {
    "cap_open": {"cap_open"},
    "cap_seat": {"no_seat", "seat_paused", "seat_left", "cap_day", "cap_week_n", "cap_total"},
    "cap_week": {"cap_week"},
    "cool_down": {"cool_down"},
    "gate": {"gate"},
    "excluded": {"excluded"},
    "no_seat": {"no_seat"},
    "no_work": {"met", "pool_short", "pairs", "set_aside", "nothing_open", "excluded", "gate"},
    "project_rests": {"project_rests"},
    "reports_wait": {"reports_wait"},
}
RULE = {"version": 1, "all": [{"kind": "consent", "topic": "medical"}, {"kind": "zone", "any": ["UTC"]}]}


@dataclass
class Standing:
    """How somebody stands, drawn."""

    kind: str
    rests: bool
    seat: str
    day: tuple[int, int | None, int]  # counted, at most, days from today
    week: tuple[int, int | None]
    total: int | None
    cool_s: int
    hands: tuple[int, int]
    hours: int | None
    excluded: bool
    gate: bool
    consents: bool
    reports: int
    slots: list[str]


def _rarely(value: Any, usual: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual, usual, usual, value])


STANDINGS = st.builds(
    Standing,
    kind=st.sampled_from(["attempt", "review"]),
    rests=_rarely(True, False),
    seat=st.sampled_from(["active"] * 6 + ["paused", "left", "none"]),
    day=st.tuples(st.integers(0, 3), st.sampled_from([None, None, 2]), st.sampled_from([-1, 0, 0, 1])),
    week=st.tuples(st.integers(0, 3), st.sampled_from([None, None, 2])),
    total=st.sampled_from([None, None, None, 0]),
    cool_s=st.sampled_from([-1, -1, -1, 60]),
    hands=st.tuples(st.integers(0, 2), st.sampled_from([3, 3, 3, 1])),
    hours=st.sampled_from([None, None, None, 0]),
    excluded=_rarely(True, False),
    gate=st.booleans(),
    consents=st.sampled_from([True, True, False]),
    reports=st.sampled_from([0, 0, 0, RAISED_HELD_PER_PERSON_MAX - 1, RAISED_HELD_PER_PERSON_MAX]),
    slots=st.lists(
        st.sampled_from(["open", "open", "gone", "met", "short", "kept", "kept_short", "rework", "cohort", "pair"]),
        min_size=4, max_size=4,
    ),
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def stand(small: Small, person_id: UUID, how: Standing) -> None:
    """Write the standing into the tables."""
    Project.objects.filter(id=small.project.id).update(state="paused" if how.rests else "open")
    seat = Seat.objects.filter(project=small.project, person_id=person_id)
    counted, most, days = how.day
    today = small.now.date()
    seat.update(
        state="active" if how.seat == "none" else how.seat,
        day=today + timedelta(days=days), day_n=counted, day_max=most,
        week=today - timedelta(days=today.weekday()), week_n=how.week[0], week_max=how.week[1],
        total_n=0, total_max=how.total, cool_until=small.now + timedelta(seconds=how.cool_s),
    )  # fmt: skip
    if how.seat == "none":
        seat.update(person_id=Person.objects.get(email="spare@people.example").id)
    PersonLoad.objects.filter(person_id=person_id).update(
        open_n=how.hands[0], open_max=how.hands[1], week=today - timedelta(days=today.weekday()),
        week_ms=0, week_ms_max=how.hours,
    )  # fmt: skip
    if how.excluded:
        Exclusion.objects.create(
            id=new_id(small.now), org_id=small.project.org_id, person_id=person_id, reason_code="other",
            reason="For a reason.", made_by_id=small.reviewers[0], made_at=small.now,
        )  # fmt: skip
    stage = Stage.objects.get(project=small.project, kind=how.kind)
    if how.gate:
        gate = Gate.objects.create(id=new_id(small.now), rule_hash="0" * 64, rule=RULE, made_at=small.now)
        Stage.objects.filter(id=stage.id).update(gate=gate)
        Queue.objects.filter(stage=stage).update(gate=gate)
    if how.consents:
        Consent.objects.create(id=new_id(small.now), person_id=person_id, topic="medical", given_at=small.now)
    claim = Claim.objects.filter(project_id=small.project.id)[:1].get()
    Raised.objects.bulk_create(
        Raised(
            id=new_id(small.now), org_id=stage.org_id, project=small.project, task_id=new_id(small.now), claim=claim,
            person_id=person_id, kind="illegal", words="A private address.", at=small.now,
        )
        for _ in range(how.reports)
    )  # fmt: skip
    _slots(small, person_id, stage, how)


def _slots(small: Small, person_id: UUID, stage: Stage, how: Standing) -> None:
    cohort = Cohort.objects.create(
        id=new_id(small.now), org_id=stage.org_id, project=small.project, name="Few", made_at=small.now
    )
    later = small.now + timedelta(hours=1)
    queue = Queue.objects.create(
        org_id=stage.org_id, project=small.project, stage=stage, cohort=cohort, until=later,
        gate_id=Queue.objects.filter(stage=stage)[0].gate_id,
    )  # fmt: skip
    if how.total is None and how.hours is None:
        CohortMember.objects.create(cohort=cohort, person_id=small.experts[1])
    for n, (slot, what) in enumerate(zip(small.slots(how.kind), how.slots, strict=False)):
        row = Slot.objects.filter(id=slot.id)
        until = later + timedelta(minutes=n)
        if what == "gone":
            row.update(state="cancelled", reserve_minor=0)
        elif what == "met":
            Hand.objects.create(
                org_id=stage.org_id, task_id=slot.task_id, person_id=person_id, root_slot_id=slot.root_slot_id
            )
        elif what in ("kept", "kept_short", "rework"):
            row.update(for_person_id=person_id, for_until=until, round=1 + (what == "rework"))
        elif what == "cohort":
            row.update(queue=queue)
        elif what == "pair" and slot.subject_person_id:
            Stage.objects.filter(id=stage.id).update(pair_max=1)
            low, high = sorted([person_id, slot.subject_person_id])
            ReviewPair.objects.get_or_create(
                project=small.project, low_id=low, high_id=high, defaults={"low_n": 2, "high_n": 2}
            )
        if what in ("short", "kept_short"):
            row.update(reserve_minor=0)


@pytest.fixture
def stage_set(rollback_db) -> Small:
    """Eight tasks; half of them handed in by an author, so that reviews of them wait. Somebody has no seat."""
    ensure_people(people=[("spare@people.example", "Spare")], kind="person", actor=COMMAND, now=NOW)
    small = small_project(tasks=8, want=1, experts=3)
    for _ in range(4):
        small.work(small.experts[0])
    return small


def test_why_says_what_a_claim_decides(stage_set: Small):
    small = stage_set
    seen = set()

    @settings(max_examples=count(100, 2_000), suppress_health_check=list(HealthCheck))
    @given(STANDINGS)
    def agree(how: Standing) -> None:
        person_id = small.reviewers[0] if how.kind == "review" else small.experts[2]
        with undone():
            stand(small, person_id, how)
            why = open_work(person_id, [small.project.id], how.kind, small.now)[small.project.id].why
            with undone():
                got = small.take(person_id, how.kind)
            told = {bar.code for bar in why.bars}
            if isinstance(got, Claim):
                assert why.open_n >= 1, (why, got)
                seen.add("claimed")
            else:
                assert why.open_n == 0, (why, got)
                assert told & SAYS[got.code], (why, got)
                seen.add(got.code)

    agree()
    assert "claimed" in seen
    assert len(seen) >= 4, seen
