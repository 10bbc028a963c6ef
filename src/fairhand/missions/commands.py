"""Verbs that write missions and referrals. What they reserve, pay and give back is posted above, in flow/."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import REFERRAL_KEPT_DAYS
from fairhand.missions.models import Mission, MissionPeriod, MissionSeat, Referral
from fairhand.missions.referral_rules import mailbox
from fairhand.missions.rules import Cost, Done, NewMission, Window
from fairhand.missions.states import (
    JOINED,
    MISSION_MOVES,
    OPEN,
    OVER,
    PAID,
    REFERRAL,
    REFERRAL_MOVES,
    SETTLED,
    SHUT,
)

# Whoever was named took an invitation that another than their referrer made after it, with an account that was made
# after it too. Of several rows that would be one person's (two addresses, one account) the first named is it.
_JOIN = """
UPDATE referral r SET state = 'joined', referred_id = f.person_id, joined_at = f.at,
                      until_at = f.at + make_interval(days => m.bring_days)
  FROM mission m, (
    SELECT DISTINCT ON (i.accepted_by_id) n.id, i.accepted_by_id AS person_id, i.accepted_at AS at
      FROM referral n JOIN mission x ON x.id = n.mission_id
      JOIN invitation i ON i.email = n.email AND i.project_id = x.project_id AND i.role IS NULL
                       AND i.made_at >= n.made_at AND i.accepted_at IS NOT NULL
                       AND i.invited_by_id IS DISTINCT FROM n.referrer_id
      JOIN person p ON p.id = i.accepted_by_id AND p.joined_at >= n.made_at AND p.id <> n.referrer_id
     WHERE n.mission_id = %(mission)s AND n.state = 'named'
       AND NOT EXISTS (SELECT 1 FROM referral o WHERE o.referred_id = p.id)
     ORDER BY i.accepted_by_id, n.made_at, i.accepted_at) f
 WHERE r.id = f.id AND r.state = 'named' AND m.id = r.mission_id
RETURNING r.id, r.referrer_id
"""
_COUNTED = """
UPDATE referral SET tasks = c.tasks FROM unnest(%s::uuid[], %s::int[]) AS c (id, tasks)
 WHERE referral.id = c.id AND referral.state = 'joined' AND referral.tasks <> c.tasks
"""


def add_mission(
    *, mission_id: UUID, org_id: UUID, project_id: UUID, request_key: str, new: NewMission, cost: Cost,
    terms_hash: str, currency: str, entry_id: int | None, actor: Actor, now: datetime,
) -> Mission:  # fmt: skip
    """Write an open mission whose reserve was posted."""
    made = Mission.objects.create(
        id=mission_id, org_id=org_id, project_id=project_id, request_key=request_key, name=new.name, kind=new.kind,
        work=new.work, scope=new.scope, zone=new.zone, from_at=cost.windows[0].from_at,
        until_at=cost.windows[-1].until_at, windows_n=len(cost.windows), terms=cost.terms.to_json(),
        terms_hash=terms_hash, window_minor=cost.window_minor, seats=cost.seats, reserve_minor=cost.reserve_minor,
        bring_tasks=new.tiers[0][0] if new.kind == REFERRAL else None,
        bring_days=new.days if new.kind == REFERRAL else None, opened_at=now,
    )  # fmt: skip
    facts = {
        "name": new.name, "seats": cost.seats, "windows": len(cost.windows), "reserve_minor": cost.reserve_minor,
        "currency": currency, "entry": entry_id,
    }  # fmt: skip
    tell("mission:opened", made, facts, actor, now)
    return made


def locked(mission_id: UUID) -> Mission:
    """A mission, locked until the transaction ends. Raises Mission.DoesNotExist."""
    return Mission.objects.select_for_update(no_key=True).get(id=mission_id)


def add_seat(
    *, mission: Mission, person_id: UUID, windows: Sequence[Window], actor: Actor, now: datetime
) -> MissionSeat:
    """Let somebody in, under the mission's lock: their terms as they stand, and a row for each window to come."""
    made = MissionSeat.objects.create(
        id=new_id(now), mission=mission, person_id=person_id, terms=mission.terms, terms_hash=mission.terms_hash,
        joined_at=now,
    )  # fmt: skip
    MissionPeriod.objects.bulk_create(
        MissionPeriod(
            id=new_id(now), mission=mission, person_id=person_id, number=window.number, from_at=window.from_at,
            until_at=window.until_at,
        )
        for window in windows
    )  # fmt: skip
    Mission.objects.filter(id=mission.id).update(people_n=F("people_n") + 1)
    facts = {"person_id": str(person_id), "terms": mission.terms_hash, "windows": len(windows)}
    tell("mission:joined", mission, facts, actor, now)
    return made


def locked_period(mission_id: UUID, person_id: UUID, number: int) -> MissionPeriod | None:
    """One window of one person that may still pay, locked; None if it is settled."""
    found = MissionPeriod.objects.select_for_update(no_key=True).filter(
        mission_id=mission_id, person_id=person_id, number=number, settled_at=None
    )
    return found.first()


