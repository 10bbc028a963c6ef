"""What cards say of each rule, and what is said of terms that can't be: word for word."""

from typing import Any

import pytest

from fairhand_pay import (
    Facts,
    Terms,
    TermsError,
    asks,
    describe,
    lines,
    needs_time,
    sentence,
    sentence_of,
    terms_from_preset,
    units_of,
)
from fairhand_pay.currency import EXPONENTS
from fairhand_pay.presets import PRESETS
from fairhand_pay.primitives import PRIMITIVES
from tests.pay.plans import plan, rate, time2, unit

TASK = unit("task", 1, (None, "30.00"))


def card(terms: Terms) -> list[str]:
    return [sentence_of(each.key, each.args) for each in describe(terms)]


def preset(name: str, **params: Any) -> list[str]:
    return card(terms_from_preset(name, params, "USD"))


def rule(name: str, **more: Any) -> dict[str, Any]:
    return {"primitive": name, "version": 1, **more}


def test_cards_of_the_presets() -> None:
    assert preset("mindrift") == ["rate $30.00/h", "120 base units of 0:30 at the rate of the card"]
    assert preset("mercor") == [
        "$45.00 per hour on the timesheet", "paid up to 60:00:00",
        "once 20:00:00 are paid in a week of your own time zone, no further task is offered until Monday; what runs "
        "then is paid whole",
    ]  # fmt: skip
    assert preset("outlier-classic") == [
        "rate $45.00/h", "rate $40.00/h for tasks taken from 2026-02-02 on", "100% of the rate for the first 60:00",
        "then $21.16/h", "paid up to 4:00:00",
    ]  # fmt: skip
    assert preset("remotasks", floor_rate="5.00") == [
        "$2.50 per task", "$10.00 for 20 tasks in a day", "$40.00 for 20 h in a week", "at least $5.00 per hour",
    ]  # fmt: skip
    assert preset("fairhand", week_guarantee="300.00", mission_amount="50.00") == [
        "rate $40.00/h", "$40.00/h for the first 60:00", "then $40.00/h", "paid up to 4:00:00",
        "+10% from a score of 4.5", "$50.00 for 20 tasks within the mission", "at least $300.00 a week", "from 10 h on",
    ]  # fmt: skip
    assert preset("turns", factors={"3": "1.3"}, hold_share="65.50%", included=0) == [
        "$12.00 per task", "$1.50 per turn", "paid up to 20", "+30% from 3 turns on",
        "65.5% stays pending until it is reviewed, at most 7 days",
    ]  # fmt: skip
    assert preset("prolific")[1] == "at least $8.00 per hour by the typical time of everybody"


def test_cards_of_rules_that_no_preset_has() -> None:
    assert card(plan("USD", None, unit("item", 2, (None, "1.00")))) == ["$1.00 per item", "paid up to 2"]
    base = {"primitive": "UNIT", "version": 2, "unit": "task", "units_max": 3, "parts": 2, "part_s": 90}
    assert card(plan("USD", None, rate(({}, "9.00"), ({"tier": "3"}, "12.00")), base)) == [
        "rate from $9.00/h to $12.00/h by the rate card", "2 base units of 1:30 at the rate of the card",
        "paid up to 3 times",
    ]  # fmt: skip
    ticked = time2((600, "9.00"), (1200, "8.00"), (None, "7.00"), tick_s=30, min_s=100, basis="wall")
    assert card(plan("USD", 3600, ticked)) == [
        "$9.00/h for the first 10:00", "then $8.00/h up to 20:00", "then $7.00/h", "each started 0:30 counts whole",
        "at least 1:40 count", "paid up to 60:00",
    ]  # fmt: skip
    assert card(plan("USD", 3600, time2((None, "9.00"), tick_s=1, basis="wall"))) == [
        "$9.00 per hour from start to end", "paid up to 60:00",
    ]  # fmt: skip
    assert card(plan("USD", 3600, time2((None, "9.00"), tick_s=2)))[1] == "each started 0:02 counts whole"
    referral = rule("EVENT", kind="referral", share="20%", cap="250.00")
    bounds = [
        rule("CAP", scope="task", amount="90.00", over="cut"), rule("FLOOR", scope="task", amount="9.00"),
        rule("CAP", scope="day", amount="200.00"), rule("FLOOR", scope="week", amount="9.00", from_tasks=1),
    ]  # fmt: skip
    assert card(plan("USD", None, TASK, referral, *bounds)) == [
        "$30.00 per task", "20% for a referral", "at most $250.00 each", "at most $90.00 for one task",
        "at least $9.00 for one task", "at most $200.00 a day; offers stop before", "at least $9.00 a week",
        "from one task on",
    ]  # fmt: skip


