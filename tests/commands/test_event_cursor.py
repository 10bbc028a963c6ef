"""Events are read by a cursor that passes no row by, in whatever order transactions commit."""

import re
import time
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from fairhand.audit import queries
from fairhand.audit.actor import JOB
from fairhand.audit.commands import Fact, record
from fairhand.audit.queries import Cursor, beyond
from tests.building import NOW

ADD = """
INSERT INTO event (id, at, actor_kind, verb, subject_kind, facts)
VALUES (gen_random_uuid(), now(), 'job', 'test:%s', 'test', '{}')
"""
# A transaction of any database of the server holds the cursor back: here, the tests that run beside this one.
OTHERS_END_WITHIN_S = 300


def read(cursor: Cursor, limit: int = 100) -> tuple[list[str], Cursor]:
    rows, cursor = beyond(cursor, limit)
    return [row["verb"].removeprefix("test:") for row in rows], cursor


def read_all(cursor: Cursor, names: int, limit: int = 100) -> tuple[list[str], Cursor]:
    """Read on until so many rows came, and once more."""
    seen: list[str] = []
    end = time.monotonic() + OTHERS_END_WITHIN_S
    while len(seen) < names and time.monotonic() < end:
        page, cursor = read(cursor, limit)
        seen += page
        if not page:
            time.sleep(0.05)
    return seen + read(cursor, limit)[0], cursor


def add(writer: psycopg.Connection, name: str) -> None:
    writer.execute(ADD % name)  # type: ignore[arg-type]  # the test's own words


def test_a_row_of_a_transaction_that_still_runs_is_not_passed_by(db) -> None:
    with psycopg.connect(db.url) as slow, psycopg.connect(db.url, autocommit=True) as quick:
        add(slow, "slow")  # takes the lower number, commits last
        add(quick, "quick")
        seen, cursor = read(Cursor())
        assert seen == [], "the quick one waits for the slow one"
        slow.commit()
        seen, cursor = read_all(cursor, 2)
        assert seen == ["slow", "quick"]
        add(quick, "next")
        assert read_all(cursor, 1)[0] == ["next"]


def test_a_row_of_a_transaction_that_was_undone_never_appears(db) -> None:
    with psycopg.connect(db.url) as slow, psycopg.connect(db.url, autocommit=True) as quick:
        add(slow, "undone")
        add(quick, "quick")
        slow.rollback()
        assert read_all(Cursor(), 1)[0] == ["quick"]


def test_pages_join_without_gap_or_double(db) -> None:
    names = [f"n{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)]
    for start in range(0, 60, 6):
        facts = [Fact(f"test:{name}", "test", None) for name in names[start : start + 6]]
        with transaction.atomic():
            record(actor=JOB, now=NOW, happened=facts)
    assert read_all(Cursor(), 60, limit=7)[0] == names


def test_no_order_of_commits_loses_a_row(db) -> None:
    writers = [psycopg.connect(db.url) for _ in range(4)]
    seen: list[str] = []
    cursor = Cursor()
    try:
        for round_, order in enumerate([(3, 2, 1, 0), (1, 3, 0, 2), (0, 1, 2, 3), (2, 0, 3, 1)]):
            for number, writer in enumerate(writers):
                add(writer, f"r{chr(97 + round_)}w{chr(97 + number)}")
            for number in order:
                writers[number].commit()
                page, cursor = read(cursor, 3)
                seen += page
    finally:
        for writer in writers:
            writer.close()
    seen += read_all(cursor, 16 - len(seen), limit=3)[0]
    assert sorted(seen) == sorted(f"r{a}w{b}" for a in "abcd" for b in "abcd")


def test_a_verb_is_a_noun_and_a_verb(rollback_db) -> None:
    with pytest.raises(DatabaseError, match="event_verb_is_noun_colon_verb"), transaction.atomic():
        record(actor=JOB, now=NOW, happened=[Fact("Made", "test", None)])


def test_a_reader_with_a_cursor_sorts_nothing(rollback_db) -> None:
    """The index has the order: the statement sorts by its columns, not by what it selects under their names."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):  # few rows: whether the index can, not whether it pays
            cursor.execute(f"SET LOCAL enable_{way} = off")
        for sql, values in ((queries._BEYOND, ["0", 0, 10]), (queries._BEYOND_IN, [[uuid4()], "0", 0, 10, 10])):
            cursor.execute(f"EXPLAIN {sql}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert re.search(r"Limit[^\n]*\n *->  Index Scan using event_\w*cursor", plan), plan
