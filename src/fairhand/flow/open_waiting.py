"""open_waiting: attempts, audits and adjudications that the pool could not pay for open as soon as it can."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.each_alone import each_alone
from fairhand.flow.judge_slots import fund_planned
from fairhand.flow.review_slots import AuthorSlot
from fairhand.flow.stage_cards import StageCard, stage_cards
from fairhand.kernel.limits import WAITING_SLOTS_PER_JOB_MAX
from fairhand.ledger.accounts import pool, reserved
from fairhand.ledger.commands import hold
from fairhand.ledger.queries import balance_minor
from fairhand.tasks.commands import lock

# Longest waiting first. Reviews go their own way: they follow their author's rounds.
_WAITING = """
SELECT x.id, x.project_id, x.batch_id, x.task_id, x.shard, x.stage_id, p.currency
  FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind <> 'review' JOIN project p ON p.id = x.project_id
 WHERE x.state = 'planned' AND x.waits_since IS NOT NULL ORDER BY x.waits_since LIMIT %s
"""
# The same again under the task's lock: it may have been cancelled.
_STILL = """
SELECT x.org_id, x.round, x.subject_person_id, x.queue_id FROM slot x
 WHERE x.id = %s AND x.state = 'planned' AND x.waits_since IS NOT NULL FOR UPDATE
"""


def open_waiting(*, actor: Actor, now: datetime) -> int:
    """Open what the pools can pay for by now, each in its own transaction; returns how many opened."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [WAITING_SLOTS_PER_JOB_MAX])
        waiting = cursor.fetchall()
    opened = 0
    with each_alone() as alone:
        for slot_id, project_id, batch_id, task_id, shard, stage_id, currency in waiting:
            card = next(card for card in stage_cards(project_id) if card.stage_id == stage_id)
            if balance_minor(pool(batch_id), currency) < card.card.ceiling_minor:
                continue  # it waits on; nothing is recorded again
            with alone(), transaction.atomic():
                place = (project_id, batch_id, task_id, shard, currency)
                opened += _open(slot_id, card, place, actor, now)
    return opened


def _open(slot_id: UUID, card: StageCard, place: tuple[Any, ...], actor: Actor, now: datetime) -> bool:
    """Accounts, then the task, then the slot: the order in which settling a task comes to them."""
    project_id, batch_id, task_id, shard, currency = place
    hold(accounts=[reserved(batch_id, shard), pool(batch_id)], currency=currency)
    lock(task_id=task_id)
    with connection.cursor() as cursor:
        cursor.execute(_STILL, [slot_id])
        row = cursor.fetchone()
    if row is None:
        return False
    org_id, round_, person_id, queue_id = row
    author = AuthorSlot(
        slot_id, org_id, project_id, batch_id, task_id, shard, round_, currency, person_id or slot_id, queue_id
    )  # fmt: skip
    return fund_planned(slot_id, card, author, actor, now)
