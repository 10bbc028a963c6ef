"""Reads of deliveries, and the stream of a delivery's records."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.delivery.formats import FORMATS, WHOLE
from fairhand.delivery.formats._format import Format, Record
from fairhand.delivery.models import Delivery

_CHUNK = 500
# A delivery's records in their sealed order. Reviews written after the release don't change what was delivered.
_RECORDS = """
SELECT s.id::text, t.key, t.payload, s.answer, e.alias, p.kind, g.name, s.round, s.work_ms, s.submitted_at,
       s.decided_by, s.content_hash, (o.terms ->> 'guideline_version')::int, m.version,
       coalesce((SELECT jsonb_agg(jsonb_build_object('reviewer', f.alias, 'reviewer_kind', q.kind, 'verdict', r.verdict,
                                    'scores', r.scores, 'fixed_answer', r.fixed_answer, 'note', r.note,
                                    'work_ms', b.work_ms, 'template_version', claim_template(h.terms, k.subject_ids))
                                    ORDER BY b.submitted_at, b.id)
                   FROM review r JOIN submission b ON b.id = r.submission_id JOIN person q ON q.id = b.person_id
                   JOIN claim k ON k.id = b.claim_id JOIN offer h ON h.id = k.offer_id
                   JOIN seat f ON f.project_id = b.project_id AND f.person_id = b.person_id
                  WHERE r.submission_id = ANY (i.review_ids)), '[]'),
       (SELECT jsonb_build_object('adjudicator', f.alias, 'answer', a.answer, 'note', a.note,
                 'template_version', claim_template(h.terms, k.subject_ids),
                 'guideline_version', (h.terms ->> 'guideline_version')::int)
          FROM adjudication a JOIN submission b ON b.id = a.submission_id
          JOIN claim k ON k.id = b.claim_id JOIN offer h ON h.id = k.offer_id
          JOIN seat f ON f.project_id = b.project_id AND f.person_id = b.person_id
         WHERE a.submission_id = ANY (i.review_ids) ORDER BY a.submission_id DESC LIMIT 1),
       -- Which model said what stands in the answer, and how it was asked; such rows never change after their end.
       (SELECT jsonb_object_agg(v.id, v.params || jsonb_build_object(
                 'name', w.name, 'model', w.model, 'slot', CASE v.place WHEN 0 THEN 'a' ELSE 'b' END, 'state', v.state,
                 'finish_reason', v.finish_reason, 'tokens_in', v.tokens_in, 'tokens_out', v.tokens_out,
                 'tokens_counted_by', CASE WHEN v.told THEN 'server' ELSE 'fairhand' END, 'asked_sha256', v.asked_hash,
                 'asked_at', to_char(v.asked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
          FROM generation v JOIN model_endpoint w ON w.id = v.endpoint_id
         WHERE v.slot_id = s.slot_id AND v.person_id = s.person_id AND position(v.id::text IN s.answer::text) > 0)
  FROM delivery_item i JOIN submission s ON s.id = i.submission_id
  JOIN task t ON t.id = s.task_id JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
  JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN person p ON p.id = s.person_id JOIN seat e ON e.project_id = s.project_id AND e.person_id = s.person_id
 WHERE i.delivery_id = %s ORDER BY i.ordinal
"""
_JSON_AT = (2, 3, 14, 15, 16)  # payload, answer, reviews, adjudication, models


# The templates that a delivery's answers answer; later versions change nothing about it.
_TEMPLATES = """
SELECT m.version, m.body FROM template m
 WHERE m.project_id = %s AND m.version IN (
   SELECT claim_template(o.terms, c.subject_ids) FROM delivery_item i JOIN submission s ON s.id = i.submission_id
     JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id WHERE i.delivery_id = %s)
"""


def records(delivery_id: UUID) -> Iterator[Record]:
    """Stream a delivery's records, a few hundred rows in memory at a time."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_RECORDS, [delivery_id])
        while rows := cursor.fetchmany(_CHUNK):
            for row in rows:
                # A plain cursor leaves jsonb as text: Django takes psycopg's loader off.
                values: list[Any] = [
                    json.loads(value) if at in _JSON_AT and value else value for at, value in enumerate(row)
                ]
                yield Record(*values)


def file_lines(delivery: Delivery, form: Format) -> Iterator[bytes]:
    """The lines of one format of a delivery; the same bytes every time."""
    settings = delivery.project.source.get("delivery", {})
    return form.lines(records(delivery.id), settings, lambda: _templates(delivery))


def _templates(delivery: Delivery) -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_TEMPLATES, [delivery.project_id, delivery.id])
        return {version: json.loads(body) for version, body in cursor.fetchall()}


def formats_of(delivery: Delivery) -> list[Format]:
    """Formats a delivery was sealed in, first the one that leaves nothing out."""
    found = [form_of(delivery, name) for name in sorted(delivery.files, key=lambda name: (name != WHOLE, name))]
    return [form for form in found if form is not None]


def form_of(delivery: Delivery, name: str) -> Format | None:
    """The format of one of its files, in the version it was sealed in; None where it has no such file."""
    file = delivery.files.get(name)
    return FORMATS.get(name, file.get("version", 1)) if file is not None else None


def deliveries_of(project_id: UUID) -> list[Delivery]:
    """Deliveries of a project, newest first."""
    return list(Delivery.objects.filter(project_id=project_id).order_by("-number"))


def by_number(project_id: UUID, number: int) -> Delivery | None:
    """One delivery of a project."""
    return Delivery.objects.filter(project_id=project_id, number=number).select_related("project").first()
