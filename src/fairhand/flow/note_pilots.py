"""note_pilot and strike_pilot: how long somebody took for a task that was tried out, before there is work to go by.

Three of them give a stage its first estimate. They count until eight tasks have ended; what is written down later, or
while an estimate is under review, would only be in the way of what the work says, and is refused.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.estimates import commands as estimates
from fairhand.estimates.queries import estimate_from, looked_at, open_review_of, pilot_in, pilots_of
from fairhand.estimates.rules.estimate import takes_pilots
from fairhand.flow.review_estimates import look_at
from fairhand.kernel.limits import PILOTS_PER_STAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Stage
from fairhand.tasks.wording import control_problem
from fairhand_pay import PAID_S_MAX_MAX

WHO_CHARS_MAX = 200


@transaction.atomic
def note_pilot(
    *, project_id: UUID, stage_id: UUID, work_s: int | None, who: str, done_on: date | None, actor: Actor, now: datetime
) -> Refused | None:
    """Write down a pilot of a stage. Refusals: no_stage, pilots_late, pilots_full, no_pilot_time, no_pilot_who,
    no_pilot_day."""
    if not Stage.objects.filter(id=stage_id, project_id=project_id).exists():
        return Refused("no_stage", "The project has no such stage.")
    stage = estimates.lock_stage(stage_id)
    if _late(stage):
        return Refused("pilots_late", "The work itself says how long it takes by now.")
    if len(pilots_of(stage)) >= PILOTS_PER_STAGE_MAX:
        return Refused("pilots_full", f"A stage has {PILOTS_PER_STAGE_MAX} pilots at most.")
    if work_s is None or not 0 < work_s <= PAID_S_MAX_MAX:
        return Refused("no_pilot_time", "Give the time of work.")
    who = who.strip()
    if not who or len(who) > WHO_CHARS_MAX or control_problem(who) is not None:
        return Refused("no_pilot_who", f"Say who did it, in up to {WHO_CHARS_MAX} characters.")
    # Wherever on earth it is today already.
    if done_on is None or done_on > (now + timedelta(hours=14)).date():
        return Refused("no_pilot_day", "Give a day that isn't in the future.")
    estimates.note_pilot(stage=stage, work_s=work_s, who=who, done_on=done_on, actor=actor, now=now)
    look_at(stage_id, actor, now)
    return None


@transaction.atomic
def strike_pilot(*, project_id: UUID, pilot_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """A pilot counts no more. Refusals: no_pilot, pilots_late."""
    found = pilot_in(project_id, pilot_id)
    if found is None:
        return Refused("no_pilot", "There is no such pilot.")
    stage = estimates.lock_stage(found.stage_id)
    if _late(stage):
        return Refused("pilots_late", "The work itself says how long it takes by now.")
    if not estimates.strike_pilot(stage=stage, pilot_id=pilot_id, actor=actor, now=now):
        return Refused("no_pilot", "It was struck before.")
    look_at(stage.id, actor, now)
    return None


def _late(stage: Stage) -> bool:
    look = looked_at([stage.id]).get(stage.id)
    measured = estimate_from(look.measured) if look else None
    return not takes_pilots(stage.estimate, measured, in_review=open_review_of(stage.id) is not None)
