"""The worked examples of the specification, to the cent: the twelve of its list, and the case it all began with."""

from typing import Any

import pytest

from fairhand_pay import (
    AdjustParams,
    Earned,
    Facts,
    Happened,
    Line,
    PeriodFacts,
    Terms,
    TermsError,
    adjust,
    at_full_rate,
    below_floor,
    ceiling,
    effective,
    floor_of,
    floors,
    held,
    highest,
    lines,
    resolved,
    sentence,
    terms_from_preset,
    total,
    window_ceiling,
    window_lines,
)
from fairhand_pay.currency import split
from tests.pay.plans import plan, rate, time2, unit

MINUTE = 60_000
HOUR = 3_600_000


def preset(name: str, **params: Any) -> Terms:
    return terms_from_preset(name, params, "USD")


def paid(terms: Terms, minutes: int = 0, **facts: Any) -> tuple[Line, ...]:
    return lines(Facts(minutes * MINUTE, **facts), terms)


def amounts(found: tuple[Line, ...]) -> list[int]:
    return [line.amount_minor for line in found if line.amount_minor]


CASE = [
    # rate, minutes, at the full rate, after the limit
    ("40.00", 25, 1667, 0), ("40.00", 47, 3133, 0), ("40.00", 60, 4000, 0), ("40.00", 75, 4000, 529),
    ("40.00", 100, 4000, 1411),
    ("35.00", 25, 1458, 0), ("35.00", 47, 2742, 0), ("35.00", 60, 3500, 0), ("35.00", 75, 3500, 529),
    ("35.00", 100, 3500, 1411),
    ("45.00", 25, 1875, 0), ("45.00", 47, 3525, 0), ("45.00", 60, 4500, 0), ("45.00", 75, 4500, 529),
    ("45.00", 100, 4500, 1411),
    ("50.00", 25, 2083, 0), ("50.00", 47, 3917, 0), ("50.00", 60, 5000, 0), ("50.00", 75, 5000, 529),
    ("50.00", 100, 5000, 1411),
]  # fmt: skip
HARSHER = [
    # rate, minutes, up to the estimate, up to the limit
    ("40.00", 25, 1667, 0), ("40.00", 47, 2000, 600), ("40.00", 60, 2000, 1058), ("40.00", 75, 2000, 1058),
    ("35.00", 47, 1750, 600), ("35.00", 60, 1750, 1058), ("35.00", 75, 1750, 1058),
    ("45.00", 47, 2250, 600), ("45.00", 60, 2250, 1058), ("45.00", 75, 2250, 1058),
    ("50.00", 47, 2500, 600), ("50.00", 60, 2500, 1058), ("50.00", 75, 2500, 1058),
]  # fmt: skip


@pytest.mark.parametrize(("per_hour", "minutes", "full", "after"), CASE)
def test_1_the_exact_case_at_four_rates(per_hour: str, minutes: int, full: int, after: int) -> None:
    found = paid(preset("outlier", rate=per_hour, full_rate_limit_min=60, reduced_rate="21.16"), minutes)
    assert amounts(found) == [full, after][: 2 if after else 1]


@pytest.mark.parametrize(("per_hour", "minutes", "full", "after"), HARSHER)
def test_1b_the_harsher_reading_drops_at_the_estimate(per_hour: str, minutes: int, full: int, after: int) -> None:
    found = paid(preset("outlier-estimate", rate=per_hour), minutes)
    assert amounts(found) == [full, after][: 2 if after else 1]


def test_1_effective_wages() -> None:
    wages = [effective(total(paid(preset("outlier"), m)), m * MINUTE).per_hour_minor for m in (25, 47, 60, 75, 100)]
    assert wages == [4001, 4000, 4000, 3623, 3247]
    assert [effective(n, m * MINUTE).per_hour_minor for n, m in ((2600, 47), (3058, 75))] == [3319, 2446]
    assert effective(0, 0).per_hour_minor is None
    assert effective(10**12, HOUR).per_hour_minor == 10**12


