"""What a command changed, so that two ways to the same end can be compared row by row."""

import json
import re
from typing import Any

from django.db import connection

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
# Numbers and moments that the database gives out in turn: never the same twice, whoever writes.
_GIVEN_OUT = ("xid", "seq", "created_at", "place")
_TABLES = (
    "claim", "slot", "seat", "person_load", "submission", "pay_line", "event", "task", "ledger_entry", "ledger_leg",
    "ledger_balance", "ledger_account", "tally", "hand", "queue_wake",
)  # fmt: skip


class Back(Exception):
    """Takes everything back."""


def rows() -> set[str]:
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"SELECT '{table} ' || to_jsonb(t)::text FROM {table} t")
            found |= {row[0] for row in cursor.fetchall()}
    return found


def changed(before: set[str]) -> list[str]:
    """What is new, with new ids as `new` and without the numbers that the database gives out."""
    known = set(_UUID.findall("".join(before)))
    fresh = [(row.partition(" ")[0], json.loads(row.partition(" ")[2])) for row in rows() - before]
    opened = {each["id"]: each["purpose"] for table, each in fresh if table == "ledger_account"}
    found = []
    for table, values in fresh:
        text = json.dumps(_plain(table, values, opened), sort_keys=True)
        found.append(f"{table} {_UUID.sub(lambda m: m[0] if m[0] in known else 'new', text)}")
    return sorted(found)


def _plain(table: str, values: dict[str, Any], opened: dict[int, str]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in _GIVEN_OUT or table == "ledger_balance"}
    if isinstance(kept.get("id"), int):
        kept["id"] = 0
    if "account_id" in kept:
        kept["account_id"] = opened.get(kept["account_id"], kept["account_id"])
    for name in ("entry_id", "entry_ids"):
        if kept.get(name):
            kept[name] = "entry"
    return kept
