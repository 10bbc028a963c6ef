"""What a project's page of estimates shows: for each stage what its cards say, what the work says, and its review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp
from typing import Any

from fairhand.estimates.models import EstimateReview, Pilot, StageEstimate
from fairhand.estimates.queries import (
    Ended,
    ended_claims,
    estimate_from,
    evidence_since,
    looked_at,
    open_reviews,
    pilots_of,
    published_before,
)
from fairhand.estimates.rules.back_pay import limit_of
from fairhand.estimates.rules.estimate import PRIOR_N, Estimate, Step, learning_curve, takes_pilots
from fairhand.estimates.rules.lognormal import WHOLE_MIN
from fairhand.estimates.rules.sample import sample_of
from fairhand.estimates.rules.survival import survival
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import Announced, announced_of, stages_of
from fairhand_pay import Terms

_PUBLISHED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class StageNow:
    """A stage. `limit_s`: the full-rate limit of its plan, None where the full rate runs to the end.

    `measured`: what its claims said at the last look, `cost` what taking it as the estimate would pay for work that
    was done ({} where no review is open). `announced`: a version of the plan that holds later.
    """

    stage: Stage
    on_card: Mapping[str, Any]
    limit_s: int | None
    paid_s_max: int | None
    measured: Estimate | None
    new_n: int
    looked_at: datetime | None
    review: EstimateReview | None
    cost: Mapping[str, Any]
    published: Sequence[StageEstimate]
    pilots: Sequence[Pilot]
    announced: Announced | None

    @property
    def says(self) -> Estimate | None:
        """What the work itself says, where it is enough to be shown."""
        enough = self.measured is not None and (self.review is not None or self.measured.n >= PRIOR_N)
        return self.measured if enough else None

    @property
    def takes_pilots(self) -> bool:
        """Whether pilots may still be written down."""
        return takes_pilots(self.on_card, self.measured, in_review=self.review is not None)


def stages_now(project: Project) -> list[StageNow]:
    """A project's stages in order."""
    stages = stages_of([project.id])
    looks = looked_at([stage.id for stage in stages])
    reviews = {review.stage_id: review for review in open_reviews([project.id])}
    announced = announced_of([stage.id for stage in stages])
    found = []
    for stage in stages:
        terms, look = Terms.parse(stage.pay_plan.terms), looks.get(stage.id)
        found.append(StageNow(
            stage, stage.estimate, limit_of(terms), terms.paid_s_max, estimate_from(look.measured) if look else None,
            look.new_n if look else 0, look.looked_at if look else None, reviews.get(stage.id),
            look.cost if look else {}, published_before(stage.id, _PUBLISHED_SHOWN),
            pilots_of(stage), announced.get(stage.id),
        ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """Ended claims, to be drawn. `points`: (seconds, whole) in the order they ended; `steps`: (seconds, part that took
    longer). `over` of `of` claims went past the limit they were worked under; `learning`: how people get quicker."""

    points: tuple[tuple[float, bool], ...]
    steps: tuple[tuple[float, float], ...]
    over: int
    of: int
    people: int
    learning: tuple[Step, ...]

    @property
    def open_n(self) -> int:
        """How many say only "at least so long"."""
        return sum(not whole for _, whole in self.points)


def evidence_of(stage: Stage) -> Evidence:
    """The claims that were made since the estimate of a stage was last decided on, or its work changed."""
    since = evidence_since(stage)
    fresh = [each.worked for each in _since(ended_claims(stage.project_id, stage.id), since)]
    sample = sample_of(fresh)
    if sample.whole < WHOLE_MIN:  # as an estimate reads them: nothing else is known
        sample = sample_of([replace(each, limit_s=None) for each in fresh])
    points = tuple((exp(each.log_s), each.whole) for each in sample.observations)
    timed = [each for each in fresh if each.work_s]
    over = sum(each.over for each in timed)
    return Evidence(points, survival(sample.observations), over, len(timed), sample.people, learning_curve(fresh))


def _since(ended: Sequence[Ended], since: datetime | None) -> list[Ended]:
    return [each for each in ended if since is None or each.claimed_at > since]
