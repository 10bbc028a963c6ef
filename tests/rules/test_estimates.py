"""Estimates of work time: open ends kept, nobody weighs too much, pilots first, and the curve checks the model."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from math import exp, log
from random import Random

import pytest
from bench.estimates import recovered
from hypothesis import assume, given
from hypothesis import strategies as st

from fairhand.estimates.rules import lognormal
from fairhand.estimates.rules.estimate import (
    CURVE_FROM,
    PRIOR_N,
    Estimate,
    estimate,
    learning_curve,
    upper_p90,
)
from fairhand.estimates.rules.lognormal import (
    SIGMA_USUAL,
    LogNormal,
    Row,
    equations,
    fit,
    open_residual,
    rows_of,
    whole_residual,
)
from fairhand.estimates.rules.sample import SHARE_MAX, SKIP_S_MIN, Observation, Worked, person_weights, sample_of
from fairhand.estimates.rules.survival import quantile, survival
from tests.counts import count

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PILOTS = (1500.0, 1800.0, 2160.0)  # their middle is 30 minutes


def made(estimate_: Estimate | None) -> Estimate:
    assert estimate_ is not None
    return estimate_


def claims_of(times: list[float], limit_s: float | None = None) -> list[Worked]:
    """One claim of a person each."""
    return [Worked(f"p{n}", seconds, "submitted", limit_s) for n, seconds in enumerate(times)]


def times_of(n: int, seed: int, middle: float = 3000.0, sigma: float = 0.6) -> list[float]:
    random = Random(seed)
    return [exp(random.gauss(log(middle), sigma)) for _ in range(n)]


@st.composite
def claims(draw: st.DrawFn, least: int = 0) -> list[Worked]:
    """Any ended claims, of few people or many."""
    return draw(st.lists(st.builds(
        Worked, st.integers(0, 12).map(str), st.none() | st.floats(0, 40_000),
        st.sampled_from(["submitted", "skipped", "expired", "released"]), st.none() | st.floats(1, 20_000),
        st.none() | st.floats(1, 20_000), st.integers(1, 4),
    ), min_size=least, max_size=60))  # fmt: skip


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """Eight or more, the first four whole, their weights as those of people are."""
    found = draw(st.lists(st.builds(
        Observation, st.floats(0, 10), st.booleans(), st.sampled_from([0.2, 0.5, 1.0, 2.0]),
    ), min_size=8, max_size=40))  # fmt: skip
    return [replace(each, whole=True) if place < 4 else each for place, each in enumerate(found)]


def test_work_cut_at_its_limit_is_estimated_whole(claim: Callable[[str, int], None]) -> None:
    """Section 5.1 of the design: who looks at completed work alone believes 37 minutes where 50 is true."""
    runs = count(20, 400)
    found = recovered(runs)
    assert 36 <= found.completed_median <= 38
    assert 36 <= found.completed_mean <= 38
    assert 0.35 <= found.censored_share <= 0.42
    assert 49 <= found.p50 <= 51
    assert 49 <= found.curve <= 51.5
    assert 80 <= found.p80 <= 86
    claim("an estimate from cut work finds the true 50 minutes, where completed work alone says 37", runs)


@given(claims(), st.lists(st.floats(1, 20_000), max_size=5))
def test_an_estimate_is_in_order_and_never_from_nothing(ended: list[Worked], pilots: list[float]) -> None:
    found = estimate(ended, pilots, NOW)
    sample = sample_of(ended)
    if found is None:
        assert len(pilots) < 3
        assert sample.n < PRIOR_N or sample.whole < 3
        return
    assert 1 <= found.p50_s <= found.p80_s <= found.limit_s
    assert found.limit_s >= 2 * found.p50_s
    seen = max([min(each.work_s or 0, each.limit_s or 40_000) for each in ended if each.ordinal > 1] + pilots)
    assert found.p50_s <= 2 * seen + 1
    assert found.limit_s <= 4 * seen + 3
    assert found.n == sample.n
    assert found.as_of == NOW


@given(observations())
def test_a_fit_solves_its_equations(seen: list[Observation]) -> None:
    rows = rows_of(seen)
    found = fit(rows)
    assert found is not None
    first, second = equations(rows, found.mu, found.sigma)
    weight = sum(row[2] for row in rows)
    assert abs(first) < 1e-3 * weight
    assert abs(second) < 1e-3 * weight or found.sigma == SIGMA_USUAL


@given(st.integers(0, 10**6), st.integers(8, 40), st.floats(0.2, 1.2), st.floats(0.8, 4))
def test_drawn_work_is_fitted_in_any_unit(seed: int, n: int, sigma: float, limit: float) -> None:
    random = Random(seed)
    times = [exp(random.gauss(0, sigma)) for _ in range(n)]
    assume(sum(time <= limit for time in times) >= n / 3)
    one, other = (made(estimate(claims_of([time * unit for time in times], limit * unit), (), NOW))
                  for unit in (3_600, 36_000))  # fmt: skip
    assert other.p50_s == pytest.approx(10 * one.p50_s, rel=0.001, abs=6)
    assert other.p80_s == pytest.approx(10 * one.p80_s, rel=0.001, abs=6)


@given(st.integers(0, 10**6), st.integers(8, 40), st.floats(0.2, 1.2), st.data())
def test_an_open_end_never_shortens_the_typical_time(seed: int, n: int, sigma: float, data: st.DataObject) -> None:
    """That somebody took at least so long says more time, not less, than that they took exactly so long."""
    random = Random(seed)
    seen = [Observation(random.gauss(0, sigma), True) for _ in range(n)]
    before = fit(rows_of(seen))
    for place in data.draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=n // 3)):
        seen[place] = replace(seen[place], whole=False)
    after = fit(rows_of(seen))
    assert before is not None
    assert after is not None
    assert after.mu >= before.mu - 1e-4


def test_open_residuals_are_averages_of_whole_ones() -> None:
    """What an open end enters with, against the average over a fine grid of everybody who takes longer."""
    step = 1e-3
    for z in (-3.0, -1.5, -0.7, 0.0, 0.9, 1.49, 1.5, 2.5):
        grid = [z + (place + 0.5) * step for place in range(8_000)]
        weights = [exp(-0.5 * each * each) for each in grid]
        for part in (0, 1):
            expected = sum(w * whole_residual(at)[part] for at, w in zip(grid, weights, strict=True)) / sum(weights)
            assert open_residual(z)[part] == pytest.approx(expected, abs=1e-4)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_nobody_weighs_more_than_a_tenth(counts: list[int]) -> None:
    weights = person_weights(Counter({str(n): number for n, number in enumerate(counts)}))
    assert sum(weights.values()) == pytest.approx(1)
    assert max(weights.values()) <= max(SHARE_MAX, 1 / len(counts)) + 1e-9
    for one, number in enumerate(counts):
        assert all(weights[str(one)] >= weights[str(n)] - 1e-9 for n, other in enumerate(counts) if other <= number)


def test_between_ten_and_twenty_people_weigh_by_what_they_did() -> None:
    weights = person_weights(Counter({"busy": 2, **{str(n): 1 for n in range(14)}}))
    assert weights["busy"] == pytest.approx(0.1)
    assert weights["0"] == pytest.approx(0.9 / 14)
    assert person_weights(Counter({"a": 1, "b": 9})) == {"a": 0.5, "b": 0.5}


def test_somebody_very_busy_and_very_quick_does_not_move_the_estimate() -> None:
    slow = times_of(40, 1)
    quick = [Worked("quick", 60.0, "submitted") for _ in range(200)]
    found = made(estimate(claims_of(slow) + quick, (), NOW))
    alone = made(estimate(claims_of(slow), (), NOW))
    assert 0.75 * alone.p50_s < found.p50_s <= alone.p50_s


def test_a_night_with_the_page_open_counts_as_ten_times_the_middle() -> None:
    times = [*times_of(20, 2, 600), 86_400.0]
    assert max(each.log_s for each in sample_of(claims_of(times)).observations) == pytest.approx(
        log(10 * sorted(times)[10])
    )


def test_what_is_no_observation_is_left_out_and_counted() -> None:
    ended = [
        Worked("a", 500.0, "submitted", ordinal=1),
        Worked("a", 400.0, "submitted", ordinal=2),
        Worked("b", SKIP_S_MIN - 1, "skipped"),
        Worked("b", SKIP_S_MIN, "skipped"),
        Worked("c", None, "submitted"),
        Worked("c", 30.0, "expired"),
        Worked("d", 700.0, "submitted", limit_s=600.0),
        Worked("d", 600.0, "submitted", limit_s=600.0),
    ]
    sample = sample_of(ended)
    seen = [(round(exp(each.log_s)), each.whole) for each in sample.observations]
    assert seen == [(400, True), (120, False), (30, False), (600, False), (600, True)]
    assert (sample.firsts, sample.others, sample.people) == (1, 2, 4)
    assert sample.censored_share == pytest.approx(0.6)


def test_pilots_speak_first_and_then_the_work() -> None:
    assert estimate([], PILOTS[:2], NOW) is None, "two pilots are too few"
    alone = made(estimate([], PILOTS, NOW))
    assert (alone.p50_s, alone.p50_by, alone.n, alone.pilots) == (1800, "pilots", 0, 3)
    assert alone.p80_s == pytest.approx(1800 * exp(0.8416 * 0.5424), rel=0.02)

    double = times_of(100, 3, 3600, 0.1)
    four = made(estimate(claims_of(double[:4]), PILOTS, NOW))
    # Four observations against eight made-up ones: a third of the way, in logarithms.
    assert log(four.p50_s / 1800) == pytest.approx(log(2) / 3, abs=0.06)
    eight = made(estimate(claims_of(double[:8]), PILOTS, NOW))
    assert eight.p50_by == "log-normal"
    assert eight.p50_s == pytest.approx(3600, rel=0.1)


def test_work_that_all_ran_over_is_estimated_by_pilots_or_by_what_was_seen() -> None:
    over = claims_of([9_999.0] * 20, limit_s=3600.0)
    seen = made(estimate(over, (), NOW))
    assert (seen.p50_s, seen.censored_share, seen.beyond) == (9_999, 0.0, False)
    assert estimate(claims_of([9_999.0] * 7, limit_s=3600.0), (), NOW) is None
    found = made(estimate(over, PILOTS, NOW))
    assert found.p50_by == "pilots"
    assert found.p50_s > 1800
    assert found.censored_share == 1
    assert found.p50_s <= 7200
    assert found.beyond == (found.p50_s > max(PILOTS))
    assert not made(estimate([], PILOTS, NOW)).beyond


def test_the_quickest_work_takes_a_second() -> None:
    found = made(estimate(claims_of([0.2] * 10), (), NOW))
    assert (found.p50_s, found.p80_s, found.limit_s) == (1, 1, 2)


def test_a_guess_goes_no_further_than_twice_what_was_seen() -> None:
    """Three quick ones, and thirty that ran over: the model alone would say anything."""
    ended = claims_of([10.0, 60.0, 300.0]) + claims_of([999.0] * 30, limit_s=600.0)
    found = made(estimate(ended, (), NOW))
    assert found.beyond
    assert (found.p50_s, found.limit_s) == (1200, 2400)


def test_the_curve_speaks_where_the_model_does_not_fit() -> None:
    """Work that is either quick or slow has no log-normal middle."""
    random = Random(4)
    both = [random.uniform(95, 105) if random.random() < 0.75 else random.uniform(800, 900) for _ in range(300)]
    found = made(estimate(claims_of(both), (), NOW))
    assert found.p50_by == "curve"
    assert 95 <= found.p50_s <= 105
    assert found.p80_by == "curve"
    assert 800 <= found.p80_s <= 900
    few = made(estimate(claims_of(both[: CURVE_FROM - 1]), (), NOW))
    assert (few.p50_by, few.p80_by) == ("log-normal", "log-normal")


def test_a_curve_of_two_people_is_no_check() -> None:
    times = [100.0] * 30 + [2_000.0] * 10
    two = [Worked("ab"[n % 2] if n < 38 else "c", seconds, "submitted") for n, seconds in enumerate(times)]
    assert sample_of(two).effective_n < 15
    assert made(estimate(two, (), NOW)).p50_by == "log-normal"


def test_the_curve_is_kaplan_and_meiers() -> None:
    """A textbook case by hand: 1, 2+, 3, 3, 5+, 8: 5/6, then 5/6 x 1/2, then 0 (a plus is an open end)."""
    ended = [(1, True), (2, False), (3, True), (3, True), (5, False), (8, True)]
    steps = survival(Observation(log(t), whole) for t, whole in ended)
    assert [time for time, _ in steps] == pytest.approx([1, 3, 8])
    assert [part for _, part in steps] == pytest.approx([5 / 6, 5 / 12, 0])
    assert quantile(steps, 0.5) == pytest.approx(3)
    assert quantile(survival([Observation(0.0, True), Observation(1.0, False)]), 0.8) is None


@given(claims(1))
def test_the_curve_falls(ended: list[Worked]) -> None:
    steps = survival(sample_of(ended).observations)
    parts = [1.0, *(part for _, part in steps)]
    assert all(0 <= later <= earlier for earlier, later in pairwise(parts))
    assert [time for time, _ in steps] == sorted({time for time, _ in steps})


def test_the_limit_offered_holds_for_nine_in_ten(claim: Callable[[str, int], None]) -> None:
    """The bound for the next claim, over many small samples; with few of them it is far above the model's own."""
    runs = count(150, 2_000)
    for n in (8, 20, 150):
        held = 0
        for run in range(runs):
            times = times_of(n + 1, 1_000 * n + run)
            sample = sample_of(claims_of(times[:-1]))
            fitted = fit(rows_of(sample.observations))
            assert fitted is not None
            held += times[-1] <= upper_p90(sample, fitted)
        assert 0.85 <= held / runs <= 0.96, n
    claim("the limit offered is enough for about nine of ten claims, at samples of 8, 20 and 150", 3 * runs)


