"""open_waiting_reviews: reviews that the pool could not pay for open as soon as it can."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.each_alone import each_alone
from fairhand.flow.review_slots import AuthorSlot, open_review
from fairhand.flow.waiting import POOL, Group, payable
from fairhand.kernel.limits import REVIEWS_OPENED_PER_JOB_MAX

# Handed-in work whose review never opened, or not for this round: a review that was handed in waits for its author's.
_GROUPS = f"""
SELECT p.id, w.batch_id, w.stage_id, p.currency, m.net
  FROM (SELECT x.batch_id, x.stage_id, min(x.waits_since) AS since FROM slot x
         WHERE x.state = 'planned' AND x.waits_since IS NOT NULL GROUP BY 1, 2
        UNION
        SELECT x.batch_id, x.stage_id, NULL FROM stage g JOIN slot x ON x.stage_id = g.id AND x.state = 'submitted'
          JOIN slot y ON y.id = x.subject_slot_id AND y.state = 'submitted' AND y.round > x.round
         WHERE g.kind = 'review') w
  JOIN stage g ON g.id = w.stage_id AND g.kind = 'review' JOIN project p ON p.id = g.project_id {POOL}
 GROUP BY p.id, w.batch_id, w.stage_id, m.net ORDER BY min(w.since) NULLS FIRST, w.batch_id, w.stage_id
"""  # noqa: S608  # put together from constants
# Rework before first rounds: its author has waited longer.
_WAITING = """
(SELECT y.id FROM slot x JOIN slot y ON y.id = x.subject_slot_id AND y.state = 'submitted' AND y.round > x.round
  WHERE x.batch_id = %(batch)s AND x.stage_id = %(stage)s AND x.state = 'submitted' LIMIT %(n)s)
UNION ALL
(SELECT y.id FROM slot x JOIN slot y ON y.id = x.subject_slot_id AND y.state = 'submitted'
  WHERE x.batch_id = %(batch)s AND x.stage_id = %(stage)s AND x.state = 'planned' AND x.waits_since IS NOT NULL
  ORDER BY x.waits_since LIMIT %(n)s)
LIMIT %(n)s
"""
# The same again under the lock: a decision may have come first.
_LOCK = """
SELECT y.id, y.org_id, y.project_id, y.batch_id, y.task_id, y.shard, y.round,
       (SELECT s.person_id FROM submission s WHERE s.id = y.result_id), y.queue_id
  FROM slot y
 WHERE y.id = %(author)s AND y.state = 'submitted' AND EXISTS (
   SELECT 1 FROM slot x WHERE x.subject_slot_id = y.id AND x.stage_id = %(stage)s
      AND (x.state = 'planned' OR x.state = 'submitted' AND x.round < y.round)) FOR UPDATE
"""


def open_waiting_reviews(*, actor: Actor, now: datetime) -> int:
    """Open what the pools can pay for by now, each in its own transaction; returns how many opened."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS)
        groups = [Group(*row) for row in cursor.fetchall()]
    opened = 0
    with each_alone() as alone:
        for group, review, n in payable(groups, REVIEWS_OPENED_PER_JOB_MAX):
            with connection.cursor() as cursor:
                cursor.execute(_WAITING, {"batch": group.batch_id, "stage": group.stage_id, "n": n})
                waiting = [row[0] for row in cursor.fetchall()]
            for author_slot_id in waiting:
                with alone(), transaction.atomic():
                    author = _locked(author_slot_id, group.stage_id, group.currency)
                    opened += author is not None and open_review(author=author, review=review, actor=actor, now=now)
    return opened


def _locked(author_slot_id: UUID, stage_id: UUID, currency: str) -> AuthorSlot | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"author": author_slot_id, "stage": stage_id})
        row: tuple[Any, ...] | None = cursor.fetchone()
    return AuthorSlot(*row[:-2], currency, *row[-2:]) if row else None
