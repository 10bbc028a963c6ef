"""join_mission: an expert takes one of a mission's seats, on the terms that stood on its card."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Seat
from fairhand.kernel.refusals import Refused
from fairhand.missions.commands import add_seat, locked
from fairhand.missions.models import Mission, MissionSeat
from fairhand.missions.queries import seat_of, windows_of
from fairhand.missions.rules import MissionFacts, may_join
from fairhand.missions.states import REFERRAL, SHUT
from fairhand.projects.queries import state_of


@transaction.atomic
def join_mission(
    *, mission_id: UUID, person_id: UUID, terms_seen: str, actor: Actor, now: datetime
) -> MissionSeat | Refused:
    """Join once: again is the same seat. What was handed in since a window began counts in it, before joining too.

    Refusals: no_mission, no_seat, mission_closed, mission_full, terms_changed.
    """
    # A referral is joined by nobody: somebody is named for it (flow.name_referred).
    if not Mission.objects.filter(~Q(kind=REFERRAL), id=mission_id).exists():
        return Refused("no_mission", "There is no such mission.")
    mission = locked(mission_id)
    if (before := seat_of(mission_id, person_id)) is not None:
        return before
    state = SHUT if state_of(mission.project_id) == "closed" else mission.state
    seated = Seat.objects.filter(project_id=mission.project_id, person_id=person_id, state="active").exists()

    facts = MissionFacts(state, mission.until_at, mission.seats, mission.people_n, seated, mission.terms_hash)
    if refused := may_join(facts, terms_seen, now):
        return refused

    ahead = [window for window in windows_of(mission) if window.until_at > now]
    return add_seat(mission=mission, person_id=person_id, windows=ahead, actor=actor, now=now)
