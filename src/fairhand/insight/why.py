"""Reads for why somebody gets nothing, or what: standing, queues with what is open of each, what is kept for them."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import REPORTED_N
from fairhand.insight.why_rules import Kept, Me, Place, QueueSeen, WeekFull, Why, judge
from fairhand.kernel.limits import KEPT_LOOKED_AT_MAX, OPEN_COUNTED_MAX, OPEN_PER_QUEUE_MIN

_ME = """
SELECT d.day, d.week, (d.week + 7)::timestamp AT TIME ZONE d.tz, l.person_id IS NOT NULL, coalesce(l.open_n, 0),
       coalesce(l.open_max, 0), l.week, coalesce(l.week_ms, 0), l.week_ms_max,
       (SELECT f.domains FROM profile f WHERE f.person_id = d.id)
  FROM (SELECT p.id, p.tz, (%(now)s AT TIME ZONE p.tz)::date AS day,
               date_trunc('week', %(now)s AT TIME ZONE p.tz)::date AS week FROM person p WHERE p.id = %(person)s) d
  LEFT JOIN person_load l ON l.person_id = d.id
"""
_PLACES = f"""
SELECT p.id, p.state, e.state, e.day, coalesce(e.day_n, 0), e.day_max,
       (greatest(e.day, %(day)s) + 1)::timestamp AT TIME ZONE h.tz, e.week, coalesce(e.week_n, 0), e.week_max,
       (greatest(e.week, %(week)s) + 7)::timestamp AT TIME ZONE h.tz, coalesce(e.total_n, 0), e.total_max, e.cool_until,
       EXISTS (SELECT 1 FROM claim c WHERE c.project_id = p.id AND c.state = 'live' AND c.person_id = h.id),
       {REPORTED_N},
       (SELECT json_build_object('id', x.id, 'reason_code', x.reason_code, 'reason', x.reason, 'until', x.until,
                                 'contested_at', x.contested_at)
          FROM exclusion x
         WHERE x.person_id = h.id AND x.lifted_at IS NULL AND (x.until IS NULL OR x.until > %(now)s)
           AND x.org_id = p.org_id AND (x.project_id IS NULL OR x.project_id = p.id) ORDER BY x.made_at LIMIT 1)
  FROM project p CROSS JOIN person h LEFT JOIN seat e ON e.project_id = p.id AND e.person_id = h.id
 WHERE h.id = %(person)s AND p.id IN (SELECT project_id FROM stage WHERE id = ANY (%(stages)s))
"""  # noqa: S608  # put together from constants
# Each queue twice by its index of open slots: from where the person has looked on, then what lies before; each part
# stops at the limit. A gate is judged once for all queues that ask it. A stage where nothing is open comes as a row
# without a queue, so that its gate is known too.
_QUEUES = """
WITH asked AS MATERIALIZED (
  SELECT g.id, g.project_id, g.kind, g.gate_id, g.pair_max, g.cool_s > 0 AS rests, a.ceiling
    FROM unnest(%(stages)s::uuid[], %(ceilings)s::bigint[]) a (id, ceiling) JOIN stage g ON g.id = a.id),
row AS MATERIALIZED (
  SELECT a.id AS stage_id, a.project_id, a.kind, a.pair_max, a.rests, a.ceiling, q.id,
         coalesce(q.field, '') AS field, q.until,
         CASE WHEN q.id IS NULL THEN a.gate_id ELSE q.gate_id END AS gate_id,
         q.until > %(now)s AND NOT EXISTS (SELECT 1 FROM cohort_member m WHERE m.cohort_id = q.cohort_id
                                              AND m.person_id = %(person)s) AS others,
         greatest((e.places ->> q.id::text)::bigint, q.head) AS looked
    FROM asked a LEFT JOIN queue q ON q.stage_id = a.id AND q.lane <> 'held'
         AND (q.hint <> 0 OR EXISTS (SELECT 1 FROM queue_wake k WHERE k.queue_id = q.id))
    LEFT JOIN seat e ON e.project_id = a.project_id AND e.person_id = %(person)s),
most AS MATERIALIZED (
  SELECT CASE WHEN %(shared)s THEN greatest(%(least)s, %(limit)s / greatest(count(*), 1)) ELSE %(limit)s END AS n
    FROM row),
judged AS MATERIALIZED (
  SELECT g.id, v.until, ARRAY(SELECT (g.rule -> 'all' -> at)::text FROM unnest(v.failing) at) AS failing
    FROM gate g CROSS JOIN LATERAL gate_verdict(%(person)s, g.rule, %(now)s) v
   WHERE g.id IN (SELECT gate_id FROM row))
