"""The books recounted at one moment, and what the last recount of the night found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from fairhand.audit.models import Event
from fairhand.insight.books import run_checks, three_sums

RECOUNTED = "books:recounted"
# One moment for all checks: money moves meanwhile, and two figures of two moments would differ for no fault.
_AS_OF_NOW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_SIZE = "SELECT (SELECT count(*) FROM ledger_balance), (SELECT coalesce(sum(seq), 0)::bigint FROM ledger_balance)"


@dataclass(frozen=True, slots=True)
class Recount:
    """`wrong`: name of a check -> the first few offenders; empty if the books are right."""

    accounts: int
    legs: int
    wrong: dict[str, list[str]] = field(default_factory=dict)


def recount() -> Recount:
    """Every check of the books, as of one moment. Must not be called inside a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AS_OF_NOW)
        cursor.execute("SET LOCAL statement_timeout = 0")  # the whole ledger is read, however long that takes
        cursor.execute(_SIZE)
        accounts, legs = cursor.fetchone()
        wrong = run_checks()
        unequal = [sums.currency for sums in three_sums() if not sums.equal]
    return Recount(accounts, legs, wrong | ({"three_sums": unequal} if unequal else {}))


@dataclass(frozen=True, slots=True)
class LastRecount:
    """When the books were last recounted by the job of the night, and the checks that found something."""

    at: datetime
    wrong: tuple[str, ...]


def last_recount() -> LastRecount | None:
    """The last one, or None before the first night."""
    found = Event.objects.filter(verb=RECOUNTED).order_by("-at").values_list("at", "facts").first()
    if found is None:
        return None
    facts: dict[str, Any] = found[1]
    return LastRecount(found[0], tuple(sorted(facts.get("wrong", {}))))
