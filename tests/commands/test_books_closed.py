"""Days of the books are closed in a chain: any later change is found, wherever it was made, and nothing else is."""

import argparse
import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.audit.actor import JOB
from fairhand.cli import books
from fairhand.cli.database import embedded
from fairhand.cli.home import Home
from fairhand.cli.output import CliError
from fairhand.flow.nightly_books import nightly_books
from fairhand.insight.beancount import beancount
from fairhand.insight.health import BAD
from fairhand.insight.health_facts import look_over
from fairhand.kernel.clock import utc_now
from fairhand.kernel.money import exponent
from fairhand.ledger.accounts import budget, goodwill, move, outside, payable, reserved, transit
from fairhand.ledger.chain import verify
from fairhand.ledger.chart import CHART, exported_name
from fairhand.ledger.commands import close_days, post
from fairhand.ledger.queries import balances_of_person, closed_days, closed_over, last_closed
from tests.building import ACCEPT, NOW, Small, small_project
from tests.commands_of import migrated_home, new_folder
from tests.databases import django_on
from tests.needs import find


@dataclass(frozen=True, slots=True)
class Alone:
    """A database on a server of its own: a closing waits for every transaction of a server, and other tests have
    theirs."""

    url: str
    owner_url: str


@pytest.fixture
def db() -> Iterator[Alone]:
    with new_folder() as folder, embedded(Home(migrated_home(folder))) as found, django_on(found.app_url):
        assert found.owner_url is not None
        yield Alone(found.app_url, found.owner_url)


@pytest.fixture
def busy(db) -> Small:
    """Work that was paid, in two currencies, with a payment whose reference holds what must be escaped."""
    small = small_project(tasks=3, experts=2)
    small.work(small.experts[0], 100)
    small.review(ACCEPT)
    small.work(small.experts[1], 50)
    post(
        key="yen", kind="fund", currency="JPY", legs=move(outside(small.project.org_id), budget(small.project.id), 777),
        now=NOW, meta={"reference": 'Übung "1"\\\n2'},
    )  # fmt: skip
    return small


def close_today() -> list[Any] | None:
    """As if today were over."""
    return close_days(before=utc_now().date() + timedelta(days=1), now=utc_now())


