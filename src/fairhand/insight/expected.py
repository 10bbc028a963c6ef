"""Expected work of projects and people, from what the tables say; `insight.expected_rules` has the arithmetic.

The same few statements for one project as for many. Who may see a project's figures is decided before these are called
(`people.access`); somebody's own part is for that person, and for no page of staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.expected_rules import (
    AHEAD,
    PARTS,
    RATIO_FROM,
    Expected,
    OwnFacts,
    ProjectFacts,
    StageFacts,
    expected_by_stage,
    expected_for_person,
    reach_days,
    total,
)
from fairhand.insight.tally import SlotCount, slots_of, tasks_of
from fairhand.kernel.limits import HAND_INS_LOOKED_AT_MAX

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_WEEKS_MAX = 8
_OPEN = frozenset({"open", "planned"})
_HANDED_IN = frozenset({"submitted", "settled"})


@dataclass(frozen=True, slots=True)
class _Stage:
    id: UUID
    kind: str
    p50_s: float | None
    p80_s: float | None
    share: float


@dataclass(frozen=True, slots=True)
class _HandIn:
    stage_id: UUID
    person_id: UUID
    work_ms: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one project: its facts, and who handed in of late (stage id -> people, latest last)."""

    facts: ProjectFacts
    stage_ids: tuple[UUID, ...]
    lately: Mapping[UUID, tuple[UUID, ...]]


def expected_for(project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Expected]:
    """Project -> two weeks of its work."""
    return {id_: total(expected_by_stage(read.facts, now)) for id_, read in read_projects(project_ids, now).items()}


def expected_of_person(person_id: UUID, project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Expected]:
    """Project -> two weeks of a person's own part in it; nothing for projects where they have no seat."""
    reads = read_projects(project_ids, now)
    seats, days = _seats_of(person_id, project_ids, now), _days_of(person_id, project_ids, now)
    found = {}
    for project_id, seat in seats.items():
        read = reads[project_id]
        span = reach_days(read.facts, now)
        parts = [
            expected_for_person(work, _own(person_id, read, place, seat, days, span, now), span)
            for place, work in enumerate(expected_by_stage(read.facts, now))
        ]
        found[project_id] = total(parts)
    return found


_PROJECTS = """
SELECT p.id, p.state, p.ends_at,
       (SELECT count(*) FROM seat e WHERE e.project_id = p.id AND e.state = 'active'),
       (SELECT min(b.launched_at) FROM batch b WHERE b.project_id = p.id AND b.kind = 'real')
  FROM project p WHERE p.id = ANY (%s)
"""
_STAGES = """
SELECT g.project_id, g.id, g.kind, (g.estimate ->> 'p50_s')::float, (g.estimate ->> 'p80_s')::float,
       coalesce((g.review_policy -> 'terms' ->> 'share')::float, 0)
  FROM stage g WHERE g.project_id = ANY (%s) ORDER BY g.project_id, g.ordinal
"""
_BATCHES = """
SELECT b.id, b.launched_at FROM batch b
 WHERE b.project_id = ANY (%s) AND b.kind = 'real' AND (b.state = 'draft' OR b.launched_at > %s)
"""
# The latest hand-ins of each project; each one's stage is looked up by its slot (OFFSET 0: one by one).
_LATELY = """
SELECT p.id, l.stage_id, l.person_id, l.work_ms, l.submitted_at FROM unnest(%s::uuid[]) p (id) CROSS JOIN LATERAL (
  SELECT s.person_id, s.work_ms, s.submitted_at, x.stage_id
    FROM (SELECT slot_id, person_id, work_ms, submitted_at FROM submission
           WHERE project_id = p.id ORDER BY submitted_at DESC, id DESC LIMIT %s) s
   CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = s.slot_id OFFSET 0) x) l
 ORDER BY l.submitted_at
"""
_PACE = """
SELECT y.stage_id, least(floor(extract(epoch FROM %(now)s - y.at) / 86400), 1000)::int, sum(y.n)::bigint FROM tally y
 WHERE y.project_id = ANY (%(projects)s) AND y.what = 'accepted' AND y.at > %(since)s AND y.stage_id IS NOT NULL
 GROUP BY 1, 2
"""


