"""What the ledger must do and must refuse, each as a check against a bare connection: no code of the product between.

The same checks hold the product's own database (tests/races/test_ledger_refusals.py) and catch the altered ledgers of
tests/races/test_ledger_mutants.py. A check raises if the ledger fails it.
"""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import psycopg

from fairhand.ledger.chart import CHART
from tests.races.ledger_book import AT, GOODWILL, POST, PURSE, Book, check, id_of, leg, new, stopped
from tests.races.ledger_book import entry as make_entry


@check
def posts_and_balances(book: Book) -> None:
    """An entry is what was asked for; every leg carries its place and the balance after it."""
    mine = new()
    first = book.post((PURSE, -70), (mine, 70), kind="fund", meta='{"reference": "R"}')
    second = book.post((mine, -30), (PURSE, 30), resolves=first)
    assert book.net(mine) == 40
    rows = book.owner.execute(
        "SELECT e.kind, e.resolves_id, e.meta->>'reference', e.effective_at = %s::timestamptz, l.currency, l.amount, "
        "l.seq, l.net_after, abs(extract(epoch FROM clock_timestamp() - e.created_at)) < 60 FROM ledger_leg l "
        "JOIN ledger_entry e ON e.id = l.entry_id JOIN ledger_account a ON a.id = l.account_id "
        "WHERE a.owner_id = %s::uuid ORDER BY l.seq", [AT, mine[1]],
    ).fetchall()  # fmt: skip
    assert rows == [
        ("fund", None, "R", True, "USD", 70, 1, 70, True), ("test", first, None, True, "USD", -30, 2, 40, True),
    ], rows  # fmt: skip
    assert second > first


@check
def must_balance(book: Book) -> None:
    """An entry that doesn't come to zero, or has fewer than two legs, never commits."""
    mine = new()
    for amounts in ((-5, 6), (-6, 5), (7, 7)):
        book.refused("23L06", (PURSE, amounts[0]), (mine, amounts[1]))
    book.refused("23L05", (PURSE, -5))
    book.refused("23L05")
    book.refused("23L05", (mine, 5), (mine, -5))


@check
def balances_by_currency(book: Book) -> None:
    """Two currencies that come to zero together do not balance."""
    mine, yours = id_of(book, new()), id_of(book, PURSE, "JPY")
    with stopped("23L06"), book.owner.transaction():
        entry = make_entry(book)
        leg(book, entry, mine, 5)
        leg(book, entry, yours, -5, "JPY")


@check
def an_honest_entry_of_the_owner(book: Book) -> None:
    """Two legs written by hand in one transaction pass: it is the rules that refuse, not the hand."""
    mine, purse = id_of(book, new()), id_of(book, PURSE)
    with book.owner.transaction():
        entry = make_entry(book)
        leg(book, entry, mine, 5, seq=77)
        leg(book, entry, purse, -5)
    found = "SELECT seq::text || ' ' || net_after FROM ledger_leg WHERE account_id = %s"
    assert book.one(found, [mine]) == "1 5", "place and balance are the trigger's, whatever was written"


@check
def never_below_its_limit(book: Book) -> None:
    """Every place but the purse and goodwill stops at zero, to the cent."""
    for place in CHART:
        shared = ("operator", None, place.purpose, 0)
        name = new(place.owner_kind, place.purpose) if place.owner_kind != "operator" else shared
        if place.below_zero:
            book.post((name, -10), (new(), 10))
            assert book.net(name) <= -10
            continue
        book.refused("23L04", (name, -1), (PURSE, 1))
        book.post((PURSE, -10), (name, 10))
        book.refused("23L04", (name, -11), (PURSE, 11))
        book.post((name, -10), (PURSE, 10))
        assert book.net(name) == 0


@check
def closed_means_closed(book: Book) -> None:
    """A closed account takes no leg, neither on nor off."""
    mine = new()
    book.post((PURSE, -9), (mine, 9))
    book.owner.execute("UPDATE ledger_account SET closed_at = now() WHERE owner_id = %s", [mine[1]])
    book.refused("23L03", (PURSE, -1), (mine, 1))
    book.refused("23L03", (mine, -1), (PURSE, 1))


@check
def sealed(book: Book) -> None:
    """An entry takes legs only from the transaction that made it, also from the owner."""
    mine = new()
    entry, ours, purse = book.post((PURSE, -9), (mine, 9)), id_of(book, mine), id_of(book, PURSE)
    with stopped("23L02"), book.owner.transaction():
        leg(book, entry, ours, 5)
        leg(book, entry, purse, -5)
    with stopped("23L02"):
        leg(book, 10**12, ours, 5)


