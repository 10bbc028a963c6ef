"""Fills one launched project with as many tasks as asked, as if it had been worked on for months.

Rows are made by the database in bulk, as its owner, and they are whole: every slot has its claims, every submission its
pay line, every line its ledger entry, every move its event. `fairhand check` finds nothing wrong afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

SQL = Path(__file__).parent / "sql"
FILES = ("work.sql", "money.sql", "events.sql", "lists.sql")


@dataclass(frozen=True, slots=True)
class Size:
    """How much: tasks of the one project, events in all, and rows of every other list."""

    tasks: int
    events: int
    people: int
    rows: int


@dataclass(frozen=True, slots=True)
class Where:
    """The project that is filled. `experts` get a good part of the work each, so that their own lists are long too."""

    project_id: UUID
    experts: Sequence[UUID]
    reviewer_id: UUID


def load(owner_url: str, where: Where, size: Size) -> dict[str, int]:
    """Make the rows, in one transaction; returns how many rows each table has afterwards."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("SET LOCAL statement_timeout = 0")
        owner.execute("SET LOCAL synchronous_commit = off")
        values = _values(owner, where, size)
        for name in FILES:
            for statement in _statements((SQL / name).read_text(encoding="utf-8"), values):
                owner.execute(statement)
        owner.execute("SELECT tally_compact(now())")  # the worker does it every minute
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SET statement_timeout = 0")
        tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        owner.execute("VACUUM (ANALYZE) " + ", ".join(f'"{table}"' for table in sorted(tables)))
        return {table: _count(owner, table) for table in sorted(tables)}


def _count(owner: psycopg.Connection, table: str) -> int:
    (found,) = owner.execute(f'SELECT count(*) FROM "{table}"').fetchone() or (0,)
    return int(found)


def _values(owner: psycopg.Connection, where: Where, size: Size) -> Mapping[str, str]:
    """What the files' `:name` stand for. All of it is ours; nothing comes from outside."""
    stages = dict(
        owner.execute("SELECT kind, id::text FROM stage WHERE project_id = %s", [where.project_id]).fetchall()
    )
    experts = ", ".join(f"'{each}'" for each in where.experts)
    values: dict[str, Any] = {
        "project": f"'{where.project_id}'", "attempt": f"'{stages['attempt']}'", "review": f"'{stages['review']}'",
        "experts": f"ARRAY[{experts}]::uuid[]", "reviewer": f"'{where.reviewer_id}'",
        "tasks": size.tasks, "events": size.events, "people": size.people, "rows": size.rows,
    }  # fmt: skip
    return {name: str(value) for name, value in values.items()}


def _statements(text: str, values: Mapping[str, str]) -> list[str]:
    """The statements of a file, `;` at the end of a line between them, `:name` filled in."""
    for name, value in values.items():
        text = text.replace(f":{name}:", value)
    return [part for part in text.split(";\n") if _sense(part)]


def _sense(part: str) -> bool:
    """Whether there is more than comments."""
    return any(line.strip() and not line.startswith("--") for line in part.splitlines())
