"""What an expert takes with them from the platform, computed again without it: nothing differs."""

import json
from typing import Any

import pytest

from fairhand.insight.own_export import everything_about
from fairhand_pay import recomputed
from tests.building import small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
OUTLIER = ("outlier", {"rate": "40.00", "full_rate_limit_min": 1, "reduced_rate": "21.16"})


def test_an_experts_own_export_comes_to_nothing() -> None:
    small = small_project(tasks=3, pay=OUTLIER, lease_s=3600, estimate={"p50_s": 30, "p80_s": 60, "n": 9})
    for seconds in (45, 100, 300):  # within the limit, beyond it, beyond the paid-time maximum
        small.work(small.experts[0], seconds)
    whole: dict[str, Any] = json.loads("".join(everything_about(small.experts[0], small.now)))
    compared = recomputed(whole)
    assert (compared.clean, compared.submissions_n, compared.lines_n) == (True, 3, 5), compared.differences
    assert compared.recorded_minor == compared.recomputed_minor == {"USD": 50 + 67 + 24 + 67 + 106}
    whole["pay_lines"][0]["amount_minor"] += 1
    assert [each.difference_minor for each in recomputed(whole).differences] == [1]
