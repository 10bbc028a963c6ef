"""What `up` asks of a process with Django before the doors open: may they, as a demo or not, and the demo's links."""

import argparse

from fairhand.cli import demo
from fairhand.cli.output import emit, say
from fairhand.insight.installation import nature, real_people, start_now, write_nature
from fairhand.insight.safe_start import Danger, choose_demo, dangers
from fairhand.kernel.clock import utc_now

WANTED = {"yes": True, "no": False, "auto": None}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Used by `fairhand up`."
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--demo", choices=WANTED, default="auto")


def run(args: argparse.Namespace) -> int:
    """Prints {"demo": bool, "sign_in": [...]}, or {"refused": why} with exit code 2, which `up` says."""
    chosen = choose_demo(WANTED[args.demo], nature(), real_people())
    if isinstance(chosen, Danger):
        return _refused(args, chosen)
    if found := dangers(start_now(demo=chosen.demo)):
        return _refused(args, *found)
    if chosen.said:
        say(chosen.said)
    links: list[tuple[str, str]] = []
    if chosen.demo:
        demo.ensure_demo(utc_now(), say)
        links = demo.sign_in_links(args.base_url)
    write_nature(demo=chosen.demo, now=utc_now())
    sign_in = [{"role": role, "url": url} for role, url in links]
    emit(args, {"demo": chosen.demo, "sign_in": sign_in}, "Prepared.")
    return 0


def _refused(args: argparse.Namespace, *found: Danger) -> int:
    why = " ".join(danger.sentence for danger in found)
    emit(args, {"refused": why}, why)
    return 2
