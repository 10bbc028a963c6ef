"""fund_project and launch_batch: slots open and their money is reserved, or nothing happens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Slot
from fairhand.flow.fund_project import Moved, fund_project
from fairhand.flow.launch_batch import LaunchMoney, launch_batch, launch_money
from fairhand.kernel.limits import SHARDS_FROM_SLOTS, SHARDS_PER_BATCH_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, outside, pool, reserved
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch
from tests.building import (
    EVERY,
    HOURLY,
    NOW,
    PER_JUDGEMENT,
    PER_REVIEW,
    check_books,
    draft_batch,
    draft_project,
    small_project,
    stage,
)  # fmt: skip
from tests.counts import count

pytestmark = pytest.mark.usefixtures("rollback_db")


def draft(pay=HOURLY, currency: str = "USD", **more) -> Project:
    stages = [stage("attempt", pay, currency), stage("review", PER_REVIEW, currency, EVERY)]
    return draft_project(stages, currency=currency, **more)


def fund(project: Project, amount_minor: int, key: str = "first") -> Moved | Refused:
    return fund_project(project=project, amount_minor=amount_minor, key=key, actor=COMMAND, now=NOW)


def _refused(done: object) -> str:
    assert isinstance(done, Refused), done
    return done.code


def launch(batch_id) -> LaunchMoney | Refused:
    return launch_batch(batch_id=batch_id, actor=COMMAND, now=NOW)


def test_a_launch_takes_exactly_its_money_from_the_budget() -> None:
    project = draft()
    batch_id = draft_batch(project, tasks=4, want=2)
    needed = 8 * 3600 + 8 * 8 + 2880
    fund(project, needed)
    money = launch(batch_id)
    assert money == LaunchMoney(slots=8, reserve_minor=28_800, pool_minor=64 + 2880)
    assert balance_minor(budget(project.id), "USD") == 0
    assert balance_minor(pool(batch_id), "USD") == 2944
    assert balance_minor(reserved(batch_id, 0), "USD") == 28_800
    assert balance_minor(outside(project.org_id), "USD") == -needed
    slots = list(Slot.objects.all())
    assert {(slot.state, slot.reserve_minor, slot.round, slot.shard) for slot in slots} == {("open", 3600, 1, 0)}
    assert all(slot.root_slot_id == slot.id for slot in slots)
    assert {(slot.task_id, slot.seq) for slot in slots} == {(slot.task_id, seq) for slot in slots for seq in (1, 2)}
    project.refresh_from_db()
    batch = Batch.objects.get(id=batch_id)
    assert (project.state, batch.state, batch.launched_at) == ("open", "launched", NOW)
    check_books()


def test_one_minor_unit_short_leaves_nothing() -> None:
    project = draft()
    batch_id = draft_batch(project, tasks=4, want=2)
    needed = 8 * 3600 + 8 * 8 + 2880
    fund(project, needed - 1)
    refused = launch(batch_id)
    assert isinstance(refused, Refused)
    assert refused.code == "budget_short"
    assert refused.facts == {"needed_minor": needed, "have_minor": needed - 1, "currency": "USD"}
    assert not Slot.objects.exists()
    project.refresh_from_db()
    assert (project.state, Batch.objects.get().state) == ("draft", "draft")
    assert balance_minor(budget(project.id), "USD") == needed - 1
    fund(project, 1, key="second")
    assert isinstance(launch(batch_id), LaunchMoney)
    check_books()


def test_a_batch_is_launched_once_and_practice_never() -> None:
    small = small_project(tasks=1)
    again = launch(small.batch_id)
    assert isinstance(again, Refused)
    assert again.code == "not_draft"
    practice = launch(draft_batch(small.project, tasks=1, kind="practice"))
    assert isinstance(practice, Refused)
    assert practice.code == "not_draft"
    check_books()


def test_a_project_without_attempts_is_not_launched() -> None:
    project = draft_project([stage("review", PER_REVIEW)])
    refused = launch(draft_batch(project, tasks=1))
    assert isinstance(refused, Refused)
    assert refused.code == "no_attempt_stage"


def test_a_second_batch_draws_on_the_same_budget() -> None:
    small = small_project(tasks=1)
    before = small.money(budget(small.project.id))
    money = launch(draft_batch(small.project, tasks=2))
    assert isinstance(money, LaunchMoney)
    assert small.money(budget(small.project.id)) == before - money.total_minor
    check_books()


def test_a_large_batch_spreads_its_reserve_over_shards() -> None:
    project = draft(pay=PER_JUDGEMENT)
    batch_id = draft_batch(project, tasks=SHARDS_FROM_SLOTS // 4, want=4)
    fund(project, 1_000_000)
    assert isinstance(launch(batch_id), LaunchMoney)
    assert Batch.objects.get().shards == SHARDS_PER_BATCH_MAX
    assert set(Slot.objects.values_list("shard", flat=True)) == set(range(SHARDS_PER_BATCH_MAX))
    assert balance_minor(reserved(batch_id, 0), "USD") == SHARDS_FROM_SLOTS * 12
    check_books()


@pytest.mark.parametrize(("currency", "minor"), [("USD", 3600), ("JPY", 36), ("KWD", 36_000)])
def test_minor_units_are_the_currencys_own(currency: str, minor: int) -> None:
    rate = {"USD": "36.00", "JPY": "36", "KWD": "36.000"}[currency]
    review = {"USD": "0.08", "JPY": "8", "KWD": "0.008"}[currency]
    stages = [
        stage("attempt", ("hourly", {"rate": rate, "paid_s_max": 3600}), currency),
        stage("review", ("per_unit", {"unit": "review", "price": review}), currency, EVERY),
    ]
    project = draft_project(stages, currency=currency)
    batch_id = draft_batch(project, tasks=1)
    fund(project, 1_000_000)
    money = launch(batch_id)
    assert isinstance(money, LaunchMoney)
    assert money.reserve_minor == balance_minor(reserved(batch_id, 0), currency) == minor
    assert money.pool_minor == 8 + -(-minor // 10)
    check_books()


def test_funding_with_the_same_key_is_one_funding_and_another_amount_is_refused() -> None:
    project = draft()
    fund(project, 500)
    fund(project, 500)
    assert balance_minor(budget(project.id), "USD") == 500
    assert _refused(fund(project, 501)) == "key_used"
    assert _refused(fund(project, -1, key="other")) == "no_amount"
    fund(project, 500, key="other")
    assert balance_minor(budget(project.id), "USD") == 1000


@settings(max_examples=count(100, 5000))
@given(
    slots=st.integers(0, 10**6), ceiling=st.integers(1, 10**7), reviews=st.integers(0, 10**6),
    review_ceiling=st.integers(0, 10**6),
)  # fmt: skip
def test_what_a_launch_takes_is_exact(slots: int, ceiling: int, reviews: int, review_ceiling: int) -> None:
    money = launch_money(slots, ceiling, reviews, review_ceiling)
    assert money.reserve_minor == slots * ceiling
    margin = money.pool_minor - reviews * review_ceiling
    assert 10 * margin >= money.reserve_minor > 10 * (margin - 1)
    assert money.total_minor == money.reserve_minor + money.pool_minor
