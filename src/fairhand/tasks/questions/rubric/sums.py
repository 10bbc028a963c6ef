"""What scores come to: points by weight, of the most there is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Sum:
    """As text, for pages and tables: points (at most two decimals), the most of them, and percent of it, 0 to 100.

    `percent` is empty where no criterion that applies has a positive weight.
    """

    points: str
    most: str
    percent: str


def share_of(criterion: Mapping[str, Any], score: object) -> Fraction | None:
    """A score as a share of its criterion's scale; None for a score that is not on it, or not applicable."""
    top = max(len(criterion.get("steps") or []), 2) - 1
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= top:
        return None
    return Fraction(score, top)


def sum_of(criteria: Sequence[Mapping[str, Any]], scores: Mapping[str, Any]) -> Sum:
    """Points of all that was scored, of the most that the criteria can bring; what is not applicable counts in neither.

    Percent is cut at 0 and at 100: faults can take away all, and not more.
    """
    points, most = Fraction(0), 0
    for criterion in criteria:
        name = criterion["value"]
        if name in scores and scores[name] is None:
            continue
        most += max(criterion["weight"], 0)
        points += criterion["weight"] * (share_of(criterion, scores.get(name)) or 0)
    percent = str(whole(min(max(points / most, Fraction(0)), Fraction(1)) * 100)) if most else ""
    return Sum(_decimals(points), str(most), percent)


def whole(value: Fraction) -> int:
    """The nearest whole number; a half goes up."""
    return int((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _decimals(value: Fraction) -> str:
    exact = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{exact.normalize():f}" if exact else "0"