def test_2_turns_beyond_those_included() -> None:
    assert amounts(paid(preset("turns"), units={"task": 1, "turn": 7})) == [1200, 300]


def test_3_a_supplement_for_turns_and_a_hold_that_ends() -> None:
    terms = preset("turns", price="20.00", factors={"3": "1.3"}, hold_share="65%", turns_max=6)
    found = paid(terms, units={"task": 1, "turn": 3})
    assert amounts(found) == [2000, 600]
    assert (held(found), found[-1].inputs["free_minor"], found[-1].inputs["release_days"]) == (1690, 910, 7)
    assert found[-1].amount_minor == 0
    assert found[-1].parents == ("UNIT:0", "MULT:2")


@pytest.mark.parametrize(("score", "pay"), [("4.6", [6000, 600]), ("3.9", [6000]), (None, [6000])])
def test_4_a_score_adds_and_never_takes(score: str | None, pay: list[int]) -> None:
    assert amounts(paid(preset("fairhand", full_rate_limit_min=120), 90, score=score)) == pay


MISSION = plan("USD", None, {"primitive": "GOAL", "version": 1, "scope": "window", "of": "tasks", "tiers": [
    {"at": 10, "amount": "25.00"}, {"at": 20, "amount": "75.00"}]})  # fmt: skip


def test_5_a_late_review_costs_no_bonus() -> None:
    at_close = window_lines(PeriodFacts("window", {"tasks": 17}), MISSION)
    on_tuesday = window_lines(PeriodFacts("window", {"tasks": 20}), MISSION)
    assert (amounts(at_close), amounts(on_tuesday)) == ([2500], [7500])
    assert sentence(at_close[0]) == "Mission in tasks: 17 of 20 = $25.00"
    (more,) = adjust(at_close, on_tuesday, AdjustParams(cause="goal"))
    assert more.amount_minor == 5000
    assert adjust((*at_close, more), on_tuesday, AdjustParams(cause="goal")) == ()
    assert window_ceiling(MISSION, "window") == 7500


def test_6_a_weekly_guarantee_ignores_referrals() -> None:
    week = plan("USD", None, {"primitive": "FLOOR", "version": 1, "scope": "week", "amount": "600.00"})
    had = (Earned("a", 51_240, "0" * 64), Earned("b", 4_000, "1" * 64, counts=False))
    assert amounts(window_lines(PeriodFacts("week", {}, had), week)) == [8760]


def test_7_a_timesheet_over_its_weekly_cap_is_paid_and_told() -> None:
    terms = preset("mercor", rate="65.00", weekly_cap_h=20)
    found = lines(Facts(None, timesheet_ms=81_360_000), terms)
    assert amounts(found) == [146_900]
    (said,) = window_lines(PeriodFacts("week", {"ms": 81_360_000}), terms)
    assert said.amount_minor == 0
    assert sentence(said).startswith("2:36:00 over the weekly cap of 20:00:00; it is paid all the same")
    assert said.inputs == {"scope": "week", "ms": 81_360_000, "cap_ms": 72_000_000}
    assert window_lines(PeriodFacts("week", {"ms": 72_000_000}), terms) == ()
    # What the cap would take if it cut: 20 hours at $65.
    cut = plan("USD", 86_400, time2((None, "65.00"), basis="timesheet"),
               {"primitive": "CAP", "version": 1, "scope": "week", "amount": "1300.00", "over": "cut"})  # fmt: skip
    week = PeriodFacts("week", {}, (Earned("x", 146_900, "0" * 64),))
    assert amounts(window_lines(week, cut)) == [-16_900]