SCORE = rule("MULT", by="score", steps=[{"at": "4.5", "factor": "1.1"}])
NOTICED = {"when": {}, "rate": "8.00", "from_date": "2026-02-02", "announced_on": "2026-01-19"}
BAD = [
    ([SCORE], "primitives.0", "nothing in the plan"),
    ([TASK, {**SCORE, "steps": [{"at": "4.5", "factor": "0.9"}]}], "primitives.1.steps.0.factor", "not 1 to 3"),
    ([TASK, {**SCORE, "steps": [{"at": "4.5", "factor": "3.01"}]}], "primitives.1.steps.0.factor", "not 1 to 3"),
    ([TASK, {**SCORE, "steps": [{"at": "4", "factor": "1.2"}, {"at": "4", "factor": "1.3"}]}],
     "primitives.1.steps.1.at", "not above"),
    ([TASK, {**SCORE, "steps": [{"at": "4", "factor": "1.2"}, {"at": "5", "factor": "1.1"}]}],
     "primitives.1.steps.1.factor", "more would pay less"),
    ([TASK, {**SCORE, "by": "turn"}], "primitives.1.steps.0.at", "whole number"),
    ([TASK, {**SCORE, "by": "surge"}], "primitives.1.steps", "one step"),
    ([TASK, rule("MULT", by="surge", steps=[{"at": "1", "factor": "1.2"}, {"at": "2", "factor": "1.3"}])],
     "primitives.1.steps", "one step"),
    ([TASK, {**SCORE, "of": ["unit", "unit"]}], "primitives.1.of", "twice"),
    ([TASK, SCORE, SCORE], "primitives.2", "earlier primitive already"),
    ([TASK, rule("HOLD", share="0%", release_days=7)], "primitives.1.share", "above 0%"),
    ([TASK, rule("HOLD", share="101%", release_days=7)], "primitives.1.share", "up to 100%"),
    ([TASK, rule("HOLD", share="65", release_days=7)], "primitives.1.share", "not a share"),
    ([TASK, rule("HOLD", share="65%", release_days=15)], "primitives.1.release_days", "14"),
    ([TASK, rule("HOLD", share="65%")], "primitives.1.release_days", "required"),
    ([rule("EVENT", kind="referral", share="20%")], "primitives.0.cap", "no ceiling"),
    ([rule("EVENT", kind="meeting", share="20%", cap="1")], "primitives.0.share", "shares of something"),
    ([rule("EVENT", kind="meeting")], "primitives.0.amount", "either"),
    ([rule("EVENT", kind="meeting", amount="1", share="1%")], "primitives.0.amount", "either"),
    ([rule("EVENT", kind="meeting", amount="1", cap="2")], "primitives.0.cap", "no cap"),
    ([rule("EVENT", kind="referral", amount="1", vests_from="2")], "primitives.0.cap", "waits for"),
    ([TASK, rule("CAP", scope="task", amount="1")], "primitives.1.over", "cuts"),
    ([TASK, rule("CAP", scope="task", hours_s=5, over="cut")], "primitives.1.over", "cuts"),
    ([TASK, rule("CAP", scope="week", hours_s=5, over="cut")], "primitives.1.over", "stops the offers"),
    ([TASK, rule("CAP", scope="week")], "primitives.1.amount", "either"),
    ([rule("FLOOR", scope="task")], "primitives.0.amount", "either"),
    ([rule("FLOOR", scope="task", rate="9")], "primitives.0.upto_s", "up to how many"),
    ([rule("FLOOR", scope="task", amount="9", upto_s=5)], "primitives.0.upto_s", "flat one doesn't"),
    ([rule("FLOOR", scope="task", amount="9", basis="median")], "primitives.0.basis", "at a rate"),
    ([rule("FLOOR", scope="week", rate="9", upto_s=9, basis="median")], "primitives.0.basis", "one task"),
    ([rule("FLOOR", scope="task", amount="9", from_tasks=1)], "primitives.0.from_tasks", "nothing else"),
    ([rule("FLOOR", scope="task", amount="9", from_s=1)], "primitives.0.from_tasks", "nothing else"),
    ([rule("FLOOR", scope="week", amount="9", from_tasks=1, from_s=1)], "primitives.0.from_s", "not for both"),
    ([rule("GOAL", scope="week", of="tasks", tiers=[{"at": 2, "amount": "1"}, {"at": 2, "amount": "2"}])],
     "primitives.0.tiers.1.at", "not above"),
    ([rule("GOAL", scope="week", of="tasks", tiers=[{"at": 2, "amount": "2"}, {"at": 3, "amount": "1"}])],
     "primitives.0.tiers.1.amount", "more would pay less"),
    ([rule("ADJUST", cause="limit")], "primitives.0", "no plan promises"),
    ([{"primitive": "UNIT", "version": 2, "unit": "task", "units_max": 1, "parts": 1, "part_s": 1}],
     "primitives.0", "put a RATE"),
    ([rule("RATE", card=1, rows=[{"when": {"tier": "3"}, "rate": "9"}])], "primitives.0.rows", "everybody else"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9", "from_date": "2026-01-01"}])],
     "primitives.0.rows.0.from_date", "from the start"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9"}, {"when": {}, "rate": "9"}])],
     "primitives.0.rows.1.from_date", "from when"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9"}, {**NOTICED, "announced_on": None}])],
     "primitives.0.rows.1.announced_on", "when that was announced"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9"}, {**NOTICED, "announced_on": "2026-01-20"}])],
     "primitives.0.rows.1.from_date", "14 days"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9"}, {**NOTICED, "from_date": "20260202"}])],
     "primitives.0.rows.1.from_date", "not a date"),
    ([rule("RATE", card=1, rows=[{"when": {}, "rate": "9"}, NOTICED, {**NOTICED, "rate": "10.00"}])],
     "primitives.0.rows.2.from_date", "from when"),
]  # fmt: skip


