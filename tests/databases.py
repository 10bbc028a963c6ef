"""The databases of the tests: one embedded server a run, one migrated template, one clone for each test that commits.

Tests connect as the application role, like the product. Nothing is flushed and no trigger is switched off.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import connections

from fairhand import settings
from fairhand.cli import migrate
from fairhand.cli.database import embedded
from fairhand.cli.home import Home, open_home
from fairhand.cli.pgembed import APP, OWNER, Server

TEMPLATE = "fairhand_template"
TUNING = "min_wal_size = 256MB\nmax_wal_size = 1GB\ncheckpoint_timeout = 1h\n"
MEMORY, MEMORY_FREE_MIN = "/dev/shm", 3_000_000_000


def folder_of_tests() -> str | None:
    """Where the database of the tests lies: in memory if there is room, since a clone is 560 new files.

    Measured on two cores: 20 ms a clone in memory, 40 to 250 ms on disk. The server runs as durably as in the product
    (fsync stays on), and what tests kill is processes, which memory outlives.
    """
    if os.path.isdir(MEMORY) and os.access(MEMORY, os.W_OK):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize > MEMORY_FREE_MIN:
            return MEMORY
    return None


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """A database of one test. `url` connects as the application role, `owner_url` as the owner."""

    __test__ = False  # pytest: not a class of tests

    name: str
    url: str
    owner_url: str
    server: Server


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of this run, with the template in it; every test process that uses it keeps it alive."""
    home = open_home()
    home.write("postgresql.conf", TUNING)
    with embedded(home) as database:
        server = database.server
        assert server is not None
        _make_template(home, server)
        yield server


def _make_template(home: Home, server: Server) -> None:
    with home.locked("template.lock"), psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        owner.execute(f"CREATE DATABASE {TEMPLATE}_unfinished")
        name = f"{TEMPLATE}_unfinished"
        migrate.bring_up_to_date(server.url(APP, name), server.url(OWNER, name))
        owner.execute(f"ALTER DATABASE {name} RENAME TO {TEMPLATE}")


@contextmanager
def cloned(server: Server) -> Iterator[TestDatabase]:
    """A fresh copy of the template, with the rights of a real installation; dropped afterwards."""
    name = f"t_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY WAL_LOG")
        try:
            owner.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
            owner.execute(f"GRANT CONNECT ON DATABASE {name} TO {APP}")
            yield TestDatabase(name, server.url(APP, name), server.url(OWNER, name), server)
        finally:
            _drop(owner, name)


def _drop(owner: psycopg.Connection, name: str) -> None:
    try:
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    except psycopg.errors.InsufficientPrivilege:
        # Autovacuum is at work in it, and that only a superuser may end; without FORCE the server sends it away itself.
        owner.execute(f"DROP DATABASE {name}")


@contextmanager
def django_on(url: str) -> Iterator[None]:
    """Django's own connection leads to `url` meanwhile, in every thread."""
    nowhere = dict(connections.databases["default"])
    connections.close_all()
    connections.databases["default"].update(settings.database(url, variable="url"))
    try:
        yield
    finally:
        connections.close_all()
        connections.databases["default"].clear()
        connections.databases["default"].update(nowhere)
