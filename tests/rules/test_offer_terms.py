"""Cards as figures: rates and limits, what minutes come to, how two cards differ; of every plan that can be written."""

from typing import Any

import pytest

from fairhand.dispatch.offers import StageFacts, card_of
from fairhand.insight.offer_terms import (
    Change,
    Segment,
    changes,
    compared,
    figures_of,
    holds_of,
    is_card,
    pay_at,
    points_of,
    price_of,
    segments_of,
    whole_direction,
)
from fairhand.web.pay_curve import pay_curve
from fairhand_pay import Terms, terms_from_preset
from fairhand_pay.presets import PRESETS

SEED = {"rate": "40.00", "full_rate_limit_min": 60, "reduced_rate": "21.16"}

NEEDED = {"per_unit": {"unit": "judgement", "price": "0.12"}, "hourly": {"rate": "36.00", "paid_s_max": 3600}}


def plan(name: str, **params: Any) -> Terms:
    return terms_from_preset(name, params, "USD")


def card(pay: Terms, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "attempt", "kind": "attempt", "pay": pay.to_json(), "plan_version": 1, "guideline_version": 1,
        "lease_s": 600, "claim_s_max": 90_000, "idle_s": 180, "rework_s": 3600, "review_deadline_h": 168,
        "estimate": {"p50_s": 1800, "p80_s": 2700, "n": 40},
    }  # fmt: skip
    return dict(card_of(StageFacts(**given | more)).terms)


def test_the_seed_case_is_drawn_as_it_pays() -> None:
    pay = plan("outlier", **SEED)
    assert segments_of(pay)[:2] == (Segment(0, 3600, 4000), Segment(3600, None, 2116))
    for minutes, minor in ((25, 1667), (60, 4000), (75, 4529), (100, 5411)):
        found = pay_at(pay, minutes * 60)
        assert found is not None
        assert found.minor == minor
    points = points_of(pay, 1800, 2700)
    assert points is not None
    rows = {row.seconds: (row.minor, row.per_hour_minor) for row in points.rows}
    assert rows[1800] == (2000, 4000)
    assert rows[3600] == (4000, 4000)
    assert points.rows[-1].seconds == points.line[-1].seconds == pay.paid_s_max
    assert {0, 1800, 2700, 3600} <= {point.seconds for point in points.line}


@pytest.mark.parametrize("name", sorted({name for name, _ in PRESETS}))
def test_every_preset_has_a_card(name: str) -> None:
    pay = terms_from_preset(name, NEEDED.get(name, {}), "USD")
    terms = card(pay)
    assert is_card(terms)
    assert changes(terms, terms) == ()
    assert segments_of(pay) or price_of(pay) or name in ("mindrift", "mindrift-set")
    points = points_of(pay, 1800, 2700)
    assert points is not None
    assert [row.seconds for row in points.rows] == sorted(row.seconds for row in points.rows)
    assert all(row.minor <= terms["ceiling_minor"] for row in (*points.line, *points.rows))
    for rtl in (False, True):
        curve = pay_curve(pay, rtl=rtl, p50_s=1800, p80_s=2700)
        assert curve is None or all(0 <= float(mark.x[:-1]) <= 100 and mark.y < curve.height for mark in curve.marks)


def test_words_that_run_towards_each_other_stand_on_rows_of_their_own() -> None:
    curve = pay_curve(plan("outlier", **SEED), rtl=False)
    assert curve is not None
    assert [(mark.kind, mark.anchor) for mark in curve.marks] == [("limit", "start"), ("end", "end")]
    assert curve.marks[0].y < curve.marks[1].y < curve.height < curve.marks[1].y + 16, "and no row more than these"


def test_a_line_of_the_right_is_the_line_of_the_left_mirrored() -> None:
    left, right = (pay_curve(plan("outlier", **SEED), rtl=rtl, p50_s=1800) for rtl in (False, True))
    assert left is not None
    assert right is not None
    places = [tuple(map(float, place.split())) for place in left.path[1:].split("L")]
    mirrored = [tuple(map(float, place.split())) for place in right.path[1:].split("L")]
    assert mirrored == [(pytest.approx(1000 - x), y) for x, y in places]
    assert [float(a.x[:-1]) + float(b.x[:-1]) for a, b in zip(left.marks, right.marks, strict=True)] == [
        pytest.approx(100)
    ] * len(left.marks)


def test_what_changed_is_named_with_its_direction() -> None:
    old = card(plan("outlier", **SEED | {"rate": "45.00"}))
    new = card(plan("outlier", **SEED), guideline_version=2, review_deadline_h=240, lease_s=1200)
    found = {each.what: each for each in changes(old, new)}
    assert set(found) == {"pay", "rate_minor", "ceiling_minor", "review_deadline_s", "lease_s", "guideline_version"}
    assert found["rate_minor"] == Change("rate_minor", "per_hour", 4500, 4000, "lowered")
    assert (found["lease_s"].direction, found["review_deadline_s"].direction) == ("raised", "lowered")
    assert found["guideline_version"].direction == "other"
    assert whole_direction(changes(old, new)) == "lowered"
    assert whole_direction(changes(new, old)) == "raised"
    held = card(plan("turns", hold_share="65%", included=0))
    free = card(plan("turns", included=0))
    assert holds_of(Terms.parse(held["pay"])) == (65, 7)
    assert {each.what: each.direction for each in changes(free, held)}["held_percent"] == "lowered"
    assert whole_direction(changes(old, card(plan("per_unit", unit="task", price="12.00")))) == "other"


def test_plans_are_compared_over_all_lengths() -> None:
    base = plan("outlier", **SEED)
    assert compared(base, base) == "other"
    longer = plan("outlier", **SEED | {"full_rate_limit_min": 90})
    assert (compared(base, longer), compared(longer, base)) == ("raised", "lowered")
    crossing = plan("outlier", **SEED | {"rate": "38.00", "full_rate_limit_min": 120})
    assert compared(base, crossing) == "other", "more for long tasks, less for short ones"
    assert compared(base, terms_from_preset("outlier", SEED, "EUR")) == "other"


@pytest.mark.parametrize(
    "broken",
    [{}, {"pay": 1}, {"pay": {}}, {"estimate": [1]}, {"lease_s": "long"}, {"stage": None}, {"ceiling_minor": 1.5},
     {"review_deadline_h": "x"}, {"estimate": {"p50_s": {}}}],
)  # fmt: skip
def test_what_is_no_card_is_not_read_as_one(broken: dict[str, Any]) -> None:
    assert not is_card(broken if len(broken) == 0 else card(plan("outlier", **SEED)) | broken)


def test_the_full_rate_without_a_drop_is_one_rate() -> None:
    pay = plan("outlier", **SEED | {"reduced_rate": "40.00"})
    assert len(segments_of(pay)) == 1
    found = figures_of(card(pay))
    assert (found["full_rate_s"], found["after_minor"]) == (pay.paid_s_max, None)
