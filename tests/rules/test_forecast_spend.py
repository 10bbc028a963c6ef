"""What a project will have cost: right where costs are even, wider where they stray, silent with too little."""

from datetime import UTC, datetime, timedelta
from random import Random

from fairhand.insight.forecast_spend import SpendAhead, Spent, spend_ahead

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def history(per_day: int, cost: list[int], days: int = 10) -> tuple[list[Spent], list[tuple[datetime, int]]]:
    """Work handed in and accepted in the same hour; each judgement with a review of 8 cents."""
    spent, accepted = [], []
    for n in range(days * per_day):
        at = NOW - timedelta(days=days) + timedelta(days=days) * n / (days * per_day)
        spent += [Spent(at, cost[n % len(cost)], True), Spent(at, 8, False)]
        accepted.append((at, 1))
    return spent, accepted


def ahead(spent: list[Spent], accepted: list[tuple[datetime, int]], left: int, undecided: int = 0) -> SpendAhead:
    found = spend_ahead(spent, accepted, left, undecided, NOW)
    assert found is not None
    return found


def test_even_costs_have_no_interval_and_undecided_work_costs_only_its_review() -> None:
    found = ahead(*history(20, [100]), left=50)
    assert (found.rest_minor, found.low_minor, found.high_minor, found.each_minor) == (5400, 5400, 5400, 108)
    assert ahead(*history(20, [100]), left=50, undecided=50).rest_minor == 50 * 8
    assert ahead(*history(20, [100]), left=50, undecided=70).rest_minor == 50 * 8


def test_costs_that_stray_widen_it_and_the_interval_holds_four_times_in_five() -> None:
    inside, runs = 0, 200
    for seed in range(runs):
        random = Random(seed)
        costs = [round(random.lognormvariate(4.5, 0.6)) for _ in range(400)]
        spent, accepted = history(20, costs[:200])
        found = ahead(spent, accepted, left=200)
        inside += found.low_minor <= sum(costs[200:]) + 200 * 8 <= found.high_minor
    assert 0.70 <= inside / runs <= 0.90, inside / runs


def test_too_little_to_go_by_gives_none() -> None:
    spent, accepted = history(20, [100])
    assert spend_ahead(spent, accepted, 0, 0, NOW) is None
    assert spend_ahead([], [], 10, 0, NOW) is None
    assert spend_ahead(spent[:38], accepted[:19], 10, 0, NOW) is None
    assert spend_ahead(*history(20, [100], days=1), 10, 0, NOW) is None
