"""open_waiting_reviews: reviews that the pool could not pay for open as soon as it can."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.flow.review_slots import AuthorSlot, open_review
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.limits import REVIEWS_OPENED_PER_JOB_MAX
from fairhand.ledger.accounts import pool
from fairhand.ledger.queries import balance_minor

# Handed-in work whose review never opened, or not for this round. Earliest decision first.
_WAITING = """
SELECT y.id, y.batch_id, y.project_id, x.stage_id, p.currency
  FROM batch b JOIN slot x ON x.batch_id = b.id AND x.state IN ('planned', 'submitted')
  JOIN stage g ON g.id = x.stage_id AND g.kind = 'review'
  JOIN slot y ON y.id = x.subject_slot_id AND y.state = 'submitted' JOIN submission s ON s.id = y.result_id
  JOIN project p ON p.id = y.project_id
 WHERE b.state = 'launched' AND (x.state = 'planned' OR x.round < y.round) ORDER BY s.decide_by, y.id LIMIT %s
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
        cursor.execute(_WAITING, [REVIEWS_OPENED_PER_JOB_MAX])
        waiting = cursor.fetchall()
    opened = 0
    for author_slot_id, batch_id, project_id, stage_id, currency in waiting:
        review = next(card for card in stage_cards(project_id, "review") if card.stage_id == stage_id)
        if balance_minor(pool(batch_id), currency) < review.card.ceiling_minor:
            continue  # it waits on; nothing is recorded again
        with transaction.atomic():
            author = _locked(author_slot_id, stage_id, currency)
            if author is not None:
                open_review(author=author, review=review, actor=actor, now=now)
                opened += 1
    return opened


def _locked(author_slot_id: UUID, stage_id: UUID, currency: str) -> AuthorSlot | None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"author": author_slot_id, "stage": stage_id})
        row: tuple[Any, ...] | None = cursor.fetchone()
    return AuthorSlot(*row[:-2], currency, *row[-2:]) if row else None
