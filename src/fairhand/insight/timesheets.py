"""A week's hours: of one person in all their projects, or of a project's people. Read from claims, submissions, entries
of work outside tasks and pay lines; what was said of a week stands beside it (`work.timesheet_rules`)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.week_hours import DAY_OF_CLAIM, PAID_MS_OF_CLAIM, TAKEN_ABOUT
from fairhand_pay import Terms, week_cap

_ABOUT = TAKEN_ABOUT.format(week="%(week)s::date")
# Of each person, project and day: what was recorded, declared and corrected of tasks, what of it is paid, and its
# money.
_TASKS = f"""
SELECT d.project_id, d.person_id, d.day, d.currency, count(*), sum(d.work_ms)::bigint, sum(d.declared_ms)::bigint,
       sum(d.corrected_ms)::bigint, sum(d.paid_ms) FILTER (WHERE d.handed_in)::bigint,
       sum(d.paid_ms) FILTER (WHERE NOT d.handed_in)::bigint, sum(d.minor)::bigint,
       count(*) FILTER (WHERE d.state = 'pending'), count(*) FILTER (WHERE d.live), sum(d.asked)::bigint
  FROM (SELECT c.project_id, c.person_id, {DAY_OF_CLAIM} AS day, o.currency, coalesce(c.work_ms, 0) AS work_ms,
               (SELECT coalesce(sum(t.counted_ms), 0) FROM declared_time t WHERE t.claim_id = c.id) AS declared_ms,
               (SELECT coalesce(sum(t.granted_ms), 0) FROM time_correction t WHERE t.claim_id = c.id) AS corrected_ms,
               (SELECT count(*) FROM time_correction t WHERE t.claim_id = c.id AND t.decided_at IS NULL) AS asked,
               {PAID_MS_OF_CLAIM} AS paid_ms, s.id IS NOT NULL AS handed_in, s.state, c.state = 'live' AS live,
               coalesce((SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = s.id), 0) AS minor
          FROM person h JOIN claim c ON c.person_id = h.id AND c.claimed_at {_ABOUT}
          JOIN offer o ON o.id = c.offer_id LEFT JOIN submission s ON s.claim_id = c.id
          LEFT JOIN unnest(%(projects)s::uuid[], %(zones)s::text[]) z (project_id, zone) ON z.project_id = c.project_id
         WHERE h.id = ANY (%(people)s) AND (%(project)s::uuid IS NULL OR c.project_id = %(project)s)) d
 WHERE d.day BETWEEN %(week)s::date AND %(week)s::date + 6 GROUP BY 1, 2, 3, 4
"""  # noqa: S608  # put together from constants
# Its money is that of its line, and of what cases added to it.
_OUTSIDE = f"""
SELECT d.project_id, d.person_id, d.day, d.currency, sum(d.said_ms)::bigint, sum(coalesce(d.granted_ms, 0))::bigint,
       sum(d.paid_minor)::bigint, count(*) FILTER (WHERE d.granted_ms IS NULL)
  FROM (SELECT t.project_id, t.person_id, (t.said_at AT TIME ZONE coalesce(z.zone, h.tz))::date AS day,
               k.terms ->> 'currency' AS currency, t.said_ms, t.granted_ms, t.paid_minor + (
                 SELECT coalesce(sum(a.amount_minor), 0) FROM pay_case q
                   JOIN pay_line a ON a.line_key IN ('case:' || q.id || ':1', 'case:' || q.id || ':2')
                  WHERE q.paid_time_id = t.id OR q.line_id = (
                        SELECT b.id FROM pay_line b WHERE b.line_key = 'paid_time:' || t.id || ':0')) AS paid_minor
          FROM person h JOIN paid_time t ON t.person_id = h.id AND t.said_at {_ABOUT}
          JOIN paid_kind k ON k.id = t.paid_kind_id
          LEFT JOIN unnest(%(projects)s::uuid[], %(zones)s::text[]) z (project_id, zone) ON z.project_id = t.project_id
         WHERE h.id = ANY (%(people)s) AND (%(project)s::uuid IS NULL OR t.project_id = %(project)s)) d
 WHERE d.day BETWEEN %(week)s::date AND %(week)s::date + 6 GROUP BY 1, 2, 3, 4
