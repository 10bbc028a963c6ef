"""decide_due: what nobody decided in time is decided in the author's favour, and marked so; what is held of pay is
released by its date, also of work that was returned and is in rework."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.flow.accept_submission import accept_submission
from fairhand.flow.each_alone import each_alone
from fairhand.flow.review_slots import cancel_open_review
from fairhand.kernel.limits import DECISIONS_PER_JOB_MAX
from fairhand.ledger.accounts import move, payable, pending
from fairhand.ledger.commands import post
from fairhand.pay.commands import end_holds
from fairhand.work.queries import due

_SLOT = """
SELECT s.slot_id, s.surplus, p.currency FROM submission s JOIN project p ON p.id = s.project_id WHERE s.id = %s
"""
# Rework that its author did not take in time: the earlier round is decided as it stands.
_STALE_REWORK = """
SELECT x.result_id FROM slot x JOIN stage g ON g.id = x.stage_id
 WHERE x.state = 'open' AND x.for_person_id IS NOT NULL AND x.for_until <= %s AND x.round > 1 AND g.kind = 'attempt'
 ORDER BY x.for_until LIMIT %s
"""
# The same again under the lock: its author may have handed the rework in meanwhile, late.
_STILL_STALE = """
SELECT 1 FROM slot WHERE id = (SELECT slot_id FROM submission WHERE id = %(submission)s)
   AND result_id = %(submission)s AND state = 'open' AND for_until <= %(now)s AND round > 1 FOR UPDATE
"""
_SETTLE_REVIEW = """
UPDATE slot SET state = 'settled', reserve_minor = 0
 WHERE subject_slot_id = (SELECT slot_id FROM submission WHERE id = %s) AND state = 'submitted'
"""

# Pay held of a round that was returned: its date comes while the next round is in work. Undecided rounds are accepted
# by that date, and what is held of them with it.
_HELD = """
SELECT h.submission_id FROM pay_hold h JOIN submission s ON s.id = h.submission_id AND s.state = 'returned'
 WHERE h.released_at IS NULL AND h.release_at <= %s ORDER BY h.release_at LIMIT %s
"""
_LOCK_SLOT = "SELECT 1 FROM slot WHERE id = (SELECT slot_id FROM submission WHERE id = %s) FOR UPDATE"
# The same again under the lock: the work may have been accepted meanwhile, and with it what was held.
_STILL_HELD = """
SELECT s.org_id, s.project_id, s.person_id, h.currency, h.held_minor, s.entry_ids[1]
  FROM pay_hold h JOIN submission s ON s.id = h.submission_id
 WHERE h.submission_id = %s AND h.released_at IS NULL FOR UPDATE OF h
"""


def decide_due(*, actor: Actor, now: datetime) -> int:
    """Accept overdue submissions and rework that was not taken, each in its own transaction; returns how many."""
    decided = 0
    with each_alone() as alone:
        for submission_id in due(now, DECISIONS_PER_JOB_MAX):
            with alone(), transaction.atomic():
                decided += _by_clock(submission_id, actor, now)
    with connection.cursor() as cursor:
        cursor.execute(_STALE_REWORK, [now, DECISIONS_PER_JOB_MAX])
        stale = [row[0] for row in cursor.fetchall()]
    with each_alone() as alone:
        for submission_id in stale:
            with alone(), transaction.atomic():
                decided += _as_it_stands(submission_id, actor, now)
    return decided


def release_holds(*, actor: Actor, now: datetime) -> int:
    """Release what is held of returned work beyond its date, each in its own transaction; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [now, DECISIONS_PER_JOB_MAX])
        found = [row[0] for row in cursor.fetchall()]
    released = 0
    with each_alone() as alone:
        for submission_id in found:
            with alone(), transaction.atomic():
                released += _release(submission_id, actor, now)
    return released


def _release(submission_id: UUID, actor: Actor, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SLOT, [submission_id])
        cursor.execute(_STILL_HELD, [submission_id])
        row = cursor.fetchone()
    if row is None:
        return False
    org_id, project_id, person_id, currency, held_minor, entry_id = row
    # It settles the entry that accrued the pay; accepting the work later moves only what was added since.
    post(
        key=f"release_hold:{submission_id}", kind="release_hold", currency=currency, now=now,
        legs=move(pending(person_id), payable(person_id), held_minor), resolves=entry_id,
        meta={"submission": str(submission_id)},
    )  # fmt: skip
    end_holds(submission_ids=[submission_id], now=now)
    facts = {"held_minor": held_minor, "currency": currency}
    fact = Fact("submission:hold_released", "submission", submission_id, org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


def _by_clock(submission_id: UUID, actor: Actor, now: datetime) -> bool:
    if not accept_submission(submission_id=submission_id, decided_by="clock", actor=actor, now=now):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_SLOT, [submission_id])
        slot_id, surplus, currency = cursor.fetchone()
        if not surplus:
            cancel_open_review(author_slot_id=slot_id, currency=currency, actor=actor, now=now)
            cursor.execute(_SETTLE_REVIEW, [submission_id])
    return True


def _as_it_stands(submission_id: UUID, actor: Actor, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STILL_STALE, {"submission": submission_id, "now": now})
        if cursor.fetchone() is None:
            return False
    accepted = accept_submission(
        submission_id=submission_id, decided_by="clock", actor=actor, now=now, slot_from="open"
    )
    if accepted:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE_REVIEW, [submission_id])
    return accepted
