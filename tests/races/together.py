"""Runs things at the same moment, each on a database connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import sleep
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What each job returned, in their order. All begin at once; the first error of any of them is raised.

    Threads of one pool take turns only where a job waits for the database, which is where races are.
    """
    with racers(len(jobs)) as race:
        return race(jobs)


@contextmanager
def racers(n: int) -> Iterator[Callable[..., list[T]]]:
    """`race(jobs, late=[...])` for many rounds: up to n jobs at once on n connections that stay open between rounds.

    `late`: seconds by which each job begins after the barrier, so that rounds differ in who comes first.
    """
    lanes = [ThreadPoolExecutor(1) for _ in range(n)]

    def run(job: Callable[[], T], gate: Barrier, wait_s: float) -> T:
        connection.ensure_connection()
        gate.wait(timeout=60)
        if wait_s:
            sleep(wait_s)
        return job()

    def race(jobs: Sequence[Callable[[], T]], late: Sequence[float] = ()) -> list[T]:
        gate = Barrier(len(jobs))
        waits = list(late) + [0.0] * (len(jobs) - len(late))
        running: list[Future[T]] = [
            lane.submit(run, job, gate, wait_s) for lane, job, wait_s in zip(lanes, jobs, waits, strict=False)
        ]
        return [one.result() for one in running]

    try:
        yield race
    finally:
        for lane in lanes:
            lane.submit(lambda: connection.close()).result()
            lane.shutdown()