def read_projects(project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Read]:
    """The facts of some projects."""
    ids = list(project_ids)
    slots, tasks = slots_of(ids), tasks_of(ids)
    with connection.cursor() as cursor:
        cursor.execute(_PROJECTS, [ids])
        projects = cursor.fetchall()
        cursor.execute(_STAGES, [ids])
        stages: dict[UUID, list[_Stage]] = {}
        for project_id, *stage in cursor.fetchall():
            stages.setdefault(project_id, []).append(_Stage(*stage))
        cursor.execute(_BATCHES, [ids, now - _WEEK * _WEEKS_MAX])
        batches: dict[UUID, datetime | None] = dict(cursor.fetchall())
        cursor.execute(_LATELY, [ids, HAND_INS_LOOKED_AT_MAX])
        lately: dict[UUID, list[_HandIn]] = {}
        for project_id, *hand_in in cursor.fetchall():
            lately.setdefault(project_id, []).append(_HandIn(*hand_in))
        cursor.execute(_PACE, {"now": now, "since": now - AHEAD, "projects": ids})
        pace = {(stage_id, day): n for stage_id, day, n in cursor.fetchall()}

    found = {}
    for id_, state, ends_at, seated, first in projects:
        own = [each for each in slots if each.project_id == id_ and each.batch_kind == "real"]
        mine = stages.get(id_, [])
        hand_ins = lately.get(id_, [])
        drafts = sum(n for (project, batch), n in tasks.items() if project == id_ and batches.get(batch, now) is None)
        launched = sum(n for (project, batch), n in tasks.items() if project == id_) - drafts
        attempts = _n(own, "attempt")
        facts = ProjectFacts(
            state, ends_at, tuple(_stage(each, own, hand_ins, pace, first, now) for each in mine),
            _weeks(own, batches, first, now), round(drafts * (attempts / launched if launched else 1)), seated,
        )  # fmt: skip
        found[id_] = Read(facts, tuple(each.id for each in mine), _people(hand_ins, now))
    return found


