"""pause_claim and resume_claim: an expert interrupts a task for a while, within what its offer allows."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import life
from fairhand.dispatch.queries import place_of
from fairhand.kernel.refusals import Refused

_WHY = {
    "no_claim": "You hold no such claim.",
    "claim_ended": "This claim has ended already.",
    "claim_due": "This claim's time is over; hand in what you have, late work is still taken.",
    "pause_used": "This task may not be paused any longer: the time that its terms allow for it is used up.",
}


@transaction.atomic
def pause_claim(*, claim_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """Let a claim rest: no work time counts, and its lease waits. Repeating it changes nothing.

    Refusals: no_claim, claim_ended, claim_due, pause_used.
    """
    return _turn(life.pause, "paused", claim_id, person_id, actor, now)


@transaction.atomic
def resume_claim(*, claim_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """Go on; what was not used of the pause is given back. Repeating it changes nothing.

    Refusals: no_claim, claim_ended.
    """
    return _turn(life.resume, "resumed", claim_id, person_id, actor, now)


def _turn(
    turn: Callable[..., str], verb: str, claim_id: UUID, person_id: UUID, actor: Actor, now: datetime
) -> Refused | None:
    outcome = turn(claim_id=claim_id, person_id=person_id, now=now)
    if outcome in _WHY:
        return Refused(outcome, _WHY[outcome])
    if outcome == verb:
        org_id, project_id = place_of(claim_id)
        record(actor=actor, now=now, happened=[Fact(f"claim:{verb}", "claim", claim_id, org_id, project_id)])
    return None
