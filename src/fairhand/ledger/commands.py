"""The one way to post, and to lock what several entries will move. Everything else about the ledger is reading."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from django.db.utils import DatabaseError
from psycopg.types.json import Jsonb

from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, Leg, account_rows, leg_rows

_HOLD = "SELECT ledger_hold(%s, %s)"
_POST = "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s)"
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
