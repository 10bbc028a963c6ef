"""skip_claim and expire_claims: a claim ends without a submission; its slot opens again for others, while its project
is not closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.raised_queries import is_taken_out, reported_as
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.life import drop_extension
from fairhand.dispatch.queries import ClaimFacts, claims_due, locked_claim
from fairhand.dispatch.states import GUIDELINE_CHANGED, HELD, OWED_REASONS
from fairhand.flow.answer_raised import cancel_taken_out
from fairhand.flow.close_rest import cancel_returned
from fairhand.flow.each_alone import each_alone
from fairhand.flow.gold import cancel_gold
from fairhand.flow.review_slots import cancel_open_review
from fairhand.insight.guideline_changes import changes_touching
from fairhand.kernel.limits import CLAIMS_EXPIRED_PER_JOB_MAX
from fairhand.kernel.refusals import Refused

# Why an expert gives a task back; it never costs money or standing by itself.
SKIP_REASONS = ("too_long", "not_my_field", "unclear", "technical", "other")


@transaction.atomic
def skip_claim(*, claim_id: UUID, person_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Give a live claim back. The person won't be offered the task again; others will.

    Rework is its author's alone: skipped, its earlier round is decided as it stands. `guideline_changed` is a reason
    only where the guideline changed since, as its author marked it, `distressing` and `illegal` where its holder
    reported so: the event then keeps the time that is owed.
    Refusals: no_claim, claim_ended, no_reason.
    """
    facts = locked_claim(claim_id)
    if facts is None or facts.person_id != person_id:
        return Refused("no_claim", "You hold no such claim.")
    if facts.state != "live":
        return Refused("claim_ended", "This claim has ended already.")
    if reason not in SKIP_REASONS and not _is_owed(claim_id, reason):
        return Refused("no_reason", "Choose a reason: " + ", ".join(SKIP_REASONS) + ".")

    end_early(facts, "skipped", reason, actor, now)
    return None


def _is_owed(claim_id: UUID, reason: str) -> bool:
    """Whether a reason holds for which the time is owed."""
    if reason == GUIDELINE_CHANGED:
        return bool(changes_touching([claim_id]))
    return reason in OWED_REASONS and reported_as(claim_id, reason)


def expire_claims(*, actor: Actor, now: datetime) -> int:
    """End claims whose time is over, each in its own transaction; returns how many ended.

    Found without locks, decided again under them: a heartbeat or a submission that came first wins. The draft and the
    work time stay; a late submission is still taken.
    """
    ended = 0
    with each_alone() as alone:
        for claim_id in claims_due(now, CLAIMS_EXPIRED_PER_JOB_MAX):
            with alone(), transaction.atomic():
                facts = locked_claim(claim_id)
                if facts is not None and facts.state == "live" and facts.expires_at <= now:
                    end_early(facts, "expired", "expired", actor, now)
                    ended += 1
    return ended


# The claim's end holds the lock of the slot that is reviewed.
_DECIDED = "SELECT 1 FROM slot WHERE id = %s AND state = 'settled'"


def end_early(facts: ClaimFacts, state: str, reason: str, actor: Actor, now: datetime) -> None:
    """End a live claim without a submission, under the locks of `locked_claim`; an open request for time goes with it,
    but for an expired claim's, which its asker is owed an answer to."""
    dispatch.end_claim(
        claim_id=facts.claim_id, move=("live", state), reason=reason, now=now, slot_move=("claimed", "open")
    )
    if state != "expired":
        drop_extension(claim_id=facts.claim_id, now=now)
    said: dict[str, Any] = {"reason": reason}
    if state == "released" or reason in OWED_REASONS:
        said["work_ms"] = facts.work_ms
    fact = Fact(f"claim:{state}", "claim", facts.claim_id, facts.org_id, facts.project_id, said)
    record(actor=actor, now=now, happened=[fact])
    if facts.lane == "gold":
        cancel_gold(slot_id=facts.slot_id, reason=state, actor=actor, now=now)
    if not cancel_returned(facts=facts, actor=actor, now=now) and facts.lane == HELD and is_taken_out(facts.task_id):
        cancel_taken_out(facts=facts, actor=actor, now=now)
    if facts.subject_slot_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED, [facts.subject_slot_id])
        decided = cursor.fetchone() is not None
    if decided:  # by the clock while this review was in work: nobody needs it any more
        cancel_open_review(author_slot_id=facts.subject_slot_id, currency=facts.currency, actor=actor, now=now)
