"""The one way to post, and to lock what several entries will move. Everything else about the ledger is reading."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.db.utils import DatabaseError
from psycopg.types.json import Jsonb

from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, Leg, account_rows, leg_rows
from fairhand.ledger.models import FxRate, ShownCurrency

_HOLD = "SELECT ledger_hold(%s, %s)"
_POST = "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s)"
# The last entry recorded before a moment, among those no link covers yet.
_LAST_OF = """
SELECT max(id) FROM ledger_entry
 WHERE id > coalesce((SELECT max(until_id) FROM ledger_day), 0) AND created_at < %s::date::timestamp AT TIME ZONE 'UTC'
"""
# A transaction id of our own: every one given out before is smaller. (The snapshot's xmax is not that: it may be the id
# of a transaction that runs.)
_BEGUN = "SELECT pg_current_xact_id()::text"
_ALL_ENDED = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8"
_LOOK_EVERY_MS = 200
_CLOSE_DAY = "SELECT ledger_close_day(%s, %s, %s)"
# SQLSTATE of an account that would fall below its limit (ledger/sql/0001_ledger.sql).
_BELOW_LIMIT = "23L04"


def post(
    *,
    key: str,
    kind: str,
    currency: str,
    legs: Sequence[Leg],
    now: datetime,
    resolves: int | None = None,
    meta: Mapping[str, Any] | None = None,
) -> int | None:
    """Post one balanced entry and return its id; the same key and request again return the same id.

    All legs carry zero -> nothing to post, None. Raises DatabaseError (23L…) when the ledger refuses:
    an account below its limit, a resolved accrual, an unbalanced entry (at commit).
    """
    if not any(leg.amount_minor for leg in legs):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_POST, [key, kind, currency, Jsonb(leg_rows(legs)), now, resolves, Jsonb(dict(meta or {}))])
        entry_id: int = cursor.fetchone()[0]
    return entry_id


def hold(*, accounts: Iterable[AccountName], currency: str) -> None:
    """Lock the accounts' balances until the transaction ends, in the one order that all transactions keep.

    Who posts more than one entry in a transaction calls this before the first, with every account of all of them;
    else two such transactions could wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [currency, Jsonb(account_rows(accounts))])


def refusal_of(error: DatabaseError) -> Refused | None:
    """The refusal behind a database error, when the ledger said that money is short; None for any other error."""
    cause = error.__cause__
    if isinstance(cause, psycopg.Error) and cause.sqlstate == _BELOW_LIMIT:
        return Refused("money_short", str(cause).splitlines()[0])
    return None


def close_days(*, before: date, now: datetime, wait_ms: int = 60_000) -> list[date] | None:
    """Link the finished days before `before` into the chain, each in a transaction of its own; the days that were.

    Nothing may come into a closed day afterwards, so every transaction that may hold a smaller number than the last
    entry of it must have ended: the number is read first, then the running transactions, and these are waited for, at
    most `wait_ms` milliseconds. None: some still run; the next run does it. Must not be called inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_OF, [before])
        until = cursor.fetchone()[0]
        if until is None:
            return []
        cursor.execute(_BEGUN)
        begun = cursor.fetchone()[0]
        end = time.monotonic_ns() + wait_ms * 1_000_000
        while not _have_ended(begun):
            if time.monotonic_ns() > end:
                return None
            time.sleep(_LOOK_EVERY_MS / 1000)
        days = []
        while True:
            with transaction.atomic():
                cursor.execute(_CLOSE_DAY, [until, before, now])
                day = cursor.fetchone()[0]
            if day is None:
                return days
            days.append(day)


def _have_ended(begun: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ALL_ENDED, [begun])
        return bool(cursor.fetchone()[0])


_CONVERT = "SELECT ledger_convert(%s, %s, %s, %s, %s, %s, %s, %s)"


def post_conversion(
    *, key: str, person_id: UUID, taken: tuple[str, int], given: tuple[str, int], meta: Mapping[str, Any], now: datetime
) -> int:
    """Post that what a person is owed in one currency is owed in another, once per key; (currency, minor units) each.

    Raises DatabaseError (23L…): the payable account would fall below zero, or the key stands for another request.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CONVERT, [key, person_id, *taken, *given, now, Jsonb(dict(meta))])
        entry_id: int = cursor.fetchone()[0]
    return entry_id


def add_rate(*, base: str, quote: str, rate: str, of_day: date, source: str, made_by: UUID, now: datetime) -> int:
    """Write a rate down; the database refuses anything but a plain decimal."""
    row = FxRate.objects.create(
        base=base, quote=quote, rate=rate, of_day=of_day, source=source, made_by=made_by, made_at=now
    )
    return int(row.id)


def show_in(*, person_id: UUID, currency: str) -> None:
    """Keep in which currency somebody wants to see what they are owed; "" for none."""
    ShownCurrency.objects.update_or_create(person_id=person_id, defaults={"currency": currency})
