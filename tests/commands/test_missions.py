"""Missions: reserved when opened, counted by when work was handed in, paid once, the rest given back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.close_period import close_periods
from fairhand.flow.contest_line import contest_line
from fairhand.flow.join_mission import join_mission
from fairhand.flow.open_mission import open_mission, shut_mission
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, mission_reserve, payable
from fairhand.missions.models import Mission, MissionPeriod, MissionSeat
from fairhand.missions.queries import offered
from fairhand.missions.rules import NewMission
from fairhand.pay.models import PayLine
from fairhand.projects.models import Project
from fairhand_pay import recomputed
from tests.building import ACCEPT, EVERY, FIXES, NOW, PER_JUDGEMENT, RETURN, Small, check_books, small_project

ZONES = frozenset({"UTC", "Europe/Berlin"})
# NOW is a Monday; the mission of pay.md's fifth example ends with its Sunday.
GOAL = NewMission(
    name="Twenty by Sunday", kind="goal", work="attempt", scope="window", of="tasks", zone="UTC",
    first=date(2026, 3, 2), last=date(2026, 3, 8), tiers=((10, "25.00"), (20, "75.00")), how="highest", seats=2,
)  # fmt: skip
SUNDAY = datetime(2026, 3, 9, tzinfo=UTC)


def opened(small: Small, key: str = "form", **changed: Any) -> Mission:
    made = open_mission(
        project_id=small.project.id, new=replace(GOAL, **changed), request_key=key, zones=ZONES, actor=COMMAND,
        now=small.now,
    )  # fmt: skip
    assert isinstance(made, Mission), made
    return made


def join(small: Small, mission: Mission, person_id: UUID, seen: str | None = None) -> MissionSeat | Refused:
    return join_mission(
        mission_id=mission.id, person_id=person_id, terms_seen=mission.terms_hash if seen is None else seen,
        actor=Actor("person", person_id), now=small.now,
    )  # fmt: skip


def lines(person_id: UUID) -> list[tuple[str, int, str]]:
    found = PayLine.objects.filter(line_key__startswith="mission:", person_id=person_id).order_by("made_at", "line_key")
    return [(line.primitive, line.amount_minor, line.sentence_key) for line in found]


def at(small: Small, moment: datetime) -> int:
    """Let time pass until then, and do what the job does."""
    small.now = moment
    return close_periods(actor=JOB, now=moment)


def recompute_is_clean(small: Small, person_id: UUID) -> None:
    """The person's own export comes to the same pay, and a changed amount of a mission is found."""
    whole = json.loads("".join(everything_about(person_id, small.now)))
    assert recomputed(whole).clean, recomputed(whole).differences
    first = next(line for line in whole["pay_lines"] if line["mission"] and line["primitive"] != "ADJUST")
    first["amount_minor"] += 7
    assert [each.difference_minor for each in recomputed(whole).differences] == [7]


def test_a_late_review_costs_nobody_the_bonus(rollback_db) -> None:
    """pay.md, worked example 5: 25.00 at the end, 50.00 more on Tuesday, the rest back to the budget."""
    small = small_project(tasks=21, pay=PER_JUDGEMENT)
    expert, before = small.experts[0], small.money(budget(small.project.id))
    mission = opened(small)
    assert small.money(budget(small.project.id)) == before - 2 * 7500
    assert small.money(mission_reserve(mission.id)) == 2 * 7500
    assert isinstance(join(small, mission, expert), MissionSeat)
    for _ in range(21):
        small.submit(small.claim(expert))
    for _ in range(17):
        small.review(ACCEPT)
    earned = small.money(payable(expert))

    assert at(small, SUNDAY - timedelta(seconds=1)) == 0
    assert at(small, SUNDAY) == 1
    assert lines(expert) == [("GOAL", 2500, "goal_window_tasks")]
    assert small.money(payable(expert)) == earned + 2500
    assert at(small, SUNDAY + timedelta(hours=2)) == 0
    # The seat that nobody took went back at the end; what can still be paid stays reserved.
    assert small.money(mission_reserve(mission.id)) == 5000
    for _ in range(3):
        small.now = SUNDAY + timedelta(days=2)
        small.review(ACCEPT)
    earned = small.money(payable(expert))
    assert at(small, SUNDAY + timedelta(days=2, minutes=5)) == 1
    assert lines(expert)[1:] == [("ADJUST", 5000, "adjust_goal")]
    assert small.money(payable(expert)) == earned + 5000
    assert Mission.objects.get().state == "shut"
    small.review(ACCEPT)
    assert at(small, SUNDAY + timedelta(days=3)) == 0

    mission = Mission.objects.get()
    assert (mission.state, mission.paid_minor, mission.reserve_minor) == ("settled", 7500, 0)
    assert small.money(mission_reserve(mission.id)) == 0
    assert small.money(budget(small.project.id)) == before - 7500
    check_books()
    recompute_is_clean(small, expert)
    assert [verb for verb in small.verbs() if verb.startswith("mission:")] == [
        "mission:opened", "mission:joined", "mission:counted", "mission:shut", "mission:counted", "mission:settled",
    ]  # fmt: skip


