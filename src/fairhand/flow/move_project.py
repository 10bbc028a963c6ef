"""move_project: a project rests, goes on, or ends. What an expert has opened is never taken from them."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.commands import cancel_untaken
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, budget, reserved
from fairhand.ledger.commands import post
from fairhand.projects import commands as projects
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch

# Tasks of a project of which nothing was taken; the others are settled by the work on them.
_WITHDRAW = """
UPDATE task t SET state = 'withdrawn' FROM batch b
 WHERE b.id = t.batch_id AND b.state <> 'draft' AND b.kind = 'real' AND t.project_id = %(project)s AND t.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.task_id = t.id AND x.state <> 'cancelled')
"""
# Tasks of which nothing more is to come: what was accepted of them is what there will be.
_SETTLE = """
UPDATE task t SET state = 'settled' FROM batch b
 WHERE b.id = t.batch_id AND b.state <> 'draft' AND b.kind = 'real' AND t.project_id = %(project)s AND t.state = 'open'
   AND EXISTS (SELECT 1 FROM slot x WHERE x.task_id = t.id AND x.state = 'settled')
   AND NOT EXISTS (SELECT 1 FROM slot x WHERE x.task_id = t.id
                      AND x.state IN ('planned', 'open', 'claimed', 'submitted'))
"""


@transaction.atomic
def move_project(*, project_id: UUID, to: str, reason: str, actor: Actor, now: datetime) -> int | Refused:
    """Pause (`paused`), open again (`open`) or close (`closed`) a project; how many untaken slots a close cancelled.

    Paused or closed it gives out nothing new; claims, rework and reviews go on to their end, and are paid. Closing
    gives the reserve of untaken slots back to the budget and can't be undone.
    Refusals: bad_input (no reason), project_not_movable.
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if problems := reason_problems(reason):
        return Refused("bad_input", "A reason is needed.", {"problems": problems})
    if to == "open" and project.state == "draft":  # launching opens it: without slots there is nothing to open
        return Refused("project_not_movable", "Launch a batch: that opens the project.")

    if not projects.move_project(project_id=project_id, to=to, reason=reason.strip(), actor=actor, now=now):
        return Refused("project_not_movable", f"The project is {project.state}; it can't become {to} from there.")
    return _close(project, actor, now) if to == "closed" else 0


def _close(project: Project, actor: Actor, now: datetime) -> int:
    """Batch by batch, in the order of their ids; the reserve goes back to the budget."""
    total = 0
    for batch_id in Batch.objects.filter(project=project, state="launched").order_by("id").values_list("id", flat=True):
        cancelled, by_shard = cancel_untaken(batch_id=batch_id)
        if not cancelled:
            continue
        freed = sum(by_shard.values())
        legs = [Leg(reserved(batch_id, shard), -amount) for shard, amount in sorted(by_shard.items())]
        post(
            key=f"close:{batch_id}", kind="release", currency=project.currency, now=now,
            legs=[*legs, Leg(budget(project.id), freed)],
        )  # fmt: skip
        facts = {"slots": cancelled, "freed_minor": freed, "currency": project.currency}
        fact = Fact("batch:cut_short", "batch", batch_id, project.org_id, project.id, facts)
        record(actor=actor, now=now, happened=[fact])
        total += cancelled
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, {"project": project.id})
        cursor.execute(_SETTLE, {"project": project.id})
    return total
