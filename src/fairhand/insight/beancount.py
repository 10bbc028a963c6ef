"""The whole ledger as a beancount file, streamed: an auditor's tools can read it, add it up and disagree.

Amounts carry the opposite sign of the ledger's, so that what clients paid in is an asset, what is set apart or owed is
a liability, and goodwill an expense. People appear by their ids alone. At the end stands each account's running
balance, which the reader of the file holds against the transactions above it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.kernel.money import exponent
from fairhand.ledger.chart import exported_name

_PAGE = 2000
_AS_OF_NOW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_BOUNDS = """
SELECT (SELECT effective_at FROM ledger_entry ORDER BY effective_at, id LIMIT 1),
       (SELECT effective_at FROM ledger_entry ORDER BY effective_at DESC, id DESC LIMIT 1),
       (SELECT coalesce(max(id), 0) FROM ledger_entry)
"""
_ACCOUNTS = """
SELECT a.id, a.owner_kind, a.owner_id, a.purpose, a.shard, a.currency, b.net,
       coalesce(o.slug, p.slug), x.ordinal
  FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
  LEFT JOIN org o ON a.owner_kind = 'client' AND o.id = a.owner_id
  LEFT JOIN batch x ON a.owner_kind = 'batch' AND x.id = a.owner_id
  LEFT JOIN project p ON p.id = CASE a.owner_kind WHEN 'project' THEN a.owner_id ELSE x.project_id END
 ORDER BY a.id
"""
_ENTRIES = """
SELECT id, effective_at, kind, idem_key, resolves_id, reverses_id, meta ->> 'reference'
  FROM ledger_entry WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_LEGS = "SELECT entry_id, account_id, amount, currency FROM ledger_leg WHERE entry_id = ANY (%s) ORDER BY id"
_DAYS = "SELECT day, until_id, encode(head, 'hex') FROM ledger_day WHERE until_id <= %s ORDER BY until_id"


@dataclass(frozen=True, slots=True)
class _Account:
    name: str
    currency: str
    net: int
    label: str


def beancount() -> Iterator[str]:
    """Lines of the file, as of one moment; a page of entries in memory at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AS_OF_NOW)
        cursor.execute(_BOUNDS)
        first, last, until = cursor.fetchone()
        cursor.execute(_ACCOUNTS)
        accounts = {row[0]: _account(*row[1:]) for row in cursor.fetchall()}
        currencies = sorted({each.currency for each in accounts.values()})
        yield 'option "title" "Fairhand"'
        yield from (f'option "operating_currency" "{currency}"' for currency in currencies)
        if first is None:
            return
        opened = _day(first)
        yield ""
        by_name: dict[str, list[_Account]] = {}
        for each in accounts.values():
            by_name.setdefault(each.name, []).append(each)
        for name, same in by_name.items():
            yield f"{opened} open {name} {','.join(sorted(each.currency for each in same))}"
            if same[0].label:
                yield f"  label: {_text(same[0].label)}"
        yield from _transactions(accounts, until)
        yield ""
        cursor.execute(_DAYS, [until])
        for day, upto, head in cursor.fetchall():
            yield f'{day} custom "closed" "up to entry {upto}" "{head}"'
        after = _day(last) + timedelta(days=1)
        yield from (f"{after} balance {each.name} {_amount(-each.net, each.currency)}" for each in accounts.values())


def _account(kind: str, owner: UUID | None, purpose: str, shard: int, currency: str, net: int, *of: Any) -> _Account:
    slug, ordinal = of
    label = f"{slug} {ordinal}" if ordinal is not None else slug or ""
    return _Account(exported_name(kind, owner, purpose, shard), currency, net, label)


def _transactions(accounts: dict[int, _Account], until: int) -> Iterator[str]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [after, until, _PAGE])
            rows = cursor.fetchall()
            cursor.execute(_LEGS, [[row[0] for row in rows]])
            legs: dict[int, list[str]] = {}
            for entry_id, account_id, amount, currency in cursor.fetchall():
                posting = f"  {accounts[account_id].name}  {_amount(-amount, currency)}"
                legs.setdefault(entry_id, []).append(posting)
        for entry_id, at, kind, key, resolves, reverses, reference in rows:
            yield ""
            yield f"{_day(at)} * {_text(kind)} {_text(reference or '')}"
            yield f'  entry: "{entry_id}"'
            yield f'  at: "{at.astimezone(UTC).isoformat()}"'
            yield f"  key: {_text(key)}"
            if resolves is not None:
                yield f'  resolves: "{resolves}"'
            if reverses is not None:
                yield f'  reverses: "{reverses}"'
            yield from legs.get(entry_id, [])
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _text(text: str) -> str:
    """A string as the syntax has it; line breaks become spaces, so that a line stays a line."""
    flat = " ".join(text.splitlines())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _amount(minor: int, currency: str) -> str:
    """`-1250` USD -> `-12.50 USD`."""
    digits = exponent(currency)
    whole, part = divmod(abs(minor), 10**digits)
    plain = f"{whole}.{part:0{digits}d}" if digits else str(whole)
    return f"{'-' if minor < 0 else ''}{plain} {currency}"
