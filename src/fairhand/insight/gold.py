"""Gold: what its expert is told once it was graded, and what a manager sees of a project's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.ledger.accounts import pool
from fairhand.ledger.queries import balance_minor


@dataclass(frozen=True, slots=True)
class Graded:
    """How right a submission was, per mille; the known answer, and why it is so (language -> text)."""

    right_pm: int
    answer: Mapping[str, Any]
    reason: Mapping[str, str]


_GRADED = """
SELECT r.right_pm, d.answer, d.reason FROM gold_result r JOIN gold d ON d.task_id = r.task_id WHERE r.submission_id = %s
"""


def graded_gold(submission_id: UUID) -> Graded | None:
    """The grade of a submission on gold; None for any other. The caller has checked whose it is."""
    with connection.cursor() as cursor:
        cursor.execute(_GRADED, [submission_id])
        row = cursor.fetchone()
    return Graded(*decoded(row, 1, 2)) if row else None


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A task with a known answer. `served`: handed in so far; `right_pm`: their mean grade, per mille."""

    task_id: UUID
    key: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    retired_at: datetime | None
    retired_why: str
    served: int
    right_pm: int | None


# One page, newest first; each task's grades are looked up by its key.
_ROWS = """
SELECT t.id, t.key, t.payload, d.answer, d.retired_at, d.retired_why, s.n, s.mean
  FROM batch b JOIN task t ON t.batch_id = b.id JOIN gold d ON d.task_id = t.id
  CROSS JOIN LATERAL (SELECT count(*)::int AS n, round(avg(r.right_pm))::int AS mean
                        FROM gold_result r WHERE r.task_id = t.id) s
 WHERE b.project_id = %(project)s AND b.kind = 'gold' AND d.use = 'evaluation'
   AND (%(before)s::uuid IS NULL OR t.id < %(before)s::uuid)
 ORDER BY t.id DESC LIMIT %(limit)s
"""


def gold_rows(project_id: UUID, before: UUID | None, limit: int) -> list[GoldRow]:
    """Evaluation gold of a project, the newest first, beyond the last one of the page before."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"project": project_id, "before": before, "limit": limit})
        return [GoldRow(*decoded(row, 2, 3)) for row in cursor.fetchall()]


_BATCHES = "SELECT id FROM batch WHERE project_id = %s AND kind = 'gold' AND state = 'launched'"


def gold_money(project_id: UUID, currency: str) -> int:
    """What the pools of a project's gold hold."""
    with connection.cursor() as cursor:
        cursor.execute(_BATCHES, [project_id])
        return sum(balance_minor(pool(row[0]), currency) for row in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort, with how many are in it, and what is kept for it until when. `aliases`: the first few of its people."""

    id: UUID
    name: str
    members: int
    open_n: int
    until: datetime | None
    aliases: list[str]

    @property
    def key(self) -> str:
        """Its id as text."""
        return str(self.id)


_COHORTS = """
SELECT c.id, c.name, (SELECT count(*)::int FROM cohort_member m WHERE m.cohort_id = c.id),
       (SELECT count(*)::int FROM (SELECT 1 FROM queue q JOIN slot x ON x.queue_id = q.id AND x.state = 'open'
                                      AND x.for_person_id IS NULL
                                    WHERE q.cohort_id = c.id AND q.project_id = c.project_id LIMIT %(most)s) o),
       (SELECT max(q.until) FROM queue q WHERE q.cohort_id = c.id AND q.project_id = c.project_id),
       ARRAY(SELECT e.alias FROM cohort_member m
               JOIN seat e ON e.person_id = m.person_id AND e.project_id = c.project_id
              WHERE m.cohort_id = c.id ORDER BY e.alias LIMIT %(shown)s)
  FROM cohort c WHERE c.project_id = %(project)s ORDER BY c.name LIMIT %(limit)s
"""


def cohorts_of(project_id: UUID, limit: int, most: int, shown: int) -> list[CohortRow]:
    """Cohorts of a project by name; open slots counted up to `most` for each."""
    with connection.cursor() as cursor:
        cursor.execute(_COHORTS, {"project": project_id, "limit": limit, "most": most, "shown": shown})
        return [CohortRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class JudgingFigures:
    """The last audits of a project: how many, and how many would have returned what was accepted. Of adjudications and
    audits: how many wait or are in work, and how many tasks were adjudicated."""

    audits: int
    against: int
    adjudicated: int
    waiting: int


_JUDGING = """
SELECT count(v.verdict)::int, count(*) FILTER (WHERE v.verdict = 'return')::int,
  (SELECT coalesce(sum(n), 0)::int FROM tally y JOIN stage g ON g.id = y.stage_id AND g.kind = 'adjudicate'
    WHERE y.project_id = %(p)s AND y.what = 'slots' AND y.state = 'settled'),
  (SELECT coalesce(sum(n), 0)::int FROM tally y JOIN stage g ON g.id = y.stage_id AND g.kind IN ('audit', 'adjudicate')
    WHERE y.project_id = %(p)s AND y.what = 'slots' AND y.state IN ('open', 'claimed'))
  FROM stage g CROSS JOIN LATERAL (
    SELECT x.result_id FROM slot x WHERE x.stage_id = g.id AND x.state = 'settled' ORDER BY x.task_id DESC
     LIMIT %(most)s) x JOIN review v ON v.submission_id = x.result_id
 WHERE g.project_id = %(p)s AND g.kind = 'audit'
"""


def judging_figures(project_id: UUID, most: int) -> JudgingFigures:
    """Of the last `most` audits; the other figures over the project's life."""
    with connection.cursor() as cursor:
        cursor.execute(_JUDGING, {"p": project_id, "most": most})
        return JudgingFigures(*cursor.fetchone())
