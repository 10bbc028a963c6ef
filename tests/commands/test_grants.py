"""What the application role may not do, the database refuses, whatever the code says."""

import pytest
from django.db import DatabaseError, connection, transaction

from fairhand.cli.grants import APPEND_ONLY, NEVER_DELETED, READ_ONLY, rights

pytestmark = pytest.mark.usefixtures("rollback_db")
LEDGER = ("ledger_account", "ledger_balance", "ledger_entry", "ledger_leg")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def refused(sql: str, why: str = "permission denied|must be owner") -> None:
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def held(table: str) -> set[str]:
    """The rights that the database really gives to the role we are."""
    with connection.cursor() as cursor:
        found = set()
        for verb in VERBS:
            cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [f'public."{table}"', verb])
            if cursor.fetchone()[0]:
                found.add(verb)
        return found


def test_every_table_is_listed_and_has_exactly_its_rights() -> None:
    found = tables()
    assert {"slot", "claim", "submission", "pay_line", *LEDGER} <= set(found)
    for table in found:
        assert held(table) == set(rights(table).split(", ")), table
    for listed in APPEND_ONLY | NEVER_DELETED | READ_ONLY:
        assert listed in found, f"{listed} is granted and isn't there"


def test_a_table_listed_nowhere_is_an_error_that_says_where_to_list_it() -> None:
    with pytest.raises(KeyError, match=r"table gossip is not listed in fairhand/cli/grants\.py"):
        rights("gossip")


@pytest.mark.parametrize("table", LEDGER)
def test_the_ledger_is_only_read(table: str) -> None:
    column = {"ledger_account": "min_net", "ledger_balance": "net", "ledger_entry": "kind", "ledger_leg": "amount"}[
        table
    ]
    refused(f"UPDATE {table} SET {column} = NULL")
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table} CASCADE")
    refused(f"INSERT INTO {table} DEFAULT VALUES")
    refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    refused(f"DROP TABLE {table} CASCADE")
    refused(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_facts_are_added_and_never_changed(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        column = cursor.fetchone()[0]
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table} CASCADE")
    refused(f"ALTER TABLE {table} DISABLE TRIGGER ALL")


@pytest.mark.parametrize("table", sorted(NEVER_DELETED))
def test_rows_whose_state_moves_are_never_deleted(table: str) -> None:
    refused(f"DELETE FROM {table}")
    refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "SET session_replication_role = replica",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "CREATE OR REPLACE FUNCTION ledger_hold(text, jsonb) RETURNS void LANGUAGE sql AS 'SELECT NULL::void'",
        "DROP FUNCTION ledger_refuse() CASCADE",
        "DROP TRIGGER append_only ON event",
    ],
)
def test_the_role_does_not_make_or_unmake_the_schema(sql: str) -> None:
    refused(sql, "permission denied|must be owner|must have the|Only roles with")
