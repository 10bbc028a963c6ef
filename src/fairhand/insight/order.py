"""What waits in which queue of a project, in the order in which queues stand where no policy says otherwise."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from fairhand.kernel.limits import OPEN_COUNTED_MAX, QUEUES_SHOWN_MAX

# Each count stops at the limit and reads no further.
_QUEUES = """
SELECT g.ordinal, g.kind, q.lane, q.tier, q.field, h.name, n.n
  FROM queue q JOIN stage g ON g.id = q.stage_id LEFT JOIN cohort h ON h.id = q.cohort_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
      SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL
       LIMIT %(limit)s) y) n
 WHERE q.project_id = %(project)s AND n.n > 0
   AND (q.hint <> 0 OR EXISTS (SELECT 1 FROM queue_wake k WHERE k.queue_id = q.id))
 ORDER BY g.ordinal, q.lane, q.tier, q.field, q.id LIMIT %(rows)s
"""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue with something open; `n` counted up to OPEN_COUNTED_MAX, one more says that there are more."""

    stage: int
    kind: str
    lane: str
    tier: int
    field: str
    cohort: str | None
    n: int

    @property
    def shown_n(self) -> int:
        """At most the limit."""
        return min(self.n, OPEN_COUNTED_MAX)

    @property
    def more(self) -> bool:
        """Whether counting stopped."""
        return self.n > OPEN_COUNTED_MAX


def queues_waiting(project_id: UUID) -> list[QueueRow]:
    """At most QUEUES_SHOWN_MAX of them."""
    values = {"project": project_id, "limit": OPEN_COUNTED_MAX + 1, "rows": QUEUES_SHOWN_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUES, values)
        return [QueueRow(*row) for row in cursor.fetchall()]
