"""cap_person: what somebody may hold and work a week over all projects; decided by a named person, with a reason."""

from datetime import datetime
from uuid import UUID

from fairhand.audit.actor import Actor
from fairhand.dispatch import commands as dispatch
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.limits import OPEN_CLAIMS_CAP_MAX, WEEK_HOURS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.rules import Wrong

_HOUR_MS = 3_600_000


def cap_person(
    *, person_id: UUID, open_max: int | None, week_hours: int | None, no_hours: bool, reason: str, actor: Actor,
    now: datetime,
) -> bool | Refused:  # fmt: skip
    """Whether the limits changed. `no_hours`: no limit of hours, whatever `week_hours` is; None: no whole number.

    Refusals: own_account, no_seat_anywhere, bad_input (facts["problems"]: Wrong, fields open_max, week_hours, reason).
    """
    if actor.id == person_id:
        return Refused("own_account", "Nobody decides about their own account. Ask another operator admin.")
    problems = reason_problems(reason)
    if open_max is None or not 1 <= open_max <= OPEN_CLAIMS_CAP_MAX:
        problems.append(Wrong("open_max", "not_in_range", f"is a whole number from 1 to {OPEN_CLAIMS_CAP_MAX}"))
    if not no_hours and (week_hours is None or not 1 <= week_hours <= WEEK_HOURS_MAX):
        problems.append(Wrong("week_hours", "not_in_range", f"is a whole number from 1 to {WEEK_HOURS_MAX}, or empty"))
    if problems or open_max is None:
        return Refused("bad_input", "The limits can't be set like this.", {"problems": problems})
    week_ms_max = None if no_hours or week_hours is None else week_hours * _HOUR_MS
    done = dispatch.cap_person(
        person_id=person_id, open_max=open_max, week_ms_max=week_ms_max, reason=reason.strip(), actor=actor, now=now
    )
    if done is None:
        return Refused("no_seat_anywhere", "This person never had a seat, so there is nothing to limit.")
    return done
