"""Reads about people."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from django.db import connection
from django.db.models import Q

from fairhand.people.access import Grant, Viewer
from fairhand.people.models import Member, Org, Person, Profile

# Asked once a request, so without models in between.
_GRANTS = """
SELECT m.role, m.org_id, o.kind, m.project_id, m.until FROM member m JOIN org o ON o.id = m.org_id
 WHERE m.person_id = %s AND (m.until IS NULL OR m.until > %s)
"""


def viewer_of(person: Person, now: datetime) -> Viewer:
    """What a person holds at `now`; nothing for somebody suspended."""
    if not person.is_active:
        return Viewer(person_id=person.id)
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, [person.id, now])
        return Viewer(person_id=person.id, grants=tuple(Grant(*row) for row in cursor.fetchall()))


def by_email(email: str) -> Person | None:
    """A person by e-mail, in any letter case."""
    return Person.objects.filter(email=email.lower()).first()


def operator() -> Org | None:
    """The organisation that runs this installation."""
    return Org.objects.filter(kind="operator").first()


def org_by_id(org_id: UUID) -> Org:
    """One organisation. Raises Org.DoesNotExist."""
    return Org.objects.get(id=org_id)


def org_by_slug(slug: str) -> Org | None:
    """One organisation by its short name."""
    return Org.objects.filter(slug=slug).first()


def orgs(ids: Collection[UUID] | None) -> list[Org]:
    """Organisations by name; None: all there are, of which an operator has few."""
    found = Org.objects.order_by("name", "id")
    return list(found if ids is None else found.filter(id__in=ids))


def clients() -> list[Org]:
    """Every client, by name."""
    return list(Org.objects.filter(kind="client").order_by("name", "id"))


def holders_in(org_id: UUID, roles: Collection[str], now: datetime) -> list[Member]:
    """Who holds one of these roles in an organisation, with the person at hand, by name."""
    found = Member.objects.filter(Q(until=None) | Q(until__gt=now), org_id=org_id, role__in=roles)
    return list(found.select_related("person").order_by("person__name", "person_id", "role"))


def profile_of(person_id: UUID) -> Profile | None:
    """What a person tells about themselves; None until they told something."""
    return Profile.objects.filter(person_id=person_id).first()


def person_by_id(person_id: UUID) -> Person | None:
    """One person, also one who may not sign in."""
    return Person.objects.filter(id=person_id).first()


def grants_of(person_id: UUID, now: datetime) -> list[Member]:
    """What somebody holds, with the organisation at hand."""
    found = Member.objects.filter(Q(until=None) | Q(until__gt=now), person_id=person_id).select_related("org")
    return list(found.order_by("org__name", "role", "id"))


def people_page(after: str, limit: int) -> list[Person]:
    """People who can have an account, by address, beyond one."""
    return list(Person.objects.filter(kind="person", email__gt=after).order_by("email")[:limit])


@cache
def known_zones() -> frozenset[str]:
    """Names of time zones that both Python and PostgreSQL have: with any other, statements fail for everybody they ask
    about. Read once in a process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        return frozenset(name for (name,) in cursor.fetchall()) & available_timezones()
