"""The books as finance reads them: the trial balance, accounts and their legs. Reads only; the ledger writes.

Who may see the books is decided before these are called (`people.access`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded

OWNER_KINDS = ("client", "project", "batch", "mission", "person", "operator")
PURPOSES = ("outside", "budget", "models", "pool", "reserved", "pending", "payable", "transit", "goodwill")
ID_MAX = 2**63 - 1  # of accounts, entries and places among legs


@dataclass(frozen=True, slots=True)
class TrialRow:
    """All accounts of one purpose in one currency: by their legs, and by the running balances beside them."""

    currency: str
    owner_kind: str
    purpose: str
    accounts: int
    legs_minor: int
    balance_minor: int
    wrong: int

    @property
    def off_minor(self) -> int:
        """What the running balances say too much."""
        return self.balance_minor - self.legs_minor


# By each account's last leg, which carries the sum so far: one step into an index for every account.
_BY_LAST_LEG = """
SELECT a.currency, a.owner_kind, a.purpose, count(*), sum(coalesce(l.net_after, 0))::bigint,
       sum(coalesce(b.net, 0))::bigint,
       count(*) FILTER (
         WHERE (coalesce(b.net, 0), coalesce(b.seq, 0)) <> (coalesce(l.net_after, 0), coalesce(l.seq, 0)))
  FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id
  LEFT JOIN LATERAL (SELECT net_after, seq FROM ledger_leg WHERE account_id = a.id ORDER BY seq DESC LIMIT 1) l ON true
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
# By every leg there is: the whole table is read, so only who asks for it gets it.
_BY_ALL_LEGS = """
SELECT a.currency, a.owner_kind, a.purpose, count(*), sum(coalesce(l.net, 0))::bigint, sum(coalesce(b.net, 0))::bigint,
       count(*) FILTER (WHERE (coalesce(b.net, 0), coalesce(b.seq, 0)) <> (coalesce(l.net, 0), coalesce(l.n, 0)))
  FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id
  LEFT JOIN (SELECT account_id, sum(amount) AS net, count(*) AS n FROM ledger_leg GROUP BY account_id) l
    ON l.account_id = a.id
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def trial_balance(every_leg: bool = False) -> list[TrialRow]:
    """A row per currency and purpose; `every_leg` adds up all legs ever posted instead of reading each last one."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_ALL_LEGS if every_leg else _BY_LAST_LEG)
        return [TrialRow(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its balance and whose it is. Names: tables of languages for projects, plain text for people."""

    account_id: int
    owner_kind: str
    owner_id: UUID | None
    purpose: str
    currency: str
    shard: int
    net_minor: int
    legs: int
    org_name: str | None
    project_slug: str | None
    project_name: Mapping[str, str] | None
    batch: int | None
    person_id: UUID | None
    person_name: str | None


_ACCOUNT = """
SELECT a.id, a.owner_kind, a.owner_id, a.purpose, a.currency, a.shard, coalesce(b.net, 0), coalesce(b.seq, 0),
       coalesce(c.name, pc.name), p.slug, p.name, x.ordinal, h.id, h.name
  FROM {source} a LEFT JOIN ledger_balance b ON b.account_id = a.id
  LEFT JOIN org c ON a.owner_kind = 'client' AND c.id = a.owner_id
  LEFT JOIN batch x ON a.owner_kind = 'batch' AND x.id = a.owner_id
  LEFT JOIN mission m ON a.owner_kind = 'mission' AND m.id = a.owner_id
  LEFT JOIN project p
    ON p.id = CASE a.owner_kind WHEN 'project' THEN a.owner_id ELSE coalesce(x.project_id, m.project_id) END
  LEFT JOIN org pc ON pc.id = p.org_id
  LEFT JOIN person h ON a.owner_kind = 'person' AND h.id = a.owner_id
"""
_PAGE = """(SELECT * FROM ledger_account k
  WHERE (%(owner_kind)s::text IS NULL OR k.owner_kind = %(owner_kind)s)
    AND (%(purpose)s::text IS NULL OR k.purpose = %(purpose)s)
    AND (%(currency)s::text IS NULL OR k.currency = %(currency)s)
    AND (%(before)s::bigint IS NULL OR k.id < %(before)s)
    {of}
  ORDER BY k.id DESC LIMIT %(limit)s)"""
# What belongs to a project, and to a client with all of its projects.
_OF_PROJECT = """AND (k.owner_kind, k.owner_id) IN (
      SELECT 'project', q.id FROM project q WHERE q.slug = %(project)s
      UNION ALL SELECT 'batch', y.id FROM batch y JOIN project q ON q.id = y.project_id WHERE q.slug = %(project)s
      UNION ALL SELECT 'mission', y.id FROM mission y JOIN project q ON q.id = y.project_id
        WHERE q.slug = %(project)s)"""
_OF_CLIENT = """AND (k.owner_kind, k.owner_id) IN (
      SELECT 'client', o.id FROM org o WHERE o.slug = %(client)s
      UNION ALL SELECT 'project', q.id FROM project q JOIN org o ON o.id = q.org_id WHERE o.slug = %(client)s
      UNION ALL SELECT 'batch', y.id FROM batch y JOIN project q ON q.id = y.project_id
        JOIN org o ON o.id = q.org_id WHERE o.slug = %(client)s
      UNION ALL SELECT 'mission', y.id FROM mission y JOIN project q ON q.id = y.project_id
        JOIN org o ON o.id = q.org_id WHERE o.slug = %(client)s)"""


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts; an empty word filters nothing. `project` and `client` are slugs."""

    owner_kind: str = ""
    purpose: str = ""
    currency: str = ""
    project: str = ""
    client: str = ""


def accounts(wanted: AccountFilter, before: int | None, limit: int) -> list[AccountRow]:
    """A page of accounts, the latest opened first, opened before account `before`."""
    of = (_OF_PROJECT if wanted.project else "") + (_OF_CLIENT if wanted.client else "")
    # All parts are constants of this file.
    sql = _ACCOUNT.format(source=_PAGE.format(of=of)) + " ORDER BY a.id DESC"
    values = {
        "owner_kind": wanted.owner_kind or None, "purpose": wanted.purpose or None,
        "currency": wanted.currency or None, "project": wanted.project, "client": wanted.client,
        "before": before, "limit": limit,
    }  # fmt: skip
    return _accounts(sql, values)


def account(account_id: int) -> AccountRow | None:
    """One account, or None."""
    if account_id > ID_MAX:
        return None
    found = _accounts(_ACCOUNT.format(source="ledger_account") + " WHERE a.id = %(id)s", {"id": account_id})
    return found[0] if found else None


def accounts_of_person(person_id: UUID) -> list[AccountRow]:
    """A person's accounts, by currency."""
    where = " WHERE a.owner_kind = 'person' AND a.owner_id = %(id)s ORDER BY a.currency, a.purpose DESC"
    return _accounts(_ACCOUNT.format(source="ledger_account") + where, {"id": person_id})


def accounts_by_id(account_ids: Sequence[int]) -> dict[int, AccountRow]:
    """Account id -> account."""
    where = " WHERE a.id = ANY (%(ids)s)"
    found = _accounts(_ACCOUNT.format(source="ledger_account") + where, {"ids": list(account_ids)})
    return {row.account_id: row for row in found}


def _accounts(sql: str, values: Mapping[str, Any]) -> list[AccountRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [AccountRow(*decoded(row, 10)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class LegRow:
    """One leg of an account, with the balance right after it."""

    seq: int
    amount_minor: int
    net_after_minor: int
    entry_id: int
    kind: str
    at: datetime
    reference: str | None


_LEGS = """
SELECT l.seq, l.amount, l.net_after, e.id, e.kind, e.effective_at, e.meta ->> 'reference'
  FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id
 WHERE l.account_id = %(account)s AND (%(before)s::bigint IS NULL OR l.seq < %(before)s)
 ORDER BY l.seq DESC LIMIT %(limit)s
"""


def legs_of(account_id: int, before: int | None, limit: int) -> list[LegRow]:
    """A page of an account's legs, the newest first, before place `before` among them."""
    with connection.cursor() as cursor:
        cursor.execute(_LEGS, {"account": account_id, "before": before, "limit": limit})
        return [LegRow(*row) for row in cursor.fetchall()]


_CURRENCIES = """
WITH RECURSIVE found AS (
  (SELECT currency FROM project ORDER BY currency LIMIT 1)
  UNION ALL SELECT (SELECT p.currency FROM project p WHERE p.currency > f.currency ORDER BY p.currency LIMIT 1)
    FROM found f WHERE f.currency IS NOT NULL)
SELECT currency FROM found WHERE currency IS NOT NULL
"""


def currencies() -> list[str]:
    """Currencies that projects are in."""
    with connection.cursor() as cursor:
        cursor.execute(_CURRENCIES)
        return [row[0] for row in cursor.fetchall()]


def like(text: str) -> str:
    """A LIKE pattern of what holds the text."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
