"""The pay engine against worked examples computed by hand."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fairhand.kernel.canonical import canonical_json
from fairhand.kernel.limits import PAID_S_MAX_MAX as LIMIT
from fairhand_pay import (
    PAID_S_MAX_MAX,
    Facts,
    FactsError,
    Terms,
    TermsError,
    ceiling,
    describe,
    lines,
    needs_time,
    preset_names,
    sentence,
    sentence_of,
    terms_from_preset,
    total,
    units_of,
)
from fairhand_pay.presets import PRESETS
from fairhand_pay.primitives import PRIMITIVES

SRC = Path(__file__).parents[2] / "src"


def plan(currency: str, paid_s_max: int | None, *primitives: Mapping[str, Any]) -> Terms:
    return Terms.parse({"currency": currency, "paid_s_max": paid_s_max, "primitives": list(primitives)})


def time(*segments: tuple[int | None, str]) -> dict[str, Any]:
    rows = [{"upto_s": upto_s, "rate": rate} for upto_s, rate in segments]
    return {"primitive": "TIME", "version": 1, "basis": "active", "segments": rows}


def unit(name: str, units_max: int, *bands: tuple[int | None, str]) -> dict[str, Any]:
    rows = [{"upto": upto, "price": price} for upto, price in bands]
    return {"primitive": "UNIT", "version": 1, "unit": name, "units_max": units_max, "bands": rows}


def hourly(currency: str = "USD", **params: Any) -> Terms:
    return terms_from_preset("hourly", params, currency)


LIMITED = hourly(rate="40.00", full_rate_s=3600, after_rate="21.16")  # paid up to four hours
AFTER_ESTIMATE = plan("USD", 3600, time((1800, "40.00"), (None, "21.16")))
REVIEW = hourly(rate="55.00", paid_s_max=3600)
SHEET_20H = hourly(rate="65.00", paid_s_max=72_000)
SHEET_24H = hourly(rate="65.00", paid_s_max=86_400)
RAISED = hourly(rate="40.00", full_rate_s=6240, after_rate="21.16")  # the limit was raised to 104 minutes
CROWD = hourly(rate="15.00", paid_s_max=2700)
YEN = hourly("JPY", rate="1500", paid_s_max=7200)
DINAR = hourly("KWD", rate="3.125", paid_s_max=7200)
THREE = plan("USD", 7200, time((1800, "10.00"), (3600, "20.00"), (None, "5.00")))
JUDGEMENT = terms_from_preset("per_unit", {"unit": "judgement", "price": "0.12"}, "USD")
TURNS = plan("USD", None, unit("task", 1, (None, "12.00")), unit("turn", 20, (5, "0.00"), (None, "1.50")))
YEN_ITEMS = terms_from_preset("per_unit", {"unit": "item", "price": "12", "units_max": 10}, "JPY")
FILS_WORDS = terms_from_preset("per_unit", {"unit": "word", "price": "0.005", "units_max": 500}, "KWD")
MIXED = plan("USD", 3600, time((None, "40.00")), unit("judgement", 1, (None, "0.10")))
MINUTE = 60_000

GOLDENS = [
    # $40/h for 60 minutes, then $21.16/h
    (LIMITED, 25 * MINUTE, {}, [1667]),
    (LIMITED, 47 * MINUTE, {}, [3133]),
    (LIMITED, 60 * MINUTE, {}, [4000]),
    (LIMITED, 75 * MINUTE, {}, [4000, 529]),
    (LIMITED, 100 * MINUTE, {}, [4000, 1411]),
    (LIMITED, 0, {}, [0]),
    (LIMITED, 1, {}, [0]),
    (LIMITED, 449, {}, [0]),  # 0.4989 cents
    (LIMITED, 450, {}, [1]),  # exactly half a cent
    (LIMITED, 60 * MINUTE + 1, {}, [4000, 0]),
    (LIMITED, 60 * MINUTE - 1, {}, [4000]),  # 3999.9989 cents
    (LIMITED, 240 * MINUTE, {}, [4000, 6348]),
    (LIMITED, 300 * MINUTE, {}, [4000, 6348]),
    # the harsher reading: the rate falls after the estimate, nothing is paid after the limit
    (AFTER_ESTIMATE, 30 * MINUTE, {}, [2000]),
    (AFTER_ESTIMATE, 47 * MINUTE, {}, [2000, 600]),  # 599.53
    (AFTER_ESTIMATE, 60 * MINUTE, {}, [2000, 1058]),
    (AFTER_ESTIMATE, 75 * MINUTE, {}, [2000, 1058]),
    # review pay, time sheets, a raised limit, a longer median
    (REVIEW, 860_000, {}, [1314]),  # 13.1389
    (SHEET_20H, 81_360_000, {}, [130_000]),
    (SHEET_24H, 81_360_000, {}, [146_900]),
    (RAISED, 75 * MINUTE, {}, [5000]),
    (RAISED, 52 * MINUTE, {}, [3467]),  # 34.6667
    # seconds, as a crowd works
    (CROWD, 1000, {}, [0]),  # 0.4167 cents
    (CROWD, 2000, {}, [1]),  # 0.8333
    (CROWD, 6000, {}, [3]),  # 2.5, half up
    (CROWD, 9000, {}, [4]),  # 3.75
    (CROWD, 2_397_000, {}, [999]),  # 998.75
    # currencies of no and of three digits
    (YEN, 20 * MINUTE, {}, [500]),
    (YEN, 61_000, {}, [25]),  # 25.4167
    (DINAR, 60 * MINUTE, {}, [3125]),
    (DINAR, 7 * MINUTE, {}, [365]),  # 364.5833
    # three segments
    (THREE, 45 * MINUTE, {}, [500, 500]),
    (THREE, 90 * MINUTE, {}, [500, 1000, 250]),
    (THREE, 180 * MINUTE, {}, [500, 1000, 500]),
    # units
    (JUDGEMENT, None, {"judgement": 1}, [12]),
    (JUDGEMENT, None, {"judgement": 0}, [0]),
    (JUDGEMENT, None, {"judgement": 3}, [12]),
    (JUDGEMENT, 5000, {"judgement": 1, "turn": 9}, [12]),
    (TURNS, None, {"task": 1, "turn": 7}, [1200, 0, 300]),
    (TURNS, None, {"task": 1, "turn": 5}, [1200, 0]),
    (TURNS, None, {"task": 1, "turn": 6}, [1200, 0, 150]),
    (TURNS, None, {"task": 1, "turn": 30}, [1200, 0, 2250]),
    (YEN_ITEMS, None, {"item": 10}, [120]),
    (FILS_WORDS, None, {"word": 250}, [1250]),
    # both
    (MIXED, 30 * MINUTE, {"judgement": 1}, [2000, 10]),
    (MIXED, 90 * MINUTE, {"judgement": 1}, [4000, 10]),
]


@pytest.mark.parametrize(("terms", "active_ms", "units", "amounts"), GOLDENS)
def test_worked_examples(terms: Terms, active_ms: int | None, units: dict[str, int], amounts: list[int]) -> None:
    found = lines(Facts(active_ms, units), terms)
    assert [line.amount_minor for line in found] == amounts
    assert total(found) == sum(amounts) <= ceiling(terms)
    assert [line.index for line in found] == list(range(len(found)))


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        (LIMITED, 10_348),
        (AFTER_ESTIMATE, 3058),
        (CROWD, 1125),
        (JUDGEMENT, 12),
        (TURNS, 3450),
        (MIXED, 4010),
        (FILS_WORDS, 2500),
    ],
)
def test_the_ceiling_is_the_pay_of_the_most_work(terms: Terms, most: int) -> None:
    assert ceiling(terms) == most


def said(terms: Terms, active_ms: int | None, **units: int) -> list[str]:
    return [sentence(line) for line in lines(Facts(active_ms, units), terms)]


def test_lines_say_what_they_are() -> None:
    assert said(LIMITED, 75 * MINUTE) == [
        "60:00 at $40.00/h = $40.00",
        "15:00 after the full-rate limit at $21.16/h = $5.29",
    ]
    assert said(LIMITED, 300 * MINUTE)[0] == "60:00 at $40.00/h = $40.00"
    assert said(LIMITED, 300 * MINUTE)[1] == (
        "3:00:00 after the full-rate limit at $21.16/h = $63.48; 60:00 over the paid-time maximum of 4:00:00 isn't paid"
    )
    assert said(THREE, 90 * MINUTE)[2] == "30:00 after the first 60:00 at $5.00/h = $2.50"
    assert said(CROWD, 9250) == ["0:09.250 at $15.00/h = $0.04"]
    assert said(JUDGEMENT, None, judgement=1) == ["Judgements: 1 × $0.12 = $0.12"]
    assert said(JUDGEMENT, None, judgement=3) == ["1 × $0.12 = $0.12; 2 over the maximum of 1 aren't paid"]


def test_cards_say_what_will_be_paid() -> None:
    def card(terms: Terms) -> list[str]:
        return [sentence_of(each.key, each.args) for each in describe(terms)]

    assert card(LIMITED) == ["$40.00/h for the first 60:00", "then $21.16/h", "paid up to 4:00:00 of work time"]
    assert card(THREE)[1] == "then $20.00/h up to 60:00"
    assert card(CROWD) == ["$15.00 per hour of work time", "paid up to 45:00 of work time"]
    assert card(JUDGEMENT) == ["$0.12 per judgement"]
    assert card(YEN_ITEMS) == ["¥12 per item", "paid up to 10"]
    turns = ["$0.00 per turn", "from number 1 to 5", "$1.50 per turn", "from number 6 to 20"]
    assert card(TURNS) == ["$12.00 per task", *turns]


def test_every_sentence_is_one_that_some_line_or_card_says() -> None:
    cases = [(terms, Facts(active_ms, units)) for terms, active_ms, units, _ in GOLDENS]
    for name in ("review", "turn", "item", "word"):
        cases.append((plan("USD", None, unit(name, 1, (None, "0.10"))), Facts(None, {name: 1})))
    found = {each.key for terms, _ in cases for each in describe(terms)}
    found |= {line.sentence_key for terms, facts in cases for line in lines(facts, terms)}
    assert found == {*PRIMITIVES["TIME", 1].sentences, *PRIMITIVES["UNIT", 1].sentences}


def test_a_line_carries_all_it_was_computed_from() -> None:
    first, second = lines(Facts(75 * MINUTE), LIMITED)
    assert first.exact == "4000"
    assert second.exact == "529"
    assert second.inputs == {
        "active_ms": 4_500_000, "from_ms": 3_600_000, "ms": 900_000, "rate": "21.16", "segment": 1,
        "paid_ms_max": 14_400_000,
    }  # fmt: skip
    assert lines(Facts(25 * MINUTE), LIMITED)[0].exact == "5000/3"
    assert [line.inputs.get("over_ms") for line in lines(Facts(300 * MINUTE), LIMITED)] == [None, 60 * MINUTE]
    assert lines(Facts(None, {"judgement": 3}), JUDGEMENT)[0].inputs["over"] == 2
    for line in (first, second):
        canonical_json([line.inputs, line.sentence_args])


def test_time_that_was_not_recorded_is_never_invented() -> None:
    with pytest.raises(FactsError) as refused:
        lines(Facts(None), CROWD)
    assert refused.value.path == "active_ms"
    assert total(lines(Facts(None, {"judgement": 1}), JUDGEMENT)) == 12


def test_units_that_were_not_counted_are_never_invented() -> None:
    with pytest.raises(FactsError) as refused:
        lines(Facts(1000, {"turn": 1}), JUDGEMENT)
    assert refused.value.path == "units.judgement"


@pytest.mark.parametrize(
    ("active_ms", "units", "path"),
    [(-1, {}, "active_ms"), (1.0, {}, "active_ms"), (True, {}, "active_ms"), ("1", {}, "active_ms")]
    + [(0, {"turn": -1}, "units.turn"), (0, {"turn": 1.5}, "units.turn"), (0, {"turn": None}, "units.turn")],
)
def test_impossible_facts_are_refused(active_ms: Any, units: Any, path: str) -> None:
    with pytest.raises(FactsError) as refused:
        Facts(active_ms, units)
    assert refused.value.path == path


def test_facts_do_not_change_afterwards() -> None:
    counted = {"judgement": 1}
    facts = Facts(None, counted)
    counted["judgement"] = 5
    assert facts.units["judgement"] == 1


def test_what_a_plan_needs() -> None:
    assert (needs_time(LIMITED), units_of(LIMITED)) == (True, ())
    assert (needs_time(TURNS), units_of(TURNS)) == (False, ("task", "turn"))
    assert (needs_time(MIXED), units_of(MIXED)) == (True, ("judgement",))
    assert LIMIT == PAID_S_MAX_MAX


def test_presets_and_their_default_maximum() -> None:
    assert {"hourly", "per_unit"} < set(preset_names())
    assert LIMITED.paid_s_max == 4 * 3600
    assert hourly(rate="9", full_rate_s=PAID_S_MAX_MAX // 2, after_rate="1").paid_s_max == PAID_S_MAX_MAX
    assert hourly(rate="9", full_rate_s=60, after_rate="0", paid_s_max=61).paid_s_max == 61


def test_one_meaning_has_one_written_form() -> None:
    short, full = hourly(rate="40", paid_s_max=60), hourly(rate="40.00", paid_s_max=60)
    assert short == full
    assert canonical_json(short.to_json()) == canonical_json(full.to_json())
    assert short.to_json() == {
        "currency": "USD",
        "paid_s_max": 60,
        "primitives": [
            {"primitive": "TIME", "version": 1, "basis": "active", "segments": [{"upto_s": None, "rate": "40.00"}]}
        ],
    }


BAD_PRESETS = [
    ("weekly", {}, "USD", "preset", "hourly, mercor"),
    ("per_unit", {"unit": "judgement", "price": "0.12"}, "XYZ", "currency", "not known"),
    ("per_unit", {"unit": "judgement", "price": "0.125"}, "USD", "price", "more digits"),
    ("per_unit", {"unit": "judgement", "price": "12.5"}, "JPY", "price", "more digits"),
    ("per_unit", {"unit": "judgement", "price": 0.12}, "USD", "price", "string"),
    ("per_unit", {"unit": "judgement", "price": "0"}, "USD", "price", "could earn 0"),
    ("per_unit", {"unit": "judgement", "price": "-1"}, "USD", "price", "plain decimal"),
    ("per_unit", {"unit": "judgement", "price": "10000000000000.01"}, "USD", "price", "largest amount"),
    ("per_unit", {"unit": "judgement", "price": "10000000000000", "units_max": 2}, "USD", "price", "could earn"),
    ("per_unit", {"unit": "soul", "price": "1"}, "USD", "unit", "judgement"),
    ("per_unit", {"price": "1"}, "USD", "unit", "required"),
    ("per_unit", {"unit": "judgement"}, "USD", "price", "required"),
    ("per_unit", {"unit": "judgement", "price": "1", "units_max": 0}, "USD", "units_max", "greater"),
    ("per_unit", {"unit": "judgement", "price": "1", "bonus": "1"}, "USD", "bonus", "not permitted"),
    ("per_unit", {"unit": "judgement", "price": "1", "paid_s_max": 9}, "USD", "paid_s_max", "not permitted"),
    ("hourly", {}, "USD", "rate", "required"),
    ("hourly", {"rate": "15.00"}, "USD", "paid_s_max", "longest paid time"),
    ("hourly", {"rate": 15, "paid_s_max": 60}, "USD", "rate", "string"),
    ("hourly", {"rate": "15.001", "paid_s_max": 60}, "USD", "rate", "more digits"),
    ("hourly", {"rate": "15", "paid_s_max": True}, "USD", "paid_s_max", "integer"),
    ("hourly", {"rate": "15", "paid_s_max": 604_801}, "USD", "paid_s_max", "604800"),
    ("hourly", {"rate": "15", "paid_s_max": -5}, "USD", "paid_s_max", "greater"),
    ("hourly", {"rate": "15", "paid_s_max": 60, "full_rate_s": 30}, "USD", "after_rate", "say what is paid"),
    ("hourly", {"rate": "15", "paid_s_max": 60, "after_rate": "1"}, "USD", "after_rate", "full_rate_s"),
    ("hourly", {"rate": "15", "paid_s_max": 60, "full_rate_s": 60, "after_rate": "1"}, "USD", "full_rate_s", "below"),
    ("hourly", {"rate": "15", "full_rate_s": 60, "after_rate": "x"}, "USD", "after_rate", "plain decimal"),
    ("hourly", {"rate": "0", "paid_s_max": 60}, "USD", "rate", "could earn 0"),
    ("hourly", {"rate": "15", "paid_s_max": 60, "basis": "wall"}, "USD", "basis", "active"),
]


@pytest.mark.parametrize(("preset", "params", "currency", "path", "why"), BAD_PRESETS)
def test_bad_preset_parameters_are_named(preset: str, params: Any, currency: str, path: str, why: str) -> None:
    with pytest.raises(TermsError) as refused:
        terms_from_preset(preset, params, currency)
    assert refused.value.path == path
    assert why in refused.value.why


def _broken(**changes: Any) -> dict[str, Any]:
    whole = {"currency": "USD", "paid_s_max": 600, "primitives": [time((60, "1.00"), (None, "2.00"))]}
    return {**whole, **changes}


BAD_TERMS = [
    (None, ""),
    ([], ""),
    ({}, "currency"),
    (_broken(currency="ZZZ"), "currency"),
    (_broken(currency=7), "currency"),
    (_broken(primitives=[]), "primitives"),
    (_broken(primitives=[time((None, "1.00"))] * 17), "primitives"),
    (_broken(primitives=["TIME"]), "primitives.0"),
    (_broken(extra=1), "extra"),
    (_broken(paid_s_max=None), "primitives.0"),
    (_broken(paid_s_max="600"), "paid_s_max"),
    (_broken(paid_s_max=60), "primitives.0.segments.1"),
    (_broken(primitives=[time((None, "1.00")), time((None, "1.00"))]), "primitives.1"),
    (_broken(primitives=[time((60, "1.00"))]), "primitives.0.segments.0.upto_s"),
    (_broken(primitives=[time((None, "1.00"), (None, "2.00"))]), "primitives.0.segments.0.upto_s"),
    (_broken(primitives=[time((60, "1.00"), (60, "2.00"), (None, "3.00"))]), "primitives.0.segments.1.upto_s"),
    (_broken(primitives=[time((60, "1.00"), (None, "2.001"))]), "primitives.0.segments.1.rate"),
    (_broken(primitives=[time()]), "primitives.0.segments"),
    (_broken(primitives=[{**time((None, "1.00")), "version": 9}]), "primitives.0.primitive"),
    (_broken(primitives=[{**time((None, "1.00")), "version": True}]), "primitives.0.primitive"),
    (_broken(primitives=[{**time((None, "1.00")), "primitive": ["TIME"]}]), "primitives.0.primitive"),
    (_broken(primitives=[{**time((None, "1.00")), "bonus": 1}]), "primitives.0.bonus"),
    (_broken(primitives=[unit("turn", 5, (None, "1.00"))]), "paid_s_max"),
    (_broken(paid_s_max=None, primitives=[unit("turn", 5, (5, "1.00"), (None, "2.00"))]), "primitives.0.bands.1"),
    (_broken(paid_s_max=None, primitives=[unit("turn", 5, (2, "1.00"))]), "primitives.0.bands.0.upto"),
    (
        _broken(paid_s_max=None, primitives=[unit("turn", 9, (2, "1"), (2, "1"), (None, "1"))]),
        "primitives.0.bands.1.upto",
    ),
    (_broken(paid_s_max=None, primitives=[unit("turn", 5, (None, "0.001"))]), "primitives.0.bands.0.price"),
    (_broken(paid_s_max=None, primitives=[unit("turn", 5, (None, "1"))] * 2), "primitives.1"),
    (_broken(paid_s_max=None, primitives=[unit("turn", 5, (None, "0"))]), ""),
]


@pytest.mark.parametrize(("value", "path"), BAD_TERMS)
def test_terms_that_could_not_be_paid_by_are_refused(value: Any, path: str) -> None:
    with pytest.raises(TermsError) as refused:
        Terms.parse(value)
    assert refused.value.path == path
    assert refused.value.why


def test_the_engine_is_importable_alone() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from fairhand_pay import *;"
        "t = terms_from_preset('hourly', {'rate': '40', 'paid_s_max': 3600}, 'USD');"
        "print(total(lines(Facts(1500000), t)));"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'fairhand', 'django', 'psycopg', 'ninja'}))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SRC)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1667", "[]"]


def test_terms_survive_json() -> None:
    for golden in GOLDENS:
        written = json.loads(json.dumps(golden[0].to_json()))
        assert Terms.parse(written) == golden[0]


def test_the_reference_page_says_what_happens(capsys: pytest.CaptureFixture[str]) -> None:
    page = (SRC.parent / "docs" / "reference" / "pay.md").read_text()
    code = page.split("```python\n")[1].split("```")[0]
    exec(compile(code, "docs/reference/pay.md", "exec"), {})
    promised = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ")]
    assert capsys.readouterr().out.splitlines() == promised
    stored = json.loads(page.split("```json\n")[1].split("```")[0])
    assert stored == LIMITED.to_json()
    first = (PRIMITIVES["TIME", 1], PRIMITIVES["UNIT", 1], PRESETS["hourly", 1], PRESETS["per_unit", 1])
    words = {name for part in first for name in part.params.model_fields}
    words |= {key for terms, ms, units, _ in GOLDENS for line in lines(Facts(ms, units), terms) for key in line.inputs}
    assert {word for word in words if f"`{word}`" not in page} == set()
