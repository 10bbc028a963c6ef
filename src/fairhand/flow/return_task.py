"""return_task: a task that was taken out of work goes back to it."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.commands import overturn
from fairhand.cases.raised_queries import is_held, taken_out_by
from fairhand.dispatch import held
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.publish_template import hold_template
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.projects.queries import template_of
from fairhand.tasks.commands import go_on, lock
from fairhand.tasks.models import Task
from fairhand.tasks.template import check_payload

# How many attempts at a task are missing beside what was not cancelled: wanted ones, and those up to its cap. None of
# gold, which is drawn; none where the project is closed, or where the answers were enough.
_MISSING = """
SELECT greatest(0, t.want - n.n), greatest(0, t.cap - n.n), n.seq, n.slot_id
  FROM task t JOIN batch b ON b.id = t.batch_id AND b.kind = 'real'
  JOIN project p ON p.id = t.project_id AND p.state <> 'closed' CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE x.state <> 'cancelled') AS n, max(x.seq) AS seq,
           (array_agg(x.id ORDER BY x.seq))[1] AS slot_id
      FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind = 'attempt'
     WHERE x.task_id = t.id AND x.subject_slot_id IS NULL) n
 WHERE t.id = %s AND (t.state <> 'settled' OR n.n < t.want)
"""
# Like the first attempt, in the queue of its rank. Wanted ones wait for the pool, which pays for them within a minute.
_SLOT = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor, waits_since)
SELECT %(id)s, x.org_id, x.project_id, x.batch_id, x.task_id, x.stage_id, %(id)s, %(seq)s, 1, 'planned',
       dispatch_queue_like(x.stage_id, x.queue_id), x.shard, 0, %(since)s
  FROM slot x WHERE x.id = %(like)s
"""


@transaction.atomic
def return_task(*, project_id: UUID, task_id: UUID, reason: str, actor: Actor, now: datetime) -> int | Refused:
    """Put a task back to work, with a reason; how many attempts are wanted anew.

    What was answered stays as it was; work on the task is delivered again. As many attempts as were cancelled wait for
    the batch's pool; none of a task that the template in force does not fit. While another report of it waits for a
    decision it stays held back.
    Refusals: no_task, not_taken_out, own_raised (nobody decides about what they raised), bad_input
    (facts["problems"]: Wrong, field reason).
    """
    hold_template(project_id)  # before slots, as where tasks are opened again
    task = Task.objects.filter(id=task_id, project_id=project_id).first()
    if task is None:
        return Refused("no_task", "The project has no such task.")
    if problems := reason_problems(reason):
        return Refused("bad_input", "It can't be put back like this.", {"problems": problems})
    held.lock_slots(task_id=task_id)
    lock(task_id=task_id)  # of two who decide the second sees the first
    rows = taken_out_by(task_id)
    if not rows:
        return Refused("not_taken_out", "The task is not out of work, or somebody put it back already.")
    if any(row.person_id == actor.id for row in rows):
        return Refused("own_raised", "Nobody decides about what they raised themselves.")

    overturn(rows=rows, reason=reason.strip(), actor=actor, now=now)
    wanted = _restore(task_id, now) if _fits(task) else 0
    slots = held.hold(task_id=task_id) if is_held(task_id) else held.put_back(task_id=task_id)
    facts = {"reason": reason.strip(), "slots": slots, "wanted": wanted}
    record(actor=actor, now=now, happened=[Fact("task:put_back", "task", task_id, task.org_id, project_id, facts)])
    return wanted


def _fits(task: Task) -> bool:
    """A version that was published while the task was out of work was held against open tasks alone."""
    template = template_of(task.project_id)
    return template is None or template.version == 1 or not check_payload(template.body, task.payload)


def _restore(task_id: UUID, now: datetime) -> int:
    """Plan what was cancelled anew; how many attempts are wanted."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [task_id])
        row = cursor.fetchone()
        if row is None or row[3] is None:
            return 0
        wanted, most, seq, like = row
        for n in range(most):
            cursor.execute(_SLOT, {
                "id": new_id(now), "seq": seq + 1 + n, "since": now if n < wanted else None, "like": like
            })  # fmt: skip
    if most:
        go_on(task_id=task_id)
    return int(wanted)
