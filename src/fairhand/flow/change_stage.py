"""change_stage: how long a claim lasts, how much is reviewed: forward only, never an offer that was made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.kernel.limits import REASON_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects import commands as projects
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import announced_of, stage_in
from fairhand.projects.rules import PAIR_MAX_MAX, Wrong, stage_problems
from fairhand.review.policies import POLICIES
from fairhand.tasks.wording import storable_problem
from fairhand_pay import Terms


@transaction.atomic
def change_stage(
    *,
    project_id: UUID,
    number: int,
    numbers: Mapping[str, int | None],
    policy_terms: Mapping[str, Any] | None,
    judging: tuple[bool, int | None] | None = None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> dict[str, list[Any]] | Refused:
    """Change numbers of a project's stage (`projects.rules.STAGE_NUMBERS`) and its policy's terms; what changed.

    `judging`: of a stage that judges, whether it is blind, and the bound of pairs (0: none), from the next claim on.
    An offer that was made keeps what it promised; whoever saw the old card is shown the new one before they claim.
    No offer says how often work may be returned nor how much is reviewed: these hold at once, for work in hand too.
    No claim ends before its plan stops paying: that would be less pay without notice.
    Refusals: no_stage, bad_input (facts["problems"]: Wrong; a policy's fields are named policy.<name>).
    """
    Project.objects.select_for_update(no_key=True).filter(id=project_id).first()  # its plans stay as they are meanwhile
    stage = stage_in(project_id, number)
    if stage is None:
        return Refused("no_stage", f"The project has no stage {number}.")

    problems = stage_problems(numbers)
    problems += reason_problems(reason)
    ends_s, paid_s = numbers.get("claim_s_max"), _paid_s(stage)
    if ends_s is not None and ends_s < stage.claim_s_max and ends_s <= paid_s:
        why = f"claim_s_max ({ends_s}) must be above paid_s_max ({paid_s}) of the stage's plan"
        problems.append(Wrong("claim_s_max", "claim_below_paid", why))
    after: dict[str, Any] = dict(numbers)
    if policy_terms is not None and stage.review_policy:
        after["review_policy"] = {**stage.review_policy, "terms": {**stage.review_policy["terms"], **policy_terms}}
        policy = POLICIES.get(stage.review_policy["name"], stage.review_policy.get("version", 1))
        found = policy.problems(after["review_policy"]["terms"]) if policy else []
        problems += [Wrong(f"policy.{field}", "not_in_range", why) for field, why in found]
    if judging is not None and stage.kind != "attempt":
        blind, pair_max = judging
        after |= {"blind": blind, "pair_max": pair_max or None}
        if pair_max is None or not 0 <= pair_max <= PAIR_MAX_MAX:
            why = f"pair_max is a whole number from 0 to {PAIR_MAX_MAX}"
            problems.append(Wrong("pair_max", "not_in_range", why))
    if problems:
        return Refused("bad_input", "The stage can't be changed like this.", {"problems": problems})

    return projects.change_stage(stage_id=stage.id, numbers=after, reason=reason.strip(), actor=actor, now=now)


def _paid_s(stage: Stage) -> int:
    """The longest paid time, in seconds, of the plan in force and of the one that is announced."""
    plans = [stage.pay_plan.terms, *(each.terms for each in announced_of([stage.id]).values())]
    return max(Terms.parse(each).paid_s_max or 0 for each in plans)


def reason_problems(reason: str) -> list[Wrong]:
    """A decision has a reason, in words that can be stored."""
    if not reason.strip():
        return [Wrong("reason", "reason_missing", "say why: it stands in the project's history")]
    if len(reason) > REASON_CHARS_MAX:
        return [Wrong("reason", "too_long", f"has more than {REASON_CHARS_MAX} characters")]
    why = storable_problem(reason)
    return [Wrong("reason", "bad_character", why)] if why else []