@check
def currency_of_the_account(book: Book) -> None:
    """A leg in another currency than its account's is impossible."""
    mine, purse = id_of(book, new()), id_of(book, PURSE)
    with stopped("23503", "ledger_leg_account_currency"), book.owner.transaction():
        entry = make_entry(book)
        leg(book, entry, mine, 5, "JPY")
        leg(book, entry, purse, -5, "JPY")
        book.owner.execute("SET CONSTRAINTS ALL IMMEDIATE")


@check
def once_by_key(book: Book) -> None:
    """The same request under the same key is the same entry, and moves nothing again; any other is refused."""
    mine, yours = new(), new()
    first = book.post((PURSE, -5), (mine, 5), key=f"once {mine[1]}")
    assert book.post((PURSE, -5), (mine, 5), key=f"once {mine[1]}", meta='{"a": 1}') == first
    assert book.net(mine) == 5
    key = f"once {mine[1]}"
    book.refused("23L07", (PURSE, -6), (mine, 6), key=key)
    book.refused("23L07", (PURSE, -5), (yours, 5), key=key)
    book.refused("23L07", (PURSE, -5), (mine, 5), key=key, kind="other")
    book.refused("23L07", (PURSE, -5), (mine, 5), key=key, currency="EUR")
    book.refused("23L07", (PURSE, -5), (mine, 5), key=key, resolves=first)
    assert book.post((PURSE, -5), (mine, 5), key=f"twice {mine[1]}") > first
    assert book.net(mine) == 10
    with stopped("23505", "ledger_entry_idem_key_key"):
        make_entry(book, key=key)


@check
def resolved_once(book: Book) -> None:
    """An accrual is resolved by one entry, reversed by one entry, and only one that exists."""
    mine = new()
    first = book.post((PURSE, -5), (mine, 5))
    book.post((mine, -1), (PURSE, 1), resolves=first)
    book.refused("23505", (mine, -1), (PURSE, 1), resolves=first)
    with stopped("23503"), book.app.transaction():
        book.post((mine, -1), (PURSE, 1), resolves=10**12)
        book.app.execute("SET CONSTRAINTS ALL IMMEDIATE")
    purse, ours = id_of(book, PURSE), id_of(book, mine)
    for code in (None, "23505"):
        with stopped(code) if code else nullcontext(), book.owner.transaction():
            entry = make_entry(book, reverses=first)
            leg(book, entry, ours, -1)
            leg(book, entry, purse, 1)


@check
def amounts_in_bounds(book: Book) -> None:
    """A leg carries 1 to 10^15 minor units, either way, never nothing."""
    most, mine = 10**15, new()
    book.post((PURSE, -most), (mine, most))
    book.post((mine, -most), (PURSE, most))
    book.refused("23514", (PURSE, -most - 1), (mine, most + 1))
    for amount in (0, most + 1, -most - 1):
        with stopped("23514", "ledger_leg_amount"), book.owner.transaction():
            leg(book, make_entry(book), id_of(book, PURSE), amount)


@check
def legs_of_one_account_are_one(book: Book) -> None:
    """Parts of one account are added up before they are posted; what comes to nothing has no leg."""
    mine, yours = new(), new()
    entry = book.post((PURSE, -10), (mine, 4), (mine, 6), (yours, 3), (yours, -3))
    assert book.one("SELECT count(*) FROM ledger_leg WHERE entry_id = %s", [entry]) == 2
    assert (book.net(mine), book.net(yours)) == (10, 0)


@check
def only_known_places(book: Book) -> None:
    """Accounts are those of the chart; owners, shards and currencies each make their own, and each is opened once."""
    for wrong in (("person", "budget"), ("client", "payable"), ("operator", "outside"), ("ghost", "budget"),
                  ("project", "gossip")):  # fmt: skip
        book.refused("23L08", (PURSE, -1), (new(*wrong), 1))
    book.post((PURSE, -1), (GOODWILL, 1))
    book.post((PURSE, -1), (GOODWILL, 1), currency="EUR")
    book.post((PURSE, -1), (GOODWILL, 1))
    assert book.one("SELECT count(*) FROM ledger_account WHERE purpose = 'goodwill' AND currency = 'USD'") == 1
    batch = str(uuid.uuid4())
    book.post((PURSE, -3), (("batch", batch, "reserved", 0), 1), (("batch", batch, "reserved", 1), 2))
    book.post((PURSE, -4), (("batch", batch, "pool", 0), 4))
    book.post((PURSE, -5), (("batch", batch, "reserved", 1), 5), currency="EUR")
    found = book.owner.execute("SELECT b.net FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id "
                               "WHERE a.owner_id = %s ORDER BY b.net", [batch]).fetchall()  # fmt: skip
    assert [row[0] for row in found] == [1, 2, 4, 5]
    book.refused("23514", (PURSE, -1), (new(shard=-1), 1))
    for currency in ("usd", "US", "U1D"):
        book.refused("23514", (PURSE, -1), (new(), 1), currency=currency)
    limits = book.owner.execute("SELECT DISTINCT owner_kind, purpose, min_net FROM ledger_account").fetchall()
    assert {(k, p, m) for k, p, m in limits} <= {(p.owner_kind, p.purpose, None if p.below_zero else 0) for p in CHART}
    with stopped("23505", "ledger_account_once"):
        book.owner.execute("INSERT INTO ledger_account (owner_kind, purpose, currency, shard) "
                           "VALUES ('operator', 'goodwill', 'USD', 0)")  # fmt: skip


