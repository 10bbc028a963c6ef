"""open_waiting: attempts, audits and adjudications that the pool could not pay for open as soon as it can."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.each_alone import each_alone
from fairhand.flow.judge_slots import fund_planned
from fairhand.flow.review_slots import AuthorSlot
from fairhand.flow.stage_cards import StageCard
from fairhand.flow.waiting import POOL, Group, payable
from fairhand.kernel.limits import WAITING_SLOTS_PER_JOB_MAX
from fairhand.ledger.accounts import pool, reserved
from fairhand.ledger.commands import hold
from fairhand.tasks.commands import lock

# Reviews go their own way: they follow their author's rounds. Longest waiting first.
_GROUPS = f"""
SELECT p.id, w.batch_id, w.stage_id, p.currency, m.net
  FROM (SELECT x.batch_id, x.stage_id, min(x.waits_since) AS since FROM slot x
         WHERE x.state = 'planned' AND x.waits_since IS NOT NULL GROUP BY 1, 2) w
  JOIN stage g ON g.id = w.stage_id AND g.kind <> 'review' JOIN project p ON p.id = g.project_id {POOL}
 ORDER BY w.since, w.batch_id, w.stage_id
"""  # noqa: S608  # put together from constants
_WAITING = """
SELECT x.id, x.task_id, x.shard FROM slot x
 WHERE x.batch_id = %s AND x.stage_id = %s AND x.state = 'planned' AND x.waits_since IS NOT NULL
 ORDER BY x.waits_since LIMIT %s
"""
# The same again under the task's lock: it may have been cancelled.
_STILL = """
SELECT x.org_id, x.round, x.subject_person_id, x.queue_id FROM slot x
 WHERE x.id = %s AND x.state = 'planned' AND x.waits_since IS NOT NULL FOR UPDATE
"""


def open_waiting(*, actor: Actor, now: datetime) -> int:
    """Open what the pools can pay for by now, each in its own transaction; returns how many opened."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS)
        groups = [Group(*row) for row in cursor.fetchall()]
    opened = 0
    with each_alone() as alone:
        for group, card, n in payable(groups, WAITING_SLOTS_PER_JOB_MAX):
            with connection.cursor() as cursor:
                cursor.execute(_WAITING, [group.batch_id, group.stage_id, n])
                waiting = cursor.fetchall()
            for slot_id, task_id, shard in waiting:
                with alone(), transaction.atomic():
                    opened += _open(group, card, (slot_id, task_id, shard), actor, now)
    return opened


def _open(group: Group, card: StageCard, slot: tuple[UUID, UUID, int], actor: Actor, now: datetime) -> bool:
    """Accounts, then the task, then the slot: the order in which settling a task comes to them."""
    slot_id, task_id, shard = slot
    hold(accounts=[reserved(group.batch_id, shard), pool(group.batch_id)], currency=group.currency)
    lock(task_id=task_id)
    with connection.cursor() as cursor:
        cursor.execute(_STILL, [slot_id])
        row = cursor.fetchone()
    if row is None:
        return False
    org_id, round_, person_id, queue_id = row
    author = AuthorSlot(
        slot_id, org_id, group.project_id, group.batch_id, task_id, shard, round_, group.currency,
        person_id or slot_id, queue_id,
    )  # fmt: skip
    return fund_planned(slot_id, card, author, actor, now)
