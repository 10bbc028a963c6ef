"""Reads of missions: what counts in a window, and which windows are due to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from fairhand.missions.models import Mission, MissionPeriod, MissionSeat
from fairhand.missions.rules import Done, Window, windows_between
from fairhand.missions.states import OPEN, REFERRAL, SETTLED

# Work of one person that was handed in within [from, until). A task whose work was sent back counts where it was handed
# in first; its work time counts where it was spent. A surplus is work like any other. Clean is what no reviewer
# sent back or changed.
_DONE = """
SELECT w.mission_id, w.person_id, w.number,
       count(s.id) FILTER (WHERE s.first AND s.state = 'accepted'),
       coalesce(sum(s.work_ms) FILTER (WHERE s.state = 'accepted'), 0)::bigint,
       count(s.id) FILTER (WHERE s.first AND s.state <> 'accepted'),
       coalesce(sum(s.work_ms) FILTER (WHERE s.state <> 'accepted'), 0)::bigint,
       count(s.id) FILTER (WHERE s.first AND s.state = 'accepted' AND s.clean),
       count(s.id) FILTER (WHERE s.first AND s.state <> 'accepted' AND s.clean),
       count(s.id) FILTER (WHERE s.state <> 'accepted')
  FROM unnest(%(missions)s::uuid[], %(people)s::uuid[], %(numbers)s::int[], %(from)s::timestamptz[],
              %(until)s::timestamptz[], %(projects)s::uuid[], %(attempts)s::boolean[])
       AS w (mission_id, person_id, number, from_at, until_at, project_id, attempts)
  LEFT JOIN LATERAL (
    SELECT b.id, b.state, b.work_ms,
           NOT EXISTS (SELECT 1 FROM submission e WHERE e.slot_id = b.slot_id AND e.person_id = b.person_id
                          AND e.round < b.round AND NOT e.surplus) AS first,
           NOT EXISTS (SELECT 1 FROM submission e JOIN review r ON r.subject_id = e.id AND r.kind = 'review'
                        WHERE e.slot_id = b.slot_id AND e.person_id = b.person_id AND r.verdict <> 'accept') AS clean
      FROM submission b JOIN slot x ON x.id = b.slot_id JOIN stage g ON g.id = x.stage_id
     WHERE b.person_id = w.person_id AND b.submitted_at >= w.from_at AND b.submitted_at < w.until_at
       AND b.project_id = w.project_id AND (g.kind = 'attempt') = w.attempts) s ON true
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts in a window of somebody's; `undecided` submissions may still add to it."""

    done: Done
    undecided: int


def counted(wanted: Sequence[tuple[Mission, UUID, Window]]) -> dict[tuple[UUID, UUID, int], Counted]:
    """(mission, person, number of the window) -> what counts in it now; one query for all that are asked for."""
    values = {
        "missions": [mission.id for mission, _, _ in wanted], "people": [person_id for _, person_id, _ in wanted],
        "numbers": [window.number for _, _, window in wanted], "from": [window.from_at for _, _, window in wanted],
        "until": [window.until_at for _, _, window in wanted],
        "projects": [mission.project_id for mission, _, _ in wanted],
        "attempts": [mission.work == "attempt" for mission, _, _ in wanted],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DONE, values)
        return {(row[0], row[1], row[2]): Counted(Done(*row[3:9]), row[9]) for row in cursor.fetchall()}


_DUE = """
SELECT mission_id, person_id, number FROM mission_period
 WHERE settled_at IS NULL AND until_at <= %s AND (looked_at IS NULL OR looked_at < %s)
 ORDER BY looked_at ASC NULLS FIRST, until_at LIMIT %s
"""


def due_periods(now: datetime, limit: int) -> list[tuple[UUID, UUID, int]]:
    """(mission, person, number) of windows that are over and may still pay: those never looked at, then the longest
    not looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, now, limit])
        return list(cursor.fetchall())


def over_missions(now: datetime) -> list[UUID]:
    """Missions that are over and not settled."""
    found = Mission.objects.filter(~Q(state=SETTLED), until_at__lte=now)
    return list(found.order_by("until_at").values_list("id", flat=True))


def mission_in(project_id: UUID, mission_id: UUID) -> Mission | None:
    """A mission of a project."""
    return Mission.objects.filter(project_id=project_id, id=mission_id).first()


def unsettled_n(project_id: UUID) -> int:
    """How many of a project's missions are not settled."""
    return Mission.objects.filter(~Q(state=SETTLED), project_id=project_id).count()


def missions_of(project_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Mission]:
    """A project's missions, newest first; `before` is the moment and id of the last one of the page before."""
    found = Mission.objects.filter(project_id=project_id)
    if before is not None:
        at, row_id = before
        found = found.filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=row_id))
    return list(found.order_by("-opened_at", "-id")[:limit])


def seat_of(mission_id: UUID, person_id: UUID) -> MissionSeat | None:
    """Somebody's place in a mission, with the terms as they joined it."""
    return MissionSeat.objects.filter(mission_id=mission_id, person_id=person_id).first()


def offered(person_id: UUID, project_ids: Sequence[UUID] | QuerySet[Any, Any], now: datetime) -> list[Mission]:
    """Missions of these projects (or those of a query) that somebody could join now; what ends first stands first.

    Referrals are none of them: `referral_queries.referrals_open`.
    """
    found = Mission.objects.filter(~Q(kind=REFERRAL), project_id__in=project_ids, state=OPEN, until_at__gt=now)
    mine = MissionSeat.objects.filter(person_id=person_id, mission__project_id__in=project_ids)
    left = (
        found.filter(people_n__lt=F("seats")).exclude(project__state="closed").exclude(id__in=mine.values("mission_id"))
    )
    return list(left.select_related("project").order_by("until_at", "id"))


def windows_of(mission: Mission) -> tuple[Window, ...]:
    """A mission's windows, as they were cut when it opened."""
    return windows_between(mission.scope, mission.zone, mission.from_at, mission.until_at)


def most_left(mission_id: UUID, person_id: UUID, number: int) -> int:
    """What a window could have paid beyond what it did, in minor units."""
    row = MissionPeriod.objects.select_related("mission").get(mission_id=mission_id, person_id=person_id, number=number)
    return int(row.mission.window_minor - row.paid_minor)
