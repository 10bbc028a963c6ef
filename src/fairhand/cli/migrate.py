"""`fairhand migrate`: brings the tables up to date, as the owner of the database, in a process of its own."""

import argparse
import os
import subprocess
import sys

from fairhand.cli.output import CliError, emit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Brings the tables up to date, in the embedded database or in the one named in FAIRHAND_OWNER_DATABASE_URL."
    )


def run(args: argparse.Namespace) -> int:
    # Every command that gets a database gets it migrated; so did this one.
    emit(args, {"migrated": True}, "The tables are up to date.")
    return 0


def bring_up_to_date(app_url: str, owner_url: str | None) -> None:
    """Migrates and grants as the owner. Without the owner's address it only checks that nothing is left to do.

    A child process does it, so that no process that serves pages or runs commands ever holds the owner's password in
    its environment. Raises CliError when the tables are not as this version wants them.
    """
    environment = {**os.environ, "FAIRHAND_DATABASE_URL": app_url}
    command = [sys.executable, "-m", "fairhand.cli.migrate_child"]
    if owner_url:
        environment |= {"FAIRHAND_CONNECT_AS": "owner", "FAIRHAND_OWNER_DATABASE_URL": owner_url}
    else:
        command.append("--check")
    code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    if code == 0:
        return
    if owner_url:
        raise CliError(
            "The tables could not be brought up to date (see above). The failed step was undone; put its cause right, "
            "then run fairhand migrate."
        )
    raise CliError(
        "The tables of the database named in FAIRHAND_DATABASE_URL are not those of this version (see above). Run "
        "fairhand migrate with its owner's address in FAIRHAND_OWNER_DATABASE_URL."
    )