def test_work_sent_back_counts_once_and_where_it_was_handed_in_first(rollback_db) -> None:
    small = small_project(tasks=1)
    expert = small.experts[0]
    small.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    mission = opened(small, scope="day", last=date(2026, 3, 3), tiers=((1, "5.00"),))
    join(small, mission, expert)
    small.work(expert)
    small.review(RETURN)
    assert at(small, datetime(2026, 3, 3, tzinfo=UTC)) == 0
    small.now = datetime(2026, 3, 3, 0, 5, tzinfo=UTC)
    small.work(expert)
    small.review(ACCEPT)
    assert at(small, datetime(2026, 3, 4, 2, tzinfo=UTC)) == 1
    assert [(row.number, row.tasks, row.paid_minor) for row in MissionPeriod.objects.order_by("number")] == [
        (1, 1, 500), (2, 0, 0),
    ]  # fmt: skip
    assert Mission.objects.get().state == "settled"
    check_books()


def test_hours_are_counted_in_work_time_and_every_step_is_paid_where_that_is_promised(rollback_db) -> None:
    small = small_project(tasks=3, reviewed=False)
    expert = small.experts[0]
    mission = opened(small, of="hours", tiers=((1, "5.00"), (2, "7.00")), how="cumulative")
    join(small, mission, expert)
    for _ in range(3):
        claim = small.claim(expert)
        for _ in range(5):
            small.beat(claim, 500)
        small.submit(claim)
    assert at(small, SUNDAY) == 1
    assert lines(expert) == [("GOAL", 500, "goal_window_hours"), ("GOAL", 700, "goal_window_hours")]
    check_books()


def test_well_scored_tasks_are_those_that_no_reviewer_touched(rollback_db) -> None:
    small = small_project(tasks=3, policy=EVERY)
    expert = small.experts[0]
    join(small, opened(small, of="good_tasks", tiers=((1, "5.00"), (2, "9.00"))), expert)
    for verdict in (ACCEPT, FIXES, RETURN):
        small.work(expert)
        small.review(verdict)
    small.work(expert)  # the rework
    small.review(ACCEPT)
    assert at(small, SUNDAY) == 1
    assert lines(expert) == [("GOAL", 500, "goal_window_good_tasks")]
    assert MissionPeriod.objects.values_list("tasks", "good_tasks").get() == (3, 1)
    recompute_is_clean(small, expert)


def test_a_guarantee_adds_what_is_missing_beside_work_that_still_waits(rollback_db) -> None:
    small = small_project(tasks=3, pay=PER_JUDGEMENT)
    expert = small.experts[0]
    mission = opened(small, kind="guarantee", tiers=((2, "0.50"),))
    join(small, mission, expert)
    for _ in range(3):
        small.submit(small.claim(expert))
    small.review(ACCEPT)
    assert at(small, SUNDAY) == 0  # two tasks are asked for, and one is accepted
    small.review(ACCEPT)
    assert at(small, SUNDAY + timedelta(hours=2)) == 1
    # 0.50 less 0.36 for all three tasks, one of which still waits.
    assert lines(expert) == [("FLOOR", 0, "floor_needs_tasks"), ("ADJUST", 14, "adjust_guarantee")]
    check_books()
    recompute_is_clean(small, expert)


