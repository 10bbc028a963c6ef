"""A project's board: how far it is, what it costs, where its tasks are, who works. Aggregates of one project each.

Who may see a board is decided before these are called (`people.access`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import KEEPS_OUT
from fairhand.insight.rows import decoded
from fairhand.insight.tally import accepted_points


@dataclass(frozen=True, slots=True)
class Progress:
    """Attempt slots of real batches, by where they are; money in minor units of the project's currency."""

    project_id: UUID
    tasks: int
    wanted: int
    open: int
    in_work: int
    in_review: int
    back: int
    accepted: int
    spent_minor: int
    funded_minor: int

    @property
    def price_minor(self) -> int | None:
        """What an accepted judgement has cost so far, reviews included, rounded half up; None before the first."""
        return (2 * self.spent_minor + self.accepted) // (2 * self.accepted) if self.accepted else None


# Per project: its tasks, its attempt slots by state, what its pay lines come to, and what was put onto its budget.
# Running counts (insight/sql/0001_tally.sql): a project of any size is one short read. A `+` marks later rounds.
# A planned attempt is wanted only once others differ; gold is no part of what the client ordered.
_PROGRESS = """
SELECT p.id, coalesce(t.tasks, 0), coalesce(t.wanted, 0), coalesce(t.open, 0), coalesce(t.in_work, 0),
  coalesce(t.in_review, 0), coalesce(t.back, 0), coalesce(t.accepted, 0), coalesce(t.paid, 0),
  (SELECT coalesce(sum(g.amount), 0)::bigint FROM ledger_account a JOIN ledger_leg g ON g.account_id = a.id
     JOIN ledger_entry e ON e.id = g.entry_id
    WHERE a.owner_kind = 'project' AND a.owner_id = p.id AND a.purpose = 'budget' AND e.kind = 'fund')
  FROM project p LEFT JOIN LATERAL (
    SELECT sum(y.n) FILTER (WHERE y.what = 'tasks' AND b.kind = 'real')::bigint AS tasks,
           sum(y.n) FILTER (WHERE a.at AND y.state NOT IN ('planned', 'cancelled', 'cancelled+'))::bigint AS wanted,
           sum(y.n) FILTER (WHERE a.at AND y.state = 'open')::bigint AS open,
           sum(y.n) FILTER (WHERE a.at AND y.state IN ('claimed', 'claimed+'))::bigint AS in_work,
           sum(y.n) FILTER (WHERE a.at AND y.state IN ('submitted', 'submitted+'))::bigint AS in_review,
           sum(y.n) FILTER (WHERE a.at AND y.state = 'open+')::bigint AS back,
           sum(y.n) FILTER (WHERE a.at AND y.state IN ('settled', 'settled+'))::bigint AS accepted,
           sum(y.n) FILTER (WHERE y.what = 'paid')::bigint AS paid
      FROM tally y LEFT JOIN batch b ON b.id = y.batch_id LEFT JOIN stage g ON g.id = y.stage_id
     CROSS JOIN LATERAL (SELECT y.what = 'slots' AND g.kind = 'attempt' AND b.kind = 'real' AS at) a
     WHERE y.project_id = p.id AND y.what IN ('tasks', 'slots', 'paid')) t ON true
 WHERE p.id = ANY (%s)
"""


