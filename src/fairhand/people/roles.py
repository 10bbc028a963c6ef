"""Verbs about who holds what: giving and taking roles, suspending and reactivating people, adding organisations.

Each is a named person's decision with a reason. All of them take one lock on the operator's row, so two of them can't
together remove the last operator admin. Rows of `member` are never deleted: a role that was taken has an end.
"""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import NAME_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Member, Org, Person
from fairhand.people.rules import LAST_ADMIN, RoleFacts, may_grant, may_revoke, may_suspend, reason_given

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_NOT_THERE = Refused("not_there", "There is no such person, organisation or role.")


@transaction.atomic
def give_role(
    *, person_id: UUID, org_id: UUID, role: str, reason: str, actor: Actor, now: datetime,
    until: datetime | None = None, project_id: UUID | None = None,
) -> Member | Refused:  # fmt: skip
    """Give a role until a moment or for good; giving it again moves its end. Refusals: see `rules.may_grant`."""
    _lock()
    person = Person.objects.filter(id=person_id).first()
    org = Org.objects.filter(id=org_id).first()
    if person is None or org is None:
        return _NOT_THERE

    facts = RoleFacts(
        person_id=person.id, actor_id=actor.id, person_kind=person.kind, role=role, org_kind=org.kind,
        project_limited=project_id is not None, reason=reason, until=until,
    )  # fmt: skip
    if refused := may_grant(facts, now):
        return refused
    # Moving an end is taking and giving at once, so the last admin's role can't get one.
    if until is not None and role == LAST_ADMIN and _admins_beside(person.id, now) == 0:
        return Refused("last_admin", "This is the last operator admin. Give somebody else the role first.")

    member, _ = Member.objects.update_or_create(
        org_id=org_id, person_id=person_id, project_id=project_id, role=role,
        defaults={"until": until}, create_defaults={"id": new_id(now), "until": until},
    )  # fmt: skip

    happened = {"role": role, "reason": reason.strip(), "until": until.isoformat() if until else None}
    record(
        actor=actor, now=now, happened=[Fact("role:granted", "person", person_id, org_id, project_id, happened)]
    )  # fmt: skip
    return member


@transaction.atomic
def take_role(*, person_id: UUID, member_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """End a role now. Refusals: not_there (also for one that ended already), last_admin, reason_…"""
    _lock()
    member = (
        Member.objects.filter(Q(until=None) | Q(until__gt=now), id=member_id, person_id=person_id)
        .select_related("org")
        .first()
    )
    if member is None:
        return _NOT_THERE

    if refused := may_revoke(member.role, member.org.kind, _admins_beside(person_id, now), reason):
        return refused

    Member.objects.filter(id=member_id).update(until=now)

    facts = {"role": member.role, "reason": reason.strip()}
    fact = Fact("role:revoked", "person", person_id, member.org_id, member.project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return None


@transaction.atomic
def suspend(*, person_id: UUID, code: str, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Shut an account: out at the next click, its keys open nothing. What it earned stays owed.

    The reason is shown to the person. Refusals: not_there, see `rules.may_suspend`.
    """
    _lock()
    person = Person.objects.filter(id=person_id, kind="person").first()
    if person is None:
        return _NOT_THERE

    refused = may_suspend(
        person_id=person_id, actor_id=actor.id, person_state=person.state,
        is_admin=person_id in _admins(now), other_admins=_admins_beside(person_id, now), code=code, reason=reason,
    )  # fmt: skip
    if refused:
        return refused

    moved = Person.objects.filter(id=person_id, state="active").update(state="suspended")
    if not moved:
        return Refused("not_active", "This account is not active, so there is nothing to suspend.")

    facts = {"code": code, "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("person:suspended", "person", person_id, facts=facts)])
    return None


@transaction.atomic
def reactivate(*, person_id: UUID, reason: str, actor: Actor, now: datetime) -> Refused | None:
    """Open a suspended account again, with the roles it still holds. Refusals: not_suspended, own_account, reason_…"""
    if actor.id == person_id:
        return Refused("own_account", "Nobody decides about their own account. Ask another operator admin.")
    if refused := reason_given(reason):
        return refused

    moved = Person.objects.filter(id=person_id, state="suspended").update(state="active")
    if not moved:
        return Refused("not_suspended", "This account is not suspended.")

    facts = {"reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("person:reactivated", "person", person_id, facts=facts)])
    return None


@transaction.atomic
def add_client(*, slug: str, name: str, actor: Actor, now: datetime) -> Org | Refused:
    """A new client organisation. Refusals: org_slug, org_name, org_taken."""
    if not _SLUG.fullmatch(slug):
        return Refused("org_slug", "Use 2 to 40 small letters, digits and hyphens, and begin with no hyphen.")
    if not name.strip() or len(name) > NAME_CHARS_MAX:
        return Refused("org_name", f"An organisation needs a name of at most {NAME_CHARS_MAX} characters.")

    org, made = Org.objects.get_or_create(
        slug=slug, defaults={"id": new_id(now), "name": name.strip(), "kind": "client", "created_at": now}
    )
    if not made:
        return Refused("org_taken", "Another organisation has this short name. Choose another.")

    record(actor=actor, now=now, happened=[Fact("org:made", "org", org.id, org_id=org.id, facts={"kind": "client"})])
    return org


def _lock() -> None:
    # No key is changed, so rows that point at the operator may be written meanwhile.
    Org.objects.select_for_update(no_key=True).filter(kind="operator").first()


def _admins(now: datetime) -> set[UUID]:
    """Active people who are operator admins for good: a role with an end doesn't keep the door open."""
    return set(
        Member.objects.filter(
            until=None, role=LAST_ADMIN, org__kind="operator", project_id=None, person__state="active",
            person__kind="person",
        ).values_list("person_id", flat=True)
    )  # fmt: skip


def _admins_beside(person_id: UUID, now: datetime) -> int:
    return len(_admins(now) - {person_id})