@pytest.mark.parametrize(("primitives", "path", "why"), BAD)
def test_what_no_plan_may_promise(primitives: list[dict[str, Any]], path: str, why: str) -> None:
    with pytest.raises(TermsError) as refused:
        plan("USD", None, *primitives)
    assert refused.value.path == path
    assert why in refused.value.why
    assert str(refused.value) == f"{path}: {refused.value.why}"


def test_a_cut_with_just_enough_notice_and_a_rise_without_any_are_taken() -> None:
    risen = {**NOTICED, "rate": "9.50", "from_date": "2026-03-01", "announced_on": None}
    rows = [{"when": {}, "rate": "9"}, NOTICED, risen]
    terms = plan("USD", 60, rule("RATE", card=1, rows=rows), time2((None, "100%")))
    assert card(terms)[:3] == [
        "rate $9.00/h", "rate $8.00/h for tasks taken from 2026-02-02 on",
        "rate $9.50/h for tasks taken from 2026-03-01 on",
    ]  # fmt: skip
    same = {**NOTICED, "rate": "9.00", "announced_on": None}
    assert plan("USD", 60, rule("RATE", card=1, rows=[rows[0], same]), time2((None, "100%")))
    assert terms_from_preset("outlier-classic", {"announced_on": "2026-01-19"}, "USD")
    with pytest.raises(TermsError) as refused:
        terms_from_preset("outlier", {"paid_max_min": 60}, "USD")
    assert refused.value.path == "paid_max_min"
    with pytest.raises(TermsError) as refused:
        Terms.parse(7)
    assert str(refused.value) == refused.value.why


@pytest.mark.parametrize(
    ("changed", "path"),
    [({"paid_s_max": None}, "primitives.0"), ({"paid_s_max": 600}, "primitives.0.segments.1"),
     ({"min_s": 3601}, "primitives.0.min_s"), ({"tick_s": 3601}, "primitives.0.tick_s"),
     ({"ends": (700, 600)}, "primitives.0.segments.1.upto_s"), ({"ends": (600, 600)}, "primitives.0.segments.1.upto_s"),
     ({"last": 900}, "primitives.0.segments.1.upto_s"), ({"rate": "301%"}, "primitives.0.segments.0.rate")],
)  # fmt: skip
def test_time_by_the_clock_that_cannot_be(changed: dict[str, Any], path: str) -> None:
    ends = changed.get("ends", (600,))
    segments = [(end, changed.get("rate", "9.00")) for end in ends] + [(changed.get("last"), "8.00")]
    more = {name: changed[name] for name in ("min_s", "tick_s") if name in changed}
    with pytest.raises(TermsError) as refused:
        plan("USD", changed.get("paid_s_max", 3600), time2(*segments, **more), rate(({}, "9.00")))
    assert refused.value.path == path


def test_versions_are_those_that_terms_are_stored_with() -> None:
    assert set(PRIMITIVES) == {
        ("RATE", 1), ("TIME", 1), ("TIME", 2), ("UNIT", 1), ("UNIT", 2), ("EVENT", 1), ("MULT", 1), ("CAP", 1),
        ("CAP", 2), ("FLOOR", 1), ("HOLD", 1), ("GOAL", 1), ("ADJUST", 1),
    }  # fmt: skip
    assert {version for _, version in PRESETS} == {1}


