"""Review slots: opened when a submission is drawn for review, opened again when its rework comes in, or cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import DatabaseError

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.planned import open_planned, wait_for_pool
from fairhand.flow.stage_cards import StageCard
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import REVIEWER_FIRST_S
from fairhand.ledger.accounts import move, pool, reserved
from fairhand.ledger.commands import post, refusal_of


@dataclass(frozen=True, slots=True)
class AuthorSlot:
    """The slot whose submission is to be reviewed."""

    slot_id: UUID
    org_id: UUID
    project_id: UUID
    batch_id: UUID
    task_id: UUID
    shard: int
    round: int
    currency: str
    person_id: UUID
    queue_id: int


_EARLIER = """
SELECT x.id, x.state, x.round, c.person_id FROM slot x
  LEFT JOIN LATERAL (SELECT person_id FROM claim WHERE slot_id = x.id AND state = 'submitted'
                     ORDER BY claimed_at DESC LIMIT 1) c ON true
 WHERE x.subject_slot_id = %s AND x.stage_id = %s FOR UPDATE OF x
"""
_INSERT = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, subject_slot_id, seq, round, state,
                  queue_id, shard, reserve_minor, subject_person_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1, 1, %s, dispatch_queue_like(%s, %s), %s, %s, %s)
"""


def open_review(*, author: AuthorSlot, review: StageCard, actor: Actor, now: datetime) -> bool:
    """Reserve a review (or an audit) from the batch's pool and open its slot: a new one, or the same one for the next
    round. True if it opened.

    When the pool is short the slot stays planned (or submitted) and an event tells the manager: nothing opens unpaid.
    Once there is money, `open_waiting_reviews` calls this again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [author.slot_id, review.stage_id])
        earlier = cursor.fetchone()

    slot_id = earlier[0] if earlier else new_id(now)
    ceiling = review.card.ceiling_minor
    key = f"reserve:{slot_id}:{author.round}"
    funded = reserve_from_pool(author=author, amount_minor=ceiling, key=key, now=now)
    if earlier is None:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [
                slot_id, author.org_id, author.project_id, author.batch_id, author.task_id, review.stage_id, slot_id,
                author.slot_id, "open" if funded else "planned", review.stage_id, author.queue_id,
                author.shard, ceiling if funded else 0, author.person_id,
            ])  # fmt: skip
    elif funded and earlier[1] == "planned":
        open_planned(slot_id=slot_id, reserve_minor=ceiling, shard=author.shard)
    elif funded and not dispatch.move_slot(
        slot_id=slot_id, move=("submitted", "open"), reserve_minor=ceiling, next_round=True,
        for_person_id=earlier[3], for_until=now + timedelta(seconds=REVIEWER_FIRST_S) if earlier[3] else None,
    ):  # fmt: skip
        raise RuntimeError(f"review slot {slot_id} is {earlier[1]}, so it can't take the next round")

    verb = "slot:opened" if funded else "slot:waits_for_pool"
    if not funded:
        wait_for_pool(slot_id=slot_id, now=now)
    fact = Fact(verb, "slot", slot_id, author.org_id, author.project_id, {"kind": review.kind, "round": author.round})
    record(actor=actor, now=now, happened=[fact])
    return funded


def reserve_from_pool(*, author: AuthorSlot, amount_minor: int, key: str, now: datetime) -> bool:
    """Move money from a batch's pool behind a slot; False if the pool is short. Nothing else is undone then."""
    legs = move(pool(author.batch_id), reserved(author.batch_id, author.shard), amount_minor)
    try:
        with transaction.atomic():
            post(key=key, kind="reserve", currency=author.currency, legs=legs, now=now)
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
        return False
    return True


_OPEN = """
SELECT x.id, x.batch_id, x.shard, x.reserve_minor, x.state FROM slot x JOIN stage g ON g.id = x.stage_id
 WHERE x.subject_slot_id = %s AND x.state IN ('open', 'planned') AND g.kind = 'review' FOR UPDATE OF x
"""


def cancel_open_review(*, author_slot_id: UUID, currency: str, actor: Actor, now: datetime) -> None:
    """Cancel a review nobody has taken, and give its reserve back. One in work is left: its reviewer is paid."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [author_slot_id])
        rows = cursor.fetchall()
    for slot_id, batch_id, shard, reserve_minor, state in rows:
        dispatch.move_slot(slot_id=slot_id, move=(state, "cancelled"), reserve_minor=0)
        legs = move(reserved(batch_id, shard), pool(batch_id), reserve_minor)
        post(key=f"cancel:{slot_id}", kind="release", currency=currency, legs=legs, now=now)
        record(actor=actor, now=now, happened=[Fact("slot:cancelled", "slot", slot_id)])