"""  # noqa: S608  # put together from constants
_CAPS = """
SELECT g.project_id, t.terms FROM stage g JOIN pay_plan t ON t.id = g.pay_plan_id
 WHERE (g.project_id = %(project)s
        OR g.project_id IN (SELECT project_id FROM seat WHERE person_id = %(person)s))
   AND t.terms @> '{"primitives": [{"primitive": "CAP", "version": 2}]}' ORDER BY g.project_id, g.ordinal DESC
"""


@dataclass(frozen=True, slots=True)
class WeekCap:
    """A plan's weekly cap: milliseconds, and the zone of its week (None: each person's own)."""

    cap_ms: int
    zone: str | None


@dataclass(slots=True)
class Day:
    """Milliseconds of one day of somebody's week in a project. A task stands on the day on which it was taken.

    `recorded_ms`: by the page's clock; `declared_ms`: away from the page; `corrected_ms`: granted since; `paid_ms`:
    what of these is paid, `live_ms`: what runs. `outside_ms` is paid beside tasks, of `outside_said_ms` entered.
    """

    day: date
    tasks: int = 0
    recorded_ms: int = 0
    declared_ms: int = 0
    corrected_ms: int = 0
    paid_ms: int = 0
    live_ms: int = 0
    live: int = 0
    outside_said_ms: int = 0
    outside_ms: int = 0
    undecided: int = 0
    asked: int = 0
    outside_open: int = 0
    minor: dict[str, int] = field(default_factory=dict)

    @property
    def counted_ms(self) -> int:
        """What a weekly cap counts: paid, or running to be paid."""
        return self.paid_ms + self.live_ms + self.outside_ms


@dataclass(frozen=True, slots=True)
class Sheet:
    """Somebody's week in a project, seven days."""

    project_id: UUID
    person_id: UUID
    days: tuple[Day, ...]
    cap: WeekCap | None

    def of(self, name: str) -> int:
        """One of the days' numbers over the week."""
        return sum(getattr(day, name) for day in self.days)

    @property
    def over_ms(self) -> int:
        """What is paid beyond the weekly cap."""
        return max(0, self.of("counted_ms") - self.cap.cap_ms) if self.cap else 0

    @property
    def money(self) -> Mapping[str, int]:
        """Currency -> minor units of the week's lines."""
        found: dict[str, int] = {}
        for day in self.days:
            for currency, minor in day.minor.items():
                found[currency] = found.get(currency, 0) + minor
        return found


