"""The command `fairhand`: finds the subcommand, gives it a database, and says in one sentence what went wrong."""

import argparse
import json
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from types import FrameType, ModuleType

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from fairhand.cli.database import ready_database, scratch_home
from fairhand.cli.output import CliError, say


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand: a module with `add_arguments(parser)` and `run(args) -> exit code`.

    With `django` it is imported only when the database is known and Django is set up, so it may import models at its
    top. `migrated` is whether its database is brought up to date first; None: it takes care of the database itself.
    """

    name: str
    module: str
    told: str  # empty: started by other commands, not listed
    django: bool = True
    migrated: bool | None = True
    # On an empty database of its own, in a folder that is thrown away at the end.
    scratch: bool = False
    # A module without Django whose `add_arguments` and `checked(args)` are asked before that database is made.
    options: str = ""


COMMANDS = (
    Command("up", "up", "start everything and print the address; Ctrl-C stops it", django=False, migrated=None),
    Command("migrate", "migrate", "bring the tables of the database up to date", django=False),
    Command("import", "import_", "make a project from a pack"),
    Command("replay", "replay", "make a project from a pack and play its recorded history"),
    Command(
        "simulate",
        "simulate",
        "play a project with an invented crowd, and tell how it would go",
        scratch=True,
        options="simulate_options",
    ),
    Command("check", "check", "check the books, and the installation's health, with advice", migrated=False),
    Command(
        "statements",
        "statements",
        "everybody's statements of a month; and hold files of them against the books",
        migrated=False,
    ),
    Command("books", "books", "verify the closed days of the books, and export them for auditors", migrated=False),
    Command("backup", "backup", "write a verified copy of everything, encrypted if asked", django=False, migrated=None),
    Command("restore", "restore", "bring a backup back into an empty database", django=False, migrated=None),
    Command("user", "user", "accounts, roles and invitations"),
    Command("org", "org", "the organisations of the installation"),
    Command("key", "key", "API keys: make, list, replace, revoke"),
    Command("model", "model", "models that are asked while experts work: add, list, retire"),
    Command("pay", "pay", "explain what a plan pays; compute an export again", django=False, migrated=None),
    Command(
        "label-studio",
        "label_studio",
        "translate configurations, tasks and answers of Label Studio",
        django=False,
        migrated=None,
    ),
    Command(
        "rubric", "rubric", "look at a rubric file, score it, write it in another format", django=False, migrated=None
    ),
    Command("worker", "worker", "do background jobs", migrated=False),
    Command("prepare", "prepare", "", migrated=False),
)
STOPPED = 130
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """The entry point. Exit codes: 0 done, 1 answered with no, 2 could not be done, 130 stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairhand.settings")
    for number in ENDING:
        signal.signal(number, _stop)
    try:
        return _main(sys.argv[1:])
    except CliError as error:
        say(f"fairhand: {error}")
        if "--json" in sys.argv:  # whoever reads the last line gets an object, whatever happened
            print(json.dumps({"error": str(error)}, ensure_ascii=False), flush=True)
    except ImproperlyConfigured as error:
        say(f"fairhand: the settings cannot be used. {error}")
    except (OperationalError, psycopg.OperationalError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        say(f"fairhand: the database went away ({first}). What was finished is kept; run the same command again.")
    except KeyboardInterrupt:
        if sys.argv[1:2] != ["prepare"]:  # `up`, which waits for it, says the same
            say("fairhand: stopped. What was finished is kept; run the same command again to go on.")
        return STOPPED
    except BrokenPipeError:
        # Whoever read our output has gone: nothing is left to say, not even by the interpreter at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return STOPPED
    return 2


def _main(words: list[str]) -> int:
    parser = _parser()
    args = parser.parse_args(words[:1])
    known = {command.name: command for command in COMMANDS}
    if args.command is None or args.command not in known:
        if args.command:
            parser.error(f"there is no command {args.command[:40]!r}; choose from {', '.join(_listed())}")
        parser.print_help()
        return 0
    command, rest = known[args.command], words[1:]
    if not command.django:
        subparser(command).parse_args(rest)  # a mistyped option is told before a database is started for it
    if command.options:
        _module(command.options).checked(subparser(command).parse_args(rest))
    with ExitStack() as stack:
        if command.scratch and not {"-h", "--help"} & set(rest):
            stack.enter_context(scratch_home())
        if command.migrated is not None and not {"-h", "--help"} & set(rest):
            stack.enter_context(ready_database(migrated=command.migrated, anew=command.name == "migrate"))
        if command.django:
            django.setup()
        return int(_module(command.module).run(subparser(command).parse_args(rest)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fairhand",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Fairhand, the platform for paid expert AI-training work.",
        epilog="commands:\n"
        + "\n".join(f"  {command.name:<9} {command.told}" for command in COMMANDS if command.told)
        + "\n\nEach starts the embedded database when none runs, and stops what it started.\n"
        "FAIRHAND_HOME names the data folder. With --json the last line of standard output is one JSON object.",
    )
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="`fairhand COMMAND --help` tells its options")
    return parser


def subparser(command: Command) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"fairhand {command.name}")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    _module(command.options or command.module).add_arguments(parser)
    return parser


def _module(name: str) -> ModuleType:
    return import_module(f"fairhand.cli.{name}")


def _listed() -> list[str]:
    return [command.name for command in COMMANDS if command.told]


def _stop(number: int, frame: FrameType | None) -> None:
    # The first signal ends the command. A terminal, make and a supervisor often send it two or three times over, and
    # the clean-up that it starts must not be broken off.
    for again in ENDING:
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
