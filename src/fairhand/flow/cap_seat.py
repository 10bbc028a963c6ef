"""cap_seat: how many tasks somebody may take in a project; decided by a named person, with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.queries import seat_by_alias
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.limits import SEAT_CAP_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.rules import Wrong


@transaction.atomic
def cap_seat(
    *, project_id: UUID, alias: str, day_max: int | None, week_max: int | None, total_max: int | None, reason: str,
    actor: Actor, now: datetime,
) -> bool | Refused:  # fmt: skip
    """Whether the caps changed; None is no limit. What is claimed already stays.

    Refusals: no_seat_here, bad_input (facts["problems"]: Wrong).
    """
    seat = seat_by_alias(project_id, alias)
    if seat is None:
        return Refused("no_seat_here", "Nobody has a seat under that pseudonym in this project.")

    problems = reason_problems(reason)
    for field, value in (("day_max", day_max), ("week_max", week_max), ("total_max", total_max)):
        if value is not None and not 0 <= value <= SEAT_CAP_MAX:
            why = f"{field} is a whole number from 0 to {SEAT_CAP_MAX}, or empty"
            problems.append(Wrong(field, "not_in_range", why))
    if problems:
        return Refused("bad_input", "The caps can't be set like this.", {"problems": problems})

    return dispatch.cap_seat(
        seat_id=seat.id, day_max=day_max, week_max=week_max, total_max=total_max, reason=reason.strip(), actor=actor,
        now=now,
    )  # fmt: skip
