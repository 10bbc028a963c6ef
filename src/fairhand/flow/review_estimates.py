"""review_estimates: looks at what ended claims say of each stage's estimate, publishes, and opens reviews.

Nothing is decided here. A first estimate goes onto the cards by itself where it harms nobody; work that takes longer
than promised opens a review, from which moment new offers of the stage run at the full rate to the maximum.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim
from fairhand.dispatch.offers import SAMPLES_MIN
from fairhand.estimates import commands as estimates
from fairhand.estimates.models import EstimateReview
from fairhand.estimates.queries import (
    Ended,
    ended_claims,
    estimate_row,
    evidence_since,
    open_review_of,
    people_who_worked,
    piloted_s,
    pilots_of,
    reported,
    rule_of,
    voices_of,
)
from fairhand.estimates.rules.back_pay import limit_of
from fairhand.estimates.rules.estimate import LIMIT_OF_TYPICAL, PILOTS_MIN, Estimate, estimate
from fairhand.estimates.rules.looks import EVERY, TOLERANCE
from fairhand.estimates.rules.triggers import Wage, harms, takes_longer, voices
from fairhand.estimates.states import FIRST, HARM, LEARNED, LONGER, PILOT, STATED, VOICES
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.each_alone import each_alone
from fairhand.flow.make_whole import affected
from fairhand.insight.wages import PERSON_MS_MIN, people_of_project
from fairhand.kernel.limits import STAGES_LOOKED_AT_PER_JOB_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Stage
from fairhand_pay import Terms

_AGAIN = 2  # times as many claims as stand behind a published estimate: it is published again, if it hardly moved
_POINTS_KEPT = 100


def review_estimates(*, actor: Actor, now: datetime) -> int:
    """Look at every stage of which five more claims ended since the last look; returns how many reviews opened."""
    due = estimates.count_ended(every=EVERY, most=STAGES_LOOKED_AT_PER_JOB_MAX, now=now)
    opened = 0
    with each_alone() as alone:
        for stage_id in due:
            with alone(), transaction.atomic():
                opened += look_at(stage_id, actor, now) is not None
    carry_offers(now=now)
    return opened


def look_at(stage_id: UUID, actor: Actor, now: datetime) -> EstimateReview | None:
    """Read the estimate of a stage again, publish it where that is due, and give the review that this opened.

    While one is open, its page is told what taking the estimate would cost.
    """
    stage = estimates.lock_stage(stage_id)
    ended = ended_claims(stage.project_id, stage.id)
    pilots = [pilot.work_s for pilot in pilots_of(stage) if pilot.struck_at is None]
    new = _read(stage, ended, pilots, now)
    review = open_review_of(stage.id)
    if review is None:
        review = made = _judge(stage, ended, new, actor, now)
    else:
        made = None
    cost = affected(stage, new, pieces=rule_of(stage.project_id).pieces).summary() if review and new else {}
    estimates.keep_look(stage=stage, measured=estimate_row(new) if new else {}, cost=cost, now=now)
    return made


def _read(stage: Stage, ended: Sequence[Ended], pilots: Sequence[float], now: datetime) -> Estimate | None:
    """What the ended claims say; as long as that is too little, what was handed in of pilot batches, which then is no
    observation beside it."""
    new = estimate([each.worked for each in ended], pilots, now)
    if new is not None and new.n >= SAMPLES_MIN:
        return new
    found = piloted_s(stage.project_id, stage.id)
    return estimate([], [*pilots, *found], now) if found else new


def _judge(
    stage: Stage, ended: Sequence[Ended], new: Estimate | None, actor: Actor, now: datetime
) -> EstimateReview | None:  # fmt: skip
    """Open a review if one of the triggers says so; else publish what is due."""
    found = _triggered(stage, ended)
    if found is None and new is not None and _pilots_say(stage, new):
        estimates.publish(stage=stage, new=new, source=PILOT, review=None, actor=actor, now=now)
    elif found is None and new is not None and new.n >= SAMPLES_MIN and _publishable(stage, new):
        if fits(stage, new):
            estimates.publish(stage=stage, new=new, source=LEARNED, review=None, actor=actor, now=now)
        else:
            found = FIRST, {"limit_s": limit_of(_terms(stage)), "wanted_s": LIMIT_OF_TYPICAL * new.p50_s, "n": new.n,
                            "times": _times(ended)}  # fmt: skip
    if found is None:
        return None
    trigger, evidence = found
    return estimates.open_review(stage=stage, trigger=trigger, evidence=evidence, actor=actor, now=now)


def _pilots_say(stage: Stage, new: Estimate) -> bool:
    """Whether pilots say something that the cards don't, and nothing better stands there."""
    if new.n >= SAMPLES_MIN or new.pilots < PILOTS_MIN or int(stage.estimate.get("n") or 0) >= SAMPLES_MIN:
        return False
    shown = tuple(stage.estimate.get(name) for name in ("p50_s", "p80_s", "n", "pilots"))
    return stage.estimate.get("source") != STATED and shown != (new.p50_s, new.p80_s, new.n, new.pilots)


