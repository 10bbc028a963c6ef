"""Budgets of projects: what was put in, where it is, how fast it goes. Read from balances and running counts alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded

RATE_DAYS = 14  # a forecast goes by what was paid in so many days
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Budget:
    """A project's money, in minor units of its currency. `waiting`: reviews that no money is there for. What models
    cost counts as paid, `models_minor` is what is set apart for them."""

    project_id: UUID
    slug: str
    name: Mapping[str, str]
    state: str
    currency: str
    client_name: str
    created_at: datetime
    funded_minor: int
    returned_minor: int
    free_minor: int
    pool_minor: int
    reserved_minor: int
    missions_minor: int
    models_minor: int
    paid_minor: int
    recent_minor: int
    waiting: int

    @property
    def held_minor(self) -> int:
        """Set apart: behind open work, in pools of batches, behind missions, and for models."""
        return self.pool_minor + self.reserved_minor + self.missions_minor + self.models_minor

    @property
    def stock_minor(self) -> int:
        """What was put in and not taken out again."""
        return self.funded_minor - self.returned_minor

    @property
    def used_percent(self) -> int:
        """The share of it that is paid; 0 where nothing was put in."""
        return 100 * self.paid_minor // self.stock_minor if self.stock_minor > 0 else 0

    @property
    def left_minor(self) -> int:
        """What can still be paid out of it: free, in pools and reserved."""
        return self.free_minor + self.held_minor

    def runs_out_at(self, now: datetime) -> datetime | None:
        """When it is used up at the pace of the last RATE_DAYS days; None if nothing was paid in them."""
        if self.recent_minor <= 0 or self.left_minor <= 0:
            return None
        seconds = self.left_minor * RATE_DAYS * _DAY_S // self.recent_minor
        return now + timedelta(seconds=min(seconds, _FAR_S))


_FAR_S = 10 * 366 * _DAY_S

_BUDGETS = """
SELECT p.id, p.slug, p.name, p.state, p.currency, o.name, p.created_at,
       coalesce(f.funded, 0)::bigint, coalesce(f.returned, 0)::bigint, coalesce(f.free, 0)::bigint,
       coalesce(m.pool, 0)::bigint, coalesce(m.reserved, 0)::bigint,
       (SELECT coalesce(sum(reserve_minor), 0)::bigint FROM mission WHERE project_id = p.id),
       coalesce(z.limit_minor - z.posted_minor, 0)::bigint,
       coalesce(y.paid, 0)::bigint + coalesce(z.posted_minor, 0), coalesce(y.recent, 0)::bigint,
       coalesce(y.waiting, 0)::bigint
  FROM {source} p JOIN org o ON o.id = p.org_id LEFT JOIN model_money z ON z.project_id = p.id
  LEFT JOIN LATERAL (
    SELECT sum(l.amount) FILTER (WHERE e.kind = 'fund') AS funded,
           -sum(l.amount) FILTER (WHERE e.kind = 'return') AS returned, sum(l.amount) AS free
      FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id JOIN ledger_entry e ON e.id = l.entry_id
     WHERE a.owner_kind = 'project' AND a.owner_id = p.id AND a.purpose = 'budget' AND a.currency = p.currency
       AND a.shard = 0) f ON true
  LEFT JOIN LATERAL (
    SELECT sum(b.net) FILTER (WHERE a.purpose = 'pool') AS pool,
           sum(b.net) FILTER (WHERE a.purpose = 'reserved') AS reserved
      FROM batch x JOIN ledger_account a ON a.owner_kind = 'batch' AND a.owner_id = x.id
      JOIN ledger_balance b ON b.account_id = a.id WHERE x.project_id = p.id) m ON true
  LEFT JOIN LATERAL (
    SELECT sum(n) FILTER (WHERE what = 'paid') AS paid,
           sum(n) FILTER (WHERE what = 'paid' AND at >= %(since)s) AS recent,
           sum(n) FILTER (WHERE what = 'slots' AND t.state IN ('planned', 'planned+')
                                 AND g.kind <> 'attempt') AS waiting
      FROM tally t LEFT JOIN stage g ON g.id = t.stage_id
     WHERE t.project_id = p.id AND what IN ('paid', 'slots')) y ON true
