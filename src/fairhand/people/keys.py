"""Verbs about API keys, and the reading of one. A key's text is in the answer of `make_key` and nowhere else.

`fh_` and 8 letters, by which its owner knows it again, then a secret of 256 random bits; the row holds the SHA-256 of
the whole. A key acts as its person within its scopes, and loses what the person loses.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import API_KEY_OVERLAP_S, API_KEY_USED_S
from fairhand.kernel.refusals import Refused
from fairhand.people.access import Grant, Viewer
from fairhand.people.models import ApiKey, Person
from fairhand.people.rules import SCOPES, key_open, may_make_key

_KEY = re.compile(r"fh_[a-z2-7]{8}_[A-Za-z0-9_-]{43}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_NOT_THERE = Refused("no_key", "There is no such key, or it opens nothing any more.")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, with its text: show it once, keep it nowhere."""

    key: ApiKey
    text: str


@transaction.atomic
def make_key(
    *, person_id: UUID, name: str, scopes: Collection[str], expires_at: datetime, actor: Actor, now: datetime
) -> NewKey | Refused:
    """A new key of a person. Refusals: no_person, key_name, key_scopes, key_expiry, key_limit."""
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None or not person.is_active:
        return Refused("no_person", "There is no such person, or they can't sign in.")

    if refused := may_make_key(name, scopes, expires_at, _open_keys(person_id, now), now):
        return refused

    made = _insert(person_id, name.strip(), scopes, expires_at, now)

    record(actor=actor, now=now, happened=[_fact("key:made", made.key)])
    return made


@transaction.atomic
def rotate_key(*, person_id: UUID, key_id: UUID, actor: Actor, now: datetime) -> NewKey | Refused:
    """A new key in place of one, for as long again; the old one opens for another day. Refusals: no_key, no_person."""
    old = (
        ApiKey.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=key_id, person_id=person_id)
        .select_related("person")
        .first()
    )
    if old is None or old.rotated_to_id is not None or not _opens(old, now):
        return _NOT_THERE

    lived = (old.expires_at or now) - old.made_at
    overlap = now + timedelta(seconds=API_KEY_OVERLAP_S)
    made = _insert(person_id, old.name, old.scopes, now + lived, now)
    ApiKey.objects.filter(id=old.id).update(rotated_to=made.key, expires_at=min(overlap, old.expires_at or overlap))

    fact = _fact("key:rotated", old, {"to": str(made.key.id)})
    record(actor=actor, now=now, happened=[fact, _fact("key:made", made.key)])
    return made


@transaction.atomic
def revoke_key(*, person_id: UUID, key_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """A key opens nothing from now on. Refusal: no_key."""
    found = ApiKey.objects.filter(id=key_id, person_id=person_id).first()
    if found is None:
        return _NOT_THERE

    moved = ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=now)

    if moved:
        record(actor=actor, now=now, happened=[_fact("key:revoked", found)])
    return None


def keys_of(person_id: UUID) -> list[ApiKey]:
    """A person's keys, newest first."""
    return list(ApiKey.objects.filter(person_id=person_id).order_by("-made_at", "-id"))


def own_key(person_id: UUID, key_id: UUID) -> ApiKey | None:
    """A person's own key, or None."""
    return ApiKey.objects.filter(id=key_id, person_id=person_id).first()


def key_id_of(short: str) -> UUID | None:
    """The key that has an id, or the 8 letters of one that is its own."""
    try:
        return ApiKey.objects.filter(id=UUID(short)).values_list("id", flat=True).first()
    except ValueError:
        found = list(ApiKey.objects.filter(prefix=f"fh_{short.removeprefix('fh_')}").values_list("id", flat=True)[:2])
        return found[0] if len(found) == 1 else None


def key_by_id(key_id: UUID) -> ApiKey:
    """One key with its person. Raises ApiKey.DoesNotExist."""
    return ApiKey.objects.select_related("person").get(id=key_id)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who calls by a key that is in force, what they hold, and what the key is for."""

    key_id: UUID
    scopes: frozenset[str]
    person: Person
    viewer: Viewer


# The key, its person and their grants: all that a call needs to know about who makes it, asked anew at every call, so
# that what is revoked is gone at once.
_PERSON_COLUMNS = ("id", "email", "name", "kind", "locale", "tz", "state", "demo", "joined_at", "erased_at")
_HOLDER = f"""
SELECT k.id, k.hash, k.scopes, k.expires_at, k.revoked_at, k.last_used_at,
       CASE WHEN EXISTS (SELECT 1 FROM member n WHERE n.person_id = p.id) THEN (
         SELECT json_agg(json_build_array(m.role, m.org_id, o.kind, m.project_id, m.until))
           FROM member m JOIN org o ON o.id = m.org_id WHERE m.person_id = p.id AND (m.until IS NULL OR m.until > %s)
       ) END, {", ".join(f"p.{name}" for name in _PERSON_COLUMNS)}
  FROM api_key k JOIN person p ON p.id = k.person_id WHERE k.hash = %s
"""  # noqa: S608  # the names of columns are ours


def read_key(text: str, now: datetime) -> KeyHolder | None:
    """Whose key a text is, if it opens anything at `now`; its use is noted at most once a minute.

    The row is found by the hash, whose secret nobody can approach byte by byte; the comparison takes constant time.
    """
    if not _KEY.fullmatch(text):
        return None
    digest = _hash(text)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, [now, digest])
        row = cursor.fetchone()
    if row is None or not hmac.compare_digest(bytes(row[1]), digest):
        return None
    key_id, _, scopes, expires_at, revoked_at, used_at, held = row[:7]
    person = Person.from_db("default", _PERSON_COLUMNS, row[7:])
    if not key_open(expires_at=expires_at, revoked_at=revoked_at, person_active=person.is_active, now=now):
        return None
    stale = now - timedelta(seconds=API_KEY_USED_S)
    if used_at is None or used_at < stale:
        ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), id=key_id).update(last_used_at=now)
    grants = json.loads(held) if isinstance(held, str) else held or ()
    return KeyHolder(key_id, frozenset(scopes), person, Viewer(person.id, tuple(_grant(*each) for each in grants)))


def _grant(role: str, org_id: str, org_kind: str, project_id: str | None, until: str | None) -> Grant:
    limited = UUID(project_id) if project_id else None
    return Grant(role, UUID(org_id), org_kind, limited, datetime.fromisoformat(until) if until else None)


def _opens(key: ApiKey, now: datetime) -> bool:
    return key_open(
        expires_at=key.expires_at, revoked_at=key.revoked_at, person_active=key.person.is_active, now=now
    )  # fmt: skip


def _open_keys(person_id: UUID, now: datetime) -> int:
    return ApiKey.objects.filter(person_id=person_id, revoked_at=None, rotated_to=None, expires_at__gt=now).count()


def _insert(person_id: UUID, name: str, scopes: Collection[str], expires_at: datetime, now: datetime) -> NewKey:
    prefix = "fh_" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        id=new_id(now), person_id=person_id, name=name, prefix=prefix, hash=_hash(text), made_at=now,
        expires_at=expires_at, scopes=[scope for scope in SCOPES if scope in scopes],
    )  # fmt: skip
    return NewKey(key, text)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _fact(verb: str, key: ApiKey, more: dict[str, object] | None = None) -> Fact:
    facts = {"prefix": key.prefix, "name": key.name, "scopes": key.scopes, "person_id": str(key.person_id)}
    return Fact(verb, "key", key.id, facts=facts | (more or {}))
