"""`fairhand worker`: does the background jobs until it is told to stop."""

import argparse

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

JOBS_AT_ONCE_DEFAULT, JOBS_AT_ONCE_MAX = 4, 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Does background jobs: claims that expire, deliveries, messages. `up` starts one by itself."
    parser.add_argument(
        "--jobs", type=int, default=JOBS_AT_ONCE_DEFAULT, metavar="N", choices=range(1, JOBS_AT_ONCE_MAX + 1),
        help=f"how many jobs at once, 1 to {JOBS_AT_ONCE_MAX} (default {JOBS_AT_ONCE_DEFAULT})",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    assert isinstance(app.connector, DjangoConnector)
    # It ends on SIGINT and SIGTERM after the jobs in hand, for which it waits this long.
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(concurrency=args.jobs, shutdown_graceful_timeout=5)
    return 0
