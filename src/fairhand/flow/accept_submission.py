"""accept_submission: what was handed in is accepted, its pay becomes payable, its slot is settled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.flow.pay_score import LOOKS_AT_SCORE, Scored, pay_score
from fairhand.flow.settle_task import settle_task
from fairhand.ledger.accounts import Leg, goodwill, move, payable, pending, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.pay.commands import end_holds
from fairhand.work import commands as work

_LOCK_SLOT = "SELECT 1 FROM slot WHERE id = (SELECT slot_id FROM submission WHERE id = %s) FOR UPDATE"
# The submission, its slot and project, and every earlier round that was returned and waits with it.
_FACTS = f"""
SELECT s.org_id, s.project_id, s.slot_id, s.person_id, s.surplus, s.state,
       x.state, x.reserve_minor, x.batch_id, x.shard, p.currency, g.kind,
       EXISTS (SELECT 1 FROM claim c JOIN offer o ON o.id = c.offer_id WHERE c.id = s.claim_id AND {LOOKS_AT_SCORE}),
       (SELECT coalesce(jsonb_agg(jsonb_build_array(r.id, r.state, r.entry_ids, (
                 SELECT coalesce(sum(l.amount_minor), 0) FROM pay_line l WHERE l.submission_id = r.id),
                 coalesce(h.free_minor + CASE WHEN h.released_at IS NULL THEN 0 ELSE h.held_minor END, 0),
                 h.released_at IS NOT NULL, h.submission_id IS NOT NULL AND h.released_at IS NULL)
               ORDER BY r.round), '[]')
          FROM submission r LEFT JOIN pay_hold h ON h.submission_id = r.id
         WHERE r.id = s.id OR (r.slot_id = s.slot_id AND NOT r.surplus AND NOT s.surplus AND r.round < s.round
                               AND r.state = 'returned'))
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN project p ON p.id = s.project_id
 WHERE s.id = %s
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class _Round:
    submission_id: UUID
    state: str
    entry_ids: Sequence[int]
    total_minor: int
    # Of it, what was payable before the decision, because its plan held only a part; whether that part was released by
    # its date, which settled the entry that had accrued it; and whether it is held still.
    before_minor: int
    released: bool
    held: bool

    @property
    def waits_minor(self) -> int:
        """What is pending still."""
        return self.total_minor - self.before_minor


def accept_submission(
    *, submission_id: UUID, decided_by: str, actor: Actor, now: datetime, slot_from: str = "submitted",
    score: int | None = None,
) -> bool:  # fmt: skip
    """Accept a pending submission (or, from an open slot, a returned one whose rework was not taken).

    Pays every earlier round with it, and what its plan adds for the reviewer's `score` (flow/pay_score.py); returns
    what is left of the reserve to the batch's pool, settles the slot. True if this call did it; False if it was decided
    before. Runs inside the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SLOT, [submission_id])
        cursor.execute(_FACTS, [submission_id])
        (org_id, project_id, slot_id, person_id, surplus, state) = (row := cursor.fetchone())[:6]
        (slot_state, reserve_minor, batch_id, shard, currency, kind, looks_at_score, raw_rounds) = row[6:]
    rounds = [_Round(UUID(r[0]), r[1], r[2], int(r[3]), int(r[4]), r[5], r[6]) for r in json.loads(raw_rounds)]
    if state not in ("pending", "returned") or (state == "returned") != (slot_from == "open"):
        return False

    moved = [reserved(batch_id, shard), pool(batch_id), pending(person_id), payable(person_id)]
    adds = looks_at_score and state == "pending"
    hold(accounts=[*moved, goodwill()] if adds else moved, currency=currency)
    for part in rounds:
        if not work.decide(
            submission_id=part.submission_id, to="accepted", sources=(part.state,), decided_by=decided_by, now=now
        ):
            raise RuntimeError(f"submission {part.submission_id} was decided under the lock of its slot")
    if not surplus:
        if slot_state != slot_from:
            raise RuntimeError(f"slot {slot_id} is {slot_state}, not {slot_from}")
        dispatch.move_slot(slot_id=slot_id, move=(slot_from, "settled"), reserve_minor=0)
    added_minor = 0
    if adds:
        scored = Scored(
            submission_id, org_id, project_id, person_id, batch_id, currency, score,
            None if surplus else reserved(batch_id, shard), reserve_minor,
        )  # fmt: skip
        added_minor, of_reserve = pay_score(work=scored, now=now)
        reserve_minor -= of_reserve
    for part in rounds:
        rest = reserve_minor if part is rounds[-1] and not surplus else 0
        post(
            key=f"accept:{part.submission_id}", kind="accept", currency=currency, now=now,
            legs=_legs(person_id, batch_id, shard, part.waits_minor, rest),
            resolves=part.entry_ids[0] if part.entry_ids and not part.released else None,
            meta={"submission": str(part.submission_id)},
        )  # fmt: skip
    if held := [part.submission_id for part in rounds if part.held]:
        end_holds(submission_ids=held, now=now)

    if kind == "attempt" and not surplus:
        settle_task(slot_id=slot_id, actor=actor, now=now)
    paid_minor = added_minor + sum(part.total_minor for part in rounds)
    facts: dict[str, Any] = {"decided_by": decided_by, "paid_minor": paid_minor}
    fact = Fact("submission:accepted", "submission", submission_id, org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


def _legs(person_id: UUID, batch_id: UUID, shard: int, total_minor: int, rest_minor: int) -> list[Leg]:
    return [
        *move(pending(person_id), payable(person_id), total_minor),
        *move(reserved(batch_id, shard), pool(batch_id), rest_minor),
    ]
