"""launch_batch: a batch's slots open, and the money behind them is reserved, or nothing happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.commands import analyze, ensure_queue
from fairhand.flow.stage_cards import StageCard, stage_cards
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import SHARDS_FROM_SLOTS, SHARDS_PER_BATCH_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, budget, pool, reserved
from fairhand.ledger.commands import post
from fairhand.ledger.queries import balance_minor
from fairhand.projects.commands import open_project
from fairhand.projects.launch_money import LaunchMoney, launch_money
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.review.policies import POLICIES
from fairhand.tasks.commands import mark_launched
from fairhand.tasks.models import Batch, Task

_COPY = """
COPY slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id,
           shard, reserve_minor) FROM STDIN
"""


@transaction.atomic
def launch_batch(*, batch_id: UUID, actor: Actor, now: datetime) -> LaunchMoney | Refused:
    """Open a draft batch's wanted slots, all in one transaction.

    Refusals: not_draft, project_closed, no_attempt_stage, budget_short (facts: needed_minor, have_minor, currency).
    """
    batch = Batch.objects.select_for_update().select_related("project").get(id=batch_id)
    # Of a launch and a close at once the second sees what the first did.
    project = Project.objects.select_for_update(no_key=True).get(id=batch.project_id)
    for stage in stages_of([project.id]):
        ensure_queue(stage=stage)
    plan = plan_launch(batch)

    if batch.state != "draft" or batch.kind != "real":
        return Refused("not_draft", f"Batch {batch.ordinal} was launched already, or is for practice.")
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nothing is launched in it any more.")
    if plan is None:
        return Refused("no_attempt_stage", "The project has no stage of kind attempt.")
    money, have = plan.money, plan.have_minor
    if money.total_minor > have:
        needed, held = format_minor(money.total_minor, project.currency), format_minor(have, project.currency)
        why = f"Launching needs {needed} ({money.slots} slots at their ceiling, and the pool); the budget holds {held}."
        facts = {"needed_minor": money.total_minor, "have_minor": have, "currency": project.currency}
        return Refused("budget_short", why, facts)

    shards = min(SHARDS_PER_BATCH_MAX, 1 + money.slots // SHARDS_FROM_SLOTS * SHARDS_PER_BATCH_MAX)
    by_shard = _open_slots(batch, plan.attempt, shards, now)
    analyze()
    mark_launched(batch_id=batch_id, shards=shards, now=now)
    open_project(project_id=project.id, actor=actor, now=now)
    legs = [Leg(budget(project.id), -money.total_minor), Leg(pool(batch.id), money.pool_minor)]
    legs += [Leg(reserved(batch.id, shard), amount) for shard, amount in sorted(by_shard.items())]
    post(key=f"launch:{batch.id}", kind="launch", currency=project.currency, legs=legs, now=now)

    facts = {"slots": money.slots, "reserve_minor": money.reserve_minor, "pool_minor": money.pool_minor}
    record(actor=actor, now=now, happened=[Fact("batch:launched", "batch", batch.id, batch.org_id, project.id, facts)])
    return money


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """What launching a batch would take, and what there is: shown before it happens, and decided by when it does."""

    tasks: int
    money: LaunchMoney
    attempt: StageCard
    review: StageCard | None
    reviews_expected: int
    have_minor: int

    @property
    def left_minor(self) -> int:
        """What the budget holds afterwards; negative by what is missing."""
        return self.have_minor - self.money.total_minor

    @property
    def margin_minor(self) -> int:
        """The part of the pool that is for rework and late answers."""
        return self.money.pool_minor - self.reviews_minor

    @property
    def reviews_minor(self) -> int:
        """The part of the pool that is for the reviews expected."""
        return self.reviews_expected * self.review.card.ceiling_minor if self.review else 0


def plan_launch(batch: Batch) -> LaunchPlan | None:
    """The money of a launch as things stand; None without a stage of attempts. Writes nothing."""
    cards = stage_cards(batch.project_id)
    attempt = next((card for card in cards if card.kind == "attempt"), None)
    review = next((card for card in cards if card.kind == "review"), None)
    wanted = Task.objects.filter(batch=batch).aggregate(slots=Sum("want"), tasks=Count("id"))
    have = balance_minor(budget(batch.project_id), batch.project.currency)
    if attempt is None:
        return None

    slots, expected = wanted["slots"] or 0, 0
    if review is not None:
        policy = POLICIES.get(review.review_policy.get("name", ""), review.review_policy.get("version", 1))
        if policy is not None:
            expected = policy.expected(slots, batch.project.experts_wanted, review.review_policy["terms"])
    ceiling = review.card.ceiling_minor if review else 0
    money = launch_money(slots, attempt.card.ceiling_minor, expected, ceiling)
    return LaunchPlan(wanted["tasks"], money, attempt, review, expected, have)


def _open_slots(batch: Batch, attempt: StageCard, shards: int, now: datetime) -> dict[int, int]:
    """Stream a slot per wanted attempt into the table; returns shard -> reserve."""
    by_shard: dict[int, int] = {}
    ceiling = attempt.card.ceiling_minor
    # Read before the copy begins: one connection does one thing at a time.
    tasks = list(Task.objects.filter(batch_id=batch.id).order_by("id").values_list("id", "want"))
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for number, (task_id, seq) in enumerate(_attempts(tasks)):
            slot_id, shard = new_id(now), number % shards
            copy.write_row((
                slot_id, batch.org_id, batch.project_id, batch.id, task_id, attempt.stage_id, slot_id, seq, 1, "open",
                attempt.queue_ids[0], shard, ceiling,
            ))  # fmt: skip
            by_shard[shard] = by_shard.get(shard, 0) + ceiling
    return by_shard


def _attempts(tasks: list[tuple[UUID, int]]) -> Iterator[tuple[UUID, int]]:
    """(task id, seq) of each attempt wanted."""
    for task_id, want in tasks:
        for seq in range(1, want + 1):
            yield task_id, seq
