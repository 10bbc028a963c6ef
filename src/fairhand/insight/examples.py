"""Worked examples of a project: training gold of its practice batches, with the answer and the reason.

Practice tasks are never given out, so nobody is paid for an answer they could read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded

Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A task with its known answer. `reason`: language -> why it is right."""

    place: Place
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    reason: Mapping[str, str]


_EXAMPLES = """
SELECT b.ordinal, t.key, t.payload, y.answer, y.reason
  FROM batch b JOIN task t ON t.batch_id = b.id JOIN gold y ON y.task_id = t.id
 WHERE b.project_id = %(project)s AND b.kind = 'practice' AND y.use = 'training'
   AND (b.ordinal, t.key) > (%(ordinal)s, %(key)s)
 ORDER BY b.ordinal, t.key LIMIT %(limit)s
"""


def examples_of(project_id: UUID, after: Place, limit: int) -> list[Example]:
    """Examples of a project in a fixed order, after the one at `after` (batch, key); (0, "") is before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_EXAMPLES, {"project": project_id, "ordinal": after[0], "key": after[1], "limit": limit})
        found = [decoded(row, 2, 3, 4) for row in cursor.fetchall()]
    return [Example((row[0], row[1]), *row[2:]) for row in found]


_ANY = """
SELECT EXISTS (SELECT 1 FROM batch b JOIN task t ON t.batch_id = b.id JOIN gold y ON y.task_id = t.id
                WHERE b.project_id = %s AND b.kind = 'practice' AND y.use = 'training')
"""


def has_examples(project_id: UUID) -> bool:
    """Whether a project has any."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY, [project_id])
        return bool(cursor.fetchone()[0])
