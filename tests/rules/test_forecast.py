"""The forecast of a project's end: honest about too little, in order, and moved by what it should be moved by."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairhand.insight.forecast import ACCEPTED_MIN, HORIZON, WINDOW, WINDOW_MIN, forecast

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Totals = list[tuple[datetime, int]]


@st.composite
def totals(draw: st.DrawFn) -> Totals:
    """Running totals in the order of time, all before NOW."""
    ages = sorted(draw(st.lists(st.integers(0, 60 * 24 * 30), min_size=1, max_size=40, unique=True)), reverse=True)
    total, found = 0, []
    for age in ages:
        total += draw(st.integers(0, 50))
        found.append((NOW - timedelta(minutes=age), total))
    return found


def steady(days: float, per_day: int) -> Totals:
    """The same number every tenth of the stretch."""
    step = timedelta(days=days) / 10
    return [(NOW - step * (10 - part), round(per_day * days * part / 10)) for part in range(11)]


@given(totals(), st.integers(0, 100_000))
def test_the_interval_holds_the_forecast_and_lies_ahead(rows: Totals, wanted: int) -> None:
    found = forecast(rows, wanted, NOW)
    if found is None:
        return
    assert NOW < found.early_at <= found.done_at <= NOW + HORIZON
    assert found.late_at is None or found.late_at >= found.done_at
    assert found.accepted >= ACCEPTED_MIN
    assert found.per_day > 0
    assert NOW - WINDOW <= found.since <= NOW - WINDOW_MIN


@given(totals(), st.integers(0, 50_000), st.integers(0, 50_000))
def test_more_to_do_is_never_done_earlier(rows: Totals, wanted: int, more: int) -> None:
    less, later = forecast(rows, wanted, NOW), forecast(rows, wanted + more, NOW)
    if less is not None and later is not None:
        assert less.done_at <= later.done_at
        assert less.early_at <= later.early_at


@given(totals())
def test_what_is_done_has_no_forecast(rows: Totals) -> None:
    assert forecast(rows, rows[-1][1], NOW) is None


@given(totals(), st.integers(0, 50_000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_waiting_without_work_never_brings_the_end_nearer(rows: Totals, wanted: int, wait: timedelta) -> None:
    before, after = forecast(rows, wanted, NOW), forecast(rows, wanted, NOW + wait)
    if before is not None and after is not None and rows[0][0] >= NOW + wait - WINDOW:
        assert after.done_at >= before.done_at


def test_a_steady_pace_is_simply_continued() -> None:
    found = forecast(steady(10, 50), 1000, NOW)
    assert found is not None
    assert abs(found.done_at - (NOW + timedelta(days=10))) < timedelta(minutes=1)
    assert found.late_at is not None
    assert found.late_at - found.early_at < timedelta(minutes=1)


def test_too_little_gives_none() -> None:
    assert forecast([], 100, NOW) is None
    assert forecast(steady(1, 500), 1000, NOW) is None, "a day is no pace"
    assert forecast(steady(10, 1), 1000, NOW) is None, "ten judgements are no pace"
    assert forecast(steady(10, 50), 10**9, NOW) is None, "an end in centuries is no forecast"


def test_a_pace_that_came_in_one_burst_has_no_late_end() -> None:
    start = NOW - timedelta(days=10)
    found = forecast([(start, 0), (start + timedelta(hours=1), 30)], 100, NOW)
    assert found is not None
    assert found.late_at is None
