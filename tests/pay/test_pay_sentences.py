"""Every sentence of pay is said by some plan, in English and Arabic, with figures isolated and plurals right."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from fairhand_pay import (
    SENTENCES,
    SINGULARS,
    AdjustParams,
    Earned,
    Facts,
    Happened,
    Line,
    PeriodFacts,
    adjust,
    describe,
    lines,
    sentence,
    sentence_of,
    shape_of,
    terms_from_preset,
    window_lines,
)
from fairhand_pay.primitives.adjust import AdjustParams as Params
from fairhand_pay.primitives.event import EVENT_KINDS
from fairhand_pay.primitives.unit import UNITS
from tests.pay.plans import plan, rate, time2, unit
from tools import pay_messages

FIGURE = re.compile(r"%\((\w+)\)s")
ALL = Facts(
    8_000_000, dict.fromkeys(UNITS, 9), wall_ms=8_000_000, timesheet_ms=8_000_000, median_ms=8_000_000, score="4.6",
    flags=frozenset({"surge", "difficult", "rare_language"}), dims={"tier": "3", "date": "2026-06-01"},
    events=tuple(Happened(kind, *each) for kind in EVENT_KINDS for each in (("a", 100), ("a", 5), ("b", 9000))),
)  # fmt: skip
LITTLE = Facts(61_000, dict.fromkeys(UNITS, 0), wall_ms=61_000, timesheet_ms=61_000, score="1")
UNREVIEWED = replace(LITTLE, flags=frozenset({"decided"}))
UNSCORED = replace(LITTLE, score=None, flags=frozenset({"unscored"}))


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"primitive": "EVENT", "version": 1, "kind": kind, **(more or {"amount": "1.00"})}


def mult(by: str, *steps: tuple[str, str]) -> dict[str, Any]:
    return {"primitive": "MULT", "version": 1, "by": by, "steps": [{"at": at, "factor": x} for at, x in steps]}


def scoped(name: str, scope: str, **more: Any) -> dict[str, Any]:
    return {"primitive": name, "version": 1, "scope": scope, **more}


def tiers(*ats: int) -> list[dict[str, Any]]:
    return [{"at": at, "amount": f"{at}.00"} for at in ats]


TASK = unit("task", 1, (None, "30.00"))
PLANS = [
    plan("USD", 3600, {"primitive": "TIME", "version": 1, "basis": "active", "segments": [
        {"upto_s": 600, "rate": "9.00"}, {"upto_s": 1200, "rate": "8.00"}, {"upto_s": None, "rate": "7.00"}]}),
    plan("USD", 1000, {"primitive": "TIME", "version": 1, "basis": "active", "segments": [
        {"upto_s": 600, "rate": "9.00"}, {"upto_s": None, "rate": "7.00"}]}),
    plan("USD", 10_000, {"primitive": "TIME", "version": 1, "basis": "active", "segments": [
        {"upto_s": 600, "rate": "9.00"}, {"upto_s": 1200, "rate": "8.00"}, {"upto_s": None, "rate": "7.00"}]}),
    plan("USD", 1000, {"primitive": "TIME", "version": 1, "basis": "active", "segments": [
        {"upto_s": None, "rate": "9.00"}]}),
    plan("USD", 3600, time2((600, "9.00"), (1200, "8.00"), (None, "7.00"), tick_s=30, min_s=100)),
    *(plan("USD", 10_000, time2((None, "9.00"), basis=basis)) for basis in ("active", "wall", "timesheet")),
    plan("USD", 3600, rate(({}, "9.00"), ({"tier": "3"}, "12.00")), time2((600, "100%"), (1200, "90%"), (None, "80%"))),
    plan("USD", 3600, rate(({}, "9.00"), ({"tier": "3"}, "9.00")), time2((None, "100%"))),
    plan("USD", 3600, rate(({}, "9.00"), ({"tier": "3"}, "12.00")), time2((None, "100%"))),
    plan("USD", 3600, rate(({}, "9.00")), time2((None, "100%"))),
    terms_from_preset("outlier-classic", {}, "USD"), terms_from_preset("mindrift", {"base_units": 1}, "USD"),
    plan("USD", None, rate(({}, "9.00")), {
        "primitive": "UNIT", "version": 2, "unit": "task", "units_max": 3, "parts": 2, "part_s": 30}),
    *(plan("USD", None, unit(name, most, (2, "1.00"), (None, "2.00"))) for name in UNITS for most in (5, 20)),
    *(plan("USD", None, unit(name, 5, (None, "1.00"))) for name in UNITS),
    *(plan("USD", None, event(kind)) for kind in EVENT_KINDS),
    *(plan("USD", None, event(kind, share="10%", cap=cap, events_max=2), event("bonus", amount="1.00", events_max=2))
      for kind in ("referral", "expense") for cap in ("1.00", "99.00")),
    plan("USD", None, event("referral", share="10%", cap="9.00", vests_from="50.00", events_max=2)),
    plan("USD", None, TASK, mult("score", ("4.5", "1.1")), mult("turn", ("3", "1.2")), mult("item", ("3", "1.2")),
         mult("word", ("3", "1.2")), *(mult(flag, ("1", "1.2")) for flag in ("surge", "difficult", "rare_language")),
         scoped("CAP", "task", amount="9.00", over="cut"),
         {"primitive": "HOLD", "version": 1, "share": "65%", "release_days": 7}),
    plan("USD", None, scoped("FLOOR", "task", amount="9.00")),
    *(plan("USD", None, scoped("FLOOR", "task", rate="9.00", upto_s=3600, basis=basis))
      for basis in ("active", "median")),
    *(plan("USD", None, scoped("FLOOR", scope, amount="9.00", **more), scoped("CAP", scope, amount="1.00", over=over))
      for scope in ("day", "week", "window") for more in ({}, {"from_tasks": 3}, {"from_s": 3600})
      for over in ("paid", "cut")),
    plan("USD", None, scoped("FLOOR", "week", rate="9.00", upto_s=3600)),
    *(plan("USD", None, {"primitive": "CAP", "version": 2, "scope": "week", "hours_s": 3600, "zone": zone},
           unit("turn", 5, (None, "1.00")))
      for zone in (None, "Africa/Cairo")),
    *(plan("USD", None, scoped("GOAL", scope, of=of, tiers=tiers(1, 3)))
      for scope in ("day", "week", "window") for of in ("tasks", "good_tasks", "hours")),
]  # fmt: skip


def said() -> Iterator[tuple[str, dict[str, str]]]:
    """(key, arguments) of everything that these plans say, of much and of little."""
    for terms in PLANS:
        yield from ((each.key, dict(each.args)) for each in describe(terms))
        for facts in (ALL, LITTLE, UNREVIEWED, UNSCORED, Facts(8_000_000, ALL.units, timesheet_ms=1, wall_ms=1)):
            yield from ((line.sentence_key, line.sentence_args) for line in lines(facts, terms))
        for scope in ("day", "week", "window"):
            for n in (0, 1, 5):
                told = PeriodFacts(scope, {"tasks": n, "good_tasks": n, "ms": n * 3_600_000}, (Earned("x", 150, ""),))
                yield from ((line.sentence_key, line.sentence_args) for line in window_lines(told, terms))
    for cause in Params.model_fields["cause"].annotation.__args__:  # type: ignore[union-attr]
        (line,) = adjust(_two(1), _two(2), AdjustParams(cause=cause))
        yield line.sentence_key, line.sentence_args
    for n in (1, 2):
        (line,) = adjust(_two(1), _two(n), AdjustParams(cause="score", score="4", begins="5"))
        yield line.sentence_key, line.sentence_args


def _two(n: int) -> tuple[Line, ...]:
    return lines(Facts(None, {"task": n}), plan("USD", None, unit("task", 5, (None, "1.00"))))


def test_every_sentence_is_said_by_some_plan_and_carries_its_figures() -> None:
    seen = dict(said())
    assert {*SENTENCES} - {*seen} == set()
    for key, args in said():
        for language in ("en", "ar"):
            words = sentence_of(key, args, language)
            assert "%" not in words.replace(args.get("percent", "%"), "").replace(args.get("share", "%"), "")
            assert set(FIGURE.findall(shape_of(key, args, language))) <= set(args)
        arabic = sentence_of(key, args, "ar")
        assert re.search("[\u0600-\u06ff]", arabic), key
        assert arabic.count("\u2066") == arabic.count("\u2069")
        for name in set(FIGURE.findall(shape_of(key, args, "ar"))):
            assert f"\u2066{args[name]}\u2069" in arabic


def test_every_figure_of_a_line_that_matters_is_in_its_arabic() -> None:
    """A translation may leave out a counted figure that its word says; never the amount."""
    for key, text in SENTENCES.items():
        lost = set(FIGURE.findall(text)) - set(FIGURE.findall(shape_of(key, {}, "ar")))
        assert lost == set(), key


@pytest.mark.parametrize(
    ("days", "form"),
    [(1, "يوم واحد"), (2, "يومين"), (3, "\u20663\u2069 أيام"), (10, "\u206610\u2069 أيام"), (11, "\u206611\u2069 يومًا"),
     (14, "\u206614\u2069 يومًا")],
)  # fmt: skip
def test_arabic_counts_in_its_six_forms(days: int, form: str) -> None:
    assert form in sentence_of("hold_said", {"share": "65%", "days": str(days)}, "ar")


def test_english_counts_in_two_and_other_languages_are_english() -> None:
    args = {"share": "65%", "days": "1"}
    assert sentence_of("hold_said", args).endswith("at most 1 day")
    assert sentence_of("hold_said", {**args, "days": "7"}, "xx").endswith("at most 7 days")
    assert sentence_of("hold_said", {**args, "days": "7"}, "../ar").endswith("at most 7 days")
    assert sentence_of("hold_said", args, "ar-eg") == sentence_of("hold_said", args, "ar")
    assert sentence_of("of a newer version 100%", {}) == "of a newer version 100%"
    assert set(SINGULARS) <= set(SENTENCES)


def test_a_line_is_said_in_arabic_with_its_figures_left_to_right() -> None:
    (first, second) = lines(Facts(4_500_000), terms_from_preset("outlier", {}, "USD"))
    assert sentence(first, "ar") == "\u206660:00\u2069 بسعر \u2066$40.00\u2069 في الساعة = \u2066$40.00\u2069"
    assert sentence(second, "ar").startswith("\u206615:00\u2069 بعد حدّ السعر الكامل")


def test_the_catalogue_of_pay_is_in_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert pay_messages.main(["--check"]) == 0, capsys.readouterr().out
