"""Work outside tasks: entries that a project's staff confirm, those decided lately, and the lines that they paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded
from fairhand.pay.models import PayLine


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's open entry. `worth_minor` is left to the terms; `before`, `granted_before`: their other entries here,
    of any kind."""

    entry_id: UUID
    person_id: UUID
    alias: str
    kind: str
    kind_id: UUID
    said_ms: int
    note: str
    version: int | None
    said_at: datetime
    before: int
    granted_before: int


_WAITING = """
SELECT t.id, t.person_id, e.alias, k.kind, k.id, t.said_ms, t.note, t.version, t.said_at, b.n, b.granted
  FROM (SELECT * FROM paid_time WHERE project_id = %(project)s AND decided_at IS NULL
         ORDER BY said_at LIMIT %(limit)s) t
  JOIN paid_kind k ON k.id = t.paid_kind_id
  JOIN seat e ON e.project_id = t.project_id AND e.person_id = t.person_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS n, count(*) FILTER (WHERE y.granted_ms > 0) AS granted
      FROM paid_time y WHERE y.person_id = t.person_id AND y.project_id = t.project_id AND y.id <> t.id) b
 ORDER BY t.said_at, t.id
"""


def waiting_entries(project_id: UUID, limit: int) -> list[Waiting]:
    """Those that wait for a decision, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"project": project_id, "limit": limit})
        return [Waiting(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Settled:
    """An entry that was decided; `decided_by` None: taken at once, by its kind."""

    entry_id: UUID
    alias: str
    kind: str
    version: int | None
    said_ms: int
    note: str
    granted_ms: int
    decided_at: datetime
    decided_by: UUID | None
    why: str
    paid_minor: int


_SETTLED = """
SELECT t.id, e.alias, k.kind, t.version, t.said_ms, t.note, t.granted_ms, t.decided_at, t.decided_by, t.why,
       t.paid_minor
  FROM (SELECT * FROM paid_time WHERE project_id = %(project)s AND decided_at IS NOT NULL
           AND (%(at)s::timestamptz IS NULL OR (decided_at, id) < (%(at)s::timestamptz, %(id)s::uuid))
         ORDER BY decided_at DESC, id DESC LIMIT %(limit)s) t
  JOIN paid_kind k ON k.id = t.paid_kind_id
  JOIN seat e ON e.project_id = t.project_id AND e.person_id = t.person_id
 ORDER BY t.decided_at DESC, t.id DESC
"""


def settled_entries(project_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[Settled]:
    """The latest decisions."""
    at, last = before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"project": project_id, "at": at, "id": last, "limit": limit})
        return [Settled(*row) for row in cursor.fetchall()]


# Claims whose time was paid as interrupted work, of some that were taken back.
_PAID_OF = "SELECT claim_id, paid_minor FROM paid_time WHERE claim_id = ANY (%s) AND decided_at IS NOT NULL"


def paid_of_claims(claim_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What the time of interrupted claims was paid, in minor units; claims that it was not paid of are missing."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID_OF, [list(claim_ids)])
        return dict(cursor.fetchall())


_LINES = """
SELECT l.*, k.kind AS paid_kind, p.name AS project_name
  FROM pay_line l JOIN paid_time t
    ON t.id = CASE WHEN l.line_key LIKE 'paid_time:%%' THEN split_part(l.line_key, ':', 2)::uuid END
  JOIN paid_kind k ON k.id = t.paid_kind_id JOIN project p ON p.id = l.project_id
 WHERE l.person_id = %s AND l.submission_id IS NULL ORDER BY l.made_at DESC, l.id DESC LIMIT %s
"""


def latest_paid_lines(person_id: UUID, limit: int) -> list[PayLine]:
    """The latest lines of somebody's work outside tasks, each with its `paid_kind` and `project_name`."""
    found = list(PayLine.objects.raw(_LINES, [person_id, limit]))
    for line in found:
        line.project_name = decoded([line.project_name], 0)[0]
    return found


def lines_of_entries(entry_ids: Sequence[UUID]) -> dict[UUID, list[PayLine]]:
    """Lines by entry."""
    keys = [f"paid_time:{entry_id}:0" for entry_id in entry_ids]  # each kind's terms make one line
    found: dict[UUID, list[PayLine]] = {}
    for line in PayLine.objects.filter(line_key__in=keys):
        found.setdefault(UUID(line.line_key.split(":")[1]), []).append(line)
    return found
