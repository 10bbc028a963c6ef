"""Figures of the whole installation for a monitor: each one cheap read, so that a scrape never scans a large table."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# Running counts (insight.tally) know every slot by state.
_SLOTS = "SELECT rtrim(state, '+'), sum(n)::bigint FROM tally WHERE what = 'slots' GROUP BY 1"
_LIVE = "SELECT count(*) FROM claim WHERE state = 'live'"
_JOBS = """
SELECT j.status::text, count(*), extract(epoch FROM %s - min(e.at))::bigint
  FROM procrastinate_jobs j
  LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id) e ON true
 WHERE j.status IN ('todo', 'doing', 'failed') GROUP BY 1
"""
_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > %s - interval '60 seconds'"
# Every entry balances, so all accounts together hold nothing; one row per account.
_LEDGER = """
SELECT a.currency, sum(b.net)::bigint FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id GROUP BY 1
"""
# Numbers of events are given out in order, so the last one is their count (and a few that were undone).
_EVENTS = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('event', 'seq')::regclass), 0)"
_MAILS = "SELECT state, count(*) FROM mail WHERE state <> 'sent' GROUP BY 1"


@dataclass(frozen=True, slots=True)
class Figures:
    """As of one moment. Ages are seconds."""

    slots: dict[str, int]
    claims_live: int
    jobs: dict[str, int]
    oldest_job_s: int
    workers: int
    ledger_imbalance_minor: dict[str, int]
    events: int
    mails: dict[str, int]


def figures_of_all(now: datetime) -> Figures:
    """Seven short queries."""
    with connection.cursor() as cursor:

        def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

        def one(sql: str, *values: object) -> int:
            return int(str(rows(sql, *values)[0][0]))

        jobs = rows(_JOBS, now)
        return Figures(
            slots={str(state): int(str(n)) for state, n in rows(_SLOTS)},
            claims_live=one(_LIVE),
            jobs={str(status): int(str(n)) for status, n, _ in jobs},
            oldest_job_s=max([0, *(int(str(age or 0)) for status, _, age in jobs if status == "todo")]),
            workers=one(_WORKERS, now),
            ledger_imbalance_minor={str(currency): int(str(net)) for currency, net in rows(_LEDGER)},
            events=one(_EVENTS),
            mails={str(state): int(str(n)) for state, n in rows(_MAILS)},
        )
