"""retry_job, cancel_job, note_failure: what an operator does with a job, and what is kept of one that failed."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from procrastinate.contrib.django import app

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.commands import Fact, record
from fairhand.insight.jobs import subject_of
from fairhand.kernel.limits import JOB_ERROR_CHARS_MAX
from fairhand.kernel.refusals import Refused

_NOT_THERE = Refused("no_job", "There is no such job.")
_QUEUED = Refused("job_queued", "The same job waits in the queue already, so this one isn't needed.")


def retry_job(*, job_id: int, actor: Actor, now: datetime) -> Refused | None:
    """Put a failed job back into the queue. Refusals: no_job, job_not_failed, job_queued."""
    try:
        with transaction.atomic():
            return _retry(job_id, actor, now)
    except IntegrityError:
        # The queueing lock: between our look and our write another of its kind was queued.
        return _QUEUED


def _retry(job_id: int, actor: Actor, now: datetime) -> Refused | None:
    row = _locked(job_id)

    if row is None:
        return _NOT_THERE
    task, state, waits = row
    if state != "failed":
        return Refused("job_not_failed", "Only a failed job is tried again.")
    if waits:
        return _QUEUED

    app.job_manager.retry_job_by_id(job_id=job_id, retry_at=now)

    record(actor=actor, now=now, happened=[_fact("job:retried", job_id, task)])
    return None


@transaction.atomic
def cancel_job(*, job_id: int, actor: Actor, now: datetime) -> Refused | None:
    """Take a job out of the queue. Refusals: no_job, job_not_queued."""
    row = _locked(job_id)

    if row is None:
        return _NOT_THERE
    task, state, _waits = row
    if state != "todo":
        return Refused("job_not_queued", "Only a job that waits in the queue is cancelled.")

    app.job_manager.cancel_job_by_id(job_id=job_id)

    record(actor=actor, now=now, happened=[_fact("job:cancelled", job_id, task)])
    return None


@transaction.atomic
def note_failure(*, job_id: int, task: str, attempt: int, error: str, now: datetime) -> None:
    """Keep what a job said when it failed, as an event of bounded length."""
    facts = {"attempt": attempt, "error": error[:JOB_ERROR_CHARS_MAX].replace("\x00", "")}
    record(actor=JOB, now=now, happened=[_fact("job:failed", job_id, task, facts)])


_LOCK = """
SELECT j.task_name, j.status::text,
       j.queueing_lock IS NOT NULL AND EXISTS (
         SELECT 1 FROM procrastinate_jobs o WHERE o.queueing_lock = j.queueing_lock AND o.status = 'todo')
  FROM procrastinate_jobs j WHERE j.id = %s FOR UPDATE OF j
"""


def _locked(job_id: int) -> tuple[str, str, bool] | None:
    """The job's task and state, and whether another with its queueing lock waits."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [job_id])
        row = cursor.fetchone()
    return tuple(row) if row else None


def _fact(verb: str, job_id: int, task: str, more: dict[str, object] | None = None) -> Fact:
    return Fact(verb, "job", subject_of(job_id), facts={"job_id": job_id, "task": task} | (more or {}))
