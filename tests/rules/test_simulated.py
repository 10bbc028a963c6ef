"""The rules of a simulation: hours, draws and figures."""

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.flow.simulated import Group, SpecRefused, crowd_of, gini, next_shift, plain_crowd, quantile, work_s

NIGHT = """
[[group]]
name = "night"
n = 3
hours = ["22:00:00", "02:00:00"]
zone = "Africa/Cairo"
"""


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["UTC", "Africa/Cairo", "America/New_York", "Asia/Kathmandu"]),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda pair: pair[0] != pair[1]),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_a_shift_lies_ahead_or_around_and_within_the_hours_of_the_group(now, zone, hours, days) -> None:
    group = Group(name="g", n=1, zone=zone, days=tuple(days), hours=(f"{hours[0]:02}:00", f"{hours[1]:02}:00"))
    begin, end = next_shift(group, now)
    assert now <= begin < end <= begin + timedelta(hours=25)
    assert begin - now <= timedelta(days=8)
    local_end = end.astimezone(ZoneInfo(zone))
    assert local_end.hour in (hours[1], (hours[1] + 1) % 24), "but for the hour a change of clocks skips"
    if begin > now:
        assert begin.astimezone(ZoneInfo(zone)).weekday() in days


def test_a_night_shift_goes_on_after_midnight() -> None:
    group = crowd_of(NIGHT).group[0]
    now = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # half past one on Wednesday in Cairo, of Tuesday's shift
    assert next_shift(group, now) == (now, datetime(2026, 3, 4, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "not TOML"),
        ("", "group: Field required"),
        ('[[group]]\nname = "a"\nn = 0', "group.0.n"),
        ('[[group]]\nname = "a"\nn = 1\nzone = "Moon"', "'Moon' is not a time zone"),
        ('[[group]]\nname = "a"\nn = 1\naccuracy = 1.5\nmood = 3', "group.0.accuracy"),
    ],
)
def test_a_crowd_that_makes_no_sense_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(SpecRefused, match=said.replace(".", r"\.")):
        crowd_of(text)


def test_the_plain_crowd_has_everybody_asked_for() -> None:
    crowd = plain_crowd(30, 4)
    assert sum(group.n for group in crowd.group if group.role == "expert") == 30
    assert sum(group.n for group in crowd.group if group.role == "reviewer") == 4


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_the_gini_coefficient_is_that_of_its_definition(amounts: list[float]) -> None:
    n, total = len(amounts), sum(amounts)
    pairs = sum(abs(a - b) for a in amounts for b in amounts)
    expected = pairs / (2 * n * total) if total else 0.0
    assert gini(amounts) == pytest.approx(expected, abs=1e-9)


def test_work_takes_as_long_as_the_estimate_says_at_the_speed_of_the_worker() -> None:
    draw = Random(7)
    plain = [work_s({"p50_s": 100, "p80_s": 180}, 1.0, draw) for _ in range(4000)]
    assert median(plain) == pytest.approx(100, rel=0.06)
    assert quantile(plain, 0.8) == pytest.approx(180, rel=0.06)
    assert median(work_s({"p50_s": 100, "p80_s": 180}, 2.0, draw) for _ in range(4000)) == pytest.approx(50, rel=0.06)
