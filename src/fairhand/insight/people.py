"""Organisations and people with their roles, for the operator's staff: the only reads that give names and addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.kernel.limits import SEARCH_CHARS_MAX
from fairhand.tasks.queries import key_pattern

_KEYS_OPEN = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters of the list of people; empty is no filter."""

    role: str = ""
    state: str = ""
    org_slug: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list, with the roles they hold."""

    person_id: UUID
    name: str
    email: str
    kind: str
    state: str
    joined_at: datetime
    last_in_at: datetime | None
    roles: list[str]


_HELD = """EXISTS (SELECT 1 FROM member m JOIN org o ON o.id = m.org_id
   WHERE m.person_id = p.id AND (m.until IS NULL OR m.until > %(now)s)"""
_PEOPLE = """
SELECT p.id, p.name, p.email, p.kind, p.state, p.joined_at, p.last_login,
       ARRAY(SELECT DISTINCT m.role FROM member m
              WHERE m.person_id = p.id AND (m.until IS NULL OR m.until > %(now)s) ORDER BY m.role)
  FROM person p WHERE true"""


def people(wanted: Asked, before: tuple[datetime, UUID] | None, limit: int, now: datetime) -> list[PersonRow]:
    """People, newest first."""
    text = wanted.text[:SEARCH_CHARS_MAX]
    at, row_id = before or (None, None)
    values: dict[str, Any] = {
        "now": now, "role": wanted.role, "state": wanted.state, "org": wanted.org_slug, "text": key_pattern(text),
        "at": at, "id": row_id, "limit": limit,
    }  # fmt: skip
    sql = _PEOPLE
    if wanted.role or wanted.org_slug:
        held = _HELD + (" AND m.role = %(role)s" if wanted.role else "")
        sql += f" AND {held}{' AND o.slug = %(org)s' if wanted.org_slug else ''})"
    if wanted.state:
        sql += " AND p.state = %(state)s"
    if text:
        sql += " AND (search_fold(p.name) LIKE search_fold(%(text)s) OR lower(p.email) LIKE lower(%(text)s))"
    if before:
        sql += " AND (p.joined_at, p.id) < (%(at)s, %(id)s)"
    sql += " ORDER BY p.joined_at DESC, p.id DESC LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {name: value for name, value in values.items() if f"%({name})s" in sql})
        return [PersonRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role somebody holds, or held until `until`."""

    member_id: UUID
    role: str
    org_slug: str
    org_name: str
    project_name: Mapping[str, str] | None
    until: datetime | None
    ended: bool

    @property
    def member_text(self) -> str:
        """The id as text, for an anchor."""
        return str(self.member_id)


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat somebody has."""

    project_name: Mapping[str, str]
    alias: str
    handed_in: int


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """One person: account, second factors, keys in force, roles and seats."""

    person_id: UUID
    name: str
    email: str
    kind: str
    state: str
    joined_at: datetime
    last_in_at: datetime | None
    factors: list[str]
    keys_open: int
    roles: list[RoleRow]
    seats: list[SeatRow]


_PERSON = f"""
SELECT p.id, p.name, p.email, p.kind, p.state, p.joined_at, p.last_login,
       ARRAY(SELECT DISTINCT f.type FROM mfa_authenticator f WHERE f.user_id = p.id ORDER BY f.type),
       (SELECT count(*) FROM api_key k WHERE k.person_id = p.id AND k.{_KEYS_OPEN})
  FROM person p WHERE p.id = %(person)s
"""  # noqa: S608  # a constant of this file
_ROLES = """
SELECT m.id, m.role, o.slug, o.name, j.name, m.until, coalesce(m.until <= %(now)s, false)
  FROM member m JOIN org o ON o.id = m.org_id LEFT JOIN project j ON j.id = m.project_id
 WHERE m.person_id = %(person)s ORDER BY o.name, m.role, m.id
"""
_SEATS = """
SELECT j.name, e.alias, e.handed_in_n FROM seat e JOIN project j ON j.id = e.project_id
 WHERE e.person_id = %(person)s ORDER BY e.joined_at DESC, e.id DESC
"""


def person(person_id: UUID, now: datetime) -> PersonSeen | None:
    """One person, or None."""
    values = {"person": person_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, values)
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_ROLES, values)
        roles = [RoleRow(*decoded(each, 4)) for each in cursor.fetchall()]
        cursor.execute(_SEATS, {"person": person_id})
        seats = [SeatRow(*decoded(each, 0)) for each in cursor.fetchall()]
    return PersonSeen(*row, roles, seats)


@dataclass(frozen=True, slots=True)
class OrgRow:
    """An organisation of the list."""

    org_id: UUID
    slug: str
    name: str
    kind: str
    created_at: datetime
    people: int
    projects: int


_ORGS = """
SELECT o.id, o.slug, o.name, o.kind, o.created_at,
       (SELECT count(DISTINCT m.person_id) FROM member m
         WHERE m.org_id = o.id AND (m.until IS NULL OR m.until > %(now)s)),
       (SELECT count(*) FROM project j WHERE j.org_id = o.id)
  FROM org o
 WHERE %(at)s::timestamptz IS NULL OR (o.created_at, o.id) < (%(at)s::timestamptz, %(id)s::uuid)
 ORDER BY o.created_at DESC, o.id DESC LIMIT %(limit)s
"""


def orgs(before: tuple[datetime, UUID] | None, limit: int, now: datetime) -> list[OrgRow]:
    """Organisations, newest first."""
    at, row_id = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_ORGS, {"at": at, "id": row_id, "limit": limit, "now": now})
        return [OrgRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Somebody's role in an organisation."""

    person_id: UUID
    name: str
    email: str
    state: str
    role: str
    project_name: Mapping[str, str] | None
    until: datetime | None


_ORG_PEOPLE = """
SELECT p.id, p.name, p.email, p.state, m.role, j.name, m.until
  FROM member m JOIN person p ON p.id = m.person_id LEFT JOIN project j ON j.id = m.project_id
 WHERE m.org_id = %(org)s AND (m.until IS NULL OR m.until > %(now)s) ORDER BY m.id DESC LIMIT %(limit)s
"""


def org_people(org_id: UUID, limit: int, now: datetime) -> list[HeldRow]:
    """Who holds a role in an organisation, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORG_PEOPLE, {"org": org_id, "limit": limit, "now": now})
        return [HeldRow(*decoded(row, 5)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project of an organisation."""

    slug: str
    name: Mapping[str, str]
    state: str
    created_at: datetime


_ORG_PROJECTS = """
SELECT slug, name, state, created_at FROM project WHERE org_id = %s ORDER BY created_at DESC, id DESC LIMIT %s
"""


def org_projects(org_id: UUID, limit: int) -> list[ProjectRow]:
    """Projects of an organisation, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ORG_PROJECTS, [org_id, limit])
        return [ProjectRow(*decoded(row, 1)) for row in cursor.fetchall()]


def org_choices(limit: int) -> list[tuple[UUID, str, str, str]]:
    """(id, slug, name, kind) of organisations by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, slug, name, kind FROM org ORDER BY name, id LIMIT %s", [limit])
        return list(cursor.fetchall())


def project_by_slug(slug: str) -> tuple[UUID, UUID] | None:
    """(id, organisation's id) of a project, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, org_id FROM project WHERE slug = %s", [slug])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def names_of(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Person -> name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM person WHERE id = ANY (%s)", [list(person_ids)])
        return dict(cursor.fetchall())


_PLACES = """
SELECT id, name FROM org WHERE id = ANY (%s) UNION ALL SELECT id, slug FROM project WHERE id = ANY (%s)
"""


def places_of(org_ids: Sequence[UUID], project_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Organisation -> its name, project -> its short name."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(org_ids), list(project_ids)])
        return dict(cursor.fetchall())
