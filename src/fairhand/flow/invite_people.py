"""invite_people: seats are promised only as far as the expected work goes, or with a named person's reason.

A project that says how many hours a week it means to give each of its people (`project.target_hours`) feeds so many as
two weeks of expected work allow. Whoever would come beyond that is invited only with a reason, which an event keeps.
Every way to a seat begins here: seats are taken by accepting an invitation (flow.join).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Seat
from fairhand.flow.change_stage import reason_problems
from fairhand.insight.expected import expected_for
from fairhand.insight.expected_rules import Seating, seating
from fairhand.kernel.limits import INVITATION_S
from fairhand.kernel.refusals import Refused
from fairhand.people.invitations import NewInvitation, invite, open_invitations
from fairhand.projects.models import Project


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, and which addresses were not, with why."""

    made: tuple[NewInvitation, ...]
    refused: tuple[tuple[str, Refused], ...]


@transaction.atomic
def invite_people(
    *, emails: Sequence[str], org_id: UUID, actor: Actor, now: datetime, role: str | None = None,
    project_id: UUID | None = None, reason: str = "",
) -> Invited | Refused:  # fmt: skip
    """Invite some addresses to the same thing, those that can be.

    Refusals, before anybody is invited: work_too_little (facts["seating"]: Seating) without a reason, bad_input for a
    reason that can't be kept.
    """
    addresses = list(dict.fromkeys(email.strip() for email in emails))
    room = _room(project_id, addresses, now) if project_id is not None else None
    beyond = room is not None and room.beyond > 0 and room.more > 0

    if beyond and not reason.strip():
        why = "The work expected does not suffice for so many people; say why they are invited all the same."
        return Refused("work_too_little", why, {"seating": room})
    if beyond and (problems := reason_problems(reason)):
        return Refused("bad_input", "The reason can't be kept like this.", {"problems": problems, "seating": room})

    made: list[NewInvitation] = []
    refused: list[tuple[str, Refused]] = []
    for email in addresses:
        one = invite(email=email, org_id=org_id, role=role, project_id=project_id, actor=actor, now=now)
        if isinstance(one, NewInvitation):
            made.append(one)
        else:
            refused.append((email, one))

    if beyond and made and room is not None and project_id is not None:
        project_org = Project.objects.values_list("org_id", flat=True).get(id=project_id)
        facts = {
            "hours": round(room.hours), "target_hours": room.target_hours, "fits": room.fits, "seated": room.seated,
            "more": len(made), "reason": reason.strip(),
        }  # fmt: skip
        fact = Fact("project:overseated", "project", project_id, project_org, project_id, facts)
        record(actor=actor, now=now, happened=[fact])
    return Invited(tuple(made), tuple(refused))


def room_in(project_id: UUID, more: int, now: datetime) -> Seating | None:
    """How many people the expected work feeds, with those seated and invited; None where nothing is promised or
    nobody knows how long a task takes."""
    project = Project.objects.get(id=project_id)
    if not project.target_hours:
        return None
    seated = Seat.objects.filter(project_id=project_id, state="active").count()
    invited = _invited(project_id, now)
    return seating(expected_for([project_id], now)[project_id], project.target_hours, seated + len(invited), more)


def _room(project_id: UUID, addresses: list[str], now: datetime) -> Seating | None:
    """The same for some addresses; of two who invite at once the second sees what the first did."""
    Project.objects.select_for_update(no_key=True).get(id=project_id)
    # An address that is invited already counts once: its new invitation replaces the old one.
    return room_in(project_id, len({each.lower() for each in addresses} - _invited(project_id, now)), now)


def _invited(project_id: UUID, now: datetime) -> set[str]:
    """Addresses with an open invitation to a project; the index on the moment they were made finds them."""
    found = open_invitations(now).filter(project_id=project_id, made_at__gt=now - timedelta(seconds=INVITATION_S))
    return set(found.values_list("email", flat=True))
