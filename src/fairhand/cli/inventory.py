"""What a database holds, counted: the rows of every table, and the ledger from its legs. Kept in each backup."""

from typing import Any

import psycopg
from psycopg import sql

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_SCHEMA = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
_BALANCES = """
SELECT a.currency, a.owner_kind || ' ' || a.purpose, sum(b.net)::bigint, count(*)
  FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id GROUP BY 1, 2 ORDER BY 1, 2
"""
_LEGS = """
SELECT a.currency, a.owner_kind || ' ' || a.purpose, sum(l.amount)::bigint
  FROM ledger_leg l JOIN ledger_account a ON a.id = l.account_id GROUP BY 1, 2 ORDER BY 1, 2
"""
_APART = """
SELECT count(*) FROM ledger_balance b
  LEFT JOIN (SELECT account_id, sum(amount) AS net, count(*) AS n FROM ledger_leg GROUP BY 1) l
    ON l.account_id = b.account_id
 WHERE b.net <> coalesce(l.net, 0) OR b.seq <> coalesce(l.n, 0)
"""
_XID8 = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
 WHERE c.table_schema = 'public' AND c.udt_name = 'xid8' ORDER BY 1
"""


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """The names of our tables."""
    return [row[0] for row in connection.execute(_TABLES).fetchall()]


def inventory(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Counts and sums, as of the connection's snapshot."""
    counts = {}
    for table in tables(connection):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        assert row is not None
        counts[table] = row[0]
    return {
        "rows": counts,
        "migrations": [row[0] for row in connection.execute(_SCHEMA).fetchall()],
        "balances": {f"{c} {name}": net for c, name, net, _ in connection.execute(_BALANCES).fetchall()},
        "legs": {f"{c} {name}": net for c, name, net in connection.execute(_LEGS).fetchall()},
    }


def differences(said: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What differs between a backup's inventory and a database's, a sentence each."""
    told = []
    for what, word in (("rows", "rows of"), ("balances", "the balance of"), ("legs", "the legs of")):
        names = sorted({*said[what], *found[what]})
        told += [
            f"{word} {name}: {said[what].get(name, 0)} in the backup, {found[what].get(name, 0)} here"
            for name in names
            if said[what].get(name, 0) != found[what].get(name, 0)
        ]
    return told


def recomputed(connection: psycopg.Connection[Any]) -> int:
    """Accounts whose balance isn't the sum of their legs."""
    row = connection.execute(_APART).fetchone()
    return int(row[0]) if row else 0


def zero_transaction_ids(owner: psycopg.Connection[Any]) -> None:
    """As owner, in one transaction: stored transaction ids become 0, because a new cluster counts them anew.

    An id from before would let a reader with a cursor pass new events by, and could open a sealed ledger entry. What
    readers had read stays read, as far as it is without gaps; a few events are read twice, none is missed.
    """
    with owner.transaction():
        owner.execute(
            "UPDATE notice_cursor c SET xid = 0, seq = coalesce("
            "(SELECT min(e.seq) - 1 FROM event e WHERE (e.xid, e.seq) > (c.xid::text::xid8, c.seq)),"
            "(SELECT max(e.seq) FROM event e), 0)"
        )
        for table, column in owner.execute(_XID8).fetchall():
            name, field = sql.Identifier(table), sql.Identifier(column)
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
            owner.execute(sql.SQL("UPDATE {} SET {} = '0' WHERE {} <> '0'").format(name, field, field))
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))
