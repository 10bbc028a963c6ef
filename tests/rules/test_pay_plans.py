"""What a project can pay by, what is counted in an answer, and when a later plan pays less."""

from typing import Any

import pytest

from fairhand.pay.curves import pays_less
from fairhand.pay.rules import units_in, unpayable
from fairhand_pay import Terms, TermsError, needs_time, preset_names, terms_from_preset, week_cap

PAYABLE = {"fairhand", "hourly", "mercor", "mercor-deliverable", "mindrift", "mindrift-set", "outlier",
           "outlier-classic", "outlier-estimate", "per_unit", "prolific", "turns"}  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "hourly": {"rate": "40.00", "paid_s_max": 3600}, "per_unit": {"unit": "task", "price": "4.00"},
}  # fmt: skip


def terms(preset: str, **params: Any) -> Terms:
    return terms_from_preset(preset, {**NEEDED.get(preset, {}), **params}, "USD")


def test_a_project_pays_by_exactly_the_presets_whose_facts_a_task_has() -> None:
    assert {name for name in preset_names() if not unpayable(terms(name), "attempt")} == PAYABLE


@pytest.mark.parametrize(
    ("preset", "params", "kind", "said"),
    [
        ("fairhand", {"quality_from": "5.5"}, "attempt", "from 1 to 5"),
        ("prolific", {}, "review", "typical time"),
        ("remotasks", {}, "attempt", "a mission of the project"),
        ("hourly", {"rates": {"tier=The best": "41"}}, "attempt", "a tier's short name"),
        ("hourly", {"rates": {"project=a": "41"}}, "attempt", "by project"),
        ("hourly", {"rates": {f"tier=a{n}": "41" for n in range(30)}}, "attempt", "at most 30"),
        ("turns", {}, "review", "turn isn't counted"),
        ("turns", {"hold_share": "50%"}, "review", "nothing of its pay is held"),
    ],
)
def test_what_nobody_could_keep_is_refused_with_the_reason(
    preset: str, params: dict[str, Any], kind: str, said: str
) -> None:
    assert any(said in why for _key, why in unpayable(terms(preset, **params), kind))


def test_a_weekly_cap_of_hours_is_kept_and_one_of_money_or_a_clock_from_start_to_end_is_not() -> None:
    cap = week_cap(terms("mercor", weekly_cap_h=30, zone="Asia/Amman"))
    assert cap == (30 * 3600, "Asia/Amman")
    assert week_cap(terms("mercor")) == (20 * 3600, None)
    assert week_cap(terms("hourly")) is None
    assert needs_time(terms("mercor"))
    money = terms("mercor").to_json()
    money["primitives"][1] = {"primitive": "CAP", "version": 1, "scope": "week", "amount": "900.00"}
    assert week_cap(Terms.parse(money)) is None
    assert "over a week" in unpayable(Terms.parse(money), "attempt")[0][1]
    wall = terms("mercor").to_json()
    wall["primitives"][0]["basis"] = "wall"
    assert "by the clock wall" in unpayable(Terms.parse(wall), "attempt")[0][1]
    for zone in ("", "x y", "Europe//Berlin", "a" * 60):
        with pytest.raises(TermsError, match="name of a time zone"):
            terms("mercor", zone=zone)


def test_rates_of_peoples_own_and_the_recommended_plan_without_a_score_are_payable() -> None:
    rows = {"tier=chemist:3": "50.00", "field=chemistry, zone=DE+AT": "45.00", "language=ar": "41.00"}
    for preset in ("hourly", "outlier", "mindrift"):
        assert unpayable(terms(preset, rates=rows), "attempt") == []
        assert unpayable(terms(preset, rates=rows), "review") == []
    assert unpayable(terms("fairhand", rates=rows, quality_factor="1"), "attempt") == []


def test_a_cut_for_any_kind_of_people_is_seen() -> None:
    before = terms("hourly", rates={"tier=a:2": "50.00", "language=ar": "45.00"})
    more = {"tier=a:2": "50.00", "language=ar": "45.00", "zone=DE": "60.00"}
    assert less(before, terms("hourly", rates=more)) is None
    lower = less(before, terms("hourly", rates={"tier=a:2": "49.00", "language=ar": "46.00"}))
    assert (lower.before_minor, lower.after_minor, lower.who) == (5000, 4900, {"tier": "a:2"})
    # A row with more conditions takes the place of a better one, for whoever meets both.
    both = {"tier=a:2": "50.00", "language=ar": "45.00", "zone=DE, language=ar": "46.00"}
    hidden = less(before, terms("hourly", rates=both))
    assert (hidden.before_minor, hidden.after_minor) == (5000, 4600)
    assert less(before, terms("hourly")).before_minor == 5000
    assert less(terms("hourly"), before) is None


def test_a_lower_guarantee_by_the_typical_time_is_a_cut() -> None:
    before = terms("prolific", floor_rate="8.00", median_max_min=60)
    found = less(before, terms("prolific", floor_rate="7.99", median_max_min=60))
    assert (found.before_minor - found.after_minor, found.typical_ms >= 30 * 60_000) == (1, True)
    assert less(before, terms("prolific", floor_rate="8.00", median_max_min=59)) is not None
    assert less(before, terms("prolific", floor_rate="8.00", median_max_min=61)) is None


def test_units_are_counted_in_the_answer() -> None:
    answer = {"reply": "Good day.\n\n  \nHow are you?\nWell.\n", "mood": "left", "note": "", "marks": []}
    template = {"questions": [{"name": name, "type": "choice" if name == "mood" else "text"} for name in answer]}
    assert units_in(template, answer, ["turn", "word", "item", "task"]) == {"turn": 2, "word": 6, "item": 2, "task": 1}
    with pytest.raises(ValueError, match="nothing counts"):
        units_in(template, answer, ["minute"])


def less(before: Terms, after: Terms) -> Any:
    return pays_less(before, after, {"stage": "attempt", "role": "attempter", "date": "2026-03-02"})


def test_a_cut_is_seen_wherever_it_lies_and_a_raise_is_none() -> None:
    forty_five, forty = terms("outlier", rate="45.00"), terms("outlier", rate="40.00")
    found = less(forty_five, forty)
    assert (found.before_minor - found.after_minor, found.ms >= 3_599_000) == (500, True)
    assert less(forty, forty_five) is None
    # Only what lies after the limit falls; or only the limit moves; or only the longest paid time.
    assert less(forty, terms("outlier", reduced_rate="20.00")).ms > 3_600_000
    assert less(forty, terms("outlier", full_rate_limit_min=59, paid_max_min=240)) is not None
    assert less(forty, terms("outlier", full_rate_limit_min=61, paid_max_min=240)) is None
    assert less(forty, terms("outlier", paid_max_min=239)).ms > 239 * 60_000
    # A price for what was paid by the hour loses for whoever takes long.
    assert less(forty, terms("per_unit", price="50.00")).ms > 3_600_000


def test_fewer_units_later_holds_and_smaller_parts_at_once_are_cuts_too() -> None:
    turns = terms("turns", hold_share="50%")
    assert less(turns, terms("turns", hold_share="50%", extra_price="1.40")).units["turn"] == 20
    assert less(turns, terms("turns", hold_share="60%")).at_once
    assert less(turns, terms("turns", hold_share="50%", release_days=8)).at_once
    assert not less(turns, terms("turns", price="11.00")).at_once  # what is lost stands before what comes later
    assert less(turns, terms("turns", hold_share="40%", release_days=6)) is None
    with pytest.raises(TermsError):
        terms("turns", hold_share="50%", release_days=15)
