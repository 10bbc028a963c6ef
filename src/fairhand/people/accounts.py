"""Verbs about accounts: making one with a verified address, a new password, and what is kept of sign-ins.

E-mail addresses and their proofs are allauth's rows; `person.email` is always the primary one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person

EMAIL_TAKEN = Refused("email_taken", "Somebody has an account under this address.")
# A recovery code gets somebody in, but doesn't count as a factor that was set up.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def blank_person(now: datetime) -> Person:
    """A person not saved yet."""
    return Person(id=new_id(now), kind="person", joined_at=now)


@transaction.atomic
def add_person(
    *, email: str, name: str, password: str | None, actor: Actor, now: datetime, locale: str = ""
) -> Person | Refused:
    """An account whose address counts as proved: by an invitation's link, or by the operator's word.

    `password` None: none can be used until one is set. Refusal: email_taken.
    """
    email = email.strip().lower()
    person = blank_person(now)
    person.email, person.name, person.locale, person.password = email, name.strip(), locale, make_password(password)
    # An address that somebody typed and never proved is nobody's: it must not keep its holder out.
    EmailAddress.objects.filter(email=email, verified=False).exclude(user__email=email).delete()
    if Person.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
        return EMAIL_TAKEN

    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:  # somebody else's form was quicker by a moment
        return EMAIL_TAKEN
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)

    record(actor=actor, now=now, happened=[Fact("person:joined", "person", person.id, facts={"kind": "person"})])
    return person


@transaction.atomic
def sign_up(*, person: Person, email: str, name: str, password: str, locale: str, now: datetime) -> None:
    """Save somebody who signed up by themselves (`person` is blank); their address is not proved yet."""
    person.email, person.name, person.locale = email.strip().lower(), name.strip(), locale
    person.password = make_password(password)
    person.save(force_insert=True)
    fact = Fact("person:joined", "person", person.id, facts={"kind": "person"})
    record(actor=Actor("person", person.id), now=now, happened=[fact])


@transaction.atomic
def set_password(*, person: Person, password: str, actor: Actor, now: datetime) -> None:
    """A new password; every visit that was open ends."""
    Person.objects.filter(id=person.id).update(password=make_password(password))
    end_visits(person.id)
    record(actor=actor, now=now, happened=[Fact("person:password_set", "person", person.id)])


@transaction.atomic
def remove_factors(*, person_id: UUID, reason: str, actor: Actor, now: datetime) -> int:
    """Take every second factor of somebody who lost them; every visit that was open ends. How many there were."""
    gone, _ = Authenticator.objects.filter(user_id=person_id).delete()
    end_visits(person_id)
    fact = Fact("factor:removed", "person", person_id, facts={"type": "all", "count": gone, "reason": reason})
    record(actor=actor, now=now, happened=[fact])
    return gone


def end_visits(person_id: UUID, beside: str | None = None) -> int:
    """End somebody's visits, all or all beside one; returns how many."""
    visits = list(UserSession.objects.filter(user_id=person_id).exclude(session_key=beside))
    for visit in visits:
        visit.end()
    return len(visits)


def visits_of(person_id: UUID, now: datetime) -> list[UserSession]:
    """Visits that are still open, newest first; those that are over are forgotten on the way."""
    rows = list(UserSession.objects.filter(user_id=person_id).select_related("user").order_by("-created_at", "-id"))
    kept = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=now)
    # A visit from before the password changed is over too: its hash is that of the old one.
    hashes = {each.session_key: each.get_decoded().get(HASH_SESSION_KEY) for each in kept}
    over = [row for row in rows if hashes.get(row.session_key) != row.user.get_session_auth_hash()]
    if over:
        UserSession.objects.filter(id__in=[row.id for row in over]).delete()
    return [row for row in rows if row not in over]


def factors_of(person_id: UUID) -> list[Authenticator]:
    """Everything somebody can prove themselves with beside a password, oldest first."""
    return list(Authenticator.objects.filter(user_id=person_id).order_by("created_at", "id"))


def has_second_factor(person_id: UUID) -> bool:
    """Whether a code app or a passkey is set up."""
    return Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).exists()


def note(
    *, verb: str, person_id: UUID | None, now: datetime, facts: Mapping[str, Any], actor: Actor | None = None
) -> None:  # fmt: skip
    """Keep what happened at the door: a sign-in that worked or failed, a factor added or removed."""
    with transaction.atomic():
        doer = actor or Actor("person", person_id)
        record(actor=doer, now=now, happened=[Fact(verb, "person", person_id, facts=facts)])
