"""Reads of the event table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.models import Event


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a reader has come. Transaction ids first: numbers are given out before commits."""

    xid: int = 0
    seq: int = 0


# Rows of transactions still running are left for the next call, so no row is ever passed by.
_BEYOND = """
SELECT id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts, xid::text::bigint, seq
  FROM event
 WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
 ORDER BY xid, seq LIMIT %s
"""


def beyond(cursor: Cursor, limit: int) -> tuple[list[dict[str, Any]], Cursor]:
    """Up to `limit` events after `cursor`, in commit-safe order, and the cursor to go on from."""
    with connection.cursor() as db:
        db.execute(_BEYOND, [str(cursor.xid), cursor.seq, limit])
        names = [column.name for column in db.description]
        rows = [dict(zip(names, row, strict=True)) for row in db.fetchall()]
    if rows:
        cursor = Cursor(xid=rows[-1]["xid"], seq=rows[-1]["seq"])
    return rows, cursor


def of_subjects(subject_ids: list[UUID]) -> list[Event]:
    """The whole life of some rows, oldest first."""
    return list(Event.objects.filter(subject_id__in=subject_ids).order_by("at", "id"))


def latest_of_project(project_id: UUID, verb: str) -> Event | None:
    """The newest event of one verb in a project."""
    return Event.objects.filter(project_id=project_id, verb=verb).order_by("-at", "-id").first()


def first_at(project_id: UUID, verb: str) -> datetime | None:
    """When something first happened in a project."""
    return Event.objects.filter(project_id=project_id, verb=verb).order_by("at").values_list("at", flat=True).first()
