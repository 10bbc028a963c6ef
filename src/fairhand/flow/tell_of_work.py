"""tell_of_work: people are told when work arrives that they may take, in the hours in which they want to be told.

Nothing of it is an event: what somebody wishes and when they were told is theirs alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse

from fairhand.cases.raised_queries import REPORTS_OF_SEAT_WAIT
from fairhand.dispatch.hours import wait_minutes
from fairhand.flow.stage_cards import cards_of
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import PEOPLE_TOLD_PER_JOB_MAX, QUEUES_ARRIVED_PER_JOB_MAX, WORK_TOLD_AGAIN_S
from fairhand.notices.commands import News, tell

_LOOKED_AT = 200  # open slots of a queue in which one is sought that somebody hasn't met
_ANYTHING = "q.lane <> 'held' AND (q.hint <> 0 OR EXISTS (SELECT 1 FROM queue_wake k WHERE k.queue_id = q.id))"
# Where nothing is open any more, or the project rests: what opens there next is an arrival.
_GONE = f"""
DELETE FROM work_arrival a USING queue q JOIN project p ON p.id = q.project_id
 WHERE q.id = a.queue_id AND (p.state <> 'open' OR NOT ({_ANYTHING}))
"""  # noqa: S608  # put together from constants of this file
_ARRIVED = f"""
INSERT INTO work_arrival (queue_id, at)
SELECT q.id, %(now)s FROM queue q JOIN stage g ON g.id = q.stage_id JOIN project p ON p.id = q.project_id
 WHERE g.kind = 'attempt' AND p.state = 'open' AND {_ANYTHING}
   AND NOT EXISTS (SELECT 1 FROM work_arrival a WHERE a.queue_id = q.id)
   AND EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL)
 LIMIT %(limit)s ON CONFLICT DO NOTHING RETURNING queue_id
"""  # noqa: S608  # put together from constants of this file
_FOR_ME = """
(q.cohort_id IS NULL OR q.until <= %(now)s
 OR EXISTS (SELECT 1 FROM cohort_member m WHERE m.cohort_id = q.cohort_id AND m.person_id = e.person_id))
"""
_WANTS = "coalesce(w.told, true) AND NOT coalesce(e.project_id = ANY (w.muted), false)"
# Everybody with a seat who wants to hear of it. Whether it is for them is decided when their turn comes.
_CONCERNED = f"""
INSERT INTO work_news AS n (person_id, project_id, due_at)
SELECT DISTINCT e.person_id, e.project_id, %(now)s::timestamptz
  FROM queue q JOIN seat e ON e.project_id = q.project_id AND e.state = 'active'
  JOIN person h ON h.id = e.person_id AND h.kind = 'person' AND h.state = 'active'
  LEFT JOIN work_preference w ON w.person_id = e.person_id
 WHERE q.id = ANY (%(queues)s) AND {_FOR_ME} AND {_WANTS}
ON CONFLICT (person_id, project_id) DO UPDATE
   SET due_at = greatest(excluded.due_at, n.told_at + %(again)s * interval '1 second') WHERE n.due_at IS NULL
"""  # noqa: S608  # put together from constants of this file
_DUE = """
SELECT person_id, project_id FROM work_news WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(limit)s
   FOR UPDATE SKIP LOCKED
"""
# Of each person and project: the minute of their week, their hours, whether a claim would give them something, and if
# not, when to look again while work is open there: at the end of what bars them, else after a while.
_JUDGED = f"""
SELECT e.person_id, e.project_id, p.slug, p.name, d.minute, coalesce(w.hours, '[]'), coalesce(w.quiet, '[]'),
       {_WANTS} AND p.state = 'open' AND l.open_n < l.open_max
         AND NOT (l.week_ms_max IS NOT NULL AND l.week >= d.week AND l.week_ms >= l.week_ms_max)
         AND dispatch_seat_bar(e, %(now)s, d.day, d.week) IS NULL
         AND NOT dispatch_excluded(e.person_id, e.org_id, e.project_id, %(now)s) AND NOT {REPORTS_OF_SEAT_WAIT}
         AND EXISTS (
           SELECT 1 FROM unnest(%(stages)s::uuid[], %(ceilings)s::bigint[]) s (id, ceiling)
             JOIN queue q ON q.stage_id = s.id
            WHERE q.project_id = e.project_id AND {_ANYTHING} AND {_FOR_ME}
              AND dispatch_would_pass(e.person_id, q.gate_id, %(now)s)
              AND EXISTS (
                SELECT 1 FROM (SELECT x.task_id, x.reserve_minor FROM slot x
                                WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL
                                  AND x.place >= greatest((e.places ->> q.id::text)::bigint, q.head)
                                ORDER BY x.place LIMIT {_LOOKED_AT}) x
                 WHERE x.reserve_minor >= s.ceiling AND NOT EXISTS (
                   SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = e.person_id OFFSET 0))),
       CASE
         WHEN NOT ({_WANTS}) OR p.state <> 'open' OR e.state <> 'active' OR NOT EXISTS (
           SELECT 1 FROM work_arrival a JOIN queue q ON q.id = a.queue_id WHERE q.project_id = e.project_id) THEN NULL
         WHEN l.open_n >= l.open_max THEN %(now)s + interval '15 minutes'
         WHEN l.week_ms_max IS NOT NULL AND l.week >= d.week AND l.week_ms >= l.week_ms_max THEN d.week_ends_at
         WHEN dispatch_seat_bar(e, %(now)s, d.day, d.week) = 'cool_down' THEN e.cool_until
         WHEN dispatch_seat_bar(e, %(now)s, d.day, d.week) IS NOT NULL THEN d.day_ends_at
         ELSE %(now)s + interval '1 hour'
       END
  FROM unnest(%(people)s::uuid[], %(projects)s::uuid[]) n (person_id, project_id)
  JOIN seat e ON e.person_id = n.person_id AND e.project_id = n.project_id
  JOIN project p ON p.id = e.project_id JOIN person_load l ON l.person_id = e.person_id
  JOIN LATERAL (
    SELECT t.local::date AS day, date_trunc('week', t.local)::date AS week,
           (t.local::date + 1)::timestamp AT TIME ZONE t.tz AS day_ends_at,
           (date_trunc('week', t.local) + interval '7 days') AT TIME ZONE t.tz AS week_ends_at,
           (extract(isodow FROM t.local)::int - 1) * 1440 + extract(hour FROM t.local)::int * 60
             + extract(minute FROM t.local)::int AS minute
      FROM (SELECT %(now)s AT TIME ZONE h.tz AS local, h.tz FROM person h WHERE h.id = e.person_id) t) d ON true
  LEFT JOIN work_preference w ON w.person_id = e.person_id