def test_8_a_referral_is_capped_and_paid_once() -> None:
    terms = plan("USD", None, {"primitive": "EVENT", "version": 1, "kind": "referral", "share": "20%", "cap": "250.00",
                               "events_max": 3})  # fmt: skip
    events = (Happened("referral", "R", 140_000), Happened("referral", "R", 140_000), Happened("referral", "S", 50_000))
    found = lines(Facts(None, events=events), terms)
    assert [line.amount_minor for line in found] == [25_000, 0, 10_000]
    again = lines(Facts(None, events=events[:1], paid_keys=frozenset({"R"})), terms)
    assert [line.amount_minor for line in again] == [0]
    assert ceiling(terms) == 75_000


def test_9_review_pay_is_the_same_whatever_the_verdict() -> None:
    floor = {"primitive": "FLOOR", "version": 1, "scope": "task", "amount": "10.00"}
    terms = plan("USD", 3600, time2((None, "55.00")), floor)
    assert amounts(lines(Facts(860_000), terms)) == [1314]
    assert amounts(lines(Facts(60_000), terms)) == [92, 908]


def test_10_what_comes_later_is_only_more() -> None:
    old, new = (paid(preset("outlier", full_rate_limit_min=limit, paid_max_min=240), 75) for limit in (60, 104))
    (more,) = adjust(old, new, AdjustParams(cause="limit", from_version=1, to_version=2))
    assert (total(old), total(new), more.amount_minor) == (4529, 5000, 471)
    assert adjust(new, old, AdjustParams(cause="limit")) == ()
    (less,) = adjust(new, old, AdjustParams(cause="decision", may_lower=True))
    assert less.amount_minor == -471
    with pytest.raises(TermsError):
        adjust(new, old, AdjustParams(cause="limit", may_lower=True))
    # $20 for "30 minutes at $40": the true median is 52, everybody of 38 gets the difference.
    fixed = plan(
        "USD",
        None,
        unit("task", 1, (None, "20.00")),
        {"primitive": "FLOOR", "version": 1, "scope": "task", "rate": "40.00", "basis": "median", "upto_s": 7200},
    )
    before = lines(Facts(None, {"task": 1}), fixed)
    after = lines(Facts(None, {"task": 1}, median_ms=52 * MINUTE), fixed)
    (topped,) = adjust(before, after, AdjustParams(cause="median"))
    assert (total(before), total(after), topped.amount_minor, 38 * topped.amount_minor) == (2000, 3467, 1467, 55_746)


@pytest.mark.parametrize(("how", "pay"), [("additive", [3000, 750, 300]), ("compounding", [3000, 750, 375])])
def test_11_supplements_add_up_unless_asked_to_compound(how: str, pay: list[int]) -> None:
    surge = {"primitive": "MULT", "version": 1, "by": "surge", "how": how, "steps": [{"at": "1", "factor": "1.25"}]}
    quality = {"primitive": "MULT", "version": 1, "by": "score", "how": how, "steps": [{"at": "4.5", "factor": "1.1"}]}
    daily = {"primitive": "GOAL", "version": 1, "scope": "day", "of": "tasks", "tiers": [{"at": 1, "amount": "10.00"}]}
    terms = plan("USD", None, unit("task", 1, (None, "30.00")), surge, quality, daily)
    found = lines(Facts(None, {"task": 1}, score="4.6", flags=frozenset({"surge"})), terms)
    assert amounts(found) == pay
    assert total(found) + total(window_lines(PeriodFacts("day", {"tasks": 1}), terms)) == sum(pay) + 1000


def test_12_a_split_adds_up() -> None:
    assert split(10_000, (1, 1, 1)) == (3334, 3333, 3333)
    assert split(5, (1, 1)) == (3, 2)
    assert split(0, (1, 2)) == (0, 0)
    for wrong in ((5, (0, 0)), (-1, (1,)), (5, (2, -1)), (5, ())):
        with pytest.raises(ValueError):
            split(*wrong)


