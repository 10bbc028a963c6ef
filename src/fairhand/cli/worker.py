"""`fairhand worker`: does the background jobs until it is told to stop."""

import argparse
import logging
import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from fairhand.cli.supervisor import STOP_S_MAX
from fairhand.flow.jobs import STREAMS
from fairhand.flow.manage_jobs import note_failure
from fairhand.kernel.clock import utc_now
from fairhand.kernel.logs import doing

_log = logging.getLogger("fairhand.worker")

JOBS_AT_ONCE_DEFAULT, JOBS_AT_ONCE_MAX = 4, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Does background jobs: claims that expire, deliveries, messages. `up` starts one by itself."
    parser.add_argument(
        "--jobs", type=int, default=JOBS_AT_ONCE_DEFAULT, metavar="N", choices=range(1, JOBS_AT_ONCE_MAX + 1),
        help=f"how many jobs at once, 1 to {JOBS_AT_ONCE_MAX} (default {JOBS_AT_ONCE_DEFAULT})",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    assert isinstance(app.connector, DjangoConnector)
    # It ends on SIGINT and SIGTERM after the jobs in hand, for which it waits this long; then they are done again.
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        try:
            worker.run_worker(
                concurrency=args.jobs, shutdown_graceful_timeout=STOP_S_MAX - 10,
                task_middleware=[told, noting_failures],
            )  # fmt: skip
        finally:
            STREAMS.close()
    return 0


def told(call: Callable[[], Any], context: JobContext, worker: Any) -> Any:
    """Around every job: its line in the log, with the events that its commands recorded; a quiet one at DEBUG."""
    began, name, ended = time.monotonic(), str(context.job.task_name), "failed"
    with doing(f"job-{context.job.id}") as job:
        try:
            found = call()
            ended = "done"
            return found
        finally:
            ms = round((time.monotonic() - began) * 1000)
            level = logging.INFO if job.events or ended == "failed" else logging.DEBUG
            tail = f" events {' '.join(job.events)}" if job.events else ""
            fields = {"job": name, "ended": ended, "ms": ms} | ({"events": job.events} if job.events else {})
            _log.log(level, "%s %s in %d ms%s", name, ended, ms, tail, extra={"fields": fields})


def noting_failures(call: Callable[[], Any], context: JobContext, worker: Any) -> Any:
    """Around every job: what it says when it fails is kept for the operator's page; the failure goes on its way."""
    try:
        return call()
    except Exception as error:  # whatever a job may raise; it is raised again
        job = context.job
        said = f"{type(error).__name__}: {error}"
        try:
            note_failure(job_id=job.id or 0, task=job.task_name, attempt=job.attempts + 1, error=said, now=utc_now())
        except DatabaseError as lost:
            _log.warning("what job %s said could not be kept: %s", job.id, type(lost).__name__)
        raise
