"""reprioritise: what waits of a batch, or of one task of it, goes to another tier. Somebody decides it, with a reason;
where the plan looks at deadlines and one comes nearer, it happens by itself."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.plan import Choice
from fairhand.dispatch.policies._facts import SlotFacts
from fairhand.dispatch.queue_moves import Waiting, move_waiting, waiting_of
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.each_alone import each_alone
from fairhand.flow.order_plan import plan_of
from fairhand.flow.slot_ranks import Ranks, hours_left, ranks_of
from fairhand.kernel.limits import BATCHES_RANKED_PER_JOB_MAX, TIER_LAST
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.projects.rules import Wrong
from fairhand.tasks.commands import rank_batch
from fairhand.tasks.models import Batch
from fairhand.tasks.queries import batches_with_deadlines

PRIORITY_LAST = 9


class Keep(Enum):
    """What stands for "as it is", where None means something."""

    AS_IT_IS = 0


@transaction.atomic
def reprioritise(
    *,
    project_id: UUID,
    batch_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    tier: int | None = None,
    priority: int | None = None,
    deadline: datetime | Keep | None = Keep.AS_IT_IS,
    task_id: UUID | None = None,
) -> int | Refused:
    """Rank what waits of a batch anew; how many slots changed their queue. What is claimed or kept for somebody stays.

    `tier` says it outright, for the batch or one of its tasks. `priority` (0 first, 9 last) and `deadline` (None takes
    it away) become the batch's own, and the plan in force says the tier. A draft's are set without moving anything.
    Refusals: no_batch, bad_input (facts["problems"]: Wrong).
    """
    _hold_project(project_id)
    batch = Batch.objects.select_for_update(no_key=True).filter(id=batch_id, project_id=project_id).first()
    if batch is None or batch.state == "closed":
        return Refused("no_batch", "The project has no such batch that is open.")

    problems = reason_problems(reason)
    whole = {"tier": (tier, TIER_LAST), "priority": (priority, PRIORITY_LAST)}
    for field, (value, last) in whole.items():
        if value is not None and not 0 <= value <= last:
            problems.append(Wrong(field, "not_in_range", f"{field} is a whole number from 0 to {last}"))
    given = priority is not None or not isinstance(deadline, Keep)
    if (tier is None) != given or (task_id is not None and tier is None):
        problems.append(Wrong("tier", "required", "say a tier; or, for a whole batch, a priority or a deadline"))
    if problems:
        return Refused("bad_input", "The batch can't be ranked like this.", {"problems": problems})

    facts: dict[str, Any] = {"reason": reason.strip(), "tier": tier, "task": str(task_id) if task_id else None}
    if given:
        after = {
            "priority": batch.priority if priority is None else priority,
            "deadline": batch.deadline if isinstance(deadline, Keep) else deadline,
        }
        facts |= {key: [_said(getattr(batch, key)), _said(value)] for key, value in after.items()}
        rank_batch(batch_id=batch_id, now=now, **after)
        batch.refresh_from_db()
    moved = _move(batch, task_id, tier, now) if batch.state == "launched" else 0
    fact = Fact("batch:reprioritised", "batch", batch.id, batch.org_id, project_id, facts | {"moved": moved})
    record(actor=actor, now=now, happened=[fact])
    return moved


def _hold_project(project_id: UUID) -> None:
    """Before a batch: a gate that changes holds the project, then the queues into which this moves slots."""
    Project.objects.select_for_update(no_key=True).filter(id=project_id).first()


def _said(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _move(batch: Batch, task_id: UUID | None, tier: int | None, now: datetime) -> int:
    groups = waiting_of([batch.id], task_id)[batch.id]
    if tier is None:
        plan = plan_of(batch.project_id)
        ranks = {stage.id: ranks_of(batch, stage, now, plan) for stage in stages_of([batch.project_id])}
        goes = [(each, _ranked(each, ranks)) for each in groups]
    else:
        goes = [(each, tier) for each in groups]
    changed = [(each, to) for each, to in goes if to != each.tier]
    return move_waiting(batch_id=batch.id, task_id=task_id, groups=changed)


def _ranked(each: Waiting, ranks: Mapping[UUID, Ranks]) -> int:
    return ranks[each.stage_id].tier(each.seq, each.extra, each.uncertainty_pm)


def rank_anew(*, project_id: UUID, actor: Actor, now: datetime) -> int:
    """What waits of a project's launched batches, the newest first, goes where the plan in force ranks it; how many
    slots did."""
    _hold_project(project_id)
    launched = Batch.objects.select_for_update(no_key=True).filter(project_id=project_id, state="launched", kind="real")
    moved = 0
    for batch in launched.order_by("-ordinal")[:BATCHES_RANKED_PER_JOB_MAX]:
        went = _move(batch, None, None, now)
        rank_batch(batch_id=batch.id, now=now, priority=batch.priority, deadline=batch.deadline)
        if went:
            fact = Fact("batch:reprioritised", "batch", batch.id, batch.org_id, project_id, {"moved": went})
            record(actor=actor, now=now, happened=[fact])
        moved += went
    return moved


def rank_by_deadline(*, actor: Actor, now: datetime) -> int:
    """Batches whose deadline has come so near that the plan ranks them otherwise: what waits of them moves; how many
    slots did. Every batch in a transaction of its own."""
    moved = 0
    with each_alone() as alone:
        for batch_id in batches_with_deadlines(BATCHES_RANKED_PER_JOB_MAX):
            with alone(), transaction.atomic():
                moved += _nearer(batch_id, actor, now)
    return moved


def _nearer(batch_id: UUID, actor: Actor, now: datetime) -> int:
    _hold_project(Batch.objects.values_list("project_id", flat=True).get(id=batch_id))
    batch = Batch.objects.select_for_update(no_key=True).get(id=batch_id)
    if batch.state != "launched" or batch.deadline is None:
        return 0
    left = hours_left(batch.deadline, now)
    before = SlotFacts(hours_left=hours_left(batch.deadline, batch.ranked_at or batch.created_at))
    looks = [each for each in plan_of(batch.project_id).slot if each.name == "deadline"]
    nearer = [each for each in looks if _tier(each, before) != _tier(each, SlotFacts(hours_left=left))]
    if not nearer and now <= batch.deadline:
        return 0
    moved = _move(batch, None, None, now) if nearer else 0
    rank_batch(batch_id=batch_id, now=now, priority=batch.priority, deadline=batch.deadline)
    if moved:
        said = {"moved": moved, "deadline": _said(batch.deadline), "hours_left": left}
        fact = Fact("batch:reprioritised", "batch", batch.id, batch.org_id, batch.project_id, said)
        record(actor=actor, now=now, happened=[fact])
    return moved


def _tier(chosen: Choice, facts: SlotFacts) -> int:
    return int(chosen.policy.tier(facts, chosen.terms))
