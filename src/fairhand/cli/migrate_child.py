"""The process behind `fairhand migrate`: Django's migrations and the grants of the application role, as the owner.

Run with --check it connects as the application role and only tells whether migrations are left to do.
"""

import sys
import time

import django
import psycopg
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from fairhand import settings
from fairhand.cli.grants import grant_statements
from fairhand.cli.narrow_state import migrate_narrowly
from fairhand.cli.output import say
from fairhand.cli.tables_mark import mark_statement, role_of

# Two commands that start at once would otherwise both find the same step to do. Asked for again and again: a statement
# that waits for it would keep a snapshot, and an index that is built concurrently waits for every snapshot to end.
LOCK = "SELECT pg_try_advisory_lock(hashtext('fairhand migrate'))"
LOCK_ASKED_EVERY_S = 0.2
# What a concurrent build that was broken off has left behind: of no use, and in the way of building it again.
INVALID = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT i.indisvalid
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def main() -> int:
    django.setup()
    try:
        if "--check" in sys.argv[1:]:
            return 1 if _left() else 0
        # Outside Django's connection, because that one gives up on a lock after seconds.
        with psycopg.connect(settings.text("FAIRHAND_OWNER_DATABASE_URL"), autocommit=True) as turn:
            while turn.execute(LOCK).fetchone() == (False,):
                time.sleep(LOCK_ASKED_EVERY_S)
            if _left():
                say("Bringing the tables up to date.")
                for (name,) in turn.execute(INVALID).fetchall():
                    turn.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
                migrate_narrowly()
                call_command("migrate", interactive=False, verbosity=0)
            _grant()
    except (DatabaseError, psycopg.Error) as error:
        say(f"The database said: {str(error).strip().splitlines()[0]}")
        return 1
    return 0


def _left() -> list[str]:
    """The migrations not applied yet, as app.name."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    left = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    if left and not settings.CONNECT_AS_OWNER:
        say(f"{len(left)} steps have not been applied, the first is {left[0]}.")
    return left


def _grant() -> None:
    """What the application role may do with each table; said anew after every migration, so that none is forgotten."""
    role = role_of(settings.text("FAIRHAND_DATABASE_URL"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for statement in grant_statements(role, [row[0] for row in cursor.fetchall()]):
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM django_migrations")
        cursor.execute(mark_statement(role, cursor.fetchone()[0]))


if __name__ == "__main__":
    sys.exit(main())
