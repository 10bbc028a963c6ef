"""What `fairhand simulate` is asked: checked before the database is made that it works in."""

import argparse
from pathlib import Path

from fairhand.cli.output import CliError
from fairhand.flow.simulated import Crowd, SpecRefused, crowd_of, plain_crowd

DAYS_MAX = 366


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A pack, a crowd, and how long."""
    parser.add_argument("pack", help="a folder, or the name of a pack that ships (llmfao, weather, rte)")
    parser.add_argument("--crowd", type=Path, metavar="FILE", help="the crowd as TOML (docs/how-to/simulate.md)")
    parser.add_argument("--experts", type=int, default=20, metavar="N", help="without --crowd: so many (20)")
    parser.add_argument("--reviewers", type=int, default=2, metavar="N", help="without --crowd: so many (2)")
    parser.add_argument("--tasks", type=int, metavar="N", help="only the first N tasks of the pack")
    parser.add_argument("--days", type=int, default=60, metavar="N", help="at most so many simulated days (60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same run (1)")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="write the course of it as an SVG picture")


def checked(args: argparse.Namespace) -> Crowd:
    """The crowd that is asked for. Raises CliError if something can't be simulated."""
    for name, least, most in (
        ("experts", 1, 10_000),
        ("reviewers", 0, 1_000),
        ("days", 1, DAYS_MAX),
        ("tasks", 1, 10**6),
    ):
        value = getattr(args, name)
        if value is not None and not least <= value <= most:
            raise CliError(f"--{name} {value}: give a whole number from {least} to {most}")
    if args.crowd is None:
        return plain_crowd(args.experts, args.reviewers)
    try:
        return crowd_of(args.crowd.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(f"{args.crowd} can't be read ({type(error).__name__}). Name a TOML file.") from None
    except SpecRefused as refused:
        raise CliError(f"{args.crowd}: {refused}") from None
