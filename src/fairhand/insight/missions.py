"""Missions as their people and their managers read them: how far somebody is, what was paid, what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Sum

from fairhand.dispatch.models import Seat
from fairhand.missions.models import Mission, MissionPeriod, MissionSeat
from fairhand.missions.queries import counted, offered, windows_of
from fairhand.missions.rules import Done, Window
from fairhand.missions.states import SETTLED
from fairhand.pay.models import PayLine
from fairhand.pay.queries import MISSION_KEY


@dataclass(frozen=True, slots=True)
class Going:
    """A mission of somebody's as it stands: the window that runs (else the next, else the last), and what counts."""

    mission: Mission
    window: Window
    done: Done
    paid_minor: int


def window_now(mission: Mission, now: datetime) -> Window:
    """The window that runs, else the first one to come, else the last one."""
    cut = windows_of(mission)
    return next((window for window in cut if window.until_at > now), cut[-1])


def going(person_id: UUID, now: datetime, limit: int, project_id: UUID | None = None) -> list[Going]:
    """Missions that somebody is in and that aren't settled, the one that ends first first."""
    seats = MissionSeat.objects.filter(~Q(mission__state=SETTLED), person_id=person_id)
    if project_id is not None:
        seats = seats.filter(mission__project_id=project_id)
    found = seats.select_related("mission__project").order_by("mission__until_at", "mission_id")[:limit]
    return _going([seat.mission for seat in found], person_id, now)


def _going(missions: Sequence[Mission], person_id: UUID, now: datetime) -> list[Going]:
    if not missions:
        return []
    now_in = {mission.id: window_now(mission, now) for mission in missions}
    found = counted([(mission, person_id, now_in[mission.id]) for mission in missions])
    paid = dict(
        MissionPeriod.objects.filter(person_id=person_id, mission_id__in=list(now_in))
        .values_list("mission_id")
        .annotate(paid=Sum("paid_minor"))
    )
    return [
        Going(
            mission, window := now_in[mission.id], found[mission.id, person_id, window.number].done,
            paid.get(mission.id, 0),
        )
        for mission in missions
    ]  # fmt: skip


def open_missions(person_id: UUID, now: datetime, limit: int, project_id: UUID | None = None) -> list[Mission]:
    """Missions that somebody could join now, of all their projects or of one, with their projects at hand."""
    seats = Seat.objects.filter(person_id=person_id, state="active")
    if project_id is not None:
        seats = seats.filter(project_id=project_id)
    return offered(person_id, seats.values("project_id"), now)[:limit]


def past(person_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[tuple[MissionSeat, int]]:
    """Settled missions of somebody's with what each paid them, the latest joined first."""
    seats = MissionSeat.objects.filter(mission__state=SETTLED, person_id=person_id)
    if before is not None:
        at, row_id = before
        seats = seats.filter(Q(joined_at__lt=at) | Q(joined_at=at, id__lt=row_id))
    paid = MissionPeriod.objects.filter(person_id=person_id, mission_id=OuterRef("mission_id"))
    sums = paid.order_by().values("mission_id").annotate(paid=Sum("paid_minor")).values("paid")
    found = seats.annotate(paid=Subquery(sums)).select_related("mission__project").order_by("-joined_at", "-id")
    return [(seat, seat.paid or 0) for seat in found[:limit]]


def own_periods(mission_id: UUID, person_id: UUID) -> list[MissionPeriod]:
    """Somebody's windows of a mission, in order."""
    return list(MissionPeriod.objects.filter(mission_id=mission_id, person_id=person_id).order_by("number"))


def own_mission_lines(mission_id: UUID, person_id: UUID) -> list[PayLine]:
    """What a mission added to somebody's pay, oldest first."""
    key = f"{MISSION_KEY}{mission_id}:{person_id}:"
    return list(PayLine.objects.filter(line_key__startswith=key).order_by("made_at", "line_key"))


_LATEST = """
SELECT l.*, x.name AS mission_name
  FROM pay_line l JOIN mission x
    ON x.id = CASE WHEN l.line_key LIKE 'mission:%%' THEN split_part(l.line_key, ':', 2)::uuid
                   WHEN l.line_key LIKE 'referral:%%'
                   THEN (SELECT r.mission_id FROM referral r WHERE r.id = split_part(l.line_key, ':', 2)::uuid) END
 WHERE l.person_id = %s AND l.submission_id IS NULL ORDER BY l.made_at DESC, l.id DESC LIMIT %s
"""


def latest_mission_lines(person_id: UUID, limit: int) -> list[PayLine]:
    """The latest lines that missions and referrals made for somebody, each with its mission's `mission_name`."""
    return list(PayLine.objects.raw(_LATEST, [person_id, limit]))


@dataclass(frozen=True, slots=True)
class InMission:
    """Somebody in a mission, under their pseudonym: what counts in the window that runs, and what they got so far."""

    seat_id: UUID
    alias: str
    joined_at: datetime
    done: Done
    paid_minor: int


_PEOPLE = """
SELECT m.id, m.person_id, e.alias, m.joined_at,
       (SELECT coalesce(sum(p.paid_minor), 0)::bigint FROM mission_period p
         WHERE p.mission_id = m.mission_id AND p.person_id = m.person_id)
  FROM mission_seat m JOIN mission x ON x.id = m.mission_id
  JOIN seat e ON e.project_id = x.project_id AND e.person_id = m.person_id
 WHERE m.mission_id = %(mission)s
   AND (%(at)s::timestamptz IS NULL OR (m.joined_at, m.id) < (%(at)s::timestamptz, %(id)s::uuid))
 ORDER BY m.joined_at DESC, m.id DESC LIMIT %(limit)s
"""


def people_in(
    mission: Mission, now: datetime, before: tuple[datetime, UUID] | None, limit: int
) -> list[InMission]:  # fmt: skip
    """A page of those who joined, the latest first."""
    at, last = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"mission": mission.id, "at": at, "id": last, "limit": limit})
        rows = cursor.fetchall()
    window = window_now(mission, now)
    found = counted([(mission, row[1], window) for row in rows])
    return [
        InMission(row[0], row[2], row[3], found[mission.id, row[1], window.number].done, row[4]) for row in rows
    ]  # fmt: skip