def progress_of(project_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """Project id -> its progress."""
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(project_ids)])
        return {row[0]: Progress(*row) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Now:
    """Small figures beside the counts."""

    experts_in_work: int
    oldest_review_at: datetime | None
    reviews_waiting: int
    reviews_unpaid: int
    by_clock: int


_NOW = """
SELECT (SELECT count(DISTINCT c.person_id) FROM claim c JOIN slot x ON x.id = c.slot_id
          JOIN stage g ON g.id = x.stage_id WHERE c.project_id = %(p)s AND c.state = 'live' AND g.kind = 'attempt'),
  (SELECT min(s.submitted_at) FROM submission s WHERE s.project_id = %(p)s AND s.state = 'pending' AND NOT s.surplus),
  (SELECT coalesce(sum(y.n), 0)::bigint FROM tally y JOIN stage g ON g.id = y.stage_id AND g.kind = 'review'
    WHERE y.project_id = %(p)s AND y.what = 'slots' AND y.state IN ('open', 'open+', 'claimed', 'claimed+')),
  (SELECT coalesce(sum(y.n), 0)::bigint FROM tally y JOIN stage g ON g.id = y.stage_id AND g.kind = 'review'
    WHERE y.project_id = %(p)s AND y.what = 'slots' AND y.state = 'planned'),
  (SELECT coalesce(sum(y.n), 0)::bigint FROM tally y
    WHERE y.project_id = %(p)s AND y.what = 'accepted' AND y.state = 'clock')
"""


def now_of(project_id: UUID) -> Now:
    """What a manager may have to act on."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"p": project_id})
        return Now(*cursor.fetchone())


_POINTS_MAX = 60


def accepted_over_time(project_id: UUID) -> list[tuple[datetime, int]]:
    """Running total of accepted judgements at the end of each of at most a few dozen equal steps."""
    return running_total([(p.at, p.n) for p in accepted_points(project_id) if p.stage_kind == "attempt"])


def running_total(points: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Sums at the ends of equal steps, from (minute, how many) in order; empty where there are not two minutes."""
    if not points or points[0][0] == points[-1][0]:
        return []
    first, last = points[0][0], points[-1][0] + timedelta(minutes=1)
    step = max(60.0, (last - first).total_seconds() / _POINTS_MAX)
    found: dict[int, int] = {}
    for at, n in points:
        bucket = int((at - first).total_seconds() / step)
        found[bucket] = found.get(bucket, 0) + n
    rows, total = [(first, 0)], 0
    for bucket, n in sorted(found.items()):
        total += n
        rows.append((min(last, first + timedelta(seconds=(bucket + 1) * step)), total))
    return rows


_COST = """
SELECT coalesce(g.kind, ''), sum(y.n)::bigint FROM tally y LEFT JOIN stage g ON g.id = y.stage_id
 WHERE y.project_id = %s AND y.what = 'paid' GROUP BY 1 HAVING sum(y.n) <> 0 ORDER BY 2 DESC, 1
"""


def cost_by_kind(project_id: UUID) -> list[tuple[str, int]]:
    """Stage kind -> what was paid for it, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(_COST, [project_id])
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in a project, under their pseudonym. `handed_in_n`: attempts and reviews, by which they are listed."""

    alias: str
    kind: str
    handed_in: int
    accepted: int
    returned: int
    reviews: int
    typical_ms: int | None
    earned_minor: int
    handed_in_n: int


_TYPICAL_OF = 100  # the latest measured work times that the typical one is the middle of
# The people of a project by what they handed in, from running counts (insight/sql/0004_people_tally.sql). `typical_ms`
# is the median of each one's latest measured work times.
_PEOPLE = """
SELECT e.alias, p.kind, coalesce(w.handed_in, 0), coalesce(w.accepted, 0), coalesce(w.returned, 0),
       coalesce(w.reviews, 0), m.typical_ms, coalesce(w.paid, 0), e.handed_in_n
  FROM (SELECT * FROM seat WHERE project_id = %(p)s AND handed_in_n > 0
           AND (%(n)s::int IS NULL OR (-handed_in_n, alias) > (-%(n)s::int, %(alias)s))
         ORDER BY -handed_in_n, alias LIMIT %(limit)s) e
  JOIN person p ON p.id = e.person_id
 CROSS JOIN LATERAL (
    SELECT sum(y.n) FILTER (WHERE a.attempt)::bigint AS handed_in,
           sum(y.n) FILTER (WHERE a.attempt AND y.state = 'accepted')::bigint AS accepted,
           sum(y.n) FILTER (WHERE a.attempt AND y.state = 'returned')::bigint AS returned,
           sum(y.n) FILTER (WHERE y.what = 'work_of' AND g.kind = 'review')::bigint AS reviews,
           sum(y.n) FILTER (WHERE y.what = 'paid_to')::bigint AS paid
      FROM tally y LEFT JOIN stage g ON g.id = y.stage_id
     CROSS JOIN LATERAL (SELECT y.what = 'work_of' AND g.kind = 'attempt' AS attempt) a
     WHERE y.project_id = e.project_id AND y.person_id = e.person_id) w
 CROSS JOIN LATERAL (
    SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY latest.work_ms))::bigint AS typical_ms
      FROM (SELECT s.work_ms FROM submission s
             WHERE s.person_id = e.person_id AND s.project_id = e.project_id AND s.work_ms IS NOT NULL
             ORDER BY s.submitted_at DESC, s.id DESC LIMIT %(typical_of)s) latest) m
 ORDER BY -e.handed_in_n, e.alias
"""


def people_of(project_id: UUID, limit: int, beyond: tuple[int, str] | None = None) -> list[PersonRow]:
    """Who handed in most, a page at a time: those after (how much was handed in, pseudonym)."""
    n, alias = beyond or (None, None)
    values = {"p": project_id, "limit": limit, "n": n, "alias": alias, "typical_of": _TYPICAL_OF}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, values)
        return [PersonRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Latest:
    """One of the newest submissions."""

    alias: str
    author_kind: str
    kind: str
    task_id: UUID
    task_key: str
    state: str
    round: int
    work_ms: int | None
    earned_minor: int
    submitted_at: datetime


_LATEST = """
SELECT e.alias, p.kind, g.kind, t.id, t.key, s.state, s.round, s.work_ms,
       (SELECT coalesce(sum(l.amount_minor), 0)::bigint FROM pay_line l WHERE l.submission_id = s.id), s.submitted_at
  FROM (SELECT * FROM submission WHERE project_id = %s ORDER BY submitted_at DESC, id DESC LIMIT %s) s
  JOIN task t ON t.id = s.task_id JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 ORDER BY s.submitted_at DESC, s.id DESC
"""


def latest_of(project_id: UUID, limit: int) -> list[Latest]:
    """The newest submissions of a project."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [project_id, limit])
        return [Latest(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Sample:
    """An accepted judgement as the client sees it before a delivery."""

    task_key: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    alias: str
    author_kind: str
    decided_by: str
    decided_at: datetime
    template: Mapping[str, Any]


_SAMPLES = f"""
SELECT t.key, t.payload, s.answer, e.alias, p.kind, s.decided_by, s.decided_at, m.body
  FROM submission s JOIN task t ON t.id = s.task_id JOIN slot x ON x.id = s.slot_id
  JOIN stage g ON g.id = x.stage_id AND g.kind = 'attempt' JOIN claim c ON c.id = s.claim_id
  JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 WHERE s.project_id = %s AND s.state = 'accepted' AND NOT s.surplus AND s.excluded_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = s.task_id AND {KEEPS_OUT})
 ORDER BY s.submitted_at DESC, s.id DESC LIMIT %s
"""  # noqa: S608  # put together from constants


def samples_of(project_id: UUID, limit: int) -> list[Sample]:
    """Some of the newest accepted judgements: at most `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLES, [project_id, limit])
        return [Sample(*decoded(row, 1, 2, 7)) for row in cursor.fetchall()]
