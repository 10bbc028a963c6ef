"""Reads of the event table."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from fairhand.audit.models import Event


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come. Transaction ids first: numbers are given out before commits."""

    xid: int = 0
    seq: int = 0


# Rows of transactions still running are left for the next call, so no row is ever passed by.
# The order is named by its table: `xid` alone would be the number that is selected, which no index has.
_BEYOND = """
SELECT id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts, xid::text::bigint, seq
  FROM event
 WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
 ORDER BY event.xid, event.seq LIMIT %s
"""


def beyond(cursor: Cursor, limit: int) -> tuple[list[dict[str, Any]], Cursor]:
    """Up to `limit` events after `cursor`, in commit-safe order, and the cursor to go on from."""
    with connection.cursor() as db:
        db.execute(_BEYOND, [str(cursor.xid), cursor.seq, limit])
        rows = _rows(db)
    if rows:
        cursor = Cursor(xid=rows[-1]["xid"], seq=rows[-1]["seq"])
    return rows, cursor


def _rows(db: Any) -> list[dict[str, Any]]:
    """A cursor's rows by column name. Django leaves jsonb as text to a plain cursor; here it is read."""
    names = [column.name for column in db.description]
    found = [dict(zip(names, row, strict=True)) for row in db.fetchall()]
    return [row | {"facts": json.loads(row["facts"])} if isinstance(row["facts"], str) else row for row in found]


def of_subjects(subject_ids: list[UUID]) -> list[Event]:
    """The whole life of some rows, oldest first."""
    return list(Event.objects.filter(subject_id__in=subject_ids).order_by("at", "id"))


def latest_of_project(project_id: UUID, verb: str) -> Event | None:
    """The newest event of one verb in a project."""
    return Event.objects.filter(project_id=project_id, verb=verb).order_by("-at", "-id").first()


def first_at(project_id: UUID, verb: str) -> datetime | None:
    """When something first happened in a project."""
    return Event.objects.filter(project_id=project_id, verb=verb).order_by("at").values_list("at", flat=True).first()


# The same for a reader who sees some projects alone: each project's rows by its own index, then in one order.
_BEYOND_IN = """
SELECT e.* FROM unnest(%s::uuid[]) AS p (id) CROSS JOIN LATERAL (
    SELECT id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts,
           xid::text::bigint, seq
      FROM event
     WHERE project_id = p.id AND (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY event.xid, event.seq LIMIT %s) e
 ORDER BY e.xid, e.seq LIMIT %s
"""


def beyond_in(project_ids: Sequence[UUID], cursor: Cursor, limit: int) -> list[dict[str, Any]]:
    """Like `beyond`, of some projects alone."""
    with connection.cursor() as db:
        db.execute(_BEYOND_IN, [list(project_ids), str(cursor.xid), cursor.seq, limit, limit])
        return _rows(db)


def cursor_at(event_id: UUID) -> Cursor | None:
    """Where an event stands in commit-safe order; None if there is no such event."""
    with connection.cursor() as db:
        db.execute("SELECT xid::text::bigint, seq FROM event WHERE id = %s", [event_id])
        row = db.fetchone()
    return Cursor(*row) if row else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events of the log; None and the empty text ask for any. `since` is in, `until` is out."""

    verb: str = ""
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    project_id: UUID | None = None
    org_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


_COLUMNS = (
    ("verb", "verb"), ("actor_id", "actor_id"), ("subject_id", "subject_id"), ("project_id", "project_id"),
    ("org_id", "org_id"), ("since", "at__gte"), ("until", "at__lt"),
)  # fmt: skip


def log(wanted: Wanted, before: tuple[datetime, UUID] | None, limit: int) -> list[Event]:
    """A page of the event log, newest first, older than `before` (at, id)."""
    return list(_log(wanted, before)[:limit])


def log_streamed(wanted: Wanted, limit: int, chunk: int = 1_000) -> Iterator[Event]:
    """The newest `limit` events, newest first, a page in memory at a time."""
    before: tuple[datetime, UUID] | None = None
    while limit > 0:
        rows = log(wanted, before, min(chunk, limit))
        yield from rows
        if len(rows) < min(chunk, limit):
            return
        before, limit = (rows[-1].at, rows[-1].id), limit - len(rows)


def _log(wanted: Wanted, before: tuple[datetime, UUID] | None) -> QuerySet[Event]:
    asked = {column: getattr(wanted, name) for name, column in _COLUMNS if getattr(wanted, name)}
    found = Event.objects.filter(**asked)
    if before is not None:
        at, last = before
        # The first condition is what the index is entered by; the second leaves out what was on the page before.
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=last))
    return found.order_by("-at", "-id")


def event_by_id(event_id: UUID) -> Event | None:
    """One event."""
    return Event.objects.filter(id=event_id).first()


def latest_of_subject(subject_id: UUID, verb: str) -> Event | None:
    """The newest event of one verb about one row."""
    return Event.objects.filter(subject_id=subject_id, verb=verb).order_by("-at", "-id").first()


def of_subject(subject_id: UUID, limit: int) -> list[Event]:
    """The newest events about one row."""
    return list(Event.objects.filter(subject_id=subject_id).order_by("-at", "-id")[:limit])


# The verbs there are, each found by one step through the index: a few dozen in millions of rows.
_VERBS = """
WITH RECURSIVE v AS (
  (SELECT verb FROM event ORDER BY verb LIMIT 1)
  UNION ALL SELECT (SELECT e.verb FROM event e WHERE e.verb > v.verb ORDER BY e.verb LIMIT 1) FROM v
   WHERE v.verb IS NOT NULL)
SELECT verb FROM v WHERE verb IS NOT NULL
"""


def verbs() -> list[str]:
    """Every verb that an event has, in order."""
    with connection.cursor() as db:
        db.execute(_VERBS)
        return [row[0] for row in db.fetchall()]
