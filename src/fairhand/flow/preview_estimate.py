"""preview_estimate: what a figure of the manager's own would change, before anything is decided. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fairhand.dispatch.models import Seat
from fairhand.estimates.models import EstimateReview
from fairhand.estimates.queries import rule_of
from fairhand.estimates.rules.estimate import Estimate
from fairhand.estimates.states import OPEN
from fairhand.flow.decide_estimate import measured_of, stated, terms_with
from fairhand.flow.make_whole import Affected, affected
from fairhand.kernel.limits import WORK_TRIED_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Stage
from fairhand_pay import Terms


@dataclass(frozen=True, slots=True)
class Person:
    """What one expert would get: for so many claims, paid so much before and then. Minor units."""

    alias: str
    claims: int
    old_minor: int
    new_minor: int

    @property
    def more_minor(self) -> int:
        """The difference."""
        return self.new_minor - self.old_minor


@dataclass(frozen=True, slots=True)
class Preview:
    """`before`, `after`: the plan now and then; `cost` as of EstimateReview.made_good; `people` by what they get, most
    first. `cut`: there is more work than was computed, and it would be paid too."""

    stage: Stage
    new: Estimate
    before: Terms
    after: Terms
    cost: dict[str, Any]
    people: tuple[Person, ...]
    cut: bool
    covers: bool


def preview_estimate(
    *, project_id: UUID, review_id: UUID, p50_s: int | None, p80_s: int | None, now: datetime
) -> Preview | Refused:
    """What stating these times would do. Refusals: no_review, review_decided, and those of a stated figure."""
    review = EstimateReview.objects.filter(id=review_id, project_id=project_id).first()
    if review is None:
        return Refused("no_review", "There is no such review.")
    if review.state != OPEN:
        return Refused("review_decided", "This review is decided.")
    stage = Stage.objects.select_related("project", "pay_plan").get(id=review.stage_id)
    new = stated(p50_s, p80_s, stage, review, measured_of(stage.id), now)
    if isinstance(new, Refused):
        return new
    rule, before = rule_of(project_id), Terms.parse(stage.pay_plan.terms)
    found = affected(stage, new, pieces=rule.pieces, most=WORK_TRIED_MAX)
    return Preview(
        stage, new, before, terms_with(before, stage, new, rule.pieces), found.summary(), _people(project_id, found),
        found.back_pay.looked_at >= WORK_TRIED_MAX, rule.covers_overrun,
    )  # fmt: skip


def _people(project_id: UUID, found: Affected) -> tuple[Person, ...]:
    sums: dict[UUID, tuple[int, int, int]] = {}
    for owed in found.back_pay.owed:
        person_id = UUID(owed.person)
        claims, old, new = sums.get(person_id, (0, 0, 0))
        sums[person_id] = claims + 1, old + owed.old_minor, new + owed.new_minor
    seats = Seat.objects.filter(project_id=project_id, person_id__in=sums).values_list("person_id", "alias")
    people = [Person(alias, *sums[person_id]) for person_id, alias in seats]
    return tuple(sorted(people, key=lambda each: (-each.more_minor, each.alias)))
