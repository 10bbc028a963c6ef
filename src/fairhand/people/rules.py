"""What may be done with roles, accounts and keys, as pure functions over facts. None means: it may be done."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fairhand.kernel.limits import (
    API_KEY_DAYS_MAX,
    API_KEYS_PER_PERSON_MAX,
    EMAIL_CHARS_MAX,
    INVITATIONS_OPEN_MAX,
    INVITATIONS_PER_DAY_MAX,
    INVITATIONS_SAME_PER_DAY_MAX,
    NAME_CHARS_MAX,
    REASON_CHARS_MAX,
    ROLE_UNTIL_YEAR_MAX,
)
from fairhand.kernel.refusals import Refused
from fairhand.people.states import ROLES

# Roles that mean something at the operator alone: they reach the whole installation.
OPERATOR_ROLES = frozenset({"operator_admin", "recruiter", "finance", "auditor"})
LAST_ADMIN = "operator_admin"
CLIENT_ROLES = frozenset({"client_manager", "client_viewer"})
# A shape, not a proof: the proof is that somebody opens the link.
_EMAIL = re.compile(r"[^@\s<>\"',;:\\]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z0-9-]{2,}")
SUSPENSION_REASONS = ("conduct", "shared_account", "own_wish", "security", "other")
# What a key may be made for; a key opens what its person may see and its scopes name.
SCOPES = (
    "me:read", "work:read", "work:write", "earnings:read", "projects:read", "projects:write", "tasks:read",
    "deliveries:read", "events:read",
)  # fmt: skip

# What a door finds out about a form before a command can.
NO_PROJECT = Refused("no_project", "This organisation has no project of that short name.")
UNTIL_UNREADABLE = Refused("until_unreadable", "The day could not be read.")


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """Who would be given what, by whom. `actor_id` None: the command line, which no person's rule holds for."""

    person_id: UUID
    actor_id: UUID | None
    person_kind: str
    role: str
    org_kind: str
    project_limited: bool
    reason: str
    until: datetime | None


def may_grant(facts: RoleFacts, now: datetime) -> Refused | None:
    """Refusals: unknown_role, own_role, not_a_person, role_not_there, role_not_limited, until_past, until_far,
    reason_missing, reason_too_long."""
    if facts.role not in ROLES:
        return Refused("unknown_role", "There is no such role.")
    if facts.actor_id == facts.person_id:
        return Refused("own_role", "Nobody gives a role to themselves. Ask another operator admin.")
    if facts.person_kind != "person":
        return Refused("not_a_person", "A recorded or invented person can't sign in, so can hold no role.")
    if facts.role in OPERATOR_ROLES and facts.org_kind != "operator":
        return Refused("role_not_there", "This role is held at the operator alone.")
    if facts.role in OPERATOR_ROLES and facts.project_limited:
        return Refused("role_not_limited", "This role reaches every project and can't be held for one.")
    if facts.until is not None and facts.until <= now:
        return Refused("until_past", "The end lies in the past. Choose a later one, or none.")
    if facts.until is not None and facts.until.year > ROLE_UNTIL_YEAR_MAX:
        return Refused("until_far", f"The end lies beyond the year {ROLE_UNTIL_YEAR_MAX}. Choose none instead.")
    return reason_given(facts.reason)


def reason_given(reason: str) -> Refused | None:
    """Refusals: reason_missing, reason_too_long."""
    if not reason.strip():
        return Refused("reason_missing", "Say why, in a sentence: it is kept with the decision.")
    if len(reason) > REASON_CHARS_MAX:
        return Refused("reason_too_long", f"The reason is longer than {REASON_CHARS_MAX} characters.")
    return None


def may_revoke(role: str, org_kind: str, other_admins: int, reason: str) -> Refused | None:
    """`other_admins`: how many more people are active operator admins. Refusals: last_admin, reason_…"""
    if role == LAST_ADMIN and org_kind == "operator" and other_admins == 0:
        return Refused("last_admin", "This is the last operator admin. Give somebody else the role first.")
    return reason_given(reason)


