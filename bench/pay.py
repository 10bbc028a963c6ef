"""How fast pay is computed, posted and stated: `make bench-pay`.

    .venv/bin/python -m bench.pay [--write] [--statements N] [--seconds S]

One run on one machine, in turns. Pay lines a second out of the engine; entries a second through the ledger's function
beside plain inserts of the same rows, one by one and in batches, by one connection and by several; every statement of
so many people, made from legs and lines and held against each other, and PDFs of them. The last line is one JSON
object. `--write` puts the figures into docs/reference/bench-pay.md, which says what each is.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import django
import psycopg

# What follows reads Django's settings, and the settings read these.
os.environ |= {"FAIRHAND_SECRET_KEY": secrets.token_urlsafe(60), "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
for _name in ("FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL", "FAIRHAND_CONNECT_AS", "FAIRHAND_DEMO"):
    os.environ.pop(_name, None)
django.setup()

from django.utils import translation  # noqa: E402

from fairhand.insight.statements_of_period import all_documents, people_until  # noqa: E402
from fairhand.ledger.queries import span_of  # noqa: E402
from fairhand.web.period_statements import Whose, file  # noqa: E402
from fairhand_pay import Facts, Terms, lines, terms_from_preset  # noqa: E402
from tests.databases import TestDatabase, cloned, django_on, running_server  # noqa: E402

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "bench-pay.md"
SQL = Path(__file__).resolve().parent / "sql" / "statements.sql"
DAY = date(2026, 3, 2)
BATCH, ROUNDS, CLIENTS = 100, 5, 4
PDFS = 300
OUTLIER = {"rate": "40.00", "full_rate_limit_min": 60, "reduced_rate": "21.16"}
TURNS = {"price": "20.00", "factors": {"3": "1.3"}, "hold_share": "65%"}
_POST = "SELECT ledger_post(%s, 'submit', 'USD', %s::jsonb, %s, NULL, '{}'::jsonb)"
_ENTRY = """
INSERT INTO plain_entry (idem_key, req_hash, kind, effective_at, created_at, meta, xid)
VALUES (%s, %s, 'submit', %s, clock_timestamp(), '{}', pg_current_xact_id()) RETURNING id
"""
_LEGS = """
INSERT INTO plain_leg (entry_id, account_id, currency, amount, seq, net_after)
VALUES (%s, %s, 'USD', %s, %s, %s), (%s, %s, 'USD', %s, %s, %s), (%s, %s, 'USD', %s, %s, %s)
"""
_HASH = b"\0" * 32
_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
Write = Callable[[psycopg.Cursor, int], None]


def main() -> int:
    """0 unless a statement doesn't add up."""
    asked = _asked()
    found: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "python": sys.version.split()[0]}}
    found["engine"] = engine(asked.seconds)
    home = tempfile.mkdtemp(prefix="fairhand-bench-pay-", dir=asked.folder)
    os.environ["FAIRHAND_HOME"] = home
    try:
        with running_server() as server:
            with cloned(server) as database:
                found["ledger"] = ledger(database, asked.seconds)
            with cloned(server) as database:
                found["statements"] = stated(database, asked.statements)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if asked.write:
        _write(found)
    print(json.dumps(found))
    return 0 if found["statements"]["wrong"] == 0 else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench-pay", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--statements", type=int, default=100_000, help="people with a statement each (100000)")
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds of each turn (2)")
    parser.add_argument("--folder", help="where the database lies (the folder for temporary files)")
    parser.add_argument("--write", action="store_true", help=f"put the figures into {PAGE.name}")
    return parser.parse_args()


def engine(seconds: float) -> dict[str, Any]:
    """Lines a second of one process, by what the terms are."""
    cases: tuple[tuple[str, Terms, Facts], ...] = (
        (
            "hourly, one line",
            terms_from_preset("hourly", {"rate": "36.00", "paid_s_max": 3600}, "USD"),
            Facts(47 * 60_000),
        ),
        ("outlier, 75 min, two lines", terms_from_preset("outlier", OUTLIER, "USD"), Facts(75 * 60_000)),
        (
            "turns, multiplier and hold",
            terms_from_preset("turns", TURNS, "USD"),
            Facts(20 * 60_000, {"task": 1, "turn": 3}),
        ),
    )
    found = {}
    for name, terms, facts in cases:
        made, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < seconds:
            for _ in range(100):
                made += len(lines(facts, terms))
        found[name] = {"lines_per_s": round(made / took), "lines": len(lines(facts, terms))}
    return found


