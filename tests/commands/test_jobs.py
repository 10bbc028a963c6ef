"""Background jobs, with a real worker: one that fails is kept with what it said, tried again, and then done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.cli.worker import noting_failures
from fairhand.flow.manage_jobs import cancel_job, retry_job
from fairhand.insight import jobs as read
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import JOB_ERROR_CHARS_MAX
from fairhand.kernel.refusals import Refused

mended: list[bool] = []


@app.task(name="sometimes", queueing_lock="sometimes")
def sometimes(mood: str, api_token: str) -> None:
    if not mended:
        raise ValueError(f"{mood} " + "x" * (2 * JOB_ERROR_CHARS_MAX))


@pytest.fixture(autouse=True)
def _unmended(db: object) -> None:
    mended.clear()


def work() -> None:
    """Every waiting job, in a thread of its own: a browser test may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_work).result()


def _work() -> None:
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            wait=False, install_signal_handlers=False, listen_notify=False, task_middleware=[_in_its_thread]
        )


def _in_its_thread(call: Callable[[], Any], context: JobContext, worker: Any) -> Any:
    """As the worker of the product runs it; the thread ends with the test, so its connection does too."""
    try:
        return noting_failures(call, context, worker)
    finally:
        connections.close_all()


def state(job_id: int) -> str:
    found = read.job(job_id)
    assert found is not None
    return found.state


def test_a_failed_job_says_why_and_is_tried_again_for_real() -> None:
    job_id = sometimes.defer(mood="gloomy", api_token="hush")
    work()
    failed = read.job(job_id)
    assert failed is not None
    assert failed.state == "failed"
    assert "hush" not in failed.args
    assert '"gloomy"' in failed.args
    said = Event.objects.get(verb="job:failed", subject_id=UUID(int=job_id))
    assert said.facts["error"].startswith("ValueError: gloomy xxx")
    assert len(said.facts["error"]) == JOB_ERROR_CHARS_MAX
    assert said.facts["attempt"] == 1
    assert read.counts(utc_now()).failed == 1
    assert [row.job_id for row in read.jobs(None, 10, "failed", "sometimes")] == [job_id]

    mended.append(True)
    assert retry_job(job_id=job_id, actor=COMMAND, now=utc_now()) is None
    assert state(job_id) == "todo"
    work()
    assert state(job_id) == "succeeded"
    assert Event.objects.filter(verb="job:retried", subject_id=UUID(int=job_id)).count() == 1
    again = retry_job(job_id=job_id, actor=COMMAND, now=utc_now())
    assert isinstance(again, Refused)
    assert again.code == "job_not_failed"


def test_a_failed_job_whose_like_waits_is_not_queued_twice() -> None:
    first = sometimes.defer(mood="gloomy", api_token="hush")
    work()
    second = sometimes.defer(mood="fine", api_token="hush")
    refused = retry_job(job_id=first, actor=COMMAND, now=utc_now())
    assert isinstance(refused, Refused)
    assert refused.code == "job_queued"
    assert (state(first), state(second)) == ("failed", "todo")


def test_a_queued_job_is_cancelled_and_never_done() -> None:
    mended.append(True)
    job_id = sometimes.defer(mood="fine", api_token="hush")
    assert cancel_job(job_id=job_id, actor=COMMAND, now=utc_now()) is None
    work()
    assert state(job_id) == "cancelled"
    again = cancel_job(job_id=job_id, actor=COMMAND, now=utc_now())
    assert isinstance(again, Refused)
    assert again.code == "job_not_queued"
    none = cancel_job(job_id=10**9, actor=COMMAND, now=utc_now())
    assert isinstance(none, Refused)
    assert none.code == "no_job"


def test_lists_of_jobs_walk_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) SELECT 'q', 't' || n % 7,"
            " CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'succeeded' END::procrastinate_job_status"
            " FROM generate_series(1, 20000) n"
        )
        for terms in ("status = 'failed'", "task_name = 't3'", "id < 5000"):
            cursor.execute(f"EXPLAIN SELECT id FROM procrastinate_jobs WHERE {terms} ORDER BY id DESC LIMIT 51")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan
            assert "Index" in plan
