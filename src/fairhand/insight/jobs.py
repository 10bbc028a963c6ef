"""Background jobs as their tables have them: the list, one job with its history, and what comes round by the clock.

Jobs are numbered, newest last. Lists walk the number; finished jobs are counted among the newest alone, since a year
of them is a million.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from fairhand.kernel.limits import JOB_ARGS_CHARS_MAX, JOBS_COUNTED_MAX

STATES = ("todo", "doing", "failed", "succeeded", "cancelled", "aborted")
_SECRET = re.compile("secret|password|passphrase|token|key|authorization|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job. `queued_at` is when it was asked for, `changed_at` when it last moved."""

    job_id: int
    task: str
    state: str
    attempts: int
    scheduled_at: datetime | None
    queued_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Jobs waiting and in work (each at most `JOBS_COUNTED_MAX`), and how the newest ones ended."""

    todo: int
    doing: int
    failed: int
    succeeded: int
    oldest_queued_at: datetime | None


_PAGE = """
SELECT j.id, j.task_name, j.status::text, j.attempts, j.scheduled_at,
       (SELECT e.at FROM procrastinate_events e WHERE e.job_id = j.id ORDER BY e.id LIMIT 1),
       (SELECT e.at FROM procrastinate_events e WHERE e.job_id = j.id ORDER BY e.id DESC LIMIT 1)
  FROM procrastinate_jobs j
 WHERE (%(before)s::bigint IS NULL OR j.id < %(before)s::bigint)
   AND (%(state)s::procrastinate_job_status IS NULL OR j.status = %(state)s::procrastinate_job_status)
   AND (%(task)s::text IS NULL OR j.task_name = %(task)s::text)
 ORDER BY j.id DESC LIMIT %(limit)s
"""


def jobs(before: int | None, limit: int, state: str | None = None, task: str | None = None) -> list[JobRow]:
    """A page of jobs, newest first, numbered below `before`."""
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, {"before": before, "state": state, "task": task, "limit": limit})
        return [JobRow(*row) for row in cursor.fetchall()]


_COUNTS = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT %(most)s) q),
       (SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' LIMIT %(most)s) q),
       count(*) FILTER (WHERE n.status = 'failed'), count(*) FILTER (WHERE n.status = 'succeeded'),
       (SELECT e.at FROM procrastinate_events e WHERE e.job_id = (
          SELECT j.id FROM procrastinate_jobs j
           WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(now)s) ORDER BY j.id LIMIT 1)
         ORDER BY e.id LIMIT 1)
  FROM (SELECT status FROM procrastinate_jobs ORDER BY id DESC LIMIT %(most)s) n
"""


def counts(now: datetime) -> Counts:
    """How many jobs stand where."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"most": JOBS_COUNTED_MAX, "now": now})
        return Counts(*cursor.fetchone())


@dataclass(frozen=True, slots=True)
class Job:
    """One job whole. `args` is what it was given, with secrets left out; `history` is (moment, what happened)."""

    job_id: int
    task: str
    state: str
    attempts: int
    queue: str
    lock: str | None
    queueing_lock: str | None
    scheduled_at: datetime | None
    worker_id: int | None
    args: str
    history: list[tuple[datetime, str]]

    @property
    def subject_id(self) -> UUID:
        """What events about this job name."""
        return subject_of(self.job_id)


_ONE = """
SELECT id, task_name, status::text, attempts, queue_name, lock, queueing_lock, scheduled_at, worker_id, args
  FROM procrastinate_jobs WHERE id = %s
"""
_HISTORY = "SELECT at, type::text FROM procrastinate_events WHERE job_id = %s ORDER BY id LIMIT 100"


def job(job_id: int) -> Job | None:
    """One job by its number."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [job_id])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(_HISTORY, [job_id])
        history = list(cursor.fetchall())
    *values, args = row
    return Job(*values, shown_args(json.loads(args) if isinstance(args, str) else args), history)


def subject_of(job_id: int) -> UUID:
    """The id under which events speak of a job: its number, written as a UUID."""
    return UUID(int=job_id)


def shown_args(args: Mapping[str, Any]) -> str:
    """What a job was given, as text of a bounded length; a value under a name that sounds secret is left out."""
    text = json.dumps(_without_secrets(args), ensure_ascii=False, indent=2, default=str)
    return text if len(text) <= JOB_ARGS_CHARS_MAX else f"{text[:JOB_ARGS_CHARS_MAX]}…"


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: "…" if _SECRET.search(str(name)) else _without_secrets(inner) for name, inner in value.items()
        }  # fmt: skip
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that comes round: its cron line, when it was last due and how that ended, and when it is due next."""

    task: str
    cron: str
    last_at: datetime | None
    last_job_id: int | None
    last_state: str | None
    next_at: datetime


_LAST = """
SELECT d.defer_timestamp, d.job_id, j.status::text FROM procrastinate_periodic_defers d
  LEFT JOIN procrastinate_jobs j ON j.id = d.job_id
 WHERE d.task_name = %s AND d.periodic_id = %s ORDER BY d.defer_timestamp DESC LIMIT 1
"""


def periodic(now: datetime) -> list[Periodic]:
    """Every job that comes round, by name."""
    found = []
    with connection.cursor() as cursor:
        for (name, periodic_id), each in sorted(app.periodic_registry.periodic_tasks.items()):
            cursor.execute(_LAST, [name, periodic_id])
            last_s, job_id, state = cursor.fetchone() or (None, None, None)
            last = datetime.fromtimestamp(last_s, UTC) if last_s is not None else None
            due = each.croniter.get_next(float, start_time=now.timestamp(), update_current=False)
            found.append(Periodic(name, each.cron, last, job_id, state, datetime.fromtimestamp(due, UTC)))
    return found


def task_names() -> list[str]:
    """Every kind of job this installation knows."""
    return sorted(name for name in app.tasks if ":" not in name)
