"""The database a command works on: the one named in the environment, or the embedded one, started if none runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from fairhand.cli import migrate
from fairhand.cli.home import Home, open_home, take
from fairhand.cli.output import CliError, say
from fairhand.cli.pgembed import APP, OWNER, Server
from fairhand.cli.tables_mark import is_current

VERSION_MIN = 16
MEMORY, MEMORY_FREE_MIN = "/dev/shm", 2_000_000_000  # noqa: S108  # a private folder is made in it
APP_URL, OWNER_URL = "FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Database:
    """How to reach it. `owner_url` is for `migrate` alone, None if nobody told us; `server` is None for another's."""

    app_url: str
    owner_url: str | None
    server: Server | None


@contextmanager
def ready_database(*, migrated: bool, anew: bool = False) -> Iterator[Database]:
    """A database that answers, with FAIRHAND_DATABASE_URL and FAIRHAND_SECRET_KEY set for this process.

    The embedded server is started if none runs; whichever of our commands ends last stops it. With `migrated` its
    tables are brought up to date first, by a child process: this process never holds the owner's password in its
    environment. Where a mark on them says that nothing is left to do no child is asked, but for `anew`.
    Raises CliError with one sentence where there is no usable database.
    """
    named = os.environ.get(APP_URL, "").strip()
    owner = os.environ.pop(OWNER_URL, "").strip() or None
    home = None if named and os.environ.get("FAIRHAND_SECRET_KEY") else open_home()
    if home is not None:
        os.environ["FAIRHAND_HOME"] = str(home.path)
    if home is not None and not os.environ.get("FAIRHAND_SECRET_KEY"):
        os.environ["FAIRHAND_SECRET_KEY"] = home.signing_key()
    if named:
        check_external(named, APP_URL)
        database = Database(named, owner, None)
        if migrated and (anew or not is_current(database.app_url)):
            migrate.bring_up_to_date(database.app_url, database.owner_url)
        yield database
        return
    if owner:
        raise CliError(f"{OWNER_URL} is set and {APP_URL} is not. Set both, or neither to use the embedded database.")
    assert home is not None
    with embedded(home) as database:
        os.environ[APP_URL] = database.app_url
        if migrated and (anew or not is_current(database.app_url)):
            migrate.bring_up_to_date(database.app_url, database.owner_url)
        yield database


@contextmanager
def scratch_home() -> Iterator[None]:
    """A data folder of its own for this process, with an empty embedded database; gone afterwards."""
    for name in (APP_URL, OWNER_URL):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="fairhand-", dir=_memory()) as folder:
        os.environ["FAIRHAND_HOME"] = folder
        yield


def _memory() -> str | None:
    """Nothing there outlives the command, so memory will do where there is plenty."""
    room = os.statvfs(MEMORY) if os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK) else None
    return MEMORY if room and room.f_bavail * room.f_frsize > MEMORY_FREE_MIN else None


@contextmanager
def embedded(home: Home) -> Iterator[Database]:
    """The embedded server, running for as long as anybody uses it: each user has a shared lock on the file `lease`."""
    # libpq reads these too, and they are meant for another server.
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
    server = Server(home, say)
    lease = os.open(home.path / "lease", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with home.locked("start.lock"):
            take(lease, shared=True)
            server.start()
        yield Database(server.url(APP), server.url(OWNER), server)
    finally:
        with home.locked("start.lock"):
            if take(lease, wait=False):
                server.stop()
        os.close(lease)


def check_external(url: str, variable: str) -> None:
    """That the database of `variable` answers and is new enough; CliError if not."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        why = str(error).strip().splitlines()[-1:] or [type(error).__name__]
        raise CliError(
            f"The database named in {variable} does not answer: {why[0]}. Check the address, then try again."
        ) from error
    if version < VERSION_MIN:
        raise CliError(
            f"The database named in {variable} is PostgreSQL {version}; Fairhand wants {VERSION_MIN} or newer. "
            f"Upgrade it, or unset {variable} to use the embedded one."
        )
