"""Reads about people."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from fairhand.people.access import Grant, Viewer
from fairhand.people.models import Member, Org, Person


def viewer_of(person: Person, now: datetime) -> Viewer:
    """What a person holds at `now`; nothing for somebody suspended."""
    if not person.is_active:
        return Viewer(person_id=person.id)
    rows = Member.objects.filter(Q(until=None) | Q(until__gt=now), person=person).select_related("org")
    return Viewer(
        person_id=person.id,
        grants=tuple(Grant(row.role, row.org_id, row.org.kind, row.project_id, row.until) for row in rows),
    )


def by_email(email: str) -> Person | None:
    """A person by e-mail, in any letter case."""
    return Person.objects.filter(email=email.lower()).first()


def operator() -> Org | None:
    """The organisation that runs this installation."""
    return Org.objects.filter(kind="operator").first()


def org_by_id(org_id: UUID) -> Org:
    """One organisation. Raises Org.DoesNotExist."""
    return Org.objects.get(id=org_id)