"""  # noqa: S608  # put together from constants
_DONE = """
UPDATE work_news n SET due_at = v.due_at, told_at = coalesce(v.told_at, n.told_at)
  FROM unnest(%(people)s::uuid[], %(projects)s::uuid[], %(due)s::timestamptz[], %(told)s::timestamptz[])
       v (person_id, project_id, due_at, told_at)
 WHERE n.person_id = v.person_id AND n.project_id = v.project_id
"""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One person and project; `minute` of the person's week. `again_at`: when to judge anew what is not open."""

    person_id: UUID
    project_id: UUID
    slug: str
    name: Mapping[str, str]
    minute: int
    hours: Sequence[Sequence[int]]
    quiet: Sequence[Sequence[int]]
    is_open: bool
    again_at: datetime | None


@transaction.atomic
def tell_of_work(*, now: datetime) -> int:
    """Note what opened and whom it may concern, then tell those whose turn it is; returns how many were told.

    A handful of statements however many people there are. Somebody in quiet time, in a rest or at a cap is told at its
    end, if work is open still; somebody told within WORK_TOLD_AGAIN_S of the same project is told after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        cursor.execute(_ARRIVED, {"now": now, "limit": QUEUES_ARRIVED_PER_JOB_MAX})
        if queues := [row[0] for row in cursor.fetchall()]:
            cursor.execute(_CONCERNED, {"now": now, "queues": queues, "again": WORK_TOLD_AGAIN_S})
        cursor.execute(_DUE, {"now": now, "limit": PEOPLE_TOLD_PER_JOB_MAX})
        due = cursor.fetchall()
    if not due:
        return 0
    judged = {(row.person_id, row.project_id): row for row in _judge(due, now)}
    waits = {key: _wait(judged.get(key)) for key in due}
    told = [judged[key] for key in due if waits[key] == 0]
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {
            "people": [person_id for person_id, _ in due], "projects": [project_id for _, project_id in due],
            "due": [_due_next(judged.get(key), waits[key], now) for key in due],
            "told": [now if waits[key] == 0 else None for key in due],
        })  # fmt: skip
    news = [
        News(
            row.person_id, "work_arrived", new_id(now), now, reverse("project", args=[row.slug]), {"project": row.name}
        )
        for row in told
    ]
    return tell(news=news, now=now) if news else 0


def _judge(due: Sequence[tuple[UUID, UUID]], now: datetime) -> list[_Judged]:
    cards = cards_of(sorted({project_id for _, project_id in due}), "attempt")
    ceilings = {card.stage_id: card.card.ceiling_minor for each in cards.values() for card in each}
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, {
            "people": [person_id for person_id, _ in due], "projects": [project_id for _, project_id in due],
            "now": now, "stages": list(ceilings), "ceilings": list(ceilings.values()),
        })  # fmt: skip
        return [
            _Judged(person_id, project_id, slug, _read(name), minute, _read(hours), _read(quiet), bool(is_open), again)
            for person_id, project_id, slug, name, minute, hours, quiet, is_open, again in cursor.fetchall()
        ]


def _wait(row: _Judged | None) -> int | None:
    """Minutes until somebody is told: 0 now, None not at all."""
    return wait_minutes(row.hours, row.quiet, row.minute) if row is not None and row.is_open else None


def _due_next(row: _Judged | None, wait: int | None, now: datetime) -> datetime | None:
    """When somebody is judged again; None: not before work arrives anew."""
    if wait:
        return now + timedelta(minutes=wait)
    return row.again_at if row is not None and not row.is_open else None


def _read(value: Any) -> Any:
    """Django's connections give JSON as text."""
    return json.loads(value) if isinstance(value, str) else value
