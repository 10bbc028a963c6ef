"""A ledger seen through two bare connections, and what the checks and the altered ledgers of the tests share."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

AT = "2026-03-02 09:00+00"
POST = "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s)"
Account = tuple[str, str | None, str, int]


_NET = """SELECT b.net FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id WHERE a.owner_kind = %s
  AND a.owner_id IS NOT DISTINCT FROM %s::uuid AND a.purpose = %s AND a.shard = %s AND a.currency = %s"""
_ALL = """SELECT (SELECT count(*) FROM ledger_entry) || ' ' || (SELECT count(*) FROM ledger_leg) || ' ' ||
  (SELECT coalesce(sum(abs(net)), 0) || ' ' || coalesce(sum(seq), 0) FROM ledger_balance)"""


@dataclass(slots=True)
class Book:
    """A database with a ledger in it, seen by the application role and by the owner. Both commit each statement."""

    app: psycopg.Connection[Any]
    owner: psycopg.Connection[Any]

    def post(
        self,
        *legs: tuple[Account, int],
        key: str | None = None,
        kind: str = "test",
        currency: str = "USD",
        resolves: int | None = None,
        meta: str = "{}",
        on: psycopg.Connection[Any] | None = None,
    ) -> int:
        """Post, on the application's connection unless another is named."""
        rows = json.dumps([[*account, amount] for account, amount in legs])
        values = [key or uuid.uuid4().hex, kind, currency, rows, AT, resolves, meta]
        found = (on or self.app).execute(POST, values).fetchone()
        assert found is not None
        return int(found[0])

    def net(self, account: Account, currency: str = "USD") -> int:
        """The running balance; 0 of an account that isn't there."""
        return int(self.one(_NET, [*account, currency]) or 0)

    def one(self, sql: str, values: list[Any] | None = None) -> Any:
        """The first value of the first row, or None. Read as the owner."""
        row = self.owner.execute(sql, values).fetchone()
        return row[0] if row else None

    def refused(self, code: str, *legs: tuple[Account, int], **more: Any) -> None:
        """Posting must fail with this SQLSTATE, and leave nothing."""
        before = self.one(_ALL)
        with stopped(code):
            self.post(*legs, **more)
        assert self.one(_ALL) == before, "something stayed of a refused entry"


@contextmanager
def stopped(code: str, constraint: str = "") -> Iterator[None]:
    """What happens inside must fail with this SQLSTATE, through this constraint if one is named."""
    found: psycopg.Error | None = None
    try:
        yield
    except psycopg.Error as error:
        found = error
    assert found is not None, f"not refused with {code}"
    assert found.sqlstate == code, f"{found.sqlstate} {found}"
    assert not constraint or found.diag.constraint_name == constraint, found.diag.constraint_name


def new(kind: str = "project", purpose: str = "budget", shard: int = 0) -> Account:
    return kind, str(uuid.uuid4()), purpose, shard


PURSE: Account = ("client", "00000000-0000-0000-0000-000000000001", "outside", 0)
GOODWILL: Account = ("operator", None, "goodwill", 0)


def id_of(book: Book, account: Account, currency: str = "USD") -> int:
    """The account's number; opened if new."""
    kind, owner, purpose, shard = account
    found = book.owner.execute("SELECT ledger_account_of(%s, %s, %s, %s, %s)", [kind, owner, purpose, currency, shard])
    row = found.fetchone()
    assert row is not None
    return int(row[0])


def entry(
    book: Book,
    *,
    key: str | None = None,
    reverses: int | None = None,
    created: str | None = None,
    number: int | None = None,
    meta: str = "{}",
) -> int:
    """An entry written by the owner's hand; `number` if it is to have a certain one."""
    number = number or book.one("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id'))")
    values = [number, key or uuid.uuid4().hex, AT, meta, reverses, created]
    return int(book.one(_ENTRY, values))


_ENTRY = """INSERT INTO ledger_entry (id, idem_key, req_hash, kind, effective_at, meta, reverses_id, created_at)
  VALUES (%s, %s, 'x', 'hand', %s, %s, %s, coalesce(%s, clock_timestamp())) RETURNING id"""
_LEG = """INSERT INTO ledger_leg (id, entry_id, account_id, currency, amount, seq, net_after) VALUES (
  coalesce(%s, nextval(pg_get_serial_sequence('ledger_leg', 'id'))), %s, %s, %s, %s, %s, 0)"""


def leg(
    book: Book,
    entry_id: int,
    account: int,
    amount: int,
    currency: str = "USD",
    *,
    seq: int = 0,
    number: int | None = None,
) -> None:
    """A leg written by the owner's hand."""
    book.owner.execute(_LEG, [number, entry_id, account, currency, amount, seq])


Check = Callable[[Book], None]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    """Puts a check into the list, under its docstring's first words."""
    CHECKS[function.__name__] = function
    return function


def faults(book: Book, first_only: bool = False) -> list[str]:
    """The names of the checks that fail, or of the first one."""
    found = []
    for name, one in CHECKS.items():
        try:
            one(book)
        except (AssertionError, psycopg.Error) as error:
            found.append(f"{name}: {type(error).__name__} {str(error).splitlines()[:1]}")
            if first_only:
                return found
    return found
