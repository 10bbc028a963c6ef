"""declare_time: an expert tells of work away from the page, on a task that is in their hands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.queries import ClaimFacts, locked_claim
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.refusals import Refused
from fairhand.projects.rules import Wrong
from fairhand.work.commands import add_declared
from fairhand.work.time_rules import in_range


@dataclass(frozen=True, slots=True)
class Declared:
    """What was said, and how much of it joined the task's work time."""

    declared_ms: int
    counted_ms: int


@transaction.atomic
def declare_time(
    *, claim_id: UUID, person_id: UUID, declared_ms: int | None, note: str, actor: Actor, now: datetime
) -> Declared | Refused:
    """Count work away from the page on one's live claim: no more than passed on our clock and is not counted on any
    claim yet, so that no hour counts twice; its pay ends where the offer's does.

    Refusals: no_claim, claim_ended, claim_paused, bad_input (facts["problems"]: Wrong, fields declared_ms and reason).
    """
    facts = locked_claim(claim_id)
    if facts is None or facts.person_id != person_id:
        return Refused("no_claim", "You hold no such claim.")
    if facts.state != "live":
        return Refused("claim_ended", "This claim has ended already.")
    if facts.paused_at is not None:
        return Refused("claim_paused", "This claim is paused; go on with it first.")
    problems = reason_problems(note)
    lived_ms = room_ms(facts, now)
    if declared_ms is None or not in_range(declared_ms, lived_ms):
        problems.append(Wrong("declared_ms", "declared_range", "from a minute to the time that isn't counted yet"))
    if problems or declared_ms is None:
        return Refused("bad_input", "Work can't be declared like this.", {"problems": problems})

    counted_ms = dispatch.add_time(claim_id=claim_id, person_id=person_id, active_ms=declared_ms, now=now)
    if counted_ms is None:
        raise RuntimeError(f"claim {claim_id} ended under its lock")
    made = add_declared(
        org_id=facts.org_id, project_id=facts.project_id, claim_id=claim_id, declared_ms=declared_ms,
        counted_ms=counted_ms, note=note.strip(), now=now,
    )  # fmt: skip
    said = {"declared": str(made), "declared_ms": declared_ms, "counted_ms": counted_ms, "note": note.strip()}
    happened = [Fact("claim:time_declared", "claim", claim_id, facts.org_id, facts.project_id, said)]
    record(actor=actor, now=now, happened=happened)
    return Declared(declared_ms, counted_ms)


def room_ms(facts: ClaimFacts, now: datetime) -> int:
    """How much of a live claim's life is in nobody's count yet, on this claim or on another of the same person."""
    since = max(facts.claimed_at, facts.counted_until or facts.claimed_at)
    lived = now - facts.claimed_at - facts.paused_by(now)
    uncounted_ms = round(lived.total_seconds() * 1000) - (facts.work_ms or 0)
    return max(0, min(round((now - since).total_seconds() * 1000), uncounted_ms))