"""
_PAGE = """(SELECT * FROM project q
  WHERE %(at)s::timestamptz IS NULL OR (q.created_at, q.id) < (%(at)s::timestamptz, %(id)s::uuid)
  ORDER BY q.created_at DESC, q.id DESC LIMIT %(limit)s)"""

_OPEN = "(SELECT * FROM project q WHERE q.state = 'open')"


def budgets(now: datetime, before: tuple[datetime, UUID] | None, limit: int) -> list[Budget]:
    """A page of projects' budgets, the newest project first."""
    at, last = before or (None, None)
    sql = _BUDGETS.format(source=_PAGE) + " ORDER BY p.created_at DESC, p.id DESC"
    return _rows(sql, {"at": at, "id": last, "limit": limit, "since": now - timedelta(days=RATE_DAYS)})


def open_budgets(now: datetime) -> list[Budget]:
    """Those of all projects that give out work."""
    sql = _BUDGETS.format(source=_OPEN) + " ORDER BY p.id"
    return _rows(sql, {"since": now - timedelta(days=RATE_DAYS)})


def budget_of(project_id: UUID, now: datetime) -> Budget:
    """One project's budget."""
    sql = _BUDGETS.format(source="project") + " WHERE p.id = %(id)s"
    return _rows(sql, {"id": project_id, "since": now - timedelta(days=RATE_DAYS)})[0]


def _rows(sql: str, values: Mapping[str, Any]) -> list[Budget]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Budget(*decoded(row, 2)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class BudgetMove:
    """Money that came onto a budget or left it."""

    entry_id: int
    kind: str
    at: datetime
    amount_minor: int
    net_after_minor: int
    reference: str | None


_MOVES = """
SELECT e.id, e.kind, e.effective_at, l.amount, l.net_after, e.meta ->> 'reference'
  FROM ledger_account a JOIN ledger_leg l ON l.account_id = a.id JOIN ledger_entry e ON e.id = l.entry_id
 WHERE a.owner_kind = 'project' AND a.owner_id = %s AND a.purpose = 'budget' ORDER BY l.seq DESC LIMIT %s
"""


def budget_moves(project_id: UUID, limit: int) -> list[BudgetMove]:
    """The latest movements of a budget, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, [project_id, limit])
        return [BudgetMove(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Short:
    """An open project in which reviews wait because no money is there for them."""

    slug: str
    name: Mapping[str, str]
    waiting: int


_SHORT = """
SELECT p.slug, p.name, sum(y.n)::bigint FROM project p JOIN tally y ON y.project_id = p.id AND y.what = 'slots'
  JOIN stage g ON g.id = y.stage_id AND g.kind <> 'attempt'
 WHERE p.state = 'open' AND y.state IN ('planned', 'planned+') GROUP BY p.id HAVING sum(y.n) > 0
 ORDER BY 3 DESC LIMIT %s
"""


def short_budgets(limit: int) -> list[Short]:
    """Projects whose pools can't pay what waits, the most waiting first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, [limit])
        return [Short(*decoded(row, 1)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Aged:
    """A batch that has held reserved money for long."""

    slug: str
    name: Mapping[str, str]
    batch: int
    launched_at: datetime
    reserved_minor: int
    currency: str


_AGED = """
SELECT p.slug, p.name, x.ordinal, x.launched_at, sum(b.net)::bigint, a.currency
  FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id AND b.net > 0 JOIN batch x ON x.id = a.owner_id
  JOIN project p ON p.id = x.project_id
 WHERE a.owner_kind = 'batch' AND a.purpose = 'reserved' AND x.launched_at < %s
 GROUP BY p.id, x.id, a.currency ORDER BY x.launched_at LIMIT %s
"""


def aged_reserves(before: datetime, limit: int) -> list[Aged]:
    """Batches launched before a moment that still hold reserves, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_AGED, [before, limit])
        return [Aged(*decoded(row, 1)) for row in cursor.fetchall()]
