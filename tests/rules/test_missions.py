"""Windows of missions, what they cost, who may join, and the pace, by plain numbers."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fairhand.kernel.refusals import Refused
from fairhand.missions.rules import (
    Cost,
    MissionFacts,
    NewMission,
    Step,
    Window,
    at_pace,
    costed,
    may_join,
    steps_of,
    windows,
    windows_between,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONES = frozenset({"UTC", "Europe/Berlin", "Africa/Cairo"})
GOAL = NewMission(
    name="Twenty by Sunday", kind="goal", work="attempt", scope="window", of="tasks", zone="UTC",
    first=date(2026, 3, 2), last=date(2026, 3, 8), tiers=((10, "25.00"), (20, "75.00")), how="highest", seats=4,
)  # fmt: skip


def problems(new: NewMission, now: datetime = NOW) -> set[tuple[str, str]]:
    found = costed(new, "USD", ZONES, now)
    return {(p.field, p.code) for p in found.facts["problems"]} if isinstance(found, Refused) else set()


def cost(**changed: Any) -> Cost:
    found = costed(replace(GOAL, **changed), "USD", ZONES, NOW)
    assert isinstance(found, Cost), found
    return found


def test_windows_are_cut_at_midnights_of_the_zone_over_a_change_of_clocks() -> None:
    cut = windows("day", "Europe/Berlin", date(2026, 3, 28), date(2026, 3, 30))
    assert [(each.until_at - each.from_at).total_seconds() / 3600 for each in cut] == [24, 23, 24]
    assert cut[0].from_at == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert all(one.until_at == other.from_at for one, other in itertools.pairwise(cut))
    weeks = windows("week", "Europe/Berlin", date(2026, 3, 23), date(2026, 4, 5))
    assert [(each.until_at - each.from_at).total_seconds() / 3600 for each in weeks] == [167, 168]
    assert windows_between("week", "Europe/Berlin", weeks[0].from_at, weeks[-1].until_at) == weeks
    with pytest.raises(ValueError, match="can't be cut"):
        windows("week", "UTC", date(2026, 3, 2), date(2026, 3, 9))


def test_the_reserve_is_seats_times_windows_times_the_most_of_one() -> None:
    assert cost().reserve_minor == 4 * 7500
    assert cost(how="cumulative").reserve_minor == 4 * 10_000
    assert cost(scope="day", seats=2).reserve_minor == 2 * 7 * 7500
    guarantee = cost(kind="guarantee", tiers=((5, "600.00"),))
    assert guarantee.reserve_minor == 4 * 60_000
    assert steps_of(guarantee.terms.to_json()) == ("tasks", (Step(5, "600.00"),))
    assert steps_of(cost(of="hours").terms.to_json())[1][0] == Step(36_000_000, "25.00")
    asks_nothing = cost(kind="guarantee", of="hours", tiers=((0, "6"),))
    assert steps_of(asks_nothing.terms.to_json()) == ("tasks", (Step(0, "6.00"),))


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": ""}, {("name", "required")}),
        ({"name": "x" * 121}, {("name", "too_long")}),
        ({"zone": "Mars/Base"}, {("zone", "mission_zone")}),
        ({"kind": "lottery"}, {("kind", "not_an_option")}),
        ({"kind": "guarantee", "of": "good_tasks"}, {("of", "mission_good_goal")}),
        ({"work": "review", "of": "good_tasks"}, {("work", "mission_good_work")}),
        ({"last": date(2026, 3, 1)}, {("last", "mission_ends_first")}),
        ({"first": None}, {("first", "not_a_day")}),
        ({"scope": "week", "last": date(2026, 3, 9)}, {("last", "mission_weeks")}),
        ({"scope": "day", "last": date(2026, 6, 1)}, {("last", "mission_long")}),
        ({"first": date(2026, 2, 1), "last": date(2026, 2, 3)}, {("first", "mission_past")}),
        ({"seats": 0}, {("seats", "not_in_range")}),
        ({"tiers": ((None, "25.00"),)}, {("at1", "no_number")}),
        ({"tiers": ((0, "25.00"),)}, {("at1", "no_number")}),
        ({"tiers": ((10, ""),)}, {("amount1", "mission_amount")}),
        ({"tiers": ((10, "25.00"), (10, "75.00"))}, {("at2", "mission_tier_at")}),
        ({"tiers": ((10, "25.00"), (20, "5.00"))}, {("amount2", "mission_tier_amount")}),
        ({"tiers": ((10, "nought"),)}, {("amount1", "mission_tier_amount")}),
        ({"tiers": ((10, "90000000000.00"),), "seats": 1000}, {("seats", "mission_large")}),
    ],
)  # fmt: skip
def test_what_can_t_be_promised_is_said_at_its_field(changed: dict[str, Any], wrong: set[tuple[str, str]]) -> None:
    assert problems(replace(GOAL, **changed)) == wrong


def test_a_mission_may_begin_today_and_not_after_its_first_window() -> None:
    day = replace(GOAL, scope="day")
    assert problems(day, NOW) == set()
    assert problems(day, NOW + timedelta(days=1)) == {("first", "mission_past")}


def test_who_may_join() -> None:
    facts = MissionFacts("open", NOW + timedelta(days=1), 2, 1, True, "h")
    assert may_join(facts, "h", NOW) is None
    for changed, code in (
        ({"seated": False}, "no_seat"), ({"state": "shut"}, "mission_closed"), ({"until_at": NOW}, "mission_closed"),
        ({"people": 2}, "mission_full"), ({"terms_hash": "other"}, "terms_changed"),
    ):  # fmt: skip
        refused = may_join(replace(facts, **changed), "h", NOW)
        assert refused is not None
        assert refused.code == code


def test_the_pace_is_said_from_a_twentieth_on_and_not_after_the_end() -> None:
    window = Window(1, NOW, NOW + timedelta(hours=20))
    assert at_pace(3, window, NOW + timedelta(minutes=59)) is None
    assert at_pace(3, window, NOW + timedelta(hours=5)) == 12
    assert at_pace(7, window, NOW + timedelta(hours=20)) is None
