"""What `up` asks of a process with Django before the doors open: the demo project, and one sign-in link per role."""

import argparse

from django.conf import settings

from fairhand.cli import demo
from fairhand.cli.output import emit, say
from fairhand.kernel.clock import utc_now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Used by `fairhand up`."
    parser.add_argument("--base-url", required=True)


def run(args: argparse.Namespace) -> int:
    links: list[tuple[str, str]] = []
    if settings.DEMO:
        demo.ensure_demo(utc_now(), say)
        links = demo.sign_in_links(args.base_url)
    emit(args, {"sign_in": [{"role": role, "url": url} for role, url in links]}, "Prepared.")
    return 0
