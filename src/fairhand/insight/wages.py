"""Effective hourly wages: what an hour came to, over the time that was paid and over all the work time recorded.

Paid time is the work time of what was handed in, as far as its terms count it; all time adds what lay beyond, and the
work on claims that were given back, expired or taken back. Work whose time nobody measured is left out of both, with
its pay. Amounts are minor units of one currency, times milliseconds. docs/explanation/effective-wage.md says more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.estimates.rules.estimate import LIMIT_OF_TYPICAL
from fairhand.insight.rows import decoded
from fairhand.kernel.limits import WAGE_CLAIMS_PER_PERSON_MAX, WAGE_HAND_INS_MAX, WAGE_PEOPLE_MAX
from fairhand.kernel.money import round_minor
from fairhand_pay import PAID_S_MAX_MAX
from fairhand_pay.presets.hourly import PAID_OVER_LIMIT

_HOUR_MS = 3_600_000
PERSON_MS_MIN = 600_000  # of somebody's work time, before an hour of it says anything
PEOPLE_MIN = 5  # under it a spread would tell of single people


@dataclass(frozen=True, slots=True)
class Wage:
    """Pay and time of some claims. `handed_in` of `claims` were handed in."""

    currency: str
    minor: int
    paid_ms: int
    all_ms: int
    claims: int
    handed_in: int

    @property
    def paid_per_hour(self) -> int | None:
        """Minor units an hour of paid time came to; None where none was measured."""
        return per_hour(self.minor, self.paid_ms)

    @property
    def all_per_hour(self) -> int | None:
        """The same over all recorded work time."""
        return per_hour(self.minor, self.all_ms)

    @property
    def unpaid_share(self) -> int | None:
        """Percent of the recorded work time that was not paid, rounded half up."""
        return round_minor(Fraction(100 * (self.all_ms - self.paid_ms), self.all_ms)) if self.all_ms else None


def per_hour(minor: int, ms: int) -> int | None:
    """Minor units an hour, rounded half up; None for no time."""
    return round_minor(Fraction(minor * _HOUR_MS, ms)) if ms > 0 else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How wages of all time lie among people: the tenth, the middle and the ninetieth of a hundred, minor units."""

    people: int
    claims: int
    p10: int
    median: int
    p90: int
    unpaid_share: int


def spread(wages: Sequence[Wage]) -> Spread | None:
    """Over people, each once however much they worked; None where they are fewer than five."""
    enough = [wage for wage in wages if wage.all_ms >= PERSON_MS_MIN]
    if len(enough) < PEOPLE_MIN:
        return None
    hours = sorted(Fraction(wage.minor * _HOUR_MS, wage.all_ms) for wage in enough)
    whole, paid = sum(wage.all_ms for wage in enough), sum(wage.paid_ms for wage in enough)
    return Spread(
        people=len(enough), claims=sum(wage.claims for wage in enough), p10=_at(hours, 10), median=_at(hours, 50),
        p90=_at(hours, 90), unpaid_share=round_minor(Fraction(100 * (whole - paid), whole)),
    )  # fmt: skip


def _at(ordered: Sequence[Fraction], percent: int) -> int:
    """The value below which so many percent lie, between two neighbours in proportion."""
    place = Fraction((len(ordered) - 1) * percent, 100)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round_minor(ordered[low] + (ordered[high] - ordered[low]) * (place - low))


# What corrections added to the time of a claim that was handed in.
_GRANTED = "coalesce((SELECT sum(k.granted_ms) FROM time_correction k WHERE k.claim_id = s.claim_id), 0)::bigint"
# Seconds that a decision on the estimate let be paid, where what it came to was paid: by the review's own line, or by a
# correction granted after it. As `back_pay.new_limit` and `back_pay.with_limit` have it. 0 where there was none.
_RAISED_S = f"""
coalesce((SELECT max(least({PAID_OVER_LIMIT} * CASE WHEN t.limit_s < {LIMIT_OF_TYPICAL} * t.typical_s
                                 THEN ceil(t.limit_s * e.p50_s::numeric / nullif(t.typical_s, 0))::bigint
                                 ELSE e.limit_s END, {PAID_S_MAX_MAX}))
            FROM pay_line l JOIN slot x ON x.id = s.slot_id
            JOIN stage_estimate e ON e.stage_id = x.stage_id AND e.review_id IS NOT NULL
             AND (l.line_key = 'estimate:' || e.review_id || ':' || s.id
                  OR l.line_key LIKE 'time:%%' AND e.made_at > c.claimed_at AND e.made_at <= l.made_at)
           CROSS JOIN (SELECT (jsonb_path_query_first(o.terms,
                 '$.pay.primitives[*] ? (@.primitive == "TIME").segments[0].upto_s') #>> '{{}}')::bigint AS limit_s,
               (o.terms -> 'estimate' ->> 'p50_s')::bigint AS typical_s) t
           WHERE l.submission_id = s.id AND l.primitive = 'ADJUST'), 0)
"""  # noqa: S608  # put together from constants
# What of a claim was paid, and all of it. `paid_s_max`: time beyond it is not counted by its terms, but where a
# decision on the estimate counted it later.
_TIMES = f"""
       o.currency, coalesce((SELECT sum(l.amount_minor) FROM pay_line l WHERE l.submission_id = s.id), 0) AS minor,
       CASE WHEN s.id IS NULL THEN 0
            ELSE least(c.work_ms + {_GRANTED}, 1000 * ((o.terms -> 'pay' ->> 'paid_s_max')::bigint
                   + greatest(0, {_RAISED_S} - (o.terms -> 'pay' ->> 'paid_s_max')::bigint)))
       END AS paid_ms,
       c.work_ms + {_GRANTED} AS all_ms, (s.id IS NOT NULL)::int AS handed_in
"""  # noqa: S608  # put together from constants of this file
_SUMS = """
sum(w.minor)::bigint, sum(w.paid_ms)::bigint, sum(w.all_ms)::bigint, count(w.handed_in),
coalesce(sum(w.handed_in), 0)::bigint
"""
# Work outside tasks that was paid, of `t`. Interrupted work is in the time of its claim already; none of it is a task.
_OUTSIDE = """
       t.currency, t.paid_minor AS minor, t.granted_ms AS paid_ms,
       CASE WHEN t.claim_id IS NULL THEN t.granted_ms ELSE 0 END AS all_ms, NULL::int AS handed_in
"""
_OWN = """
SELECT {head}, w.currency, {sums}
  FROM (SELECT {part} AS part, {name} AS name, {times}
        FROM claim c JOIN offer o ON o.id = c.offer_id JOIN project p ON p.id = c.project_id
        LEFT JOIN submission s ON s.claim_id = c.id
       WHERE c.person_id = %(person)s AND c.claimed_at >= %(since)s AND c.state <> 'live' AND c.work_ms > 0
       UNION ALL
      SELECT {part}, {name}, {outside}
        FROM (SELECT e.*, coalesce(x.claimed_at, e.said_at) AS claimed_at, k.terms ->> 'currency' AS currency
                FROM paid_time e JOIN paid_kind k ON k.id = e.paid_kind_id LEFT JOIN claim x ON x.id = e.claim_id
               WHERE e.person_id = %(person)s AND e.granted_ms > 0) t
        CROSS JOIN LATERAL (SELECT t.claimed_at) c JOIN project p ON p.id = t.project_id
       WHERE c.claimed_at >= %(since)s) w
"""
_WEEK = "date_trunc('week', c.claimed_at AT TIME ZONE %(zone)s)::date"


