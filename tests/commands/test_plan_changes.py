"""Versions of a plan: a raise holds at once, a cut only with notice and forward; a claim keeps its offer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fairhand.audit.actor import COMMAND, JOB
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.change_plan import Planned, apply_plan_changes, change_plan, withdraw_plan
from fairhand.flow.change_stage import change_stage
from fairhand.flow.fund_project import fund_project
from fairhand.flow.raise_reserves import Raised, raise_reserves
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, payable, pool
from fairhand.projects.models import PayPlan, PlanChange, Stage
from fairhand.projects.queries import announced_of
from fairhand_pay import terms_from_preset
from tests.building import Small, check_books, small_project

# The estimate rests on enough samples: the card shows the drop that the plan states.
KNOWN = {"p50_s": 1800, "p80_s": 3600, "n": 40, "people": 9}


def at(rate: str, **more: Any) -> tuple[str, Mapping[str, Any]]:
    return ("hourly", {"rate": rate, "paid_s_max": 3600, **more})


def stage_of(small: Small) -> Stage:
    return Stage.objects.get(project=small.project, kind="attempt")


def change(small: Small, pay: tuple[str, Mapping[str, Any]], **more: Any) -> Planned | Refused:
    name, params = pay
    return change_plan(
        stage_id=stage_of(small).id, terms=terms_from_preset(name, params, "USD"), preset={"preset": name, **params},
        note="So it is.", actor=COMMAND, now=small.now, **more,
    )  # fmt: skip


def fresh(small: Small) -> None:
    small.hashes[:] = [card.card.terms_hash for card in stage_cards(small.project.id)]


def rate_of(terms: Mapping[str, Any]) -> str:
    return str(terms["primitives"][0]["segments"][0]["rate"])


def hour(small: Small) -> int:
    """What an hour's work on the next task comes to."""
    claim = small.claim(small.experts[0])
    for _ in range(60):
        small.beat(claim, 60)
    return small.submit(claim).amount_minor


def test_forty_five_becomes_forty_only_with_notice_and_forward(rollback_db) -> None:
    small = small_project(pay=at("45.00"), reviewed=False, tasks=5, lease_s=7200, estimate=KNOWN)
    early = small.claim(small.experts[0])
    made = change(small, at("40.00"))
    assert isinstance(made, Planned)
    assert made.holds_from == small.now + timedelta(days=7)
    assert made.less is not None
    assert (made.less.before_minor, made.less.after_minor) == (4500, 4000)
    assert rate_of(announced_of([stage_of(small).id])[stage_of(small).id].terms) == "40.00"

    # Nothing holds before its day, whoever asks; and the database keeps to it too.
    assert apply_plan_changes(actor=JOB, now=small.now + timedelta(days=7, seconds=-1)) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanChange.objects.filter(id=made.change_id).update(applied_at=small.now)
    for _ in range(60):
        small.beat(early, 60)
    assert small.submit(early).amount_minor == 4500
    late = small.claim(small.experts[1])  # the day before: on the old card

    small.now = made.holds_from
    small.expire()
    assert apply_plan_changes(actor=JOB, now=small.now) == 1
    assert apply_plan_changes(actor=JOB, now=small.now) == 0
    assert announced_of([stage_of(small).id]) == {}
    refused = small.take(small.experts[0])
    assert isinstance(refused, Refused)
    assert refused.code == "terms_changed"
    fresh(small)
    assert hour(small) == 4000
    late.refresh_from_db()
    assert rate_of(late.offer.terms["pay"]) == "45.00"
    assert {row.version: rate_of(row.terms) for row in PayPlan.objects.all()} == {1: "45.00", 2: "40.00"}
    check_books()


def test_a_raise_holds_at_once_with_the_money_behind_every_open_task(rollback_db) -> None:
    money = 4 * 3600 + 4 * 400 + 2000
    small = small_project(pay=at("36.00"), reviewed=False, tasks=4, budget_minor=money, estimate=KNOWN, lease_s=7200)
    held = small.money(budget(small.project.id)), small.money(pool(small.batch_id))
    claim = small.claim(small.experts[0])
    made = change(small, at("45.00"))
    assert isinstance(made, Planned)
    assert (made.less, made.holds_from) == (None, small.now)
    assert {slot.reserve_minor for slot in small.slots()} == {4500}
    # 4 × $9.00: first from the budget, then from the pool.
    assert sum(held) - small.money(budget(small.project.id)) - small.money(pool(small.batch_id)) == 3600
    assert small.money(budget(small.project.id)) == 0
    for _ in range(60):
        small.beat(claim, 60)
    assert small.submit(claim).amount_minor == 3600  # taken on the old card
    fresh(small)
    assert hour(small) == 4500
    assert small.money(payable(small.experts[0])) == 8100
    check_books()


