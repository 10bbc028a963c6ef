"""release_claim: staff take a task back from its holder, with a reason; the time worked stays written down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import locked_claim
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.end_claims import end_early
from fairhand.kernel.refusals import Refused


@transaction.atomic
def release_claim(*, claim_id: UUID, project_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """End a live claim of the project; its slot opens for others, its expert is told why.

    Late work is taken as after an expiry. The event keeps the work time: it is owed by the platform (`work_ms`).
    Refusals: no_claim, claim_ended, bad_input (facts["problems"]: Wrong).
    """
    facts = locked_claim(claim_id)
    if facts is None or facts.project_id != project_id:
        return Refused("no_claim", "The project has no such claim.")
    if facts.state != "live":
        return Refused("claim_ended", "This claim has ended already.")
    if problems := reason_problems(reason):
        return Refused("bad_input", "A reason is needed.", {"problems": problems})

    end_early(facts, "released", reason.strip(), actor, now)
    return None