def note_period(
    *, period: MissionPeriod, done: Done, wrote: bool, paid_minor: int, settled: bool, now: datetime
) -> None:
    """Write down what counts in a window, whether it has new lines and what they paid, under its lock and its
    mission's."""
    MissionPeriod.objects.filter(id=period.id, settled_at=None).update(
        tasks=done.tasks, good_tasks=done.good_tasks, ms=done.ms, paid_minor=F("paid_minor") + paid_minor,
        looked_at=now,
        steps=F("steps") + (1 if wrote else 0), closed_at=period.closed_at or now,
        settled_at=now if settled else None,
    )  # fmt: skip
    if paid_minor:
        Mission.objects.filter(id=period.mission_id).update(
            paid_minor=F("paid_minor") + paid_minor, reserve_minor=F("reserve_minor") - paid_minor
        )


def shut(*, mission: Mission, actor: Actor, now: datetime) -> None:
    """It takes nobody in any more."""
    _move(mission, (OPEN, SHUT), {"shut_at": now})
    tell("mission:shut", mission, {"people": mission.people_n, "seats": mission.seats}, actor, now)


def note_released(*, mission: Mission, amount_minor: int) -> None:
    """So much of the reserve went back."""
    Mission.objects.filter(id=mission.id).update(reserve_minor=F("reserve_minor") - amount_minor)


def settle(*, mission: Mission, currency: str, actor: Actor, now: datetime) -> None:
    """Everything is paid, and the rest went back."""
    _move(mission, (SHUT, SETTLED), {"settled_at": now})
    tell("mission:settled", mission, {"paid_minor": mission.paid_minor, "currency": currency}, actor, now)


def _move(mission: Mission, move: tuple[str, str], values: Mapping[str, Any]) -> None:
    if move not in MISSION_MOVES:
        raise ValueError(f"a mission does not move from {move[0]} to {move[1]}")
    if not Mission.objects.filter(id=mission.id, state=move[0]).update(state=move[1], **values):
        raise RuntimeError(f"mission {mission.id} moved under its lock")


def tell(verb: str, mission: Mission, facts: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Record what happened to a mission."""
    record(
        actor=actor, now=now,
        happened=[Fact(verb, "mission", mission.id, mission.org_id, mission.project_id, {**facts})],
    )  # fmt: skip


def add_referral(*, mission: Mission, referrer_id: UUID, email: str, actor: Actor, now: datetime) -> Referral:
    """Keep a place for an address. Raises IntegrityError if another of its mailbox holds one."""
    made = Referral.objects.create(
        id=new_id(now), mission=mission, referrer_id=referrer_id, email=email, mailbox=mailbox(email), made_at=now,
        until_at=now + timedelta(days=REFERRAL_KEPT_DAYS),
    )  # fmt: skip
    Mission.objects.filter(id=mission.id).update(people_n=F("people_n") + 1)
    _tell_referral("referral:named", mission, made.id, {"person_id": str(referrer_id)}, actor, now)
    return made


def note_joined(*, mission: Mission, actor: Actor, now: datetime) -> None:
    """Whoever was named and has their seat by now works for it from the moment they took it."""
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"mission": mission.id})
        rows = cursor.fetchall()
    for referral_id, referrer_id in rows:
        _tell_referral("referral:joined", mission, referral_id, {"person_id": str(referrer_id)}, actor, now)


def note_tasks(tasks: Mapping[UUID, int]) -> None:
    """Write down what counts of those who work."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [list(tasks), list(tasks.values())])


def note_paid(
    *, mission: Mission, referral: Referral, amount_minor: int, currency: str, actor: Actor, now: datetime
) -> None:
    """So much was paid for it, out of the reserve."""
    _move_referral(referral, (JOINED, PAID), {"paid_minor": amount_minor, "ended_at": now})
    Mission.objects.filter(id=mission.id).update(
        paid_minor=F("paid_minor") + amount_minor, reserve_minor=F("reserve_minor") - amount_minor
    )
    facts = {"person_id": str(referral.referrer_id), "amount_minor": amount_minor, "currency": currency}
    _tell_referral("referral:paid", mission, referral.id, facts, actor, now)


def end_referrals(*, mission: Mission, referrals: Sequence[Referral], actor: Actor, now: datetime) -> None:
    """Nothing comes of these any more: their places are free again, and their addresses are forgotten."""
    for referral in referrals:
        _move_referral(referral, (referral.state, OVER), {"email": "", "mailbox": "", "ended_at": now})
        _tell_referral("referral:over", mission, referral.id, {"person_id": str(referral.referrer_id)}, actor, now)
    Mission.objects.filter(id=mission.id).update(people_n=F("people_n") - len(referrals))


def _move_referral(referral: Referral, move: tuple[str, str], values: Mapping[str, Any]) -> None:
    if move not in REFERRAL_MOVES:
        raise ValueError(f"a referral does not move from {move[0]} to {move[1]}")
    if not Referral.objects.filter(id=referral.id, state=move[0]).update(state=move[1], **values):
        raise RuntimeError(f"referral {referral.id} moved under its mission's lock")


def _tell_referral(
    verb: str, mission: Mission, referral_id: UUID, facts: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    told = {"mission": str(mission.id), **facts}
    record(
        actor=actor, now=now,
        happened=[Fact(verb, "referral", referral_id, mission.org_id, mission.project_id, told)],
    )  # fmt: skip