def test_from_a_hundred_on_the_limit_is_a_rank() -> None:
    times = [100.0] * 85 + [1_000.0] * 15
    sample = sample_of(claims_of(times))
    assert upper_p90(sample, LogNormal(0, 1)) == pytest.approx(1_000)
    assert made(estimate(claims_of(times), (), NOW)).limit_s >= 1_000


def test_practice_shows() -> None:
    ended = [Worked(f"p{n}", 900.0 / turn**0.5, "submitted", ordinal=turn) for n in range(5) for turn in range(1, 8)]
    curve = learning_curve(ended)
    assert [(step.first, step.last, step.n) for step in curve] == [
        (1, 1, 5), (2, 2, 5), (3, 5, 15), (6, 10, 10), (11, 20, 0), (21, None, 0),
    ]  # fmt: skip
    middles = [step.middle_s for step in curve[:4]]
    assert middles == sorted(middles, reverse=True)
    assert middles[0] == pytest.approx(900)
    assert curve[-1].middle_s is None


def test_a_fit_goes_over_its_claims_a_hundred_times_or_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is about 10 ms for 500 claims; a search that walks or swings would take thousands."""
    passes = Counter[int]()
    for seed in range(20):
        rows = rows_of(sample_of(claims_of(times_of(500, seed), limit_s=3600.0)).observations)

        def counted(rows: Sequence[Row], mu: float, sigma: float, seed: int = seed) -> tuple[float, float]:
            passes[seed] += 1
            return equations(rows, mu, sigma)

        with monkeypatch.context() as patched:
            patched.setattr(lognormal, "equations", counted)
            assert fit(rows) is not None
    assert len(passes) == 20
    assert max(passes.values()) < 250, passes
