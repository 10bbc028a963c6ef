"""Make-whole: what a too short estimate cost people is owed to them, once, to the cent, and never the other way."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.estimates.rules.back_pay import PaidClaim, differences, limit_of, new_limit, with_limit, with_prices
from fairhand.estimates.rules.estimate import Estimate
from fairhand_pay import Facts, Terms, lines, sentence, terms_from_preset, total

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CASE = terms_from_preset("hourly", {"rate": "40.00", "full_rate_s": 3600, "after_rate": "21.16"}, "USD")
PIECE = terms_from_preset("per_unit", {"price": "20.00", "unit": "task", "units_max": 1}, "USD")
MINUTE = 60_000


def estimate_of(p50_s: int, limit_s: int | None = None) -> Estimate:
    return Estimate(
        p50_s, 2 * p50_s, limit_s or 2 * p50_s, "log-normal", "log-normal", 40, 0, 12, 0.3, beyond=False, as_of=NOW
    )


def timed(claim: str, minutes: float, person: str = "a", terms: Terms = CASE) -> PaidClaim:
    return PaidClaim(claim, person, Facts(round(minutes * MINUTE)), terms, 1800)


def test_the_seventy_five_minutes_of_the_design_get_their_4_71() -> None:
    found = differences([timed("c", 75)], estimate_of(52 * 60), pieces=False)
    (owed,) = found.owed
    assert (owed.old_minor, owed.new_minor, owed.line.amount_minor) == (4529, 5000, 471)
    assert (owed.old_s, owed.new_s) == (3600, 104 * 60)
    assert owed.line.primitive == "ADJUST"
    assert "$45.29" in sentence(owed.line)
    assert "$4.71" in sentence(owed.line)
    assert found.totals == {"USD": 471}


def test_a_fixed_price_that_promised_a_wage_grows_with_the_typical_time() -> None:
    """$20 for what was to take 30 minutes and takes 52: 14.67 each, 557.46 for 38 tasks."""
    claims = [
        PaidClaim(f"c{n}", f"p{n % 5}", Facts((40 + n) * MINUTE, {"task": 1}), PIECE, 1800) for n in range(38)
    ]  # fmt: skip
    found = differences(claims, estimate_of(52 * 60), pieces=True)
    assert {each.line.amount_minor for each in found.owed} == {1467}
    assert found.totals == {"USD": 55746}
    assert found.people == 5
    assert differences(claims, estimate_of(52 * 60), pieces=False).owed == (), "a price that promised no wage stays"


def test_everybody_since_the_first_overrun_is_looked_at() -> None:
    claims = [timed("before", 50), timed("first", 61), timed("short", 20), timed("leaver", 90, "gone")]
    found = differences(claims, estimate_of(52 * 60), pieces=False)
    assert found.first == "first"
    assert found.looked_at == 3
    assert [each.claim for each in found.owed] == ["first", "leaver"]
    assert found.people == 2
    assert differences(claims[:1], estimate_of(52 * 60), pieces=False).first is None


def test_what_was_made_whole_is_not_paid_again() -> None:
    claim = timed("c", 100)
    (owed,) = differences([claim], estimate_of(40 * 60), pieces=False).owed
    after = replace(claim, added=(owed.line,))
    assert differences([after], estimate_of(40 * 60), pieces=False).owed == ()
    (more,) = differences([after], estimate_of(52 * 60), pieces=False).owed
    (at_once,) = differences([claim], estimate_of(52 * 60), pieces=False).owed
    assert owed.line.amount_minor + more.line.amount_minor == at_once.line.amount_minor
    assert more.new_minor == at_once.new_minor == 6667


def test_a_shorter_estimate_takes_nothing_back() -> None:
    assert differences([timed("c", 75)], estimate_of(600), pieces=False).owed == ()
    piece = PaidClaim("c", "a", Facts(75 * MINUTE, {"task": 1}), PIECE, 1800)
    assert differences([piece], estimate_of(600), pieces=True).owed == ()


def test_a_plan_that_drops_at_the_estimate_keeps_its_proportion() -> None:
    harsh = with_limit(CASE, 1)
    at_estimate = Terms.parse(
        {**harsh.to_json(), "primitives": [_cut(harsh.to_json()["primitives"][0], 1800)]}
    )  # fmt: skip
    claim = PaidClaim("c", "a", Facts(47 * MINUTE), at_estimate, 1800)
    assert new_limit(claim, estimate_of(52 * 60)) == 52 * 60
    assert new_limit(replace(claim, promised_s=1200), estimate_of(52 * 60)) == 78 * 60, "one and a half times"
    assert new_limit(replace(claim, promised_s=900), estimate_of(52 * 60)) == 104 * 60, "twice is what is usual"
    (owed,) = differences([claim], estimate_of(52 * 60), pieces=False).owed
    assert owed.new_minor == 3133


def _cut(primitive: dict, upto_s: int) -> dict:  # type: ignore[type-arg]
    first, *rest = primitive["segments"]
    return {**primitive, "segments": [{**first, "upto_s": upto_s}, *rest]}


def test_time_beyond_the_old_maximum_is_paid_up_to_the_new_one() -> None:
    claim = timed("c", 5 * 60)
    assert CASE.paid_s_max == 4 * 3600
    (owed,) = differences([claim], estimate_of(52 * 60), pieces=False).owed
    # Four times the new limit of 104 minutes leaves room for all five hours.
    assert owed.new_minor == 6933 + round(196 / 60 * 2116)


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.sampled_from("abcd")), min_size=1, max_size=20),
    st.integers(1, 30_000), st.integers(1, 30_000),
)  # fmt: skip
def test_nothing_owed_is_below_zero_and_old_and_new_add_up(
    times: list[tuple[int, str]], p50_s: int, later_s: int
) -> None:
    claims = [PaidClaim(f"c{n}", who, Facts(s * 1000), CASE, 1800) for n, (s, who) in enumerate(times)]
    found = differences(claims, estimate_of(p50_s), pieces=False)
    for each in found.owed:
        assert each.line.amount_minor > 0
        assert each.old_minor + each.line.amount_minor == each.new_minor
        assert each.new_s >= each.old_s
    longer = differences(claims, estimate_of(p50_s + later_s), pieces=False)
    assert longer.totals.get("USD", 0) >= found.totals.get("USD", 0), "a longer estimate never owes less"


@given(st.integers(1, 40_000), st.integers(0, 100_000))
def test_a_longer_limit_never_pays_less(limit_s: int, active_s: int) -> None:
    longer = with_limit(CASE, limit_s)
    assert (limit_of(longer) or 0) >= min(3600, longer.paid_s_max or 0)
    assert total(lines(Facts(active_s * 1000), longer)) >= total(lines(Facts(active_s * 1000), CASE))


@pytest.mark.parametrize(("ends", "limit_s", "expected"), [
    ([600, 1200, None], 900, [900, 1500, None]),
    ([600, 1200, None], 300, [600, 1200, None]),
    ([600, 7000, None], 1100, [1100, None]),  # the second would end beyond the maximum, so it is the last
    ([None], 900, [None]),
])  # fmt: skip
def test_what_comes_after_the_limit_moves_on_with_it(
    ends: list[int | None], limit_s: int, expected: list[int | None]
) -> None:
    rates = ["30.00", "20.00", "10.00"]
    segments = [{"upto_s": end, "rate": rate} for end, rate in zip(ends, rates, strict=False)]
    time = {"primitive": "TIME", "version": 1, "basis": "active", "segments": segments}
    terms = with_limit(Terms.parse({"currency": "USD", "paid_s_max": 7200, "primitives": [time]}), limit_s)
    assert [each["upto_s"] for each in terms.to_json()["primitives"][0]["segments"]] == expected


def test_prices_grow_upwards() -> None:
    cents = terms_from_preset("per_unit", {"price": "0.05", "unit": "item", "units_max": 100}, "USD")
    assert with_prices(cents, Fraction(52, 30)).to_json()["primitives"][0]["bands"][0]["price"] == "0.09"
    assert with_prices(cents, Fraction(1)) == cents
