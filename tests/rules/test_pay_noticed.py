"""What changed places of the engine showed to be untested: edges, malformed rate cards, lines beside tasks."""

from typing import Any, get_args

import pytest

from fairhand_pay import (
    AdjustParams,
    Facts,
    Happened,
    PeriodFacts,
    TermsError,
    adjust,
    describe,
    lines,
    terms_from_preset,
    window_lines,
)
from fairhand_pay.errors import shown
from fairhand_pay.facts import Earned
from fairhand_pay.primitives.rate import Dimension
from fairhand_pay.primitives.time import clock
from fairhand_pay.recompute import recomputed
from tests.rules.test_pay import plan, time


def test_a_clock_has_hours_from_a_hundred_minutes_on() -> None:
    assert [clock(minutes * 60_000) for minutes in (99, 100, 101)] == ["99:00", "1:40:00", "1:41:00"]


def test_a_limit_is_the_same_with_rates_of_peoples_own() -> None:
    asked = {"rate": "40.00", "full_rate_limit_min": 60, "reduced_rate": "21.16"}
    own = terms_from_preset("outlier", asked | {"rates": {"tier=chemist:3": "45.00"}}, "USD").to_json()
    alone = terms_from_preset("outlier", asked, "USD").to_json()
    for timed in (own["primitives"][1], alone["primitives"][0]):
        assert [each["upto_s"] for each in timed["segments"]] == [3600, None]


def test_a_rate_card_has_so_many_rows_and_no_more() -> None:
    def card(rows: int) -> dict[str, Any]:
        return {"rate": "40.00", "rates": {f"tier=t{n}": "45.00" for n in range(rows)}}

    assert len(terms_from_preset("outlier", card(199), "USD").to_json()["primitives"][0]["rows"]) == 200
    with pytest.raises(TermsError, match="199 rows"):
        terms_from_preset("outlier", card(200), "USD")


@pytest.mark.parametrize("who", ["tier", "tier=", "colour=red", "tier=a, tier=b", "tier=a, colour=red", "tier=a,"])
def test_a_row_of_a_rate_card_that_makes_no_sense_is_refused(who: str) -> None:
    with pytest.raises(TermsError) as refused:
        terms_from_preset("outlier", {"rate": "40.00", "rates": {who: "45.00"}}, "USD")
    assert refused.value.path == "rates"


REFERRAL = plan("USD", None, {
    "primitive": "EVENT", "version": 1, "kind": "referral", "share": "20%", "cap": "250.00", "vests_from": "500.00",
})  # fmt: skip


def test_a_share_vests_at_its_amount_and_not_a_cent_below() -> None:
    for base, minor in ((49_999, 0), (50_000, 10_000), (50_001, 10_000)):
        (line,) = lines(Facts(None, events=(Happened("referral", "R", base),)), REFERRAL)
        assert line.amount_minor == minor


def _row(line: Any, **more: Any) -> dict[str, Any]:
    names = (
        "primitive",
        "version",
        "inputs",
        "exact",
        "amount_minor",
        "currency",
        "sentence_key",
        "sentence_args",
        "hash",
    )
    return {"id": line.index, **{name: getattr(line, name) for name in names}, **more}


def _export(**sections: Any) -> dict[str, Any]:
    return {"claims": [], "submissions": [], "pay_lines": [], **sections}


@pytest.mark.parametrize("kind", ["paid_time", "referral"])
def test_lines_beside_tasks_are_computed_again(kind: str) -> None:
    (line,) = lines(Facts(None, events=(Happened("referral", "R", 60_000),)), REFERRAL)
    section = {"paid_time": "work_outside_tasks", "referral": "referrals"}[kind]
    about = [{"id": "about", "terms": REFERRAL.to_json()}]
    compared = recomputed(_export(pay_lines=[_row(line, **{kind: "about"})], **{section: about}))
    assert (compared.clean, compared.recomputed_minor) == (True, {"USD": 12_000}), compared.differences
    altered = recomputed(_export(pay_lines=[_row(line, **{kind: "about"}) | {"amount_minor": 1}], **{section: about}))
    assert not altered.clean


@pytest.mark.parametrize("earned", [0, 4_000])
def test_a_guarantee_is_computed_again_from_what_was_earned(earned: int) -> None:
    terms = plan("USD", None, {
        "primitive": "FLOOR", "version": 1, "scope": "window", "amount": "90.00",
    })  # fmt: skip
    found = window_lines(PeriodFacts("window", {"tasks": 3}, (Earned("earned", earned, ""),) if earned else ()), terms)
    rows = [_row(line, mission="m", window="1") for line in found]
    compared = recomputed(_export(pay_lines=rows, missions=[{"id": "m", "terms": terms.to_json()}]))
    assert (compared.clean, compared.recomputed_minor) == (True, {"USD": 9_000 - earned}), compared.differences