SELECT r.project_id, r.stage_id, r.kind, r.field, r.rests, coalesce(j.failing, '{}'),
       CASE WHEN isfinite(j.until) THEN j.until END, coalesce(r.others, false), r.until,
       coalesce(n.free, 0), coalesce(n.met, 0), coalesce(n.short, 0), coalesce(n.paired, 0)
  FROM row r LEFT JOIN judged j ON j.id = r.gate_id
  LEFT JOIN LATERAL (
    SELECT count(DISTINCT s.task_id) FILTER (WHERE NOT s.met AND s.covered AND s.apart) AS free,
           count(DISTINCT s.task_id) FILTER (WHERE s.met) AS met,
           count(DISTINCT s.task_id) FILTER (WHERE NOT s.met AND NOT s.covered) AS short,
           count(DISTINCT s.task_id) FILTER (WHERE NOT s.met AND s.covered AND NOT s.apart) AS paired
      FROM (SELECT o.task_id, o.reserve_minor >= r.ceiling AS covered,
                   EXISTS (SELECT 1 FROM hand y
                            WHERE y.task_id = o.task_id AND y.person_id = %(person)s OFFSET 0) AS met,
                   r.pair_max IS NULL
                     OR dispatch_pair_free(r.project_id, %(person)s, o.subject_person_id, r.pair_max) AS apart
              FROM ((SELECT x.task_id, x.reserve_minor, x.subject_person_id FROM slot x
                      WHERE x.queue_id = r.id AND x.state = 'open' AND x.for_person_id IS NULL AND x.place >= r.looked
                      ORDER BY x.place LIMIT (SELECT n FROM most))
                    UNION ALL
                    (SELECT x.task_id, x.reserve_minor, x.subject_person_id FROM slot x
                      WHERE x.queue_id = r.id AND x.state = 'open' AND x.for_person_id IS NULL AND x.place < r.looked
                      ORDER BY x.place LIMIT (SELECT n FROM most))) o) s) n ON r.id IS NOT NULL
"""
# What is kept on gold is not counted: nobody knew of it.
_KEPT = """
SELECT g.project_id, x.stage_id, g.kind, x.round, x.reserve_minor >= coalesce(o.ceiling_minor, a.ceiling),
       g.pair_max IS NULL OR x.subject_person_id IS NULL
         OR EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = %(person)s)
         OR dispatch_pair_free(x.project_id, %(person)s, x.subject_person_id, g.pair_max), g.cool_s > 0
  FROM slot x JOIN queue q ON q.id = x.queue_id JOIN stage g ON g.id = x.stage_id
  JOIN unnest(%(stages)s::uuid[], %(ceilings)s::bigint[]) a (id, ceiling) ON a.id = x.stage_id
  LEFT JOIN offer o ON o.id = x.offer_id
 WHERE x.for_person_id = %(person)s AND x.state = 'open' AND x.for_until > %(now)s AND q.lane NOT IN ('gold', 'held')
   AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = %(person)s
                      AND y.root_slot_id <> x.root_slot_id)
   AND NOT dispatch_excluded(%(person)s, x.org_id, x.project_id, %(now)s)
   AND (x.round > 1 OR dispatch_would_pass(%(person)s, q.gate_id, %(now)s))
 ORDER BY x.round = 1, x.for_until, x.place LIMIT %(kept)s
"""
_PLACE_WIDTH = len(fields(Place)) - 1


def why(
    person_id: UUID, ceilings: Mapping[UUID, int], now: datetime, shared: bool = False,
    full: Mapping[UUID, WeekFull] | None = None,
) -> dict[UUID, Why]:  # fmt: skip
    """Project -> what is open to a person there and what fails, for the stages named with the ceiling of their card.

    Four statements, however many projects and queues; in each queue at most 2 × OPEN_COUNTED_MAX slots are looked at.
    `shared`: that many in all, shared among the queues, OPEN_PER_QUEUE_MIN at least; what is counted is then a lower
    bound. `full`: the stages among these whose plan's hours of the week are reached.
    """
    values: dict[str, Any] = {
        "person": person_id, "now": now, "stages": list(ceilings), "ceilings": list(ceilings.values()),
        "limit": OPEN_COUNTED_MAX, "least": OPEN_PER_QUEUE_MIN, "shared": shared, "kept": KEPT_LOOKED_AT_MAX,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ME, values)
        if (row := cursor.fetchone()) is None:
            return {}
        me = Me(*row[:-1], frozenset(name.casefold() for name in row[-1] or ()))
        cursor.execute(_PLACES, values | {"day": me.day, "week": me.week})
        places = [Place(*row[:_PLACE_WIDTH], _read(row[_PLACE_WIDTH])) for row in cursor.fetchall()]
        cursor.execute(_QUEUES, values)
        queues: dict[UUID, list[QueueSeen]] = {}
        for project_id, stage_id, kind, name, rests, failing, *more in cursor.fetchall():
            seen = QueueSeen(stage_id, kind, name, rests, [json.loads(each) for each in failing], *more)
            queues.setdefault(project_id, []).append(seen)
        cursor.execute(_KEPT, values)
        kept: dict[UUID, list[Kept]] = {}
        for project_id, *rest in cursor.fetchall():
            kept.setdefault(project_id, []).append(Kept(*rest))
    # Every stage asked for is in the rows of queues, with or without a queue.
    at = {project_id: {each.stage_id for each in found} for project_id, found in queues.items()}
    return {
        place.project_id: judge(
            me,
            place,
            queues.get(place.project_id, []),
            kept.get(place.project_id, []),
            now,
            {stage_id: week for stage_id, week in (full or {}).items() if stage_id in at.get(place.project_id, ())},
        )
        for place in places
    }


def _read(facts: Any) -> Any:
    """Django's connections give JSON as text."""
    return json.loads(facts) if isinstance(facts, str) else facts