@dataclass(frozen=True, slots=True)
class WeekWage:
    """A week, by its Monday, of tasks that were taken in it."""

    first: date
    wage: Wage


@dataclass(frozen=True, slots=True)
class ProjectWage:
    """The same of one project."""

    slug: str
    name: dict[str, str]
    wage: Wage


def own_by_week(person_id: UUID, since: datetime, zone: str) -> list[WeekWage]:
    """A person's weeks, oldest first, a row per currency."""
    sql = (
        _OWN.format(head="w.part", part=_WEEK, name="NULL", sums=_SUMS, times=_TIMES, outside=_OUTSIDE)
        + "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    rows = _fetch(sql, {"person": person_id, "since": since, "zone": zone})
    return [WeekWage(row[0], Wage(*row[1:])) for row in rows]


def own_by_project(person_id: UUID, since: datetime) -> list[ProjectWage]:
    """A person's projects, the one with most time first."""
    sql = _OWN.format(head="w.part, w.name", part="p.slug", name="p.name", sums=_SUMS, times=_TIMES, outside=_OUTSIDE)
    rows = _fetch(sql + "GROUP BY 1, 2, 3 ORDER BY 6 DESC, 1", {"person": person_id, "since": since})
    return [ProjectWage(slug, name, Wage(*rest)) for slug, name, *rest in (decoded(row, 1) for row in rows)]


# Whoever handed in lately, a bounded number of them, and of each the latest claims: no page waits for a whole history.
_OF_PROJECT = """
WITH h AS MATERIALIZED (
  SELECT r.person_id FROM (SELECT person_id, submitted_at FROM submission WHERE project_id = %(project)s
                            ORDER BY submitted_at DESC, id DESC LIMIT %(latest)s) r
   GROUP BY r.person_id ORDER BY max(r.submitted_at) DESC, r.person_id LIMIT %(people)s),
c AS MATERIALIZED (
  SELECT k.* FROM h CROSS JOIN LATERAL (
    SELECT id, person_id, offer_id, project_id, state, work_ms, claimed_at FROM claim
     WHERE person_id = h.person_id ORDER BY claimed_at DESC LIMIT %(claims)s) k
   WHERE k.project_id = %(project)s AND k.state <> 'live' AND k.work_ms > 0)
SELECT w.currency, {sums}
  FROM (SELECT c.person_id, {times}
          FROM c JOIN offer o ON o.id = c.offer_id LEFT JOIN submission s ON s.claim_id = c.id
         WHERE coalesce(o.terms ->> 'kind', 'attempt') = %(kind)s
        UNION ALL
        SELECT t.person_id, {outside}
          FROM (SELECT e.*, k.terms ->> 'currency' AS currency FROM h JOIN paid_time e ON e.person_id = h.person_id
                  JOIN paid_kind k ON k.id = e.paid_kind_id LEFT JOIN c x ON x.id = e.claim_id
                 WHERE e.project_id = %(project)s AND e.granted_ms > 0 AND (e.claim_id IS NULL OR x.id IS NOT NULL)) t
         WHERE %(kind)s = 'attempt') w
 GROUP BY w.person_id, w.currency
"""


def of_project(project_id: UUID, kind: str = "attempt") -> Spread | None:
    """How wages of all time lie among the people who work on one kind of a project's stages; None under five."""
    return spread(people_of_project(project_id, kind))


def people_of_project(project_id: UUID, kind: str = "attempt") -> list[Wage]:
    """A row for each of these people and currencies, without saying who."""
    values = {
        "project": project_id, "kind": kind, "latest": WAGE_HAND_INS_MAX, "people": WAGE_PEOPLE_MAX,
        "claims": WAGE_CLAIMS_PER_PERSON_MAX,
    }  # fmt: skip
    return [Wage(*row) for row in _fetch(_OF_PROJECT.format(sums=_SUMS, times=_TIMES, outside=_OUTSIDE), values)]


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