def test_a_raise_that_no_money_could_pay_is_refused_whole_unless_it_must_hold(rollback_db) -> None:
    small = small_project(pay=at("36.00"), reviewed=False, tasks=4, budget_minor=4 * 3600 + 1440 + 1000, estimate=KNOWN)
    refused = change(small, at("72.00"))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["currency"]) == ("plan_short", "USD")
    assert PayPlan.objects.count() == 1
    assert {slot.reserve_minor for slot in small.slots()} == {3600}
    assert isinstance(change(small, at("50.00"), must=True), Planned)
    reserves = sorted(slot.reserve_minor for slot in small.slots())
    assert reserves == [3600, 3600, 3600, 5000]
    fresh(small)
    small.claim(small.experts[0])  # those with the money behind them are offered, the others aren't
    stage_id, project_id = stage_of(small).id, small.project.id
    more = raise_reserves(
        project_id=project_id, stage_id=stage_id, ceiling_minor=5000, currency="USD", now=small.now
    )  # fmt: skip
    assert more == Raised(0, 3 * 1400)
    assert carry_offers(now=small.now) == 0
    fund_project(project=small.project, amount_minor=2 * 1400, key="more", actor=COMMAND, now=small.now)
    assert carry_offers(now=small.now) == 2, "with the money they are offered too, whatever became of the estimate"
    check_books()


def test_a_new_version_takes_the_place_of_an_announced_one_and_one_can_be_withdrawn(rollback_db) -> None:
    small = small_project(pay=at("45.00"), reviewed=False, estimate=KNOWN)
    first, second = change(small, at("40.00")), change(small, at("42.00"))
    assert isinstance(first, Planned)
    assert isinstance(second, Planned)
    stage_id = stage_of(small).id
    assert announced_of([stage_id])[stage_id].version == 3
    assert withdraw_plan(stage_id=stage_id, note="Not needed.", actor=COMMAND, now=small.now) is True
    assert withdraw_plan(stage_id=stage_id, note="Not needed.", actor=COMMAND, now=small.now) is False
    assert apply_plan_changes(actor=JOB, now=small.now + timedelta(days=8)) == 0
    assert stage_of(small).pay_plan.version == 1
    same = change(small, at("45.00"))
    assert isinstance(same, Refused)
    assert same.code == "plan_same"


def test_what_a_stage_cannot_pay_is_refused_at_its_field(rollback_db) -> None:
    small = small_project(pay=at("45.00"), reviewed=False)
    for pay, code in (
        (("fairhand", {}), "plan_not_payable"),
        (("outlier-classic", {}), "plan_later_rate"),
        (at("45.00", paid_s_max=9000), "plan_beyond_claim"),
    ):  # fmt: skip
        refused = change(small, pay)
        assert isinstance(refused, Refused)
        assert code in [each.code for each in refused.facts["problems"]]


def test_no_claim_ends_before_its_plan_stops_paying(rollback_db) -> None:
    """A shorter claim would be a cut without notice."""
    small = small_project(pay=at("45.00"), reviewed=False, estimate=KNOWN, claim_s_max=14_400)

    def ends(seconds: int) -> Any:
        return change_stage(
            project_id=small.project.id, number=1, numbers={"claim_s_max": seconds, "lease_s": 600}, policy_terms=None,
            reason="So it is.", actor=COMMAND, now=small.now,
        )  # fmt: skip

    assert isinstance(change(small, at("40.00", paid_s_max=7200)), Planned)
    refused = ends(7200)
    assert isinstance(refused, Refused)
    assert [(each.field, each.code) for each in refused.facts["problems"]] == [("claim_s_max", "claim_below_paid")]
    assert not isinstance(ends(7201), Refused)
    assert withdraw_plan(stage_id=stage_of(small).id, note="Not needed.", actor=COMMAND, now=small.now)
    assert not isinstance(ends(3601), Refused)
    assert isinstance(ends(3600), Refused)
