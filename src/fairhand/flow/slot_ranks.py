"""Where slots of a batch rank: the facts that the policies of slots read, and the queue each slot belongs in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.dispatch.commands import ensure_queue
from fairhand.dispatch.plan import Plan
from fairhand.dispatch.policies._facts import SlotFacts
from fairhand.flow.order_plan import plan_of
from fairhand.kernel.limits import SEATS_LOOKED_AT_MAX
from fairhand.projects.models import Stage
from fairhand.projects.queries import stages_of
from fairhand.tasks.models import Batch

_HOUR_S = 3600
# How many of a project's newest seats pass a gate.
_PASSING = """
SELECT count(*) FROM (SELECT person_id FROM seat WHERE project_id = %s AND state = 'active'
                       ORDER BY joined_at DESC LIMIT %s) e
 WHERE dispatch_would_pass(e.person_id, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks the slots of one batch at one stage, as of one moment."""

    plan: Plan
    stage: Stage
    base: SlotFacts
    _tiers: dict[tuple[int, bool, int | None], int]
    _queues: dict[tuple[int, str], int]

    def facts(self, place: int, seq: int, extra: bool, uncertainty_pm: int | None) -> SlotFacts:
        """Of one slot."""
        return replace(self.base, place=place, seq=seq, extra=extra, uncertainty_pm=uncertainty_pm)

    def tier(self, seq: int, extra: bool, uncertainty_pm: int | None) -> int:
        """0 to 15; the same for all slots that agree in these."""
        key = (seq, extra, uncertainty_pm)
        if (known := self._tiers.get(key)) is None:
            known = self._tiers[key] = self.plan.tier(self.facts(0, *key))
        return known

    def queue(self, tier: int, field: str) -> int:
        """The id of the queue, made if it is not there."""
        if (known := self._queues.get((tier, field))) is None:
            known = self._queues[tier, field] = ensure_queue(stage=self.stage, tier=tier, field=field)
        return known


def ranks_of(
    batch: Batch, stage: Stage, now: datetime, plan: Plan | None = None, passing: Mapping[UUID, int] | None = None
) -> Ranks:
    """Of a batch's slots at a stage under a plan: the one in force if none is given.

    `passing`: `passing_of` where several batches are ranked at once.
    """
    chosen = plan_of(batch.project_id) if plan is None else plan
    if passing is None:
        passing = passing_of([stage], now, chosen)
    base = SlotFacts(
        hours_left=hours_left(batch.deadline, now), batch_priority=batch.priority,
        project_priority=stage.project.priority, passing_n=passing.get(stage.id),
    )  # fmt: skip
    return Ranks(chosen, stage, base, {}, {})


def attempt_stage(project_id: UUID) -> Stage | None:
    """The first stage on which experts work."""
    return next(iter(stages_of([project_id], "attempt")), None)


def hours_left(deadline: datetime | None, now: datetime) -> int | None:
    """Whole hours, rounded up; negative beyond the deadline."""
    return None if deadline is None else -int((now - deadline).total_seconds() // _HOUR_S)


def passing_of(stages: Iterable[Stage], now: datetime, plan: Plan) -> dict[UUID, int]:
    """Stage -> how many of the newest seats pass its gate, for stages that have one, where the plan asks for it."""
    if not plan.chooses("slot", "scarce_skill"):
        return {}
    return {stage.id: _passing(stage, now) for stage in stages if stage.gate_id}


def _passing(stage: Stage, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PASSING, [stage.project_id, SEATS_LOOKED_AT_MAX, stage.gate_id, now])
        return int(cursor.fetchone()[0])
