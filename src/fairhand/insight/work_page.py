"""What the work page shows beside the claim itself: the task's payload, and what the slot is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.cases.raised_queries import KEPT_OUT_AS
from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class TaskShown:
    """The task of a claim, with the guideline version that the offer froze: whoever judges one work sees the version
    that its author's offer names. `kept_out`: `taken_out` or `held` where its content may be illegal and its holder is
    not at work on it any more; then the payload is empty, and no answer to it is to be shown."""

    payload: Mapping[str, Any]
    project_id: UUID
    project_slug: str
    project_name: Mapping[str, str]
    project_state: str
    guideline_version: int
    guideline: Mapping[str, str]
    # For whoever judges; {} for attempts.
    rubric: Mapping[str, str]
    rework_n: int
    kept_out: str | None


_TASK = f"""
SELECT CASE WHEN k.kept_out IS NULL THEN t.payload ELSE '{{}}' END, p.id, p.slug, p.name, p.state,
       coalesce(l.version, 0), coalesce(l.texts, '{{}}'),
       CASE WHEN g.kind = 'attempt' THEN '{{}}' ELSE coalesce(l.rubric, '{{}}') END, c.round - 1, k.kept_out
  FROM claim c JOIN task t ON t.id = c.task_id JOIN project p ON p.id = c.project_id JOIN offer o ON o.id = c.offer_id
  JOIN slot x ON x.id = c.slot_id JOIN stage g ON g.id = x.stage_id
  CROSS JOIN LATERAL (SELECT {KEPT_OUT_AS} AS kept_out) k
  LEFT JOIN submission s ON s.id = c.subject_ids[1] AND cardinality(c.subject_ids) = 1
  LEFT JOIN claim a ON a.id = s.claim_id LEFT JOIN offer b ON b.id = a.offer_id
  LEFT JOIN guideline l ON l.project_id = p.id
   AND l.version = coalesce(b.terms ->> 'guideline_version', o.terms ->> 'guideline_version')::int
 WHERE c.id = %s AND c.person_id = %s
"""  # noqa: S608  # put together from constants


def task_shown(claim_id: UUID, person_id: UUID) -> TaskShown | None:
    """The task of a person's own claim, or None."""
    with connection.cursor() as cursor:
        cursor.execute(_TASK, [claim_id, person_id])
        row = cursor.fetchone()
    return TaskShown(*decoded(row, 0, 3, 6, 7)) if row else None


@dataclass(frozen=True, slots=True)
class Subject:
    """A submission that is to be reviewed, under its author's pseudonym."""

    submission_id: UUID
    alias: str
    author_kind: str
    answer: Mapping[str, Any]
    round: int
    work_ms: int | None
    # Whether its author is paid more for a good score.
    scored: bool
    # What it answers: the version of the template that its author worked with.
    template: Mapping[str, Any]


# A blind judge is not told whose work it is.
_SUBJECTS = """
SELECT s.id, CASE WHEN %s THEN '' ELSE e.alias END, p.kind, s.answer, s.round, s.work_ms,
       o.terms -> 'pay' -> 'primitives' @> '[{"primitive": "MULT", "by": "score"}]', m.body
  FROM submission s JOIN person p ON p.id = s.person_id
  JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 WHERE s.id = ANY (%s) ORDER BY s.submitted_at
"""


def subjects(submission_ids: Sequence[UUID], blind: bool = False) -> list[Subject]:
    """The submissions that a review claim is about; the caller has checked that the claim is the reader's.

    `blind`: under no pseudonym.
    """
    if not submission_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS, [blind, list(submission_ids)])
        return [Subject(*decoded(row, 3, 7)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The round before this one, and why it came back."""

    submission_id: UUID
    answer: Mapping[str, Any]
    note: str
    clause: str | None
    alias: str | None


_EARLIER = """
SELECT s.id, s.answer, coalesce(r.note, ''), r.clause,
       CASE WHEN NOT (SELECT o.terms ? 'blind' FROM claim d JOIN offer o ON o.id = d.offer_id WHERE d.id = b.claim_id)
            THEN e.alias END
  FROM claim c JOIN submission s ON s.slot_id = c.slot_id AND s.round = c.round - 1 AND NOT s.surplus
  LEFT JOIN review r ON r.subject_id = s.id AND r.kind = 'review' AND r.verdict = 'return'
  LEFT JOIN submission b ON b.id = r.submission_id
  LEFT JOIN seat e ON e.project_id = b.project_id AND e.person_id = b.person_id
 WHERE c.id = %s AND s.person_id = c.person_id ORDER BY b.submitted_at DESC LIMIT 1
"""


def earlier_round(claim_id: UUID) -> Earlier | None:
    """What the same person handed in the round before; None in the first round."""
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [claim_id])
        row = cursor.fetchone()
    return Earlier(*decoded(row, 1)) if row else None


_TEMPLATE = """
SELECT m.body FROM claim c JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
 WHERE c.id = %s
"""


def claim_template(claim_id: UUID) -> Mapping[str, Any]:
    """What a claim that is known to be there shows and asks, whatever was published since it was made."""
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATE, [claim_id])
        (body,) = decoded(cursor.fetchone(), 0)
    return body  # type: ignore[no-any-return]  # a cursor's row is untyped
