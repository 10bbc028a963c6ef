"""The quick way of submit_work, for plain work: read without locks, decide, then one function locks, compares, writes.

Two round trips instead of some twenty, and the batch's accounts, which everybody's work moves, are held for the end of
one function instead of for a conversation. Plain is a live attempt at real work of which one is wanted and no more, in
a project without stages beside attempt and review, where the policy draws no review. The guarantees are those of the
long way: the same locks in the same order, the same functions of dispatch and ledger, the same event; and rows that
changed after they were read (by their xmin) send the caller the long way. Both ways leave the same rows:
tests/commands/test_quick_hand_in.py compares them.
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
from fairhand.ledger.accounts import Leg
from fairhand_pay import Line

# The facts of a claim, which versions of its rows they are read from, and the policy of reviews; no row if not plain.
_PLAIN = f"""
SELECT {FACT_COLUMNS}, ARRAY[c.xmin::text, s.xmin::text, e.xmin::text, l.xmin::text],
       (SELECT r.review_policy FROM stage r
         WHERE r.project_id = c.project_id AND r.kind = 'review' ORDER BY r.ordinal LIMIT 1)
  {FACT_JOINS}
 WHERE c.id = %s AND c.person_id = %s AND c.state = 'live' AND s.state = 'claimed' AND g.kind = 'attempt'
   AND q.lane <> 'gold' AND t.want = 1 AND t.cap = 1
   AND (SELECT b.kind FROM batch b WHERE b.id = s.batch_id) = 'real'
   AND NOT EXISTS (SELECT 1 FROM slot o WHERE o.task_id = s.task_id AND o.id <> s.id)
   AND NOT EXISTS (SELECT 1 FROM stage o WHERE o.project_id = c.project_id AND o.kind NOT IN ('attempt', 'review'))
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class Plain:
    """`seen`: which versions of the claim's rows the facts are read from. `review_policy`: None without reviews."""

    facts: ClaimFacts
    seen: list[str]
    review_policy: dict[str, Any] | None


def plain_claim(claim_id: UUID, person_id: UUID) -> Plain | None:
    """A person's claim, if it looks plain, without locks; None sends it the long way."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [claim_id, person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    seen, policy = row[FACT_WIDTH:]
    return Plain(facts_of(row[:FACT_WIDTH]), seen, json.loads(policy) if policy is not None else None)


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was decided, to be written. `spent_until`: up to then our own clock was paid for, so much of it as work."""

    submission_id: UUID
    work_ms: int | None
    answer: Mapping[str, Any]
    lines: Sequence[Line]
    legs: Sequence[Leg]
    facts: Mapping[str, Any]
    decide_by: datetime
    spent_until: datetime | None
    spent_ms: int


_HAND_IN = "SELECT flow_hand_in(%s, %s, %s, %s)"


def hand_in(*, plain: Plain, done: HandedIn, actor: Actor, now: datetime) -> bool:
    """Write it all, or nothing where a row changed since it was read; True if it was written."""
    event_id = new_id(now)
    values = {
        "submission": str(done.submission_id), "event": str(event_id), "actor_kind": actor.kind,
        "actor_id": str(actor.id) if actor.id else None, "facts": dict(done.facts), "currency": plain.facts.currency,
        "legs": [
            [
                leg.account.owner_kind, str(leg.account.owner_id) if leg.account.owner_id else None,
                leg.account.purpose, leg.account.shard, leg.amount_minor,
            ]
            for leg in done.legs
        ] if any(leg.amount_minor for leg in done.legs) else [],
        "answer": dict(done.answer), "content_hash": content_hash(done.answer),
        "decide_by": done.decide_by.isoformat(),
        "spent_until": done.spent_until.isoformat() if done.spent_until else None, "spent_ms": done.spent_ms,
        "work_ms": done.work_ms,
        "lines": [_line(line, done.submission_id, now) for line in done.lines],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HAND_IN, [plain.facts.claim_id, plain.seen, now, Jsonb(values)])
        written = bool(cursor.fetchone()[0] == "done")
    if written:
        note_event(event_id)
    return written


def _line(line: Line, submission_id: UUID, now: datetime) -> dict[str, Any]:
    return {
        "id": str(new_id(now)), "line_key": f"submission:{submission_id}:{line.primitive}:{line.index}",
        "primitive": line.primitive, "version": line.version, "inputs": line.inputs, "exact": line.exact,
        "amount_minor": line.amount_minor, "currency": line.currency, "sentence_key": line.sentence_key,
        "sentence_args": line.sentence_args,
    }  # fmt: skip