def test_a_guarantee_that_pays_at_once_says_what_was_earned(rollback_db) -> None:
    small = small_project(tasks=2, pay=PER_JUDGEMENT, reviewed=False)
    expert = small.experts[0]
    join(small, opened(small, kind="guarantee", tiers=((0, "0.50"),)), expert)
    small.submit(small.claim(expert))
    assert at(small, SUNDAY) == 1
    assert lines(expert) == [("FLOOR", 38, "floor_window")]
    recompute_is_clean(small, expert)


def test_a_line_of_nought_can_be_contested_up_to_what_its_window_could_pay(rollback_db) -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    expert, answerer = small.experts
    join(small, opened(small), expert)
    small.submit(small.claim(expert))
    assert at(small, SUNDAY) == 0
    assert lines(expert) == [("GOAL", 0, "goal_window_tasks")]
    line = PayLine.objects.get(line_key__startswith="mission:")
    case = contest_line(
        line_id=line.id, person_id=expert, words="Nine are missing.", actor=Actor("person", expert), now=small.now
    )
    assert isinstance(case, Case), case

    def answer(minor: int) -> Refused | None:
        given = Answer("correct", minor, "goodwill", "They were lost.", answerer, True)
        return answer_contest(
            project_id=small.project.id, case_id=case.id, given=given, actor=Actor("person", answerer), now=small.now
        )

    refused = answer(7501)
    assert refused is not None
    assert refused.code == "amount_over"
    before = small.money(payable(expert))
    assert answer(2500) is None
    assert small.money(payable(expert)) == before + 2500
    check_books()


def test_who_may_join_and_what_a_seat_keeps(rollback_db) -> None:
    small = small_project(tasks=2, experts=4)
    one, other, third, left = small.experts
    mission = opened(small)
    assert join(small, mission, small.reviewers[0], "another card").code == "terms_changed"
    seat = join(small, mission, one)
    assert isinstance(seat, MissionSeat)
    assert seat.terms == mission.terms
    assert join(small, mission, one).id == seat.id
    assert isinstance(join(small, mission, other), MissionSeat)
    assert join(small, mission, third).code == "mission_full"
    wide = opened(small, "second form", seats=3)
    assert isinstance(join(small, wide, one), MissionSeat)
    reserve = small.money(mission_reserve(wide.id))
    shut = shut_mission(project_id=small.project.id, mission_id=wide.id, actor=COMMAND, now=small.now)
    assert isinstance(shut, Mission)
    assert small.money(mission_reserve(wide.id)) == reserve // 3
    assert join(small, wide, left).code == "mission_closed"
    refused = shut_mission(project_id=small.project.id, mission_id=wide.id, actor=COMMAND, now=small.now)
    assert isinstance(refused, Refused)
    assert refused.code == "mission_closed"
    assert small.money(mission_reserve(wide.id)) == 7500
    last = opened(small, "third form")
    Project.objects.filter(id=small.project.id).update(state="closed")
    assert join(small, last, left).code == "mission_closed", "nobody could work for it"
    assert offered(left, [small.project.id], small.now) == []
    check_books()


def test_nothing_is_promised_that_is_not_reserved(rollback_db) -> None:
    small = small_project(tasks=1, budget_minor=20_000)
    free = small.money(budget(small.project.id))
    seats = free // 7500 + 1
    new = replace(GOAL, seats=seats)
    refused = open_mission(
        project_id=small.project.id, new=new, request_key="f", zones=ZONES, actor=COMMAND, now=small.now
    )
    assert isinstance(refused, Refused)
    assert refused.code == "mission_short"
    assert small.money(budget(small.project.id)) == free
    assert not Mission.objects.exists()
    first = opened(small, seats=1)
    assert opened(small, seats=1).id == first.id  # the same form again
    assert small.money(mission_reserve(first.id)) == 7500


@pytest.mark.parametrize(
    "change",
    [
        {"terms": {}}, {"window_minor": 1}, {"seats": 9}, {"until_at": NOW}, {"people_n": 0}, {"state": "settled"},
        {"name": "Another"},
    ],
)  # fmt: skip
def test_what_a_mission_promised_stays(rollback_db, change: dict[str, Any]) -> None:
    small = small_project(tasks=1)
    mission = opened(small)
    join(small, mission, small.experts[0])
    with pytest.raises(DatabaseError), transaction.atomic():
        Mission.objects.filter(id=mission.id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        MissionPeriod.objects.filter(mission=mission).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Mission.objects.filter(id=mission.id).delete()