def ledger(database: TestDatabase, seconds: float) -> dict[str, Any]:
    """Entries a second: three legs each, from a batch's reserve to an expert, the rest of it to the pool."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE plain_entry (LIKE ledger_entry INCLUDING ALL)")
        owner.execute("CREATE TABLE plain_leg (LIKE ledger_leg INCLUDING ALL)")
    ways: dict[str, tuple[str, Callable[[int], Write]]] = {
        "function": (database.owner_url, _through_function), "plain": (database.owner_url, _plainly),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for clients in (1, CLIENTS):
        for batch in (1, BATCH):
            rates: dict[str, list[float]] = {name: [] for name in ways}
            for _ in range(ROUNDS):
                for name, (url, way) in ways.items():
                    rates[name].append(_rate(url, way, clients, batch, seconds / 2))
            shares = [of / plain for of, plain in zip(rates["function"], rates["plain"], strict=True)]
            found[f"{clients} connection{'s' * (clients > 1)}, {batch} a transaction"] = {
                **{f"{name}_per_s": round(statistics.median(each)) for name, each in rates.items()},
                "share": round(statistics.median(shares), 3),
            }
    return found


def _rate(url: str, way: Callable[[int], Write], clients: int, batch: int, seconds: float) -> float:
    done, start = [0] * clients, Barrier(clients + 1)

    def work(number: int) -> None:
        write = way(number)
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            write(cursor, -1)
            connection.commit()
            start.wait()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                for _ in range(batch):
                    write(cursor, done[number])
                    done[number] += 1
                connection.commit()

    threads = [Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def _through_function(number: int) -> Write:
    batch, person, mark = str(uuid4()), str(uuid4()), uuid4().hex
    legs = json.dumps([["batch", batch, "reserved", 0, -100], ["person", person, "pending", 0, 60],
                       ["batch", batch, "pool", 0, 40]])  # fmt: skip
    fund = json.dumps([["operator", None, "goodwill", 0, -(10**12)], ["batch", batch, "reserved", 0, 10**12]])

    def write(cursor: psycopg.Cursor, n: int) -> None:
        cursor.execute(_POST, [f"{mark}:{n}", fund if n < 0 else legs, _AT], prepare=True)

    return write


def _plainly(number: int) -> Write:
    mark, place = uuid4().hex, count(1)
    accounts = [secrets.randbelow(10**12) for _ in range(3)]

    def write(cursor: psycopg.Cursor, n: int) -> None:
        cursor.execute(_ENTRY, [f"{mark}:{n}", _HASH, _AT], prepare=True)
        (entry,) = cursor.fetchone() or (0,)
        at = next(place)
        rows = [(entry, account, amount, at, at * amount)
                for account, amount in zip(accounts, (-100, 60, 40), strict=True)]  # fmt: skip
        cursor.execute(_LEGS, [value for row in rows for value in row], prepare=True)

    return write


def stated(database: TestDatabase, people: int) -> dict[str, Any]:
    """Everybody's statement of a day: each of two submissions, handed in and accepted."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for part in SQL.read_text(encoding="utf-8").split(";\n"):
            if part.strip():
                owner.execute(part.replace(":people:", str(people)).replace(":day:", f"'{DAY}'"))
    with django_on(database.url):
        span = span_of(DAY, DAY)
        ids = people_until(span)
        began, wrong, size = time.perf_counter(), 0, 0
        for _, told in all_documents(span, ids):
            wrong += b'"adds_up":true' not in told or told.count(b'"hash"') != 2
            size += len(told)
        took = time.perf_counter() - began
        papers = min(PDFS, len(ids))
        with _in_arabic():
            began = time.perf_counter()
            for each in ids[:papers]:
                wrong += not file(_whose(each), f"{DAY}_{DAY}", "pdf").content.startswith(b"%PDF-")
            papers_took = time.perf_counter() - began
    return {
        "statements": len(ids), "seconds": round(took, 2), "per_s": round(len(ids) / took), "bytes": size,
        "wrong": wrong + (len(ids) != people), "pdfs": papers, "pdfs_per_s": round(papers / papers_took, 1),
    }  # fmt: skip


@contextmanager
def _in_arabic() -> Iterator[None]:
    with translation.override("ar"):
        yield


def _whose(person_id: UUID) -> Whose:
    return Whose(person_id, "ليلى حدّاد", lambda period: period, "", "", "", own=True)


def _write(found: dict[str, Any]) -> None:
    """The figures into the page, between its marks."""
    engine_rows = [f"| {name} | {each['lines_per_s']:,} |" for name, each in found["engine"].items()]
    ledger_rows = [
        f"| {name} | {each['function_per_s']:,} | {each['plain_per_s']:,} | **{each['share']:.0%}** |"
        for name, each in found["ledger"].items()
    ]
    told = found["statements"]
    machine = found["machine"]
    text = "\n".join([
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine['cores']} cores for database and load together, "
        f"Python {machine['python']}.", "",
        "| engine, one process | lines a second |", "|---|---|", *engine_rows, "",
        "| ledger | `ledger_post` a second | plain inserts a second | share |", "|---|---|---|---|", *ledger_rows, "",
        f"{told['statements']:,} statements in {told['seconds']:,} s: **{told['per_s']:,} a second**; "
        f"{told['wrong']} of them wrong. PDFs in Arabic: {told['pdfs_per_s']} a second.",
    ])  # fmt: skip
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(
        re.sub(r"(<!-- figures -->\n\n).*?(\n\n<!-- end -->)", lambda at: at[1] + text + at[2], page, flags=re.S),
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