def test_a_rate_is_cut_with_notice_and_forward_only() -> None:
    terms = preset("outlier-classic")
    found = [paid(resolved(terms, {"date": day}), 60) for day in ("2026-01-31", "2026-02-01", "2026-02-02")]
    assert [total(each) for each in found] == [4500, 4500, 4000]
    frozen = resolved(terms, {"date": "2026-02-01"})
    assert total(lines(Facts(60 * MINUTE, dims={"date": "2026-03-01"}), frozen)) == 4500
    assert (ceiling(resolved(terms, {"date": "2026-02-02"})), ceiling(frozen), ceiling(terms)) == (
        10_348,
        10_848,
        10_848,
    )
    for changed in ({"announced_on": "2026-01-20"}, {"later_from": "2026-01-25"}, {"later_from": "soon"}):
        with pytest.raises(TermsError):
            preset("outlier-classic", **changed)


CARD = rate(
    ({}, "30.00"), ({"tier": "3"}, "40.00"), ({"role": "reviewer"}, "45.00"),
    ({"language": "ar", "tier": "3"}, "44.00"),
    ({"language": "ar", "zone": "A"}, "44.50"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("dims", "per_hour"),
    [({}, 3000), ({"tier": "3"}, 4000), ({"tier": "2"}, 3000), ({"tier": "3", "role": "reviewer"}, 4500),
     ({"tier": "3", "language": "ar"}, 4400), ({"tier": "3", "language": "ar", "zone": "A"}, 4450),
     ({"tier": "3", "language": "ar", "role": "reviewer"}, 4400)],
)  # fmt: skip
def test_the_most_specific_row_of_the_card_holds_and_of_equals_the_higher(dims: dict[str, str], per_hour: int) -> None:
    terms = plan("USD", 3600, CARD, time2((None, "100%")))
    assert total(lines(Facts(HOUR, dims=dims), terms)) == per_hour
    own = resolved(terms, dims)
    assert total(lines(Facts(HOUR), own)) == per_hour == ceiling(own)
    assert ceiling(terms) == ceiling(highest(terms)) == 4500


def test_base_units_are_paid_at_ones_own_rate() -> None:
    assert amounts(paid(preset("mindrift", rate="40.00", base_units=94), units={"task": 1})) == [3133]
    assert amounts(paid(preset("mindrift", rate="37.50", base_units=1), units={"task": 1})) == [31]
    often = {"primitive": "UNIT", "version": 2, "unit": "item", "units_max": 3, "parts": 2, "part_s": 90}
    found = lines(Facts(None, {"item": 4}), plan("USD", None, rate(({}, "40.00")), often))
    assert [sentence(line) for line in found[1:]] == [
        "6 base units of 1:30 at $40.00/h = $6.00", "1 over the maximum of 3 aren't paid: $0.00",
    ]  # fmt: skip
    assert (found[1].inputs["parts"], found[1].inputs["part_ms"], found[2].inputs["over"]) == (6, 90_000, 1)


def test_prolific_tops_up_by_the_median() -> None:
    terms = preset("prolific")
    assert amounts(paid(terms, units={"task": 1})) == [400]
    assert amounts(paid(terms, units={"task": 1}, median_ms=30 * MINUTE)) == [400]
    assert amounts(paid(terms, units={"task": 1}, median_ms=40 * MINUTE)) == [400, 133]
    assert ceiling(terms) == 3200


def test_remotasks_pays_for_tasks_of_a_day_and_hours_of_a_week() -> None:
    terms = preset("remotasks", floor_rate="5.00")
    assert amounts(window_lines(PeriodFacts("day", {"tasks": 20}), terms)) == [1000]
    assert amounts(window_lines(PeriodFacts("day", {"tasks": 19}), terms)) == []
    had = (Earned("a", 5000, "0" * 64),)
    assert amounts(window_lines(PeriodFacts("week", {"ms": 20 * HOUR}, had), terms)) == [4000, 1000]
    assert amounts(window_lines(PeriodFacts("week", {"ms": 20 * HOUR - 1}, had), terms)) == [5000]
    assert (window_ceiling(terms, "day"), window_ceiling(terms, "week")) == (1000, 20_000)


def test_ours_has_no_drop_and_guarantees_a_week() -> None:
    terms = preset("fairhand", week_guarantee="300.00", mission_amount="50.00")
    assert [total(paid(terms, minutes)) for minutes in (30, 60, 75, 120)] == [2000, 4000, 5000, 8000]
    week = PeriodFacts("week", {"ms": 10 * HOUR}, (Earned("a", 28_000, "0" * 64),))
    assert amounts(window_lines(week, terms)) == [2000]
    (short,) = window_lines(PeriodFacts("week", {"ms": 9 * HOUR}), terms)
    assert sentence(short) == "The guarantee asks for at least 10 h, 9 h are done: $0.00"
    assert amounts(window_lines(PeriodFacts("window", {"tasks": 20}), terms)) == [5000]


def test_the_full_rate_runs_to_the_maximum_while_an_estimate_is_reviewed() -> None:
    full = at_full_rate(preset("outlier"))
    assert [total(paid(full, minutes)) for minutes in (60, 75, 240, 300)] == [4000, 5000, 16_000, 16_000]
    assert total(paid(at_full_rate(preset("outlier-classic")), 75)) == 5625
    rising = plan("USD", 7200, time2((3600, "20.00"), (None, "30.00")))
    assert at_full_rate(rising) == rising


def test_floors_are_data_with_a_source_and_are_held_beside_a_plan() -> None:
    for row in floors():
        assert row.source
        assert row.example
    on = floors()[0].noted_on
    german = floor_of("DE", on)
    assert german is not None
    assert german.per_hour_minor == 1390
    assert floor_of("DE", german.begins.replace(year=2025)).per_hour_minor == 1282  # type: ignore[union-attr]
    assert floor_of("XX", on) is None
    cheap = terms_from_preset("per_unit", {"unit": "task", "price": "2.00"}, "EUR")
    assert below_floor(cheap, german, 10 * MINUTE) == 190
    assert below_floor(cheap, german, 8 * MINUTE) is None
    assert below_floor(preset("outlier"), german, 10 * MINUTE) is None
    goal = {"primitive": "GOAL", "version": 1, "scope": "day", "of": "tasks", "tiers": [{"at": 1, "amount": "1.00"}]}
    assert below_floor(plan("EUR", None, goal), german, 10 * MINUTE) == 1390
    assert below_floor(cheap, german, 0) is None


def test_a_tick_and_a_minimum_only_add() -> None:
    terms = plan("USD", 600, time2((None, "36.00"), tick_s=60, min_s=120))
    assert [total(lines(Facts(ms), terms)) for ms in (0, 61_000, 120_001, 540_001, 700_000)] == [
        120,
        120,
        180,
        600,
        600,
    ]
    assert [sentence(line) for line in lines(Facts(700_000), terms)] == [
        "10:00 at $36.00/h = $6.00",
        "11:40 counts as 12:00: $0.00",
        "2:00 over the paid-time maximum of 10:00 isn't paid: $0.00",
    ]
    assert [line.inputs.get("over_ms") for line in lines(Facts(700_000), terms)] == [None, None, 120_000]


def test_a_task_cap_takes_what_is_beyond() -> None:
    cap = {"primitive": "CAP", "version": 1, "scope": "task", "amount": "25.00", "over": "cut"}
    terms = plan("USD", 3600, time2((None, "40.00")), cap)
    assert amounts(lines(Facts(45 * MINUTE), terms)) == [3000, -500]
    assert amounts(lines(Facts(30 * MINUTE), terms)) == [2000]
    assert ceiling(terms) == 2500
    travel = {"primitive": "EVENT", "version": 1, "kind": "expense", "amount": "12.00"}
    away = plan("USD", 3600, time2((None, "40.00")), cap, travel)
    facts = Facts(45 * MINUTE, events=(Happened("expense", "train"),))
    assert amounts(lines(facts, away)) == [3000, 1200, -500]
