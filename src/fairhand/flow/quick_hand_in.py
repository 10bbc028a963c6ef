"""The quick way of submit_work, for attempts: read without locks, decide, then one function locks, compares, writes.

Two round trips instead of some twenty, and the batch's accounts, which everybody's work moves, are held for the end of
one function instead of for a conversation. It is there for live attempts at real work; what follows from one (a review,
one more attempt, an audit) is opened behind it in the same transaction, and plain work is settled in the function
itself. The guarantees are those of the long way: the same locks in the same order, the same functions of dispatch and
ledger, the same event; and rows that changed after they were read (by their xmin) send the caller the long way. Both
ways leave the same rows: tests/commands/test_quick_hand_in.py compares them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import FACT_COLUMNS, FACT_JOINS, FACT_WIDTH, ClaimFacts, facts_of
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import new_id
from fairhand.kernel.logs import note_event
from fairhand.ledger.accounts import AccountName, Leg, account_rows, leg_rows
from fairhand_pay import Line

# The facts of a claim, which versions of its rows they are read from, the policy of reviews, and whether one attempt is
# all there is to its task. No row if it is no live attempt at real work.
_LIVE = f"""
SELECT {FACT_COLUMNS}, ARRAY[c.xmin::text, s.xmin::text, e.xmin::text, l.xmin::text],
       (SELECT r.review_policy FROM stage r
         WHERE r.project_id = c.project_id AND r.kind = 'review' ORDER BY r.ordinal LIMIT 1),
       t.want = 1 AND t.cap = 1 AND NOT EXISTS (
         SELECT 1 FROM stage o WHERE o.project_id = c.project_id AND o.kind NOT IN ('attempt', 'review'))
  {FACT_JOINS}
 WHERE c.id = %s AND c.person_id = %s AND c.state = 'live' AND s.state = 'claimed' AND g.kind = 'attempt'
   AND q.lane <> 'gold' AND (SELECT b.kind FROM batch b WHERE b.id = s.batch_id) = 'real'
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class LiveAttempt:
    """`seen`: which versions of the claim's rows the facts are read from. `review_policy`: None without reviews.

    `plain`: accepted, it settles its task.
    """

    facts: ClaimFacts
    seen: list[str]
    review_policy: dict[str, Any] | None
    plain: bool


def live_attempt(claim_id: UUID, person_id: UUID) -> LiveAttempt | None:
    """A person's claim, if it is a live attempt at real work, without locks; None sends it the long way."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, [claim_id, person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    seen, policy, plain = row[FACT_WIDTH:]
    return LiveAttempt(facts_of(row[:FACT_WIDTH]), seen, json.loads(policy) if policy is not None else None, plain)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was decided, to be written. `accepted`: no review is asked. `reserve_minor`: what stays behind the slot.

    `spent_until`: up to then our own clock was paid for, `spent_ms` of it as work. `hold`: accounts to lock at once,
    because more entries follow in this transaction.
    """

    submission_id: UUID
    work_ms: int | None
    answer: Mapping[str, Any]
    lines: Sequence[Line]
    legs: Sequence[Leg]
    facts: Mapping[str, Any]
    decide_by: datetime
    spent_until: datetime | None
    spent_ms: int
    accepted: bool
    reserve_minor: int
    hold: Sequence[AccountName] = ()


_HAND_IN = "SELECT flow_hand_in(%s, %s, %s, %s)"


def hand_in(*, attempt: LiveAttempt, done: HandedIn, actor: Actor, now: datetime) -> bool:
    """Write it all, or nothing where a row changed since it was read; True if it was written."""
    event_id, facts = new_id(now), attempt.facts
    values = {
        "person": str(facts.person_id), "slot": str(facts.slot_id), "submission": str(done.submission_id),
        "event": str(event_id), "actor_kind": actor.kind, "actor_id": str(actor.id) if actor.id else None,
        "facts": dict(done.facts), "currency": facts.currency, "hold": account_rows(done.hold),
        "legs": leg_rows(done.legs) if any(leg.amount_minor for leg in done.legs) else [],
        "answer": dict(done.answer), "content_hash": content_hash(done.answer),
        "decide_by": done.decide_by.isoformat(), "accepted": done.accepted, "reserve_minor": done.reserve_minor,
        "settles": done.accepted and attempt.plain,
        "spent_until": done.spent_until.isoformat() if done.spent_until else None, "spent_ms": done.spent_ms,
        "work_ms": done.work_ms,
        "lines": [_line(line, done.submission_id, now) for line in done.lines],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HAND_IN, [facts.claim_id, attempt.seen, now, Jsonb(values)])
        written = bool(cursor.fetchone()[0] == "done")
    if written:
        note_event(event_id)
    return written


def _line(line: Line, submission_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": str(new_id(now)), "line_key": f"submission:{submission_id}:{line.primitive}:{line.index}",
        "primitive": line.primitive, "version": line.version, "inputs": line.inputs, "exact": line.exact,
        "amount_minor": line.amount_minor, "currency": line.currency, "sentence_key": line.sentence_key,
        "sentence_args": line.sentence_args, "parents": list(line.parents), "hash": line.hash,
    }  # fmt: skip
