"""Kaplan-Meier: how much of the work is still going on after so long, read from the times alone, without a model."""

from collections.abc import Iterable
from math import exp

from fairhand.estimates.rules.sample import Observation

_SLACK = 1e-9  # weights are sums of fractions


def survival(observations: Iterable[Observation]) -> tuple[tuple[float, float], ...]:
    """Steps (time, part that took longer), times rising and parts falling; a step for each time that was seen whole."""
    rows = sorted((each.log_s, not each.whole, each.weight) for each in observations)
    at_risk = sum(weight for _, _, weight in rows)
    steps: list[tuple[float, float]] = []
    part, place = 1.0, 0
    while place < len(rows):
        log_s, ended, left = rows[place][0], 0.0, 0.0
        while place < len(rows) and rows[place][0] == log_s:
            _, is_open, weight = rows[place]
            ended, left, place = ended + (0.0 if is_open else weight), left + weight, place + 1
        if ended:
            part *= max(0.0, 1 - ended / at_risk)
            steps.append((exp(log_s), part))
        at_risk -= left
    return tuple(steps)


def quantile(steps: Iterable[tuple[float, float]], part: float) -> float | None:
    """The time by which a part of the work was done; None if the curve never gets there."""
    return next((time for time, longer in steps if longer <= 1 - part + _SLACK), None)