def test_a_share_of_a_rate_needs_a_rate_also_where_another_segment_has_its_own() -> None:
    time = {"primitive": "TIME", "version": 2, "basis": "active", "segments": [
        {"upto_s": 3600, "rate": "100%"}, {"upto_s": None, "rate": "21.16"},
    ]}  # fmt: skip
    with pytest.raises(TermsError, match="put a RATE into the plan"):
        plan("USD", 7200, time)


def test_what_was_added_later_is_computed_again_from_what_stood_before() -> None:
    terms = terms_from_preset("outlier", {}, "USD")
    old, new = lines(Facts(600_000), terms), lines(Facts(1_200_000), terms)
    (added,) = adjust(old, new, AdjustParams(cause="limit"))
    row = _row(added, submission="s")
    submission = {"id": "s", "claim": "c", "work_ms": 600_000}
    first = [{**_row(line, submission="s"), "id": "first"} for line in old]
    claims = [{"id": "c", "terms": {"pay": terms.to_json()}}]
    whole = _export(claims=claims, submissions=[submission], pay_lines=[*first, row, {**row, "id": "twice"}])
    compared = recomputed(whole)
    assert added.amount_minor == 1333 - 667
    assert compared.recomputed_minor == compared.recorded_minor == {"USD": 667 + 2 * 666}, compared.differences


@pytest.mark.parametrize(("ms", "said"), [(7_200_000, []), (7_200_001, ["0:00.001"]), (9_000_000, ["30:00"])])
def test_hours_over_the_cap_of_a_period_are_paid_and_said(ms: int, said: list[str]) -> None:
    cap = {"primitive": "CAP", "version": 1, "scope": "week", "hours_s": 7200}
    terms = plan("USD", 3600, time((None, "30.00")), cap)
    found = window_lines(PeriodFacts("week", {"ms": ms}), terms)
    assert [(line.amount_minor, line.sentence_args["over"]) for line in found] == [(0, each) for each in said]
    assert [each.args for each in describe(terms) if each.key == "cap_said_week"] == [{"cap": "2:00:00"}]


@pytest.mark.parametrize(("base", "key"), [(124_999, "share"), (125_000, "share"), (125_001, "capped")])
def test_a_share_is_cut_beyond_its_cap_and_not_at_it(base: int, key: str) -> None:
    (line,) = lines(Facts(None, events=(Happened("referral", "R", base),)), REFERRAL)
    assert line.sentence_key == f"event_referral_{key}"


def test_a_value_in_a_message_has_forty_characters_at_most() -> None:
    assert shown("x" * 38) == "'" + "x" * 38 + "'"
    assert shown("x" * 39) == "'" + "x" * 36 + "..."


def test_a_rate_that_its_currency_does_not_have_is_named_in_whichever_row() -> None:
    with pytest.raises(TermsError) as refused:
        terms_from_preset("outlier", {"rates": {"tier=a:1": "45.00", "tier=b:1": "45.005"}}, "USD")
    assert refused.value.path == "rates"


def test_facts_that_last_longer_keep_the_clocks_they_have() -> None:
    sheet = Facts(None, timesheet_ms=5).lasting(9)
    assert (sheet.active_ms, sheet.timesheet_ms) == (None, 9)
    both = Facts(5, timesheet_ms=5).lasting(9)
    assert (both.active_ms, both.timesheet_ms) == (9, 9)
    alone = Facts(5).lasting(9)
    assert (alone.active_ms, alone.timesheet_ms) == (9, None)


def test_an_estimate_lies_below_the_limit() -> None:
    terms_from_preset("outlier-estimate", {"estimate_min": 59, "full_rate_limit_min": 60}, "USD")
    with pytest.raises(TermsError, match="is not below the limit"):
        terms_from_preset("outlier-estimate", {"estimate_min": 60, "full_rate_limit_min": 60}, "USD")


def test_a_path_in_a_refusal_has_forty_characters_of_a_name_at_most() -> None:
    with pytest.raises(TermsError) as refused:
        plan("USD", 3600, {**time((None, "30.00")), "x" * 50: 1})
    assert refused.value.path == "primitives.0." + "x" * 40


def test_a_row_of_a_rate_card_may_name_everything_that_tells_people_apart() -> None:
    who = ", ".join(f"{name}=a" for name in get_args(Dimension))
    terms = terms_from_preset("outlier", {"rates": {who: "45.00"}}, "USD").to_json()
    assert set(terms["primitives"][0]["rows"][1]["when"]) == set(get_args(Dimension))
