"""Verbs that write people, organisations and roles. Each is safe to repeat: what exists is returned."""

import hashlib
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.people.models import Member, Org, Person


@transaction.atomic
def ensure_org(*, slug: str, name: str, kind: str, actor: Actor, now: datetime) -> Org:
    """The organisation of that slug, made if it is not there."""
    org, made = Org.objects.get_or_create(
        slug=slug, defaults={"id": new_id(now), "name": name, "kind": kind, "created_at": now}
    )
    if made:
        record(actor=actor, now=now, happened=[Fact("org:made", "org", org.id, org_id=org.id, facts={"kind": kind})])
    return org


def client_slug(name: str) -> str:
    """Readable where the name is ASCII; the digest keeps two clients apart whose names would read the same."""
    kept = "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower())
    readable = "-".join(part for part in kept.split("-") if part)[:48] or "client"
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


@transaction.atomic
def ensure_people(
    *, people: list[tuple[str, str]], kind: str, actor: Actor, now: datetime, demo: bool = False
) -> dict[str, UUID]:
    """Make a person for each (e-mail, name) that has none yet; returns e-mail -> id. One statement for all.

    They get no usable password: signing in is by link. The addresses of a demo's people count as proved: nobody reads
    what would be sent there.
    """
    rows = [
        Person(
            id=new_id(now), email=email.lower(), name=name, kind=kind, demo=demo, joined_at=now,
            password=make_password(None),
        )
        for email, name in people
    ]  # fmt: skip
    before = set(Person.objects.filter(email__in=[row.email for row in rows]).values_list("email", flat=True))
    Person.objects.bulk_create(rows, ignore_conflicts=True)
    found = dict(Person.objects.filter(email__in=[row.email for row in rows]).values_list("email", "id"))
    made = [Fact("person:joined", "person", found[e], facts={"kind": kind}) for e in found if e not in before]
    if demo:
        EmailAddress.objects.bulk_create(
            [EmailAddress(user_id=found[email], email=email, verified=True, primary=True) for email in found],
            update_conflicts=True, unique_fields=["user", "email"], update_fields=["verified", "primary"],
        )  # fmt: skip
    record(actor=actor, now=now, happened=made)
    return found


@transaction.atomic
def grant_role(
    *, person_id: UUID, org_id: UUID, role: str, actor: Actor, now: datetime, project_id: UUID | None = None
) -> None:
    """Give a role; nothing happens if it is held already."""
    _, made = Member.objects.get_or_create(
        org_id=org_id, person_id=person_id, project_id=project_id, role=role, defaults={"id": new_id(now)}
    )
    if made:
        fact = Fact("role:granted", "person", person_id, org_id=org_id, project_id=project_id, facts={"role": role})
        record(actor=actor, now=now, happened=[fact])


def set_locale(*, person_id: UUID, locale: str) -> None:
    """The language a person reads in (`en`, `ar`)."""
    Person.objects.filter(id=person_id).update(locale=locale)
