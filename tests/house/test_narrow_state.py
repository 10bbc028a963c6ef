"""Migrating without rendering everything anew makes the same tables as Django's own way."""

import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from fairhand.cli.pgembed import APP, OWNER, Server
from tests.counts import LARGE
from tests.databases import TestDatabase

# Run in a process of its own, as `fairhand migrate` is: as the owner, who is not Django's usual role.
CHILD = """
import sys, django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from fairhand.cli.narrow_state import NarrowExecutor
executor = {"django": MigrationExecutor, "narrow": NarrowExecutor}[sys.argv[1]](connection)
executor.migrate([each for each in executor.loader.graph.leaf_nodes() if sys.argv[2] in (each[0], "")])
"""
SCHEMA = (
    "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity"
    " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferrable FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " ORDER BY 1, 2",
    "SELECT proname, pg_get_function_identity_arguments(oid), md5(prosrc) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2",
    "SELECT app, name FROM django_migrations ORDER BY 1, 2",
)


@contextmanager
def empty(server: Server) -> Iterator[str]:
    """The name of a database without a table."""
    name = f"empty_{secrets.token_hex(4)}"
    with psycopg.connect(server.url(OWNER), autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def schema(server: Server, way: str, app: str) -> list[list[tuple]]:
    """Everything that the migrations of an app, and what they need, make of an empty database."""
    with empty(server) as name:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "fairhand.settings", "FAIRHAND_DATABASE_URL": server.url(APP, name),
            "FAIRHAND_CONNECT_AS": "owner", "FAIRHAND_OWNER_DATABASE_URL": server.url(OWNER, name),
        }  # fmt: skip
        command = [sys.executable, "-c", CHILD, way, app]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        with psycopg.connect(server.url(OWNER, name)) as owner:
            return [owner.execute(query).fetchall() for query in SCHEMA]


def test_the_tables_are_those_that_django_makes(db: TestDatabase, seed: int) -> None:
    ours = sorted({app for app, _ in MigrationLoader(None).graph.leaf_nodes()} & {"people", "audit", "ledger", "files"})
    app = "" if LARGE else random.Random(seed).choice(ours)
    narrow = schema(db.server, "narrow", app)
    assert narrow[0], "no table was made that could be compared"
    for mine, django in zip(narrow, schema(db.server, "django", app), strict=True):
        assert mine == django
