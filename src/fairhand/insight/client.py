"""What a client sees of its own project: samples, and where the money is. Experts appear under pseudonyms alone.

Who may see a project is decided before these are called (`people.access`). Amounts are minor units of its currency.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import KEEPS_OUT
from fairhand.insight.board import Sample
from fairhand.insight.rows import decoded

# Accepted, counted judgements, newest first; none whose content may be illegal. The page's rows are picked along the
# project's index before anything is joined to them; the stage is looked up row by row, since a join there makes the
# planner read and sort everything.
_SAMPLES = f"""
WITH picked AS MATERIALIZED (
  SELECT s.* FROM submission s
   WHERE s.project_id = %(project)s AND s.state = 'accepted' AND NOT s.surplus AND s.excluded_at IS NULL
     AND (%(at)s::timestamptz IS NULL OR (s.submitted_at, s.id) < (%(at)s::timestamptz, %(id)s::uuid))
     AND (SELECT x.stage_id FROM slot x WHERE x.id = s.slot_id)
         = ANY (ARRAY(SELECT id FROM stage WHERE project_id = %(project)s AND kind = 'attempt'))
     AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = s.task_id AND {KEEPS_OUT})
   ORDER BY s.submitted_at DESC, s.id DESC LIMIT %(limit)s)
SELECT s.submitted_at, s.id, t.key, t.payload, s.answer, e.alias, p.kind, s.decided_by, s.decided_at, m.body
  FROM picked s JOIN task t ON t.id = s.task_id JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 ORDER BY s.submitted_at DESC, s.id DESC
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class PlacedSample:
    """A sample and its place in the list."""

    submitted_at: datetime
    submission_id: UUID
    sample: Sample


def samples_page(project_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[PlacedSample]:
    """A page of accepted judgements, older than `before` (submitted_at, id)."""
    at, last = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLES, {"project": project_id, "at": at, "id": last, "limit": limit})
        rows = [decoded(row, 3, 4, 9) for row in cursor.fetchall()]
    return [PlacedSample(row[0], row[1], Sample(*row[2:])) for row in rows]


@dataclass(frozen=True, slots=True)
class Purse:
    """Where a project's money is, each part read from the ledger by itself.

    `funded`: put onto the budget by the client, and `given_back` to it. `free`: on no batch. `reserved`: behind open
    work, missions and models. `pool`: set apart for reviews and rework. `goodwill`: what the operator paid from its own
    account. `spent`: what the pay lines come to, and what models cost.
    """

    funded: int
    given_back: int
    free: int
    reserved: int
    pool: int
    goodwill: int
    spent: int

    @property
    def held(self) -> int:
        """Everything that isn't spent."""
        return self.free + self.reserved + self.pool

    @property
    def whole(self) -> bool:
        """Whether what came in is what was spent and what is held, to the cent."""
        return self.funded - self.given_back + self.goodwill == self.spent + self.held


# What moved between the budget and the client's purse; the rest of the budget's legs go to batches and come back.
_PURSE = """
WITH moved AS (
  SELECT g.amount FROM ledger_account a JOIN ledger_leg g ON g.account_id = a.id
   WHERE a.owner_kind = 'project' AND a.owner_id = %(p)s AND a.purpose = 'budget'
     AND EXISTS (SELECT 1 FROM ledger_leg o JOIN ledger_account c ON c.id = o.account_id
                  WHERE o.entry_id = g.entry_id AND c.owner_kind = 'client'))
SELECT
  (SELECT coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint FROM moved),
  (SELECT coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint FROM moved),
  (SELECT coalesce(sum(b.net), 0)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
    WHERE a.owner_kind = 'project' AND a.owner_id = %(p)s AND a.purpose = 'budget'),
  (SELECT coalesce(sum(b.net), 0)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
    WHERE a.owner_kind = 'batch' AND a.owner_id IN (SELECT id FROM batch WHERE project_id = %(p)s)
      AND a.purpose = 'reserved')
   + (SELECT coalesce(sum(reserve_minor), 0)::bigint FROM mission WHERE project_id = %(p)s)
   + (SELECT coalesce(sum(b.net), 0)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
       WHERE a.owner_kind = 'project' AND a.owner_id = %(p)s AND a.purpose = 'models'),
  (SELECT coalesce(sum(b.net), 0)::bigint FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
    WHERE a.owner_kind = 'batch' AND a.owner_id IN (SELECT id FROM batch WHERE project_id = %(p)s)
      AND a.purpose = 'pool'),
  (SELECT coalesce(-sum(g.amount), 0)::bigint FROM ledger_account a JOIN ledger_leg g ON g.account_id = a.id
     JOIN ledger_entry e ON e.id = g.entry_id JOIN submission s ON s.id = (e.meta ->> 'submission')::uuid
    WHERE a.owner_kind = 'operator' AND a.purpose = 'goodwill' AND s.project_id = %(p)s),
  (SELECT coalesce(sum(n), 0)::bigint FROM tally WHERE project_id = %(p)s AND what = 'paid')
   + coalesce((SELECT posted_minor FROM model_money WHERE project_id = %(p)s), 0)
"""


def purse_of(project_id: UUID) -> Purse:
    """The project's money, now."""
    with connection.cursor() as cursor:
        cursor.execute(_PURSE, {"p": project_id})
        return Purse(*cursor.fetchone())


# Weeks begin on Monday, UTC: the running counts keep whole days of that zone.
_BY_WEEK = """
SELECT date_trunc('week', at AT TIME ZONE 'UTC')::date, sum(n)::bigint FROM tally
 WHERE project_id = %s AND what = 'paid' AND at >= %s GROUP BY 1 ORDER BY 1
"""


def spent_by_week(project_id: UUID, since: datetime) -> list[tuple[date, int]]:
    """(Monday, amount) of the weeks in which something was paid, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_WEEK, [project_id, since])
        return list(cursor.fetchall())


_BY_KIND = """
SELECT coalesce(g.kind, ''), sum(t.n)::bigint FROM tally t LEFT JOIN stage g ON g.id = t.stage_id
 WHERE t.project_id = %s AND t.what = 'paid' GROUP BY 1 ORDER BY 2 DESC
"""


def spent_by_kind(project_id: UUID) -> list[tuple[str, int]]:
    """Stage kind -> what was paid for it, the largest first; "" for pay that belongs to no stage."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KIND, [project_id])
        return list(cursor.fetchall())
