"""Joining by invitation: the account if there is none, what the invitation gives, and a seat in its project."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.commands import ensure_seats
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.people.accounts import add_person
from fairhand.people.invitations import NOT_OPEN, open_invitations, take_invitation
from fairhand.people.models import Person
from fairhand.projects.models import Project


def join(
    *, invitation_id: UUID, name: str, password: str | None, locale: str, now: datetime
) -> Person | Refused:  # fmt: skip
    """Make the account of an invited address and give it what was promised: all of it or nothing.

    Refusals: invitation_closed, email_taken, or why a role can't be given.
    """
    try:
        with transaction.atomic():
            # The second of two clicks waits here for the first, and then finds the invitation taken.
            row = open_invitations(now).select_for_update(of=("self",)).filter(id=invitation_id).first()
            if row is None:
                return NOT_OPEN
            new = add_person(
                email=row.email, name=name, password=password, locale=locale, actor=Actor("person"), now=now
            )  # fmt: skip
            if isinstance(new, Refused):
                return new
            if refused := accept(invitation_id=invitation_id, person=new, now=now):
                raise RefusedError(refused)
            return new
    except RefusedError as error:
        return error.refused


@transaction.atomic
def accept(*, invitation_id: UUID, person: Person, now: datetime) -> Refused | None:
    """Take an invitation as somebody with an account, and sit down in its project. Refusals: `take_invitation`."""
    row = open_invitations(now).filter(id=invitation_id).first()
    if refused := take_invitation(invitation_id=invitation_id, person=person, now=now):
        return refused
    project = Project.objects.filter(id=row.project_id).first() if row and row.project_id else None
    if project is not None:
        ensure_seats(project=project, person_ids=[person.id], actor=Actor("person", person.id), now=now)
    return None