@contextmanager
def forged(database: Alone, *sql: str) -> Iterator[None]:
    """The owner alters rows with the triggers asleep; rolled back at the end."""
    with django_on(database.owner_url), transaction.atomic(), connection.cursor() as cursor:
        for table in ("ledger_leg", "ledger_entry", "ledger_account", "ledger_day"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for each in sql:
            cursor.execute(each)
        yield
        transaction.set_rollback(True)


FORGED = (
    "UPDATE ledger_leg SET amount = amount + sign(amount) WHERE entry_id = (SELECT min(entry_id) FROM ledger_leg)",
    "UPDATE ledger_leg SET net_after = net_after + 1 WHERE id = (SELECT max(id) FROM ledger_leg)",
    "UPDATE ledger_entry SET kind = 'gift' WHERE id = (SELECT max(id) FROM ledger_entry)",
    "UPDATE ledger_entry SET idem_key = 'other' WHERE id = (SELECT max(id) FROM ledger_entry)",
    "UPDATE ledger_entry SET effective_at = effective_at + interval '1 microsecond' WHERE kind = 'submit'",
    "UPDATE ledger_entry SET created_at = created_at - interval '1 second' WHERE kind = 'submit'",
    "UPDATE ledger_entry SET meta = '{}' WHERE meta ? 'reference'",
    "UPDATE ledger_entry SET req_hash = 'x' WHERE id = (SELECT min(id) FROM ledger_entry)",
    """UPDATE ledger_account SET owner_id = gen_random_uuid()
        WHERE id = (SELECT min(id) FROM ledger_account WHERE purpose = 'payable')""",
    """INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after)
       SELECT entry_id, account_id, currency, 5, seq + 99, 5 FROM ledger_leg ORDER BY id LIMIT 1""",
    """DELETE FROM ledger_leg WHERE entry_id = (SELECT max(id) FROM ledger_entry);
       DELETE FROM ledger_entry WHERE id = (SELECT max(id) FROM ledger_entry)""",
    "UPDATE ledger_day SET head = sha256('x')",
    "UPDATE ledger_day SET previous = sha256('x')",
    "UPDATE ledger_day SET entries = entries + 1",
    "UPDATE ledger_day SET day = day - 1",
)


def test_a_closed_day_holds_and_whatever_is_forged_is_found(busy: Small, db: Alone) -> None:
    assert verify().until is None
    assert close_days(before=utc_now().date(), now=NOW) == [], "today is not over"
    assert close_today() == [utc_now().date()]
    assert close_today() == []
    found, last = verify(), last_closed()
    assert last is not None
    assert (found.wrong, found.days, found.head) == ([], 1, last.head)
    assert (found.entries, found.legs) == (last.entries, last.legs)
    assert found.entries >= 6
    assert found.legs >= 2 * found.entries
    for sql in FORGED:
        with forged(db, sql):
            assert len(verify().wrong) == 1, sql
    assert verify().wrong == []


def test_the_next_day_follows_and_is_judged_for_itself(busy: Small, db: Alone) -> None:
    close_today()
    small = busy
    small.work(small.experts[0], 10)
    assert close_days(before=utc_now().date() + timedelta(days=1), now=NOW) == [], (
        "that day is closed; the next takes it"
    )
    assert close_days(before=utc_now().date() + timedelta(days=2), now=NOW) == [utc_now().date() + timedelta(days=1)]
    one, two = closed_days()
    assert verify().wrong == verify(last=1).wrong == []
    with forged(db, "UPDATE ledger_entry SET kind = 'gift' WHERE id = 1"):
        assert len(verify().wrong) == 1
        assert verify(last=1).wrong == [], "the night looks at the last days alone"
    with forged(db, f"DELETE FROM ledger_day WHERE until_id = {one.until_id}"):
        assert len(verify().wrong) == 1
    over = closed_over(utc_now())
    assert over is not None
    assert over.head == one.head
    assert closed_over(utc_now() + timedelta(days=5)) is None
    assert two.head != one.head


def test_a_day_waits_for_whoever_is_still_at_it(busy: Small, db: Alone) -> None:
    sql = "SELECT ledger_post(%s, 'x', 'USD', %s, now(), NULL, '{}')"

    def legs(kind: str, purpose: str) -> str:
        return json.dumps([["client", str(uuid4()), "outside", 0, -5], [kind, str(uuid4()), purpose, 0, 5]])

    with psycopg.connect(db.url) as slow, psycopg.connect(db.url) as quick:
        # The quick one has the smaller transaction id and the larger number of an entry.
        quick.execute("SELECT pg_current_xact_id()")
        slow.execute(sql, ["slow", legs("project", "budget")])
        quick.execute(sql, ["quick", legs("batch", "pool")])
        quick.commit()
        tomorrow = utc_now().date() + timedelta(days=1)
        assert close_days(before=tomorrow, now=NOW, wait_ms=300) is None
        assert last_closed() is None
        slow.commit()
    assert close_today() == [utc_now().date()]
    assert verify().wrong == []


def test_the_night_closes_recounts_and_tells(busy: Small, db: Alone) -> None:
    tomorrow = utc_now() + timedelta(days=1)
    assert nightly_books(actor=JOB, now=tomorrow).wrong == {}
    assert last_closed() is not None
    (told,) = [each for each in look_over(tomorrow) if each.name == "books"]
    assert (told.level, "were right" in told.what) == ("ok", True)
    with django_on(db.owner_url), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_leg DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_leg SET net_after = net_after + 1 WHERE id = (SELECT max(id) FROM ledger_leg)")
        cursor.execute("ALTER TABLE ledger_leg ENABLE TRIGGER USER")
    found = nightly_books(actor=JOB, now=tomorrow + timedelta(hours=1))
    assert set(found.wrong) == {"wrong_running", "chain"}
    (told,) = [each for each in look_over(tomorrow + timedelta(hours=2)) if each.name == "books"]
    assert told.level == BAD
    assert "chain, wrong_running" in told.what


def test_the_command_verifies_lists_and_refuses_a_strange_head(busy: Small, capsys: pytest.CaptureFixture[str]) -> None:
    def said(verb: str, **more: Any) -> tuple[int, Any]:
        code = books.run(argparse.Namespace(**{"verb": verb, "json": True, "head": [], "to": None} | more))
        return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    assert said("verify")[1]["until"] is None
    close_today()
    code, found = said("verify")
    assert (code, found["right"], found["days"]) == (0, True, 1)
    assert said("heads")[1]["days"][0]["head"] == found["head"]
    assert said("verify", head=[found["head"].upper()])[0] == 0
    code, other = said("verify", head=["0" * 64])
    assert (code, other["right"], other["unknown_heads"]) == (1, False, ["0" * 64])
    with pytest.raises(CliError, match="is no head"):
        said("verify", head=["abc"])


# -- the export, read back by a reader of its own ---------------------------------------------------------------------

_OPEN = re.compile(r"(\d{4}-\d\d-\d\d) open ((?:Assets|Liabilities|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+) ([A-Z,]+)")
_HEAD = re.compile(r'(\d{4}-\d\d-\d\d) \* "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"')
_META = re.compile(r'  ([a-z]+): "(?:[^"\\]|\\.)*"')
_POSTING = re.compile(r"  (\S+)  (-?\d+(?:\.\d+)?) ([A-Z]{3})")
_BALANCE = re.compile(r"(\d{4}-\d\d-\d\d) balance (\S+) (-?\d+(?:\.\d+)?) ([A-Z]{3})")


def read(lines: list[str]) -> tuple[dict[tuple[str, str], Decimal], int, int]:
    """Adds the file up as an auditor's tool does: (balances, transactions, balances asserted). Asserts the syntax."""
    opened: dict[str, tuple[str, set[str]]] = {}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    inside: dict[str, Decimal] = defaultdict(Decimal)
    entries = asserted = 0
    for line in lines:
        if not line or not line.startswith("  "):
            assert not any(inside.values()), f"a transaction before {line!r} does not balance"
            inside.clear()
        if found := _OPEN.fullmatch(line):
            assert found[2] not in opened
            opened[found[2]] = (found[1], set(found[3].split(",")))
        elif found := _HEAD.fullmatch(line):
            entries, day = entries + 1, found[1]
        elif found := _POSTING.fullmatch(line):
            account, amount, currency = found[1], Decimal(found[2]), found[3]
            assert opened[account][0] <= day
            assert currency in opened[account][1]
            assert -int(amount.as_tuple().exponent) == exponent(currency)
            sums[account, currency] += amount
            inside[currency] += amount
        elif found := _BALANCE.fullmatch(line):
            # As an auditor's tool does: what stands below an account counts in with it.
            below = [n for (name, c), n in sums.items() if c == found[4] and f"{name}:".startswith(f"{found[2]}:")]
            assert sum(below) == Decimal(found[3])
            asserted += 1
        else:
            assert not line or line.startswith("option ") or " custom " in line or _META.fullmatch(line), line
    return sums, entries, asserted


def test_the_export_adds_up_to_the_ledger(busy: Small, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    batch = busy.batch_id
    for shard in (0, 1, 3):
        post(key=f"s{shard}", kind="x", currency="USD", legs=move(goodwill(), reserved(batch, shard), 5), now=NOW)
    close_today()
    sums, entries, asserted = read(list(beancount()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner_kind, owner_id, purpose, shard, currency, net FROM ledger_account a "
                       "JOIN ledger_balance b ON b.account_id = a.id")  # fmt: skip
        rows = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM ledger_entry")
        assert cursor.fetchone() == (entries,)
    there = {(exported_name(*row[:4]), row[4]): -Decimal(row[5]).scaleb(-exponent(row[4])) for row in rows}
    assert {name: net for name, net in sums.items() if net} == {name: net for name, net in there.items() if net}
    assert asserted == len(rows)
    file = tmp_path / "books.beancount"
    assert books.run(argparse.Namespace(verb="export", beancount=True, to=str(file), json=False)) == 0
    text = file.read_text()
    assert read(text.splitlines())[1] == entries
    closed = last_closed()
    assert closed is not None
    assert closed.head in text
    assert busy.project.slug in text
    assert "@" not in text, "no e-mail of anybody"
    if checker := find("bean-check"):  # an auditor's own tool, where the machine has it
        subprocess.run([checker, str(file)], check=True, timeout=60)
    with pytest.raises(CliError, match="File exists"):
        books.run(argparse.Namespace(verb="export", beancount=True, to=str(file), json=False))


def test_an_empty_ledger_is_an_empty_file(db) -> None:
    assert list(beancount()) == ['option "title" "Fairhand"']


_ACCOUNT_OF = "SELECT ledger_account_of(%s, NULL, %s, 'USD', 0)"


def test_the_chart_is_what_the_database_opens(db) -> None:
    kinds = {place.owner_kind for place in CHART}
    purposes = {place.purpose for place in CHART}
    known = {(place.owner_kind, place.purpose): place for place in CHART}
    for kind in kinds:
        for purpose in purposes:
            with transaction.atomic(), connection.cursor() as cursor:
                if (kind, purpose) not in known:
                    with pytest.raises(IntegrityError, match="no account is called"), transaction.atomic():
                        cursor.execute(_ACCOUNT_OF, [kind, purpose])
                    continue
                cursor.execute(_ACCOUNT_OF, [kind, purpose])
                cursor.execute("SELECT min_net FROM ledger_account WHERE id = %s", [cursor.fetchone()[0]])
                assert cursor.fetchone() == (None if known[kind, purpose].below_zero else 0,)


def test_a_person_has_three_balances(rollback_db) -> None:
    small = small_project(tasks=1)
    person = small.experts[0]
    post(key="a", kind="test", currency="USD", legs=move(goodwill(), payable(person), 90), now=NOW)
    post(key="b", kind="test", currency="USD", legs=move(payable(person), transit(person), 60), now=NOW)
    small.work(person, 40)
    (found,) = balances_of_person(person)
    assert (found.pending_minor, found.payable_minor, found.transit_minor) == (40, 30, 60)