@check
def keys_have_a_length(book: Book) -> None:
    """A key has 1 to 255 characters."""
    mine = new()
    book.refused("23514", (PURSE, -1), (mine, 1), key=" " * 256)
    book.post((PURSE, -1), (mine, 1), key=uuid.uuid4().hex.ljust(255))
    with stopped("23514"):
        book.app.execute(POST, ["", "x", "USD", "[]", AT, None, "{}"])


@check
def rolled_back_is_nothing(book: Book) -> None:
    """A transaction that is rolled back leaves no entry, no balance, no used key."""
    mine, key = new(), uuid.uuid4().hex
    with book.app.transaction(force_rollback=True):
        book.post((PURSE, -5), (mine, 5), key=key)
    assert book.net(mine) == 0
    book.post((PURSE, -7), (mine, 7), key=key)
    assert book.net(mine) == 7


_CHANGES = (
    "UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE", "INSERT INTO {0} DEFAULT VALUES",
    "ALTER TABLE {0} DISABLE TRIGGER ALL", "DROP TABLE {0} CASCADE", "ALTER TABLE {0} ADD x int",
)  # fmt: skip
_COLUMNS = {
    "ledger_account": "min_net", "ledger_balance": "net", "ledger_entry": "kind", "ledger_leg": "amount",
    "ledger_day": "entries",
}  # fmt: skip


@check
def the_application_only_calls(book: Book) -> None:
    """The application role changes no row and no rule, and can't put the rules to sleep."""
    for table, column in _COLUMNS.items():
        for change in _CHANGES:
            with stopped("42501"):
                book.app.execute(change.format(table, column))
    for sql in (
        "SET session_replication_role = replica", "CREATE TABLE mine (id int)", "DROP FUNCTION ledger_refuse() CASCADE",
        "CREATE OR REPLACE FUNCTION ledger_hold(text, jsonb) RETURNS void LANGUAGE sql AS 'SELECT NULL::void'",
        "DROP TRIGGER balanced ON ledger_entry",
    ):  # fmt: skip
        with stopped("42501"):
            book.app.execute(sql)


@check
def the_owner_only_adds(book: Book) -> None:
    """Entries, legs and closed days are never changed or taken away, accounts and balances never taken away."""
    book.post((PURSE, -1), (new(), 1))
    book.owner.execute("INSERT INTO ledger_day VALUES ('1999-01-01', 0, 0, 0, sha256(''), sha256(''), now()) "
                       "ON CONFLICT DO NOTHING")  # fmt: skip
    for table, column in _COLUMNS.items():
        if table not in ("ledger_account", "ledger_balance"):
            with stopped("23L01"):
                book.owner.execute(_CHANGES[0].format(table, column))
        for change in _CHANGES[1:3]:
            with stopped("23L01"):
                book.owner.execute(change.replace(" CASCADE", "").format(table) if table == "ledger_day"
                                   else change.format(table, column))  # fmt: skip
    # Each table guards itself, not only through another one that its truncation would take along.
    guarded = (
        "SELECT count(*) FROM pg_trigger WHERE tgname = 'no_truncate' AND tgrelid::regclass::text LIKE 'ledger_%%'"
    )
    assert book.one(guarded) == 5


@check
def functions_are_pinned(book: Book) -> None:
    """Functions that act as the owner look for tables in `public` first, and nobody else may call them."""
    rows = book.owner.execute(
        "SELECT proname, prosecdef, proconfig, has_function_privilege('public', oid, 'EXECUTE') FROM pg_proc "
        "WHERE proname LIKE 'ledger_%'"
    ).fetchall()
    acting = {row[0] for row in rows if row[1]}
    assert acting == {"ledger_post", "ledger_account_of", "ledger_hold", "ledger_close_day", "ledger_convert"}
    for name, _, config, everybody in rows:
        assert config == ["search_path=public, pg_temp"], name
        assert everybody == (name == "ledger_entry_text"), name