def may_suspend(
    *, person_id: UUID, actor_id: UUID | None, person_state: str, is_admin: bool, other_admins: int, code: str,
    reason: str,
) -> Refused | None:  # fmt: skip
    """Refusals: own_account, not_active, last_admin, unknown_reason, reason_…"""
    if actor_id == person_id:
        return Refused("own_account", "Nobody suspends themselves. Ask another operator admin.")
    if person_state != "active":
        return Refused("not_active", "This account is not active, so there is nothing to suspend.")
    if is_admin and other_admins == 0:
        return Refused("last_admin", "This is the last operator admin. Give somebody else the role first.")
    if code not in SUSPENSION_REASONS:
        return Refused("unknown_reason", "Choose one of the reasons.")
    return reason_given(reason)


def may_make_key(
    name: str, scopes: Collection[str], expires_at: datetime, open_keys: int, now: datetime
) -> Refused | None:
    """Refusals: key_name, key_scopes, key_expiry, key_limit."""
    if not name.strip() or len(name) > NAME_CHARS_MAX:
        return Refused("key_name", f"A key needs a name of at most {NAME_CHARS_MAX} characters.")
    if not scopes or not set(scopes) <= set(SCOPES):
        return Refused("key_scopes", "Choose at least one scope, from the list.")
    if not now < expires_at <= now + timedelta(days=API_KEY_DAYS_MAX):
        return Refused("key_expiry", f"A key lives for 1 to {API_KEY_DAYS_MAX} days.")
    if open_keys >= API_KEYS_PER_PERSON_MAX:
        return Refused("key_limit", f"{API_KEYS_PER_PERSON_MAX} keys are open. Revoke one that is not used.")
    return None


def key_open(
    *, expires_at: datetime | None, revoked_at: datetime | None, person_active: bool, now: datetime
) -> bool:  # fmt: skip
    """Whether a key still opens anything. A key loses what its person loses."""
    return person_active and revoked_at is None and (expires_at is None or now < expires_at)


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """Who is invited as what. `role` None: an expert. `open_n`: how many of the inviter's invitations are open.

    `day_n`, `same_n`: how many they made in the last 24 hours, in all and to this address, withdrawn ones too.
    """

    email: str
    role: str | None
    org_kind: str
    project_limited: bool
    open_n: int
    day_n: int = 0
    same_n: int = 0


def email_shaped(email: str) -> bool:
    """Whether a text could be an address, in small letters."""
    return len(email) <= EMAIL_CHARS_MAX and _EMAIL.fullmatch(email) is not None


def may_invite(facts: InvitationFacts) -> Refused | None:
    """Refusals: bad_email, unknown_role, role_not_there, role_needs_project, role_not_limited, invitation_limit,
    invitation_again.
    """
    if not email_shaped(facts.email):
        return Refused("bad_email", "That is not an e-mail address.")
    if facts.role is not None and facts.role not in ROLES:
        return Refused("unknown_role", "There is no such role.")
    at_client = facts.role == "reviewer" or facts.role in CLIENT_ROLES
    if at_client != (facts.org_kind == "client"):
        return Refused("role_not_there", "This role is not held in that organisation.")
    if facts.role == "reviewer" and not facts.project_limited:
        return Refused("role_needs_project", "Reviewers are invited to one project. Choose it.")
    if facts.project_limited and facts.role not in (None, "reviewer"):
        return Refused("role_not_limited", "This role is not given by invitation for one project.")
    if facts.open_n >= INVITATIONS_OPEN_MAX:
        return Refused(
            "invitation_limit", f"{INVITATIONS_OPEN_MAX} of your invitations are open. Withdraw some, or wait."
        )
    if facts.day_n >= INVITATIONS_PER_DAY_MAX or facts.same_n >= INVITATIONS_SAME_PER_DAY_MAX:
        return Refused("invitation_again", "You have sent enough invitations for today. Go on tomorrow.")
    return None


def invitation_state(
    *, expires_at: datetime, accepted_at: datetime | None, withdrawn_at: datetime | None, now: datetime
) -> str:
    """`open`, `accepted`, `withdrawn` or `expired`."""
    if accepted_at is not None:
        return "accepted"
    if withdrawn_at is not None:
        return "withdrawn"
    return "expired" if expires_at <= now else "open"
