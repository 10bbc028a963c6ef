"""What a closed project leaves behind: slots that nobody took are cancelled, reserves and pools go back to its budget.

`move_project` does it as it closes; what was in work then and came back untaken, the job of every minute.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import closing
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.each_alone import each_alone
from fairhand.kernel.ids import new_id
from fairhand.ledger.accounts import Leg, budget, move, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch


def cut_short(*, batch: Batch, project: Project, key: str, actor: Actor, now: datetime) -> closing.Untaken:
    """Cancel what nobody took of a launched batch, its reserve back to the budget by an entry of this key.

    The caller holds project and batch. Open slots are locked before the accounts, as where work is handed in; planned
    ones after them, as where they are opened.
    """
    untaken = closing.Untaken()
    closing.cancel_open(batch_id=batch.id, untaken=untaken)
    shards = [reserved(batch.id, shard) for shard in range(batch.shards)]
    hold(accounts=[*shards, pool(batch.id), budget(project.id)], currency=project.currency)
    closing.cancel_rest(batch_id=batch.id, untaken=untaken)

    freed = sum(untaken.by_shard.values())
    legs = [Leg(reserved(batch.id, shard), -amount) for shard, amount in sorted(untaken.by_shard.items())]
    post(
        key=key, kind="release", currency=project.currency, now=now,
        legs=[*legs, Leg(budget(project.id), freed)],
    )  # fmt: skip
    if untaken.opened:
        facts = {"slots": untaken.opened, "freed_minor": freed, "currency": project.currency}
        fact = Fact("batch:cut_short", "batch", batch.id, project.org_id, project.id, facts)
        record(actor=actor, now=now, happened=[fact])
    return untaken


def empty_pool(*, batch: Batch, project: Project, actor: Actor, now: datetime) -> int | None:
    """Close a batch of which nothing is in work or undecided any more: what its pool holds goes back to the budget.

    Minor units, None while something goes on. Once: late answers are paid from goodwill from then on.
    """
    if not closing.close_batch(batch_id=batch.id):
        return None
    hold(accounts=[pool(batch.id), budget(project.id)], currency=project.currency)
    left = balance_minor(pool(batch.id), project.currency)
    post(
        key=f"pool:{batch.id}", kind="pool_back", currency=project.currency, now=now,
        legs=move(pool(batch.id), budget(project.id), left),
    )  # fmt: skip
    facts = {"returned_minor": left, "currency": project.currency}
    record(actor=actor, now=now, happened=[Fact("batch:closed", "batch", batch.id, project.org_id, project.id, facts)])
    return left


def close_rest(*, actor: Actor, now: datetime) -> int:
    """Of closed projects: cancel what came back untaken, empty the pools of what is done; each batch in a transaction
    of its own. How many batches are closed by it."""
    closed = 0
    with each_alone() as alone:
        for batch_id in closing.batches_left():
            with alone(), transaction.atomic():
                closed += _finish(batch_id, actor, now)
    return closed


def _finish(batch_id: UUID, actor: Actor, now: datetime) -> bool:
    project = Project.objects.select_for_update(no_key=True, of=("self",)).get(batch__id=batch_id)
    batch = Batch.objects.select_for_update(no_key=True).get(id=batch_id)
    if batch.state != "launched":
        return False
    key = f"close:{batch_id}:{new_id(now)}"
    if cut_short(batch=batch, project=project, key=key, actor=actor, now=now).cancelled:
        closing.end_tasks(project_id=project.id)
    return empty_pool(batch=batch, project=project, actor=actor, now=now) is not None


def cancel_returned(*, facts: ClaimFacts, actor: Actor, now: datetime) -> bool:
    """A claim ended without work: in a closed project nobody is given its slot any more. True if it was cancelled.

    Under the locks of the claim's end. Rework is left: its earlier round is decided as it stands.
    """
    if facts.stage_kind != "attempt" or facts.lane == "gold" or facts.round > 1:
        return False
    freed = closing.cancel_if_closed(slot_id=facts.slot_id)
    if freed is None:
        return False
    post(
        key=f"close:{facts.batch_id}:{facts.claim_id}", kind="release", currency=facts.currency, now=now,
        legs=move(reserved(facts.batch_id, facts.shard), budget(facts.project_id), freed),
    )  # fmt: skip
    closing.end_task(task_id=facts.task_id)
    fact = Fact("slot:cancelled", "slot", facts.slot_id, facts.org_id, facts.project_id, {"reason": "project_closed"})
    record(actor=actor, now=now, happened=[fact])
    return True
