"""`fairhand import PACK`: a project from a pack, or nothing."""

import argparse

from fairhand.cli.output import emit, say
from fairhand.cli.playing import checked_pack, project_of
from fairhand.insight.books import project_counts
from fairhand.kernel.clock import utc_now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One pack."""
    parser.add_argument("pack", help="a folder, or the name of a pack that ships (llmfao, weather, rte)")


def run(args: argparse.Namespace) -> int:
    """Check the whole pack, then make everything in one transaction."""
    say(f"Checking {args.pack} ...")
    pack = checked_pack(args.pack)
    project = project_of(pack, utc_now())
    counts = project_counts(project.id)
    result = {"project": project.slug, "tasks": counts["tasks"], "attempts_open": counts["attempts_open"]}
    said = f"Project {project.slug}: {counts['tasks']} tasks, {counts['attempts_open']} attempts open."
    emit(args, result, said)
    return 0