def caps_of(*, person_id: UUID | None = None, project_id: UUID | None = None) -> dict[UUID, WeekCap]:
    """Project -> the weekly cap of its plan (of the first stage that has one): of one project, or of somebody's."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(_CAPS, {"person": person_id, "project": project_id})
        for project, terms in cursor.fetchall():
            if (cap := week_cap(Terms.parse(json.loads(terms)))) is not None:
                found[project] = WeekCap(cap[0] * 1000, cap[1])
    return found


def sheets(
    people: Sequence[UUID], week: date, caps: Mapping[UUID, WeekCap], project_id: UUID | None = None
) -> dict[tuple[UUID, UUID], Sheet]:
    """(project, person) -> their week, where anything was recorded; two statements, however many people.

    `project_id`: of one project alone.
    """
    values: dict[str, Any] = {
        "people": list(people), "week": week, "project": project_id, "projects": list(caps),
        "zones": [cap.zone for cap in caps.values()],
    }  # fmt: skip
    days: dict[tuple[UUID, UUID], dict[date, Day]] = {}

    def day_of(project: UUID, person: UUID, at: date) -> Day:
        return days.setdefault((project, person), {}).setdefault(at, Day(at))

    with connection.cursor() as cursor:
        cursor.execute(_TASKS, values)
        for project, person, at, currency, *row in cursor.fetchall():
            n, work, declared, corrected, paid, live, minor, *counts = row
            day = day_of(project, person, at)
            day.tasks += n
            day.recorded_ms += work - declared
            day.declared_ms += declared
            day.corrected_ms += corrected
            day.paid_ms += paid or 0
            day.live_ms += live or 0
            day.undecided, day.live, day.asked = (
                one + more for one, more in zip((day.undecided, day.live, day.asked), counts, strict=True)
            )
            _add(day, currency, minor)
        cursor.execute(_OUTSIDE, values)
        for project, person, at, currency, said, granted, minor, waiting in cursor.fetchall():
            day = day_of(project, person, at)
            day.outside_said_ms += said
            day.outside_ms += granted
            day.outside_open += waiting
            _add(day, currency, minor)
    return {
        key: Sheet(*key, tuple(found.get(each, Day(each)) for each in days_of(week)), caps.get(key[0]))
        for key, found in days.items()
    }


def days_of(week: date) -> list[date]:
    """Monday to Sunday."""
    return [week + timedelta(days=n) for n in range(7)]


def _add(day: Day, currency: str, minor: int) -> None:
    if minor:
        day.minor[currency] = day.minor.get(currency, 0) + minor


# People of a project, by the names they go by there, of whom anything was recorded about that week.
_ACTIVE = f"""
SELECT e.person_id, e.alias, h.tz FROM seat e JOIN person h ON h.id = e.person_id
 WHERE e.project_id = %(project)s AND e.alias > %(after)s
   AND (EXISTS (SELECT 1 FROM claim c WHERE c.person_id = e.person_id AND c.claimed_at {_ABOUT}
                   AND c.project_id = e.project_id)
        OR EXISTS (SELECT 1 FROM paid_time t WHERE t.person_id = e.person_id AND t.said_at {_ABOUT}
                      AND t.project_id = e.project_id))
 ORDER BY e.alias LIMIT %(limit)s
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a project knows them."""

    person_id: UUID
    alias: str
    tz: str


def people_of_week(project_id: UUID, week: date, after: str, limit: int) -> list[Somebody]:
    """The next so many people of a project, after an alias, with anything in or about a week."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVE, {"project": project_id, "week": week, "after": after, "limit": limit})
        return [Somebody(*row) for row in cursor.fetchall()]


# One's own tasks of a week, the latest first.
_OWN = f"""
SELECT d.* FROM (
  SELECT c.project_id, c.id, {DAY_OF_CLAIM} AS day, c.claimed_at, c.state AS claim_state, coalesce(c.work_ms, 0),
         {PAID_MS_OF_CLAIM}, s.id AS submission_id, s.state, o.currency,
         coalesce((SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = s.id), 0)::bigint,
         coalesce(o.terms ->> 'kind', 'attempt')
    FROM person h JOIN claim c ON c.person_id = h.id AND c.claimed_at {_ABOUT}
    JOIN offer o ON o.id = c.offer_id LEFT JOIN submission s ON s.claim_id = c.id
    LEFT JOIN unnest(%(projects)s::uuid[], %(zones)s::text[]) z (project_id, zone) ON z.project_id = c.project_id
   WHERE h.id = %(person)s) d
 WHERE d.day BETWEEN %(week)s::date AND %(week)s::date + 6 ORDER BY d.claimed_at DESC, d.id DESC LIMIT %(limit)s
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class OwnTask:
    """One task of one's week, with what it pays; `submission_id` None: not handed in."""

    project_id: UUID
    claim_id: UUID
    day: date
    claimed_at: Any
    claim_state: str
    work_ms: int
    paid_ms: int
    submission_id: UUID | None
    state: str | None
    currency: str
    minor: int
    kind: str


def own_tasks(person_id: UUID, week: date, caps: Mapping[UUID, WeekCap], limit: int) -> list[OwnTask]:
    """The latest tasks of one's week, over all projects."""
    values: dict[str, Any] = {
        "person": person_id, "week": week, "limit": limit, "projects": list(caps),
        "zones": [cap.zone for cap in caps.values()],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OWN, values)
        return [OwnTask(*row) for row in cursor.fetchall()]