# Ways of reading that give the wanted order by luck are switched off.
_NO_LUCK = """SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off;
  SET LOCAL enable_sort = off"""


@check
def locks_in_the_order_of_ids(book: Book) -> None:
    """A post and a hold take balances by account id, whatever the order they were named in."""
    other = id_of(book, new())  # opened first: its number is the smallest
    names = [new() for _ in range(8)]
    ids = [book.one("SELECT nextval(pg_get_serial_sequence('ledger_account', 'id'))") for _ in names]
    for number, name in reversed(list(zip(ids, names, strict=True))):  # in the table they lie the other way round
        book.owner.execute("INSERT INTO ledger_account (id, owner_kind, owner_id, purpose, shard, currency, min_net) "
                           "VALUES (%s, %s, %s, %s, %s, 'USD', 0)", [number, *name])  # fmt: skip
        book.owner.execute("INSERT INTO ledger_balance VALUES (%s, 0, 0)", [number])
    shuffled = [names[at] for at in (7, 2, 5, 0, 6, 3, 1, 4)]
    posting = json.dumps([[*name, 1] for name in shuffled] + [[*PURSE, -8]])
    holding = json.dumps([list(name) for name in shuffled])
    for sql, values in (
        (POST, ["ordered " + str(ids[0]), "x", "USD", posting, AT, None, "{}"]),
        ("SELECT ledger_hold(%s, %s)", ["USD", holding]),
    ):
        for at in (3, 7):
            assert _waits_at(book, ids, at, sql, values, other) == ids[: at + 1], "in order, and nothing else"


def _waits_at(book: Book, ids: list[int], at: int, sql: str, values: list[Any], other: int) -> list[int]:
    """Which accounts are locked while a call waits for one of its accounts that somebody else holds."""
    waits = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    free = "SELECT account_id FROM ledger_balance WHERE account_id = ANY (%s) ORDER BY 1 FOR UPDATE SKIP LOCKED"
    with psycopg.connect(book.app.info.dsn, password=book.app.info.password) as caller, ThreadPoolExecutor(1) as lane:
        caller.execute(_NO_LUCK)
        with book.owner.transaction(force_rollback=True):
            book.owner.execute("SELECT 1 FROM ledger_balance WHERE account_id = %s FOR UPDATE", [ids[at]])
            call = lane.submit(caller.execute, sql, values)
            end = time.monotonic() + 5
            while not book.one(waits, [caller.info.backend_pid]):
                assert time.monotonic() < end, "it never came to the account that is held"
                book.owner.execute("SELECT pg_stat_clear_snapshot()")
            unlocked = {row[0] for row in book.owner.execute(free, [[*ids, other]]).fetchall()}
        call.result(10)
        caller.rollback()
    # The one that the owner holds counts as locked: it is the last of them.
    return [account for account in [*ids, other] if account not in unlocked or account == ids[at]]


@check
def opens_in_the_order_of_names(book: Book) -> None:
    """A hold opens new accounts in one order, since opening takes locks of its own."""
    names = [list(new()) for _ in range(12)]
    with book.app.transaction():
        book.app.execute(_NO_LUCK)
        book.app.execute("SELECT ledger_hold('USD', %s)", [json.dumps(names)])
    found = book.owner.execute(
        "SELECT owner_id::text FROM ledger_account WHERE owner_id::text = ANY (%s) ORDER BY id", [[n[1] for n in names]]
    ).fetchall()
    assert [row[0] for row in found] == sorted(name[1] for name in names)


@check
def columns_are_filled(book: Book) -> None:
    """Only these columns may be empty."""
    found = book.owner.execute(
        "SELECT table_name || '.' || column_name FROM information_schema.columns "
        "WHERE table_name LIKE 'ledger_%' AND is_nullable = 'YES'"
    ).fetchall()
    assert {row[0] for row in found} == {
        "ledger_account.owner_id", "ledger_account.min_net", "ledger_account.closed_at", "ledger_entry.resolves_id",
        "ledger_entry.reverses_id",
    }  # fmt: skip


@check
def one_leg_a_place(book: Book) -> None:
    """Even with the trigger asleep no two legs of an account have one place, and no balance is of no account."""
    mine = id_of(book, new())
    with stopped("23505", "ledger_leg_account_seq"), book.owner.transaction():
        book.owner.execute("ALTER TABLE ledger_leg DISABLE TRIGGER leg_in")
        made = make_entry(book)
        leg(book, made, mine, 5, seq=9)
        leg(book, made, mine, -5, seq=9)
    with stopped("23503"):
        book.owner.execute("INSERT INTO ledger_balance VALUES (%s, 0, 0)", [10**12])