def _stage(
    stage: _Stage, slots: list[SlotCount], hand_ins: list[_HandIn], pace: Mapping[tuple[UUID, int], int],
    first: datetime | None, now: datetime,
) -> StageFacts:  # fmt: skip
    here = [each for each in slots if each.stage_id == stage.id]
    handed_in = _n([each for each in slots if each.state in _HANDED_IN], "attempt")
    follows = 0.0
    if stage.kind != "attempt":
        made = sum(each.n for each in here if each.state != "cancelled")
        follows = made / handed_in if handed_in >= RATIO_FROM else stage.share
    days = min(AHEAD // _DAY, (now - first) // _DAY) if first else 0
    return StageFacts(
        stage.kind, sum(each.n for each in here if each.state in _OPEN),
        tuple(each.work_ms for each in hand_ins if each.stage_id == stage.id and each.work_ms), stage.p50_s,
        stage.p80_s, follows, tuple(float(pace.get((stage.id, day), 0)) for day in range(days)),
    )  # fmt: skip


def _n(slots: list[SlotCount], kind: str) -> int:
    return sum(each.n for each in slots if each.stage_kind == kind and each.state != "cancelled")


def _weeks(
    slots: list[SlotCount], batches: Mapping[UUID, datetime | None], first: datetime | None, now: datetime
) -> tuple[int, ...]:
    """Attempts launched in each whole week back from now, oldest first. The first launch of all began the project: it
    lies before the weeks that are counted."""
    found = [0] * (min(_WEEKS_MAX, (now - first) // _WEEK) if first else 0)
    for each in slots:
        at = batches.get(each.batch_id)
        back = (now - at) // _WEEK if at is not None else len(found)
        if each.stage_kind == "attempt" and each.state != "cancelled" and at != first and 0 <= back < len(found):
            found[-1 - back] += each.n
    return tuple(found)


def _people(hand_ins: list[_HandIn], now: datetime) -> dict[UUID, tuple[UUID, ...]]:
    found: dict[UUID, list[UUID]] = {}
    for each in hand_ins:
        if each.at > now - AHEAD:
            found.setdefault(each.stage_id, []).append(each.person_id)
    return {stage_id: tuple(people) for stage_id, people in found.items()}


@dataclass(frozen=True, slots=True)
class _Seat:
    state: str
    joined_at: datetime
    day_max: int | None
    week_max: int | None
    total_left: int | None

    def room_n(self, days: float) -> int | None:
        """How many tasks its caps leave in so many days."""
        caps = [
            None if self.day_max is None else int(self.day_max * days),
            None if self.week_max is None else int(self.week_max * days / 7), self.total_left,
        ]  # fmt: skip
        return min((cap for cap in caps if cap is not None), default=None)


_SEATS = """
SELECT project_id, state, joined_at, day_max, week_max,
       CASE WHEN total_max IS NOT NULL THEN greatest(total_max - total_n, 0) END
  FROM seat
 WHERE person_id = %s AND project_id = ANY (%s)
"""
_DAYS = """
SELECT x.stage_id, floor(extract(epoch FROM %(now)s - s.submitted_at) / 86400)::int, count(*)
  FROM (SELECT slot_id, submitted_at, project_id FROM submission WHERE person_id = %(person)s
           AND submitted_at > %(since)s ORDER BY submitted_at DESC, id DESC LIMIT %(limit)s) s
 CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = s.slot_id OFFSET 0) x
 WHERE s.project_id = ANY (%(projects)s) GROUP BY 1, 2
"""
_OWN_HAND_INS_MAX = 10 * HAND_INS_LOOKED_AT_MAX


def _seats_of(person_id: UUID, project_ids: Sequence[UUID], now: datetime) -> dict[UUID, _Seat]:
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, [person_id, list(project_ids)])
        return {project_id: _Seat(*seat) for project_id, *seat in cursor.fetchall()}


def _days_of(person_id: UUID, project_ids: Sequence[UUID], now: datetime) -> dict[tuple[UUID, int], int]:
    """(stage, days back) -> what the person handed in on that day."""
    values: dict[str, Any] = {"person": person_id, "projects": list(project_ids), "now": now, "since": now - AHEAD,
              "limit": _OWN_HAND_INS_MAX}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        return {(stage_id, day): n for stage_id, day, n in cursor.fetchall()}


def _own(
    person_id: UUID, read: Read, place: int, seat: _Seat, days: Mapping[tuple[UUID, int], int], span: float,
    now: datetime,
) -> OwnFacts:  # fmt: skip
    """One stage of somebody. A seat by itself brings attempts; whoever only judged of late goes on to judge."""
    stage_id = read.stage_ids[place]
    people = read.lately.get(stage_id, ())
    size = -(-len(people) // PARTS)
    parts = [people[at : at + size].count(person_id) for at in range(0, len(people), size or 1)]
    new = not any(person_id in others for others in read.lately.values())
    does = seat.state == "active" and (sum(parts) > 0 or (new and read.facts.stages[place].kind == "attempt"))
    seen = min(AHEAD // _DAY, (now - seat.joined_at) // _DAY)
    # Where nobody handed in of late, whoever has a seat may yet come.
    others = len(set(people) - {person_id}) or max(read.facts.seated_n - 1, 0)
    return OwnFacts(
        does, tuple(map(float, parts)), len(people), others,
        tuple(float(days.get((stage_id, day), 0)) for day in range(seen)), seat.room_n(span),
    )  # fmt: skip


# What somebody took of late, by whether it lies in a field they named themselves. Tasks without one are left out.
_FIELDS = """
SELECT count(*) FILTER (WHERE lower(t.field) = ANY (
         SELECT lower(f) FROM profile r CROSS JOIN LATERAL unnest(r.domains) f WHERE r.person_id = %(person)s)
         OR lower(t.field) = ANY (
         SELECT lower(f) FROM work_preference r CROSS JOIN LATERAL unnest(r.fields) f WHERE r.person_id = %(person)s)),
       count(*)
  FROM (SELECT c.task_id FROM claim c WHERE c.person_id = %(person)s ORDER BY c.claimed_at DESC LIMIT %(limit)s) c
 CROSS JOIN LATERAL (SELECT k.field FROM task k WHERE k.id = c.task_id OFFSET 0) t
 WHERE t.field <> ''
"""


def own_field_share(person_id: UUID) -> tuple[int, int]:
    """Of somebody's latest tasks that have a field: how many lie in their own fields, and how many there are.

    Own fields are those of their profile and those they asked for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIELDS, {"person": person_id, "limit": HAND_INS_LOOKED_AT_MAX})
        own, with_field = cursor.fetchone()
    return own, with_field
