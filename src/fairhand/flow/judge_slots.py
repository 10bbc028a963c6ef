"""Slots beyond the first attempts: one more attempt, an audit, an adjudication. Open means reserved, from the pool."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.planned import open_planned, wait_for_pool
from fairhand.flow.review_slots import AuthorSlot, open_review, reserve_from_pool
from fairhand.flow.stage_cards import StageCard, stage_cards
from fairhand.kernel.ids import new_id
from fairhand.review.policies import POLICIES
from fairhand.review.policies._facts import SubmissionFacts


@dataclass(frozen=True, slots=True)
class Opening:
    """From where a slot opens: an attempt's slot, whose shard the reserve comes to, its stage and number."""

    author: AuthorSlot
    stage_id: UUID
    seq: int


_NEXT = """
SELECT x.id, x.stage_id FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind = 'attempt'
 WHERE x.task_id = %s AND x.state = 'planned' ORDER BY x.seq LIMIT 1 FOR UPDATE OF x
"""


def open_attempt(opening: Opening, actor: Actor, now: datetime) -> bool:
    """Open the next planned attempt at the task, if there is one and the pool can pay for it."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [opening.author.task_id])
        row = cursor.fetchone()
    return row is not None and fund_planned(
        row[0], _card(opening.author.project_id, row[1]), opening.author, actor, now
    )


def fund_planned(slot_id: UUID, card: StageCard, author: AuthorSlot, actor: Actor, now: datetime) -> bool:
    """Reserve for a planned slot and open it; where the pool is short it waits, and the manager is told once.

    The caller holds the task's lock, reserve (of the author's shard) and pool.
    """
    ceiling = card.card.ceiling_minor
    funded = reserve_from_pool(author=author, amount_minor=ceiling, key=f"reserve:{slot_id}:1", now=now)
    if funded:
        if not open_planned(slot_id=slot_id, reserve_minor=ceiling, shard=author.shard):
            raise RuntimeError(f"slot {slot_id} moved under the lock of its task")
    elif not wait_for_pool(slot_id=slot_id, now=now):
        return False
    _tell(slot_id, author, card.kind, funded, actor, now)
    return funded


_ADJUDICATION = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor)
SELECT %(id)s, %(org)s, %(project)s, %(batch)s, %(task)s, %(stage)s, %(id)s,
       1 + (SELECT coalesce(max(x.seq), 0) FROM slot x WHERE x.task_id = %(task)s AND x.stage_id = %(stage)s), 1,
       'planned', dispatch_queue_like(%(stage)s, %(queue)s), %(shard)s, 0
"""


def open_adjudication(opening: Opening, said: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """A slot that shows all attempts to somebody who made none of them. Under the task's lock: one at a time."""
    author = opening.author
    card = stage_cards(author.project_id, "adjudicate")[0]
    slot_id = new_id(now)
    with connection.cursor() as cursor:
        cursor.execute(_ADJUDICATION, {
            "id": slot_id, "org": author.org_id, "project": author.project_id, "batch": author.batch_id,
            "task": author.task_id, "stage": card.stage_id, "queue": author.queue_id, "shard": author.shard,
        })  # fmt: skip
    fact = Fact("task:disagreed", "task", author.task_id, author.org_id, author.project_id, dict(said))
    record(actor=actor, now=now, happened=[fact])
    return fund_planned(slot_id, card, author, actor, now)


def open_audit(opening: Opening, slot_key: str, actor: Actor, now: datetime) -> bool:
    """A second look at an accepted attempt, if it is drawn; where the pool is short it waits."""
    author = opening.author
    audit = next(iter(stage_cards(author.project_id, "audit")), None)
    chosen = audit.review_policy if audit else {}
    policy = POLICIES.get(chosen.get("name", ""), chosen.get("version", 1))
    if audit is None or policy is None or not policy.wanted(SubmissionFacts(slot_key, 1, 1), chosen["terms"]):
        return False
    return open_review(author=author, review=audit, actor=actor, now=now)


def _card(project_id: UUID, stage_id: UUID) -> StageCard:
    return next(card for card in stage_cards(project_id) if card.stage_id == stage_id)


def _tell(slot_id: UUID, author: AuthorSlot, kind: str, funded: bool, actor: Actor, now: datetime) -> None:
    verb = "slot:opened" if funded else "slot:waits_for_pool"
    fact = Fact(verb, "slot", slot_id, author.org_id, author.project_id, {"kind": kind, "round": 1})
    record(actor=actor, now=now, happened=[fact])
