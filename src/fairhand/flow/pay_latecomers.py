"""pay_latecomers: work taken under too short an estimate, and handed in after its decision, gets its difference.

Its offer was frozen before the decision, and the page of its task promised the difference.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.estimates import commands as estimates
from fairhand.estimates.queries import decided_since, decisions_since, rule_of
from fairhand.flow.each_alone import each_alone
from fairhand.flow.make_whole import Since, affected, make_whole

# No work on an offer of before comes in later: a claim lasts fourteen days at most, rework of it thirty.
_LATE = timedelta(days=60)
# What was handed in before the last look may have been committed after it.
_AGAIN = timedelta(hours=1)


def pay_latecomers(*, actor: Actor, now: datetime) -> int:
    """Look at what came in since the last look, of every review decided lately; how many pieces of work were paid."""
    paid = 0
    with each_alone() as alone:
        for review in decided_since(now - _LATE):
            with alone(), transaction.atomic():
                paid += _pay(review.id, review.stage_id, actor, now)
    return paid


def _pay(review_id: UUID, stage_id: UUID, actor: Actor, now: datetime) -> int:
    stage = estimates.lock_stage(stage_id)
    review = estimates.locked_review(review_id)
    if review is None or review.decided_at is None:
        raise RuntimeError(f"review {review_id} was decided, and isn't any more")
    new = next(each for each in decisions_since(stage_id, review.opened_at) if each.review_id == review_id)
    estimates.lock_pay(stage_id)
    first = review.made_good.get("first_at")
    after = (review.late_until or review.decided_at) - _AGAIN
    since = Since(review_id, review.decided_at, after, datetime.fromisoformat(first) if first else None)
    rule = rule_of(stage.project_id)
    found = affected(stage, new, pieces=rule.pieces, since=since)
    paid = make_whole(review=review, stage=stage, found=found, covers=rule.covers_overrun, now=now)
    estimates.note_latecomers(review=review, paid=paid, actor=actor, now=now)
    return int(paid["claims"])
