"""release_claim: staff take a task back from its holder, with a reason; the time worked stays written down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import locked_claim, slot_state
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.end_claims import end_early
from fairhand.kernel.refusals import Refused


@transaction.atomic
def release_claim(*, claim_id: UUID, project_id: UUID, reason: str, actor: Actor, now: datetime) -> str | Refused:
    """End a live claim of the project; its expert is told why. What becomes of its slot: `open` for others, `decided`
    (rework is nobody else's: its earlier round is decided as it stands) or `cancelled` (gold; a closed project).

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
    if slot_state(facts.slot_id) == "cancelled":
        return "cancelled"
    return "decided" if facts.round > 1 and facts.stage_kind == "attempt" else "open"
