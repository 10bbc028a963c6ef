"""save_profile: what a person tells about themselves, written by themselves alone."""

from collections.abc import Container
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person, Profile
from fairhand.people.profile import NewProfile, problems_of_profile


@transaction.atomic
def save_profile(
    *, person_id: UUID, new: NewProfile, zones: Container[str], actor: Actor, now: datetime
) -> Refused | None:
    """Write a profile whole. Refusal: profile_problems, whose facts["problems"] is field -> code.

    The event says which fields changed, never what they hold: what somebody tells about themselves stays erasable.
    """
    # No lock that a claim's reference to its person would wait for: this waits for that person's load below.
    person = Person.objects.select_for_update(no_key=True).get(id=person_id)
    held = Profile.objects.filter(person=person).first() or Profile(person=person)

    if problems := problems_of_profile(new, zones):
        return Refused("profile_problems", "The profile has mistakes in it.", {"problems": problems})
    account = {"name": new.name, "tz": new.tz}
    told = {
        "about": new.about, "language_codes": list(new.language_codes), "languages": list(new.languages),
        "domains": list(new.domains), "country_code": new.country_code, "country": new.country,
    }  # fmt: skip
    changed = [name for name, value in account.items() if getattr(person, name) != value]
    changed += [name for name, value in told.items() if getattr(held, name) != value]
    if not changed:
        return None

    Person.objects.filter(id=person_id).update(**account)
    Profile.objects.update_or_create(person_id=person_id, defaults=told | {"changed_at": now})

    fact = Fact("profile:changed", "person", person_id, facts={"fields": changed})
    record(actor=actor, now=now, happened=[fact])
    return None