def test_lines_of_three_stretches_say_where_they_begin() -> None:
    terms = plan("USD", 7200, time2((600, "9.00"), (1200, "8.00"), (None, "6.00")))
    found = lines(Facts(1_800_000), terms)
    assert [sentence(line) for line in found] == [
        "10:00 at $9.00/h = $1.50", "10:00 after the full-rate limit at $8.00/h = $1.33",
        "10:00 after the first 20:00 at $6.00/h = $1.00",
    ]  # fmt: skip
    assert [line.inputs["from_ms"] for line in found] == [0, 600_000, 1_200_000]
    assert found[0].inputs["paid_ms_max"] == 7_200_000
    reached = [len(lines(Facts(ms), terms)) for ms in (0, 599_999, 600_000, 600_001, 1_200_000, 1_200_001)]
    assert reached == [1, 1, 1, 2, 2, 3]


def test_supplements_that_are_not_reached_say_why() -> None:
    surge = rule("MULT", by="surge", steps=[{"at": "1", "factor": "1.25"}])
    turns = rule("MULT", by="turn", steps=[{"at": "3", "factor": "1.2"}])
    found = lines(Facts(None, {"task": 1, "turn": 2}, score="3.9"), plan("USD", None, TASK, SCORE, turns, surge))
    assert [sentence(line) for line in found[1:]] == [
        "No supplement for a score of 3.9; it begins at 4.5: $0.00", "No supplement for 2; it begins at 3: $0.00",
        "A supplement that didn't apply: $0.00",
    ]  # fmt: skip


def test_lines_name_those_they_come_from() -> None:
    terms = terms_from_preset("outlier-classic", {}, "USD")
    found = lines(Facts(4_500_000), terms)
    assert [line.parents for line in found] == [(), ("RATE:0",), ()]
    assert sentence(found[0]) == "Rate $45.00/h (rate card 1)"


def test_a_floor_says_by_which_time() -> None:
    for basis, said in (("median", "for the typical time of 30:00 is"), ("active", "for 30:00 is")):
        terms = plan("USD", None, rule("FLOOR", scope="task", rate="9.00", upto_s=3600, basis=basis))
        (line,) = lines(Facts(1_800_000, median_ms=1_800_000), terms)
        assert sentence(line) == f"At least $9.00/h {said} $4.50, $0.00 earned: $4.50 more"


def test_what_rules_ask_to_be_told() -> None:
    turns = rule("MULT", by="turn", steps=[{"at": "3", "factor": "1.2"}])
    surge = rule("MULT", by="surge", steps=[{"at": "1", "factor": "1.2"}])
    floor = rule("FLOOR", scope="week", amount="9.00", from_tasks=3)
    goal = rule("GOAL", scope="week", of="hours", tiers=[{"at": 3600, "amount": "1.00"}])
    terms = plan("USD", None, TASK, turns, surge, SCORE, floor, goal, rule("CAP", scope="week", hours_s=9))
    assert asks(terms) == ("units.task", "units.turn", "flags.surge", "score", "done.tasks", "done.ms")
    assert (units_of(terms), needs_time(terms)) == (("task", "turn"), False)
    clocks = [plan("USD", 60, time2((None, "9.00"), basis=basis)) for basis in ("active", "wall", "timesheet")]
    assert [asks(each) for each in clocks] == [("active_ms",), ("wall_ms",), ("timesheet_ms",)]
    carded = plan("USD", 60, rate(({}, "9.00"), ({"tier": "3"}, "12.00")), time2((None, "100%")))
    assert asks(carded) == ("dims.tier", "active_ms")
    assert asks(plan("USD", None, rule("FLOOR", scope="week", rate="9.00", upto_s=9))) == ("done.ms",)
    assert asks(plan("USD", None, rule("FLOOR", scope="week", amount="9.00", from_s=9))) == ("done.ms",)
    assert asks(plan("USD", None, rule("FLOOR", scope="week", amount="9.00"))) == ()


def test_amounts_go_up_to_what_an_account_can_hold() -> None:
    most = "10000000000000.00"
    goals = [rule("GOAL", scope=scope, of="tasks", tiers=[{"at": 1, "amount": most}]) for scope in ("day", "week")]
    for primitive in (goals[0], unit("task", 1, (None, most))):
        assert plan("USD", None, primitive)
    for primitives in (goals, [unit("task", 1, (None, most)), unit("turn", 1, (None, "0.01"))]):
        with pytest.raises(TermsError):
            plan("USD", None, *primitives)


def test_the_digits_of_currencies() -> None:
    three, none = {"BHD", "JOD", "KWD", "OMR", "TND"}, {"JPY", "KRW", "VND"}
    assert {name: digits for name, digits in EXPONENTS.items() if digits != 2} == {
        **dict.fromkeys(three, 3), **dict.fromkeys(none, 0),
    }  # fmt: skip
