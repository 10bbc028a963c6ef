"""Effective wages: over paid and over all recorded time, of one person and over people, hidden under five."""

from datetime import timedelta

import pytest

from fairhand.dispatch.models import Claim
from fairhand.insight.wages import PERSON_MS_MIN, Wage, of_project, own_by_project, own_by_week, spread
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def wage(minor: int, minutes: int = 60) -> Wage:
    return Wage("USD", minor, 60_000 * minutes, 60_000 * minutes, 1, 1)


def worked(small: Small, claim: Claim, minutes: int) -> Claim:
    for _ in range(minutes // 5):
        small.beat(claim, 300)
    return claim


def test_work_given_back_and_beyond_what_is_paid_lowers_the_wage_of_all_time_alone() -> None:
    small = small_project(tasks=4)  # 36.00 an hour, an hour of a task paid at most
    expert = small.experts[0]
    small.submit(worked(small, small.claim(expert), 30))
    small.skip(worked(small, small.claim(expert), 10))
    small.submit(worked(small, small.claim(expert), 90))
    since = small.now - timedelta(days=30)
    (week,) = own_by_week(expert, since, "UTC")
    assert (week.wage.minor, week.wage.paid_ms, week.wage.all_ms) == (5400, 5_400_000, 7_800_000)
    assert (week.wage.paid_per_hour, week.wage.all_per_hour, week.wage.unpaid_share) == (3600, 2492, 31)
    assert (week.wage.claims, week.wage.handed_in) == (3, 2)
    (mine,) = own_by_project(expert, since)
    assert (mine.slug, mine.wage) == (small.project.slug, week.wage)
    assert own_by_week(small.experts[1], since, "UTC") == []
    assert own_by_week(expert, small.now, "UTC") == []


def test_a_project_tells_of_its_people_from_five_on() -> None:
    small: Small = small_project(tasks=6, experts=5)
    for nth, expert in enumerate(small.experts[:4]):
        small.submit(worked(small, small.claim(expert), 10 * (nth + 1)))
    assert of_project(small.project.id) is None
    small.work(small.experts[4], 599)
    assert of_project(small.project.id) is None, "not long enough to say anything of an hour"
    small.work(small.experts[4], 601)
    found = of_project(small.project.id)
    assert found is not None
    assert (found.people, found.claims, found.median, found.unpaid_share) == (5, 6, 3600, 0)
    assert of_project(small.project.id, "review") is None


def test_a_spread_counts_each_person_once_and_lies_between_neighbours() -> None:
    found = spread([wage(minor) for minor in (1000, 2000, 3000, 4000, 5000)])
    assert found is not None
    assert (found.p10, found.median, found.p90) == (1400, 3000, 4600)
    heavy = spread([*[wage(minor) for minor in (1000, 2000, 3000, 4000)], wage(500_000, 6000)])
    assert heavy is not None
    assert heavy.median == 3000, "a hundred hours of one person move the middle no more than one"
    short = Wage("USD", 1, 1, PERSON_MS_MIN - 1, 1, 1)
    assert spread([*[wage(1000)] * 4, short]) is None
