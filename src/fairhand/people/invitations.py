"""Invitations: made by staff or a client's manager, sent by e-mail, taken once by the holder of that address.

The token is in the e-mail alone; its SHA-256 is in the row, and finds it. What an invitation gives is given when it is
taken, and only if whoever made it may still give it.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import INVITATION_S
from fairhand.kernel.refusals import Refused
from fairhand.people.access import GRANT_ROLES, INVITE, MANAGE_CLIENT_PEOPLE, may_enter, orgs_with
from fairhand.people.models import Invitation, Org, Person
from fairhand.people.queries import viewer_of
from fairhand.people.roles import give_role
from fairhand.people.rules import CLIENT_ROLES, InvitationFacts, invitation_state, may_invite

NOT_OPEN = Refused("invitation_closed", "This invitation can't be used: it was used, withdrawn, or is too old.")
_TAKEN = "By invitation."
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation just made, with its token: it goes into the e-mail, whose text is blanked once it has left."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    *, email: str, org_id: UUID, actor: Actor, now: datetime, role: str | None = None, project_id: UUID | None = None
) -> NewInvitation | Refused:  # fmt: skip
    """Invite an address. An open invitation of the same address to the same thing is replaced by the new one.

    Whether somebody has an account under that address is told to nobody. Refusals: no_org, see `rules.may_invite`.
    """
    email = email.strip().lower()
    org = Org.objects.filter(id=org_id).first()
    if org is None:
        return Refused("no_org", "There is no such organisation.")
    mine = open_invitations(now).filter(invited_by_id=actor.id)
    # The command line invites as often as it likes: it sends no mail.
    lately = Invitation.objects.filter(invited_by_id=actor.id, made_at__gt=now - _DAY) if actor.id else None
    day_n, same_n = (lately.count(), lately.filter(email=email).count()) if lately is not None else (0, 0)
    facts = InvitationFacts(email, role, org.kind, project_id is not None, mine.count(), day_n, same_n)

    if refused := may_invite(facts):
        return refused

    token = secrets.token_urlsafe(32)
    same = open_invitations(now).filter(email=email, org=org, role=role, project_id=project_id)
    replaced = list(same.values_list("id", flat=True))
    Invitation.objects.filter(id__in=replaced).update(withdrawn_at=now)
    made = Invitation.objects.create(
        id=new_id(now), email=email, org=org, role=role, project_id=project_id, invited_by_id=actor.id, made_at=now,
        expires_at=now + timedelta(seconds=INVITATION_S), token_hash=hash_of(token),
    )  # fmt: skip

    happened = [Fact("invitation:withdrawn", "invitation", gone, org_id, project_id) for gone in replaced]
    happened.append(Fact("invitation:made", "invitation", made.id, org_id, project_id, {"role": role}))
    record(actor=actor, now=now, happened=happened)
    return NewInvitation(made, token)


@transaction.atomic
def withdraw(
    *, invitation_id: UUID, org_id: UUID | None, roles: Collection[str | None] | None, actor: Actor, now: datetime
) -> Refused | None:  # fmt: skip
    """End an open invitation; `org_id` limits it to one organisation, `roles` to these (None: an expert's).

    Refusal: invitation_closed, also for one that is not theirs to withdraw.
    """
    found = open_invitations(now).filter(id=invitation_id)
    if org_id is not None:
        found = found.filter(org_id=org_id)
    if roles is not None:
        named = Q(role__in=[role for role in roles if role is not None])
        found = found.filter(named | Q(role=None) if None in roles else named)
    row = found.first()
    moved = open_invitations(now).filter(id=row.id).update(withdrawn_at=now) if row else 0
    if not moved or row is None:
        return NOT_OPEN

    fact = Fact("invitation:withdrawn", "invitation", row.id, row.org_id, row.project_id)
    record(actor=actor, now=now, happened=[fact])
    return None


@transaction.atomic
def take_invitation(*, invitation_id: UUID, person: Person, now: datetime) -> Refused | None:
    """Give a person what an invitation to one of their addresses promises: once, while it is open.

    Refusals: invitation_closed, or why a role can't be given. A seat in its project is given by flow.join.
    """
    row = open_invitations(now).select_for_update(of=("self",)).filter(id=invitation_id).first()
    if row is None or row.email != person.email or not _still_given(row, now):
        return NOT_OPEN

    if row.role is not None:
        giver = Actor("person", row.invited_by_id) if row.invited_by_id else COMMAND
        given = give_role(
            person_id=person.id, org_id=row.org_id, role=row.role, project_id=row.project_id, reason=_TAKEN,
            actor=giver, now=now,
        )  # fmt: skip
        if isinstance(given, Refused):
            return given

    moved = Invitation.objects.filter(id=row.id, accepted_at=None, withdrawn_at=None).update(
        accepted_at=now, accepted_by=person
    )
    if not moved:
        return NOT_OPEN

    fact = Fact("invitation:accepted", "invitation", row.id, row.org_id, row.project_id, {"person_id": str(person.id)})
    record(actor=Actor("person", person.id), now=now, happened=[fact])
    return None


def open_invitations(now: datetime) -> QuerySet[Invitation]:
    """Those that can still be taken."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)


def by_token(token: str, now: datetime) -> Invitation | None:
    """The open invitation of a token."""
    found = Invitation.objects.filter(token_hash=hash_of(token)).select_related("org", "invited_by").first()
    return found if found is not None and state_of(found, now) == "open" else None


def open_for(emails: Collection[str], now: datetime) -> Invitation | None:
    """The newest open invitation of any of these addresses."""
    found = open_invitations(now).filter(email__in=[email.lower() for email in emails])
    return found.select_related("org").order_by("-made_at", "-id").first()


def state_of(row: Invitation, now: datetime) -> str:
    """`open`, `accepted`, `withdrawn` or `expired`."""
    return invitation_state(
        expires_at=row.expires_at, accepted_at=row.accepted_at, withdrawn_at=row.withdrawn_at, now=now
    )


def listed(
    *, org_ids: Collection[UUID] | None, roles: Collection[str] | None, before: tuple[datetime, UUID] | None
) -> QuerySet[Invitation]:
    """Invitations in the order of a list, newest first, beyond a place. None: of every organisation, of every role."""
    found = Invitation.objects.select_related("org", "invited_by").order_by("-made_at", "-id")
    if org_ids is not None:
        found = found.filter(org_id__in=org_ids)
    if roles is not None:
        found = found.filter(role__in=roles)
    if before is not None:
        found = found.filter(made_at__lte=before[0]).exclude(made_at=before[0], id__gte=before[1])
    return found


def hash_of(token: str) -> bytes:
    """What a row keeps of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).digest()


def _still_given(row: Invitation, now: datetime) -> bool:
    """Whether whoever invited may still give this: nobody lives on through invitations after they were sent away."""
    if row.invited_by is None:
        return True
    inviter = viewer_of(row.invited_by, now)
    if may_enter(inviter, GRANT_ROLES):
        return True
    if row.role in CLIENT_ROLES:
        return row.org_id in orgs_with(inviter, MANAGE_CLIENT_PEOPLE)
    return row.role is None and may_enter(inviter, INVITE)
