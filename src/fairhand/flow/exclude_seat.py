"""exclude_seat, lift_exclusion, uphold_exclusion: who gets none of a project's or a client's work, an end to that, and
the answer to whoever contests it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import seat_by_alias
from fairhand.gates import commands as gates
from fairhand.gates.models import Exclusion
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project

_NONE = Refused("no_exclusion", "There is no such decision in force on which you may decide.")


@transaction.atomic
def exclude_seat(
    *, project: Project, alias: str, whole_client: bool, reason_code: str, reason: str, until: datetime | None,
    made_as: str, actor: Actor, now: datetime,
) -> Exclusion | Refused:  # fmt: skip
    """Withhold a project's work, or all of its client's, from somebody named by their pseudonym. What they hold stays.

    Refusals: no_seat_there, and those of `gates.commands.exclude`.
    """
    seat = seat_by_alias(project.id, alias)
    if seat is None:
        return Refused("no_seat_there", "Nobody has a seat under that pseudonym in this project.")
    return gates.exclude(
        person_id=seat.person_id, org_id=project.org_id, project_id=None if whole_client else project.id,
        made_in=project.id, reason_code=reason_code, reason=reason, until=until, made_as=made_as, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def lift_exclusion(
    *, project_id: UUID, exclusion_id: UUID, whole_client: bool, reason: str, actor: Actor, now: datetime
) -> Refused | None:
    """End a decision made in a project. `whole_client`: whether the actor decides for all of the client's projects;
    who does not, leaves decisions about all of them alone. Refusals: those of `gates.commands.lift`."""
    if not _may_decide(project_id, exclusion_id, whole_client):
        return _NONE
    return gates.lift(exclusion_id=exclusion_id, made_in=project_id, reason=reason, actor=actor, now=now)


@transaction.atomic
def uphold_exclusion(
    *, project_id: UUID, exclusion_id: UUID, whole_client: bool, reason: str, actor: Actor, now: datetime
) -> Refused | None:
    """Answer a contest: the decision stands, and why. Who may is as for lifting. Refusals: those of
    `gates.commands.uphold`."""
    if not _may_decide(project_id, exclusion_id, whole_client):
        return _NONE
    return gates.uphold(exclusion_id=exclusion_id, made_in=project_id, reason=reason, actor=actor, now=now)


def _may_decide(project_id: UUID, exclusion_id: UUID, whole_client: bool) -> bool:
    row = Exclusion.objects.filter(id=exclusion_id, made_in=project_id).first()
    return row is not None and (row.project_id is not None or whole_client)
