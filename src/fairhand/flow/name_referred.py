"""name_referred: an expert names somebody for a seat in a project; a place of the referral is kept for them.

Nothing is sent: whoever invites people finds the address in their list, looks at it as at any other, and invites it or
doesn't (people.invitations). Whether the address has an account already is told to nobody.
"""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.missions.commands import add_referral, locked
from fairhand.missions.models import Mission, Referral
from fairhand.missions.referral_queries import named_already, waiting_n
from fairhand.missions.referral_rules import NamingFacts, may_name
from fairhand.missions.states import REFERRAL, SHUT
from fairhand.people.models import Person
from fairhand.projects.queries import state_of

_AGAIN = Refused("referred_again", "This address was named already; a person is referred once.")


def name_referred(
    *, mission_id: UUID, person_id: UUID, email: str, asked: bool, terms_seen: str, actor: Actor, now: datetime
) -> Referral | Refused:
    """Name an address; the first who names it is its referrer. `asked`: its holder agreed.

    Refusals: no_mission, and those of `may_name`.
    """
    try:
        with transaction.atomic():
            return _name(mission_id, person_id, email.strip().lower(), asked, terms_seen, actor, now)
    except RefusedError as error:
        return error.refused


def _name(
    mission_id: UUID, person_id: UUID, email: str, asked: bool, terms_seen: str, actor: Actor, now: datetime
) -> Referral | Refused:
    if not Mission.objects.filter(id=mission_id, kind=REFERRAL).exists():
        return Refused("no_mission", "There is no such mission.")
    # The person's row, so that of two namings at once in two missions the second counts the first among those who wait.
    person = Person.objects.select_for_update(no_key=True).get(id=person_id)
    mission = locked(mission_id)
    state = SHUT if state_of(mission.project_id) == "closed" else mission.state
    seated = Seat.objects.filter(project_id=mission.project_id, person_id=person_id, state="active").exists()
    own = EmailAddress.objects.filter(user=person).values_list("email", flat=True)

    facts = NamingFacts(
        state, mission.until_at, mission.seats, mission.people_n, seated, mission.terms_hash, {person.email, *own},
        waiting_n(person_id), named_already(email),
    )  # fmt: skip
    if refused := may_name(facts, email, asked, terms_seen, now):
        return refused

    try:
        with transaction.atomic():
            return add_referral(mission=mission, referrer_id=person_id, email=email, actor=actor, now=now)
    except IntegrityError:  # named for another mission by a moment earlier
        raise RefusedError(_AGAIN) from None
