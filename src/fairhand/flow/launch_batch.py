"""launch_batch: a batch's slots open, and the money behind them is reserved, or nothing happens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.commands import analyze, ensure_queue
from fairhand.dispatch.offers import full_rate
from fairhand.flow.order_plan import plan_of
from fairhand.flow.panel_answers import models_ready
from fairhand.flow.slot_ranks import Ranks, attempt_stage, ranks_of
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
from fairhand.review.redundancy import FIXED
from fairhand.tasks.commands import mark_launched
from fairhand.tasks.models import Batch, Task

_COPY = """
COPY slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id,
           shard, reserve_minor) FROM STDIN
"""


@transaction.atomic
def launch_batch(*, batch_id: UUID, actor: Actor, now: datetime, pilot: bool = False) -> LaunchMoney | Refused:
    """Open a draft batch's wanted slots, all in one transaction.

    `pilot`: to find out how long its tasks take, as long as too few have been done to know.
    Refusals: pilot_late, not_draft, project_closed, no_attempt_stage, models_missing, models_unfunded, budget_short
    (facts: needed_minor, have_minor, currency).
    """
    # Of a launch and a close at once the second sees what the first did. The project before the batch, as everywhere,
    # and by no lock that a claim's reference to it would wait for.
    project = Project.objects.select_for_update(no_key=True, of=("self",)).get(batch__id=batch_id)
    batch = Batch.objects.select_for_update(of=("self",)).select_related("project").get(id=batch_id)
    for stage in stages_of([project.id]):
        ensure_queue(stage=stage)
    plan = plan_launch(batch)

    if batch.state != "draft" or batch.kind != "real":
        return Refused("not_draft", f"Batch {batch.ordinal} was launched already, or is for practice.")
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nothing is launched in it any more.")
    stage = attempt_stage(project.id)
    if plan is None or stage is None:
        return Refused("no_attempt_stage", "The project has no stage of kind attempt.")
    if pilot and not may_pilot(stage.estimate):
        return Refused("pilot_late", "Enough tasks have been done to know how long they take.")
    if refused := models_ready(stage.template.body, project):
        return refused
    money, have = plan.money, plan.have_minor
    if money.total_minor > have:
        needed, held = format_minor(money.total_minor, project.currency), format_minor(have, project.currency)
        why = f"Launching needs {needed} ({money.slots} slots at their ceiling, and the pool); the budget holds {held}."
        facts = {"needed_minor": money.total_minor, "have_minor": have, "currency": project.currency}
        return Refused("budget_short", why, facts)

    shards = min(SHARDS_PER_BATCH_MAX, 1 + money.slots // SHARDS_FROM_SLOTS * SHARDS_PER_BATCH_MAX)
    by_shard = _open_slots(batch, ranks_of(batch, stage, now), plan.attempt.card.ceiling_minor, shards, now)
    analyze()
    mark_launched(batch_id=batch_id, shards=shards, now=now, pilot=pilot)
    open_project(project_id=project.id, actor=actor, now=now)
    legs = [Leg(budget(project.id), -money.total_minor), Leg(pool(batch.id), money.pool_minor)]
    legs += [Leg(reserved(batch.id, shard), amount) for shard, amount in sorted(by_shard.items())]
    post(key=f"launch:{batch.id}", kind="launch", currency=project.currency, legs=legs, now=now)

    facts = {"slots": money.slots, "reserve_minor": money.reserve_minor, "pool_minor": money.pool_minor}
    if pilot:
        facts["pilot"] = True
    record(actor=actor, now=now, happened=[Fact("batch:launched", "batch", batch.id, batch.org_id, project.id, facts)])
    return money


def launch_models(project: Project) -> Refused | None:
    """Why the models that its experts ask can't be asked, as a launch would find: models_missing, models_unfunded."""
    stage = attempt_stage(project.id)
    return models_ready(stage.template.body, project) if stage is not None else None


