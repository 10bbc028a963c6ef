"""What opens an estimate review: few false alarms over all looks, a short estimate soon noticed, evidence to draw."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, log
from random import Random
from zoneinfo import ZoneInfo

import pytest
from bench.estimates import CROWDS, FALSE_CLAIMS, Crowd, by, drawn, notices
from hypothesis import given
from hypothesis import strategies as st

from fairhand.estimates.rules.looks import EVERY, FIRST_LOOK, LOOKED_AT, TOLERANCE, look, lower_bound, noise
from fairhand.estimates.rules.sample import Worked
from fairhand.estimates.rules.triggers import LATEST, OVER_MAX, Wage, harms, takes_longer, voices
from fairhand.estimates.rules.working_time import (
    FRIDAY_SATURDAY,
    REVIEW_HOURS,
    SATURDAY_SUNDAY,
    working_hours,
    working_hours_between,
)
from tests.counts import count

USUAL = next(crowd for crowd in CROWDS if crowd.sigma == 0.6 and not crowd.people)
RUNS = count(100, 400)
BERLIN, CAIRO = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")


def drawn_claims(n: int, ratio: float, seed: int) -> list[Worked]:
    return drawn(USUAL, ratio, n, Random(seed))


def test_a_right_estimate_is_seldom_called_wrong_over_all_looks(claim: Callable[[str, int], None]) -> None:
    found = notices(USUAL, 1.0, FALSE_CLAIMS, RUNS)
    assert by(found, FALSE_CLAIMS) <= 0.05
    claim("a right estimate is called wrong in at most 5 of 100 projects, over all looks", RUNS)


def test_an_estimate_too_short_by_a_third_is_noticed_within_thirty_claims(claim: Callable[[str, int], None]) -> None:
    assert by(notices(USUAL, 1.5, 30, RUNS), 30) >= 0.75
    claim("an estimate too short by a third is noticed within 30 claims in at least 75 of 100 projects", RUNS)


@pytest.mark.parametrize("crowd", [each for each in CROWDS if each is not USUAL], ids=lambda crowd: crowd.name)
def test_other_crowds_raise_few_false_alarms_too(crowd: Crowd) -> None:
    """The bound is not tuned to one spread; where people differ, chance has a little more of a say."""
    assert by(notices(crowd, 1.0, 100, count(40, 400)), 100) <= 0.075


def test_looks_fall_due_every_five_claims_that_count() -> None:
    claims = drawn_claims(40, 3.0, 1)
    assert look(claims[: FIRST_LOOK - 1]) is None
    seen = look(claims[:FIRST_LOOK])
    assert seen is not None
    assert seen.longer
    for more in range(1, EVERY):
        assert look(claims[: FIRST_LOOK + more]) == seen, "claims after a look wait for the next one"
    assert look(claims[: FIRST_LOOK + EVERY]) != seen
    not_counting = [Worked("x", 50.0, "submitted", promised_s=1.0, ordinal=1), Worked("y", None, "submitted")]
    again = look([*not_counting * 10, *claims[:FIRST_LOOK]])
    assert again is not None
    assert again.sample.observations == seen.sample.observations


def test_a_project_that_drifts_is_not_drowned_by_its_past() -> None:
    quick, slow = drawn_claims(1_000, 0.9, 2), drawn_claims(60, 2.0, 3)
    assert takes_longer(quick) is None
    found = takes_longer(quick + slow)
    assert found is not None
    assert found.n == LOOKED_AT


def test_work_that_all_ran_over_is_noticed_though_no_time_is_known() -> None:
    claims = [Worked(f"p{n}", 9.0, "submitted", limit_s=2.0, promised_s=1.0) for n in range(10)]
    found = takes_longer(claims)
    assert found is not None
    assert found.ratio is None
    assert TOLERANCE < found.low_ratio <= 2
    assert found.censored_share == 1


@given(st.integers(0, 10**6), st.integers(10, 80), st.floats(0.5, 3))
def test_the_evidence_says_what_the_look_says(seed: int, n: int, ratio: float) -> None:
    claims = drawn_claims(n, ratio, seed)
    seen, found = look(claims), takes_longer(claims)
    assert seen is not None
    assert (found is not None) == seen.longer
    bound = lower_bound(seen)
    assert (bound > TOLERANCE - 1e-3) if seen.longer else (bound < TOLERANCE + 1e-3)
    if found is not None:
        assert found.low_ratio == bound
        assert found.ratio is None or found.ratio > found.low_ratio
        assert len(found.points) == found.n == n - n % EVERY
        assert [ratio for ratio, _ in found.points] == pytest.approx(
            [min(claim.work_s or 0, 2.0) for claim in claims[: found.n]], rel=1e-9
        )
        assert all(0 <= part <= 1 for _, part in found.steps)


@given(st.integers(0, 10**6), st.integers(10, 60), st.floats(1.0, 3.0))
def test_work_longer_by_a_factor_raises_the_bound_by_it(seed: int, n: int, more: float) -> None:
    claims = drawn_claims(n, 1.0, seed)
    longer = [replace(each, work_s=(each.work_s or 0) * more, limit_s=2.0 * more) for each in claims]
    before, after = look(claims), look(longer)
    assert before is not None
    assert after is not None
    assert lower_bound(after) == pytest.approx(more * lower_bound(before), rel=1e-3)
    assert after.longer or not before.longer


def test_cards_that_promised_different_times_are_held_against_their_own() -> None:
    """A thousand seconds promised and kept, and sixty promised and kept: nothing takes longer than promised."""
    random = Random(5)
    claims = [
        Worked(f"p{n}", exp(random.gauss(log(promised), 0.3)), "submitted", promised_s=promised)
        for n, promised in enumerate([1_000.0] * 30 + [60.0] * 30)
    ]
    assert takes_longer(claims) is None
    assert takes_longer([Worked(c.person, c.work_s, c.end, promised_s=60.0) for c in claims]) is not None
    assert look([Worked(c.person, c.work_s, c.end) for c in claims]) is None, "nothing was promised"


def test_what_few_people_do_says_less_than_what_many_do() -> None:
    """Thirty times, of thirty people or of two: the same middle, another sureness."""
    random = Random(7)
    times = [exp(random.gauss(log(1.5), 0.5)) for _ in range(30)]
    many, few = (
        look([Worked(f"p{n % people}", time, "submitted", promised_s=1.0) for n, time in enumerate(times)])
        for people in (30, 2)
    )
    assert many is not None
    assert few is not None
    assert many.longer
    assert 0 < few.z < 0.7 * many.z


def test_what_a_persons_claims_have_in_common_is_noise() -> None:
    """By hand: with one claim each the squares add up. Two people who differ in everything show 1, which counts for
    one person beside the usual 0.2, which counts for five: (1 + 5 x 0.2) / 6 = 1/3, for the four pairs of four claims.
    """
    assert noise([[(1.0, 1.0)], [(-2.0, 1.0)]]) == 5
    assert noise([[(1.0, 1.0)] * 2, [(-1.0, 1.0)] * 2]) == pytest.approx(4 * (1 + 1 / 3))
    assert noise([[(2.0, 1.0)] * 2, [(0.0, 1.0)] * 2]) == pytest.approx(8 * (1 + 1 / 3)), "around their middle"
    # Each person's claims as different as can be: they have nothing in common, and the usual is left.
    assert noise([[(1.0, 1.0), (-1.0, 1.0)]] * 2) == pytest.approx(4 * (1 + 1 / 6))


def test_two_people_are_believed_when_the_work_takes_twice_as_long() -> None:
    random = Random(8)
    claims = [Worked(f"p{n % 2}", exp(random.gauss(log(2), 0.4)), "submitted", promised_s=1.0) for n in range(30)]
    assert takes_longer(claims) is not None


def test_one_person_among_ten_does_not_raise_the_alarm_alone() -> None:
    random = Random(6)
    others = [Worked(f"p{n % 9}", exp(random.gauss(0, 0.3)), "submitted", promised_s=1.0) for n in range(45)]
    sleeper = [Worked("sleeper", 30.0, "submitted", promised_s=1.0)] * 55
    assert takes_longer(others + sleeper) is None


def test_more_than_a_fifth_over_the_limit_harms() -> None:
    good = [Worked("a", 50.0, "submitted", limit_s=100.0)] * LATEST
    over = Worked("a", 101.0, "submitted", limit_s=100.0)
    assert harms(good + [over] * OVER_MAX) is None
    found = harms(good + [over] * (OVER_MAX + 1))
    assert found is not None
    assert (found.over_limit, found.under_floor, found.over, found.of) == (True, False, 6, 25)
    assert found.times[-1] == (101.0, 100.0)
    assert harms([over] * (OVER_MAX + 1) + good) is None, "only the latest count"
    assert harms([over] * (OVER_MAX + 1)) is not None, "whatever the other nineteen will do"
    assert harms([Worked("a", 1e6, "submitted")] * LATEST) is None, "without a limit nothing is over it"


def test_a_quarter_of_the_people_under_the_floor_is_harm() -> None:
    def at(*hourly: int) -> list[Wage]:
        return [Wage(f"p{n}", minor, 3_600_000) for n, minor in enumerate(hourly)]

    assert harms([], at(1_000, 1_600, 1_700, 1_800, 1_900), 1_500) is None, "one of five is less than a quarter"
    found = harms([], at(1_000, 1_400, 1_700, 1_800, 1_900), 1_500)
    assert found is not None
    assert (found.over_limit, found.under_floor, found.low_minor, found.floor_minor) == (False, True, 1_400, 1_500)
    assert found.wages == (1_000, 1_400, 1_700, 1_800, 1_900)
    assert harms([], at(1_000, 1_000, 1_000, 1_000), 1_500) is None, "four people are too few"
    assert harms([], at(1_000, 1_000, 1_000, 1_000, 1_000), None) is None, "no floor holds"
    assert harms([], at(1_500, 1_500, 1_500, 1_500, 1_500), 1_500) is None, "the floor itself is enough"
    assert Wage("a", 4_529, 4_500_000).per_hour_minor == 3_623


def test_three_people_or_one_in_ten_are_heard() -> None:
    assert voices({}, 5) is None
    assert voices({"a": 3_000.0}, 11) is None
    assert voices({"a": 3_000.0}, 10) is not None
    assert voices({"a": None, "b": None}, 21) is None
    assert voices({"a": None, "b": None}, 20) is not None
    found = voices({"a": 3_600.0, "b": None, "c": 3_000.0}, 5_000)
    assert found is not None
    assert (found.people, found.of, found.said_s) == (3, 5_000, (3_000.0, 3_600.0))


def moment(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(("since", "zone", "weekend", "until"), [
    ("2026-11-23T09:30", BERLIN, SATURDAY_SUNDAY, "2026-11-26T09:30"),  # Monday to Thursday
    ("2026-11-20T15:00", BERLIN, SATURDAY_SUNDAY, "2026-11-25T15:00"),  # Friday: nine hours, then Monday
    ("2026-11-21T03:00", BERLIN, SATURDAY_SUNDAY, "2026-11-26T00:00"),  # on the weekend: from Monday's midnight
    ("2026-11-19T15:00", CAIRO, FRIDAY_SATURDAY, "2026-11-24T15:00"),  # a weekend of Friday and Saturday
    ("2026-03-27T12:00", BERLIN, SATURDAY_SUNDAY, "2026-04-01T12:00"),  # the short Sunday counts not at all
    ("2026-10-22T12:00", BERLIN, frozenset[int](), "2026-10-25T11:00"),  # the long one, where it counts, has 25 hours
    ("2026-04-23T14:00", CAIRO, frozenset[int](), "2026-04-26T15:00"),  # Cairo skips the midnight of the 24th
])  # fmt: skip
def test_seventy_two_working_hours(since: str, zone: ZoneInfo, weekend: frozenset[int], until: str) -> None:
    assert working_hours(moment(since, zone), REVIEW_HOURS, zone, weekend) == moment(until, zone)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(0, 300),
    st.sampled_from(["UTC", "Europe/Berlin", "Africa/Cairo", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"]),
    st.frozensets(st.integers(0, 6), max_size=6),
)  # fmt: skip
def test_working_hours_lie_before_their_end(since: datetime, hours: int, zone: str, weekend: frozenset[int]) -> None:
    end = working_hours(since, hours, ZoneInfo(zone), weekend)
    assert end.tzinfo is UTC
    assert end - since >= timedelta(hours=hours)
    assert working_hours_between(since, end, ZoneInfo(zone), weekend) == timedelta(hours=hours)
    later = working_hours(since + timedelta(hours=5), hours, ZoneInfo(zone), weekend)
    assert later >= end, "asked later, due no earlier"


def test_a_week_without_working_days_is_refused() -> None:
    for weekend in (frozenset(range(7)), frozenset({7})):
        with pytest.raises(ValueError, match="weekend"):
            working_hours(moment("2026-11-23T09:30", BERLIN), 1, BERLIN, weekend)
    with pytest.raises(ValueError, match="past"):
        working_hours(moment("2026-11-23T09:30", BERLIN), -1, BERLIN)
