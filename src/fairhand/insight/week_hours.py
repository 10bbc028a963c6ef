"""Paid hours of a week on a project, as far as a plan's weekly cap counts them.

A task counts in the week of the day on which it was taken, whole: the cap stops what is offered, and what was offered
before runs to its end and is paid. The week is the zone's that the plan states; else the person's own, whose days never
run backwards (`claim.counted_on`), so that another zone wins nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

# The day on which a claim `c` of a person `h` counts, in a zone `z.zone` (NULL: the person's own).
DAY_OF_CLAIM = """CASE WHEN z.zone IS NULL THEN coalesce(c.counted_on, (c.claimed_at AT TIME ZONE h.tz)::date)
     ELSE (c.claimed_at AT TIME ZONE z.zone)::date END"""
# Milliseconds of a claim `c` on an offer `o` that are paid for: of what was handed in (`s`) with what was corrected
# since, of what is in work so far. What was given back or taken away pays nothing as a task.
PAID_MS_OF_CLAIM = """CASE WHEN s.id IS NOT NULL OR c.state = 'live' THEN least(
         CASE WHEN s.id IS NULL THEN coalesce(c.work_ms, 0)
              ELSE coalesce(s.work_ms, (SELECT max(coalesce(l.inputs ->> 'timesheet_ms',
                                                            l.inputs ->> 'active_ms')::bigint)
                                          FROM pay_line l WHERE l.submission_id = s.id AND l.primitive = 'TIME'), 0)
                   + (SELECT coalesce(sum(t.granted_ms), 0) FROM time_correction t WHERE t.claim_id = c.id) END,
         (o.terms -> 'pay' ->> 'paid_s_max')::bigint * 1000) ELSE 0 END"""
# Zones lie a day apart, and a day that doesn't run backwards no further from the moment.
TAKEN_ABOUT = "BETWEEN (({week} - 2)::timestamp AT TIME ZONE 'UTC') AND (({week} + 9)::timestamp AT TIME ZONE 'UTC')"
_ABOUT = TAKEN_ABOUT.format(week="z.week")
_HOURS = f"""
SELECT z.stage_id, z.cap_ms, z.week, z.opens_at, coalesce(w.ms, 0) + coalesce(x.ms, 0),
       EXISTS (SELECT 1 FROM slot k WHERE k.for_person_id = z.person_id AND k.state = 'open' AND k.round > 1
                                      AND k.for_until > %(now)s AND k.stage_id = z.stage_id)
  FROM (SELECT a.stage_id, a.zone, a.cap_ms, g.project_id, h.id AS person_id, v.week,
               (v.week + 7)::timestamp AT TIME ZONE coalesce(a.zone, h.tz) AS opens_at
          FROM unnest(%(stages)s::uuid[], %(zones)s::text[], %(caps)s::bigint[]) a (stage_id, zone, cap_ms)
          JOIN stage g ON g.id = a.stage_id CROSS JOIN (SELECT id, tz FROM person WHERE id = %(person)s) h
          LEFT JOIN seat e ON e.project_id = g.project_id AND e.person_id = h.id
          CROSS JOIN LATERAL (SELECT date_trunc('week', CASE WHEN %(day)s::date IS NOT NULL THEN %(day)s::date
                  WHEN a.zone IS NULL THEN greatest(e.day, (%(now)s AT TIME ZONE h.tz)::date)
                  ELSE (%(now)s AT TIME ZONE a.zone)::date END)::date AS week) v) z
  JOIN person h ON h.id = z.person_id
  LEFT JOIN LATERAL (
    SELECT sum({PAID_MS_OF_CLAIM})::bigint AS ms
      FROM claim c JOIN offer o ON o.id = c.offer_id LEFT JOIN submission s ON s.claim_id = c.id
     WHERE c.person_id = z.person_id AND c.project_id = z.project_id AND c.claimed_at {_ABOUT}
       AND {DAY_OF_CLAIM} BETWEEN z.week AND z.week + 6) w ON true
  LEFT JOIN LATERAL (
    SELECT sum(p.granted_ms)::bigint AS ms FROM paid_time p
     WHERE p.person_id = z.person_id AND p.project_id = z.project_id AND p.said_at {_ABOUT}
       AND (p.said_at AT TIME ZONE coalesce(z.zone, h.tz))::date BETWEEN z.week AND z.week + 6) x ON true
"""  # noqa: S608  # put together from constants of this file


@dataclass(frozen=True, slots=True)
class WeekHours:
    """One stage with a weekly cap: what of the week is paid on its project, and until when it is this week.

    `rework`: rework is kept for the person there, which no cap keeps from them.
    """

    stage_id: UUID
    cap_ms: int
    week: date
    opens_at: datetime
    paid_ms: int
    rework: bool

    @property
    def reached(self) -> bool:
        """Whether no further task is offered this week."""
        return self.paid_ms >= self.cap_ms


def week_hours(
    person_id: UUID, caps: Sequence[tuple[UUID, int, str | None]], now: datetime, day: date | None = None
) -> dict[UUID, WeekHours]:
    """Stage -> its hours, for (stage, cap in seconds, zone or None); one statement, none for no stage. `day`: of the
    week of this day, else of this week."""
    if not caps:
        return {}
    values = {
        "person": person_id, "now": now, "day": day, "stages": [stage for stage, _, _ in caps],
        "zones": [zone for _, _, zone in caps], "caps": [seconds * 1000 for _, seconds, _ in caps],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, values)
        return {row[0]: WeekHours(*row) for row in cursor.fetchall()}


_DAY = f"""
SELECT {DAY_OF_CLAIM} FROM claim c JOIN person h ON h.id = c.person_id CROSS JOIN (SELECT %s::text AS zone) z
 WHERE c.id = %s
"""  # noqa: S608  # put together from constants of this file


def day_of_claim(claim_id: UUID, zone: str | None) -> date:
    """The day on which a claim counts."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [zone, claim_id])
        (found,) = cursor.fetchone()
    return found  # type: ignore[no-any-return]
