"""A project can pay by every plan that is about one piece of work: reserved, computed, posted, held, released."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.change_plan import Planned, apply_plan_changes, change_plan
from fairhand.flow.decide_due import release_holds
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.own_money import held_pay
from fairhand.ledger.accounts import payable, pending, pool
from fairhand.pay.queries import facts_paid_on, lines_of_submissions
from fairhand.projects.models import Stage
from fairhand_pay import Terms, lines
from tests.building import RETURN, Small, check_books, small_project

TURNS: Mapping[str, Any] = {"price": "12.00", "included": 2, "extra_price": "1.50", "turns_max": 9}
HELD: tuple[str, Mapping[str, Any]] = ("turns", {**TURNS, "hold_share": "65%", "release_days": 5})


def paid(small: Small, seconds: int = 60) -> Any:
    claim = small.claim(small.experts[0])
    small.beat(claim, seconds)
    return small.submit(claim)


@pytest.mark.parametrize(
    ("pay", "seconds", "minor", "keys"),
    [
        (("outlier", {"rate": "40.00"}), 600, 667, {"TIME"}),
        (("outlier-classic", {}), 600, 667, {"RATE", "TIME"}),  # the later rate, from 2026-02-02 on, holds in March
        (("mindrift", {"rate": "30.00", "base_units": 94}), 60, 2350, {"RATE", "UNIT"}),
        (("mindrift-set", {"reward": "24.00"}), 60, 2400, {"UNIT"}),
        (("turns", {**TURNS, "factors": {"0": "1.2"}}), 60, 1440, {"UNIT", "MULT"}),
        (("mercor-deliverable", {"price": "150.00"}), 60, 15000, {"UNIT"}),
        (("fairhand", {"rate": "40.00", "quality_factor": "1"}), 600, 667, {"RATE", "TIME"}),
    ],
)  # fmt: skip
def test_a_plan_of_one_piece_of_work_is_paid(
    rollback_db, pay: tuple[str, Mapping[str, Any]], seconds: int, minor: int, keys: set[str]
) -> None:
    small = small_project(pay=pay, reviewed=False, estimate={"p50_s": 1800, "p80_s": 3600, "n": 9}, claim_s_max=86_400)
    done = paid(small, seconds)
    assert done.amount_minor == minor
    assert small.money(payable(small.experts[0])) == minor
    found = lines_of_submissions([done.submission_id])[done.submission_id]
    assert {line.primitive for line in found} == keys
    assert all(len(line.hash) == 64 for line in found)
    # The lines can be computed again from their own inputs and the frozen offer.
    offer = small.submission(done).claim.offer
    again = lines(facts_paid_on([done.submission_id])[done.submission_id], Terms.parse(offer.terms["pay"]))
    assert {line.hash for line in again} == {line.hash for line in found}
    check_books()


def test_part_is_payable_at_once_and_the_rest_on_the_decision(rollback_db) -> None:
    small = small_project(pay=HELD)
    author = small.experts[0]
    done = paid(small)
    assert (small.money(payable(author)), small.money(pending(author))) == (420, 780)
    (held,) = held_pay(author, 9)
    assert (held.held_minor, held.release_at) == (780, small.now + timedelta(days=5))
    check_books()

    small.review({"verdict": "accept"})
    assert (small.money(payable(author)), small.money(pending(author))) == (1200, 0)
    assert held_pay(author, 9) == []
    assert small.submission(done).state == "accepted"
    check_books()


def test_undecided_the_clock_releases_it_by_its_date(rollback_db) -> None:
    small = small_project(pay=HELD, tasks=1)
    author = small.experts[0]
    done = paid(small)
    small.wait(5 * 86_400 - 1)
    assert small.decide_due() == 0
    small.wait(1)  # the project's own deadline would be two days later
    assert small.decide_due() == 1
    assert small.submission(done).decided_by == "clock"
    assert (small.money(payable(author)), small.money(pending(author))) == (1200, 0)
    check_books()


def test_what_is_held_of_returned_work_is_released_by_its_date_and_paid_once(rollback_db) -> None:
    small = small_project(pay=HELD, tasks=20, rework_s=20 * 86_400)
    author = small.experts[0]
    paid(small)
    small.review(RETURN)
    small.wait(5 * 86_400)
    assert release_holds(actor=JOB, now=small.now) == 1
    assert release_holds(actor=JOB, now=small.now) == 0
    assert (small.money(payable(author)), small.money(pending(author))) == (1200, 0)
    check_books()

    again = paid(small)  # the second round, paid like the first
    assert (small.money(payable(author)), small.money(pending(author))) == (1620, 780)
    small.review({"verdict": "accept"})
    assert (small.money(payable(author)), small.money(pending(author))) == (2400, 0)
    assert small.submission(again).state == "accepted"
    check_books()


def test_work_that_nobody_reviews_is_not_held(rollback_db) -> None:
    small = small_project(pay=HELD, reviewed=False)
    author, before = small.experts[0], small.money(pool(small.batch_id))
    done = paid(small)
    assert done.accepted
    assert small.money(payable(author)) == 1200
    assert held_pay(author, 9) == []
    (said,) = [line for line in lines_of_submissions([done.submission_id])[done.submission_id]
               if line.primitive == "HOLD"]  # fmt: skip
    assert said.sentence_key == "hold_none"
    assert small.money(pool(small.batch_id)) > before  # the rest of the reserve is back
    check_books()


def test_every_rule_about_one_piece_of_work_together(rollback_db) -> None:
    """Rows by stage, time and units, a supplement, a cap and a floor: paid to the cent, and never above the ceiling."""
    rows = [{"when": {}, "rate": "10.00"}, {"when": {"role": "attempter"}, "rate": "36.00"}]
    terms = Terms.parse({"currency": "USD", "paid_s_max": 3600, "primitives": [
        {"primitive": "RATE", "version": 1, "card": 1, "rows": rows},
        {"primitive": "TIME", "version": 2, "basis": "active", "segments": [{"upto_s": None, "rate": "100%"}]},
        {"primitive": "UNIT", "version": 2, "unit": "task", "units_max": 1, "parts": 2, "part_s": 30},
        {"primitive": "UNIT", "version": 1, "unit": "item", "units_max": 4, "bands": [{"upto": None, "price": "1.00"}]},
        {"primitive": "MULT", "version": 1, "by": "item", "of": ["unit"], "steps": [{"at": "1", "factor": "1.5"}]},
        {"primitive": "CAP", "version": 1, "scope": "task", "amount": "5.00", "over": "cut"},
        {"primitive": "FLOOR", "version": 1, "scope": "task", "amount": "4.00"},
    ]})  # fmt: skip
    small = small_project(reviewed=False, estimate={"p50_s": 60, "p80_s": 90, "n": 9})
    made = change_plan(
        stage_id=Stage.objects.get().id, terms=terms, preset={}, note="All.", actor=COMMAND, now=small.now
    )
    assert isinstance(made, Planned)
    small.now = made.holds_from
    apply_plan_changes(actor=JOB, now=small.now)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    # 60 s at 36.00/h are 0.60, a minute of base units 0.60, an item 1.00, half of these 0.80: 3.00, brought up to 4.00.
    assert paid(small, 60).amount_minor == 400
    # 300 s: 3.00 + 0.60 + 1.00 + 0.80 = 5.40, of which 5.00 are paid.
    assert paid(small, 300).amount_minor == 500
    check_books()
