"""Estimates of a side of the world: one that was decided on, and one under review."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import JOB, Actor
from fairhand.dispatch.models import Claim
from fairhand.estimates import commands as estimates
from fairhand.estimates.queries import estimate_row
from fairhand.estimates.rules.estimate import Estimate
from fairhand.estimates.states import KEEP, VOICES
from fairhand.kernel.clock import utc_now
from tests.building import Small


@transaction.atomic
def questioned(small: Small, decider: UUID, say: Callable[[str], str]) -> dict[str, Any]:
    """Somebody said that a task takes longer; one review of it was decided, the next one waits."""
    now = utc_now() - timedelta(hours=1)
    claim = Claim.objects.filter(project_id=small.project.id, person_id=small.experts[0], round=1).latest("claimed_at")
    stage = estimates.lock_stage(claim.slot.stage_id)
    estimates.add_report(claim=claim, stage=stage, actor=Actor("person", claim.person_id), now=now)
    evidence = {"people": 1, "of": 1, "said_s": [60.0]}
    before = estimates.open_review(stage=stage, trigger=VOICES, evidence=evidence, actor=JOB, now=now)
    assert before is not None
    estimates.note_decision(
        review=before, decision=KEEP, reason=say("reason of an estimate"), made_good={},
        actor=Actor("person", decider), now=now,
    )  # fmt: skip
    measured = Estimate(60, 90, 120, "log-normal", "log-normal", 12, 0, 3, 0.25, False, now)
    cost = {"claims": 1, "people": 1, "minor": {small.project.currency: 5}, "looked_at": 2}
    estimates.keep_look(stage=stage, measured=estimate_row(measured), cost=cost, now=now)
    waits = estimates.open_review(stage=stage, trigger=VOICES, evidence=evidence, actor=JOB, now=now)
    assert waits is not None
    tried = estimates.note_pilot(
        stage=stage, work_s=70, who=say("who tried a task out"), done_on=now.date(), actor=Actor("person", decider),
        now=now,
    )  # fmt: skip
    return {"estimate_review_id": waits.id, "pilot_id": tried.id}