def may_pilot(estimate: Mapping[str, Any]) -> bool:
    """Whether too few tasks were done to know how long they take. Cards pay the full rate to the end then, so a pilot
    that begins asks for no higher reserve of what is open beside it."""
    return full_rate(estimate, in_review=False) == "few"


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """What launching a batch would take, and what there is: shown before it happens, and decided by when it does."""

    tasks: int
    money: LaunchMoney
    attempt: StageCard
    review: StageCard | None
    reviews_expected: int
    have_minor: int
    # For extra attempts, audits and adjudications.
    others_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What the budget holds afterwards; negative by what is missing."""
        return self.have_minor - self.money.total_minor

    @property
    def margin_minor(self) -> int:
        """The part of the pool that is for rework and late answers."""
        return self.money.pool_minor - self.reviews_minor - self.others_minor

    @property
    def reviews_minor(self) -> int:
        """The part of the pool that is for the reviews expected."""
        return self.reviews_expected * self.review.card.ceiling_minor if self.review else 0


def plan_launch(batch: Batch) -> LaunchPlan | None:
    """The money of a launch as things stand; None without a stage of attempts. Writes nothing."""
    cards = stage_cards(batch.project_id)
    attempt = next((card for card in cards if card.kind == "attempt"), None)
    review = next((card for card in cards if card.kind == "review"), None)
    wanted = Task.objects.filter(batch=batch).aggregate(slots=Sum("want"), cap=Sum("cap"), tasks=Count("id"))
    have = balance_minor(budget(batch.project_id), batch.project.currency)
    if attempt is None:
        return None

    slots, expected = wanted["slots"] or 0, 0
    if review is not None:
        policy = POLICIES.get(review.review_policy.get("name", ""), review.review_policy.get("version", 1))
        if policy is not None:
            expected = policy.expected(slots, batch.project.experts_wanted, review.review_policy["terms"])
    ceiling = review.card.ceiling_minor if review else 0
    others = _others_minor(batch, cards, slots, (wanted["cap"] or 0) - slots, wanted["tasks"])
    money = launch_money(slots, attempt.card.ceiling_minor, expected, ceiling, others)
    return LaunchPlan(wanted["tasks"], money, attempt, review, expected, have, others)


# Where answers are compared: about so many planned attempts open, and so many tasks go to adjudication.
_EXTRAS_PART, _ADJUDICATED_PART = 2, 4


def _others_minor(batch: Batch, cards: list[StageCard], slots: int, extras: int, tasks: int) -> int:
    """For what may come beside reviews and rework: rounded up, at the ceilings of today."""
    adaptive = (plan_of(batch.project_id).redundancy or {}).get("name", FIXED) != FIXED
    minor = 0
    for card in cards:
        ceiling, policy = card.card.ceiling_minor, POLICIES.get(card.review_policy.get("name", ""))
        if card.kind == "attempt" and adaptive:
            minor += ceiling * -(-extras // _EXTRAS_PART)
        elif card.kind == "adjudicate" and adaptive:
            minor += ceiling * -(-tasks // _ADJUDICATED_PART)
        elif card.kind == "audit" and policy is not None:
            minor += ceiling * policy.expected(slots, batch.project.experts_wanted, card.review_policy["terms"])
    return minor


def _open_slots(batch: Batch, ranks: Ranks, ceiling: int, shards: int, now: datetime) -> dict[int, int]:
    """Stream a slot per attempt into the table, in the order of the plan; those beyond the wanted ones stay planned.

    Returns shard -> reserve.
    """
    by_shard: dict[int, int] = {}
    stage_id, n = ranks.stage.id, 0
    # Read, and its queues made, before the copy begins: one connection does one thing at a time.
    attempts = sorted(_attempts(batch, ranks))
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for _order, queue_id, wanted, seq, task_id in attempts:
            slot_id, shard = new_id(now), n % shards
            copy.write_row((
                slot_id, batch.org_id, batch.project_id, batch.id, task_id, stage_id, slot_id, seq, 1,
                "open" if wanted else "planned", queue_id, shard, ceiling if wanted else 0,
            ))  # fmt: skip
            if wanted:
                by_shard[shard] = by_shard.get(shard, 0) + ceiling
                n += 1
    return by_shard


def _attempts(batch: Batch, ranks: Ranks) -> Iterator[tuple[tuple[int, ...], int, bool, int, UUID]]:
    """(order, queue, whether it is wanted at once, number of the attempt, task) of each attempt of each task."""
    tasks = Task.objects.filter(batch_id=batch.id).order_by("id")
    columns = ("id", "want", "cap", "field", "uncertainty")
    for place, (task_id, want, cap, field, unsure) in enumerate(tasks.values_list(*columns)):
        for seq in range(1, cap + 1):
            extra = seq > want
            queue_id = ranks.queue(ranks.tier(seq, extra, unsure), field)
            yield ranks.plan.order(ranks.facts(place, seq, extra, unsure)), queue_id, not extra, seq, task_id