@transaction.atomic
def say_longer(*, claim_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """An expert says of a claim of theirs that the task takes longer than its card says; once a claim counts.

    Enough people who say so open a review at once. Refusals: no_claim, said_before.
    """
    claim = Claim.objects.select_related("slot").filter(id=claim_id, person_id=person_id).first()
    if claim is None or claim.state not in ("live", "submitted", "expired"):
        return Refused("no_claim", "You hold no such claim.")
    if reported(claim_id):
        return Refused("said_before", "You said so of this task before; it is counted.")
    stage = estimates.lock_stage(claim.slot.stage_id)
    if not estimates.add_report(claim=claim, stage=stage, actor=actor, now=now):
        return Refused("said_before", "You said so of this task before; it is counted.")
    if open_review_of(stage.id) is None and (said := _said(stage)):
        estimates.open_review(stage=stage, trigger=VOICES, evidence=said, actor=actor, now=now)
        look_at(stage.id, actor, now)  # so that the page of the review says what it would cost
        carry_offers(now=now, project_id=stage.project_id)
    return None


def _triggered(stage: Stage, ended: Sequence[Ended]) -> tuple[str, dict[str, Any]] | None:
    """The first trigger that holds, with what it saw. Only claims made since the last decision, and
    since the last change of the work, are evidence."""
    since = evidence_since(stage)
    fresh = [each.worked for each in ended if since is None or each.claimed_at > since]
    if (longer := takes_longer(fresh)) is not None:
        seen = asdict(longer) | {"points": longer.points[-_POINTS_KEPT:], "steps": longer.steps[-_POINTS_KEPT:]}
        return LONGER, seen
    floor = rule_of(stage.project_id).wage_floor_minor
    if (harm := harms(fresh, _wages(stage) if floor else [], floor)) is not None:
        return HARM, asdict(harm) | {"currency": stage.project.currency}
    said = _said(stage)
    return (VOICES, said) if said else None


def _wages(stage: Stage) -> list[Wage]:
    """What people of the project earn an hour of all their time; of single minutes nothing is said."""
    found = people_of_project(stage.project_id, stage.kind)
    return [Wage(str(n), each.minor, each.all_ms) for n, each in enumerate(found) if each.all_ms >= PERSON_MS_MIN]


def _said(stage: Stage) -> dict[str, Any] | None:
    found = voices(voices_of(stage.id, evidence_since(stage)), people_who_worked(stage.project_id, stage.id))
    return asdict(found) if found else None


def _publishable(stage: Stage, new: Estimate) -> bool:
    """Whether the cards say too little: nothing that eight claims stand behind yet, or much fewer claims than now.

    An estimate that moved is no refreshment: if the work takes longer a trigger says so, if it became shorter the
    manager may publish it for later claims.
    """
    behind = int(stage.estimate.get("n") or 0)
    if behind < SAMPLES_MIN:
        return True
    typical_s = int(stage.estimate.get("p50_s") or new.p50_s)
    near = typical_s / TOLERANCE <= new.p50_s <= typical_s * TOLERANCE
    return stage.estimate.get("source") == LEARNED and new.n >= _AGAIN * behind and near


def fits(stage: Stage, new: Estimate) -> bool:
    """Whether the plan's full-rate limit leaves room for an estimate: twice the typical time, but for a tolerance."""
    limit_s = limit_of(_terms(stage))
    return limit_s is None or limit_s * TOLERANCE >= LIMIT_OF_TYPICAL * new.p50_s


def _terms(stage: Stage) -> Terms:
    return Terms.parse(stage.pay_plan.terms)


def _times(ended: Sequence[Ended]) -> list[tuple[float, float | None]]:
    return [(each.worked.work_s, each.worked.limit_s) for each in ended if each.worked.work_s][-_POINTS_KEPT:]
