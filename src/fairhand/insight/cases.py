"""Cases about pay lines, as a project's staff read them (pseudonyms alone) and as their own person does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.insight.rows import decoded


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with the line that it is about. `alias`: its person's pseudonym; `ceiling_minor`: of the work's offer."""

    case_id: UUID
    alias: str
    state: str
    words: str
    opened_at: datetime
    due_at: datetime | None
    answer: str
    answer_reason: str
    answer_minor: int
    answered_by: UUID | None
    answered_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    decision: str
    decision_reason: str
    decision_minor: int
    decided_at: datetime | None
    person_id: UUID
    submission_id: UUID | None
    line_minor: int
    currency: str
    sentence_key: str
    sentence_args: Mapping[str, str]
    made_at: datetime
    project_name: Mapping[str, str]
    project_slug: str
    work_ms: int | None
    task_id: UUID | None
    task_key: str | None
    ceiling_minor: int | None
    added_minor: int
    # Of the line that a score was paid by: the score, "" where nobody gave one; None of other lines.
    score: str | None
    # Of an entry of work outside tasks that was not granted, instead of a line.
    paid_time_id: UUID | None
    paid_kind: str | None
    version: int | None
    said_ms: int | None
    note: str | None
    granted_ms: int | None
    not_by: UUID | None

    @property
    def most_minor(self) -> int:
        """What an answer may still add: cases give a piece of work no more than its offer's ceiling."""
        if self.ceiling_minor is None:
            return max(self.line_minor - self.answer_minor, 0)
        return max(self.ceiling_minor - self.added_minor, 0)

    @property
    def short(self) -> str:
        """The last digits of the submission's id, as its author's pages write them."""
        return str(self.submission_id)[-5:].upper() if self.submission_id else ""


_CASE = """
SELECT k.id, coalesce(e.alias, '–'), k.state, k.words, k.opened_at, k.due_at, k.answer, k.answer_reason,
       k.answer_minor, k.answered_by_id, k.answered_at, k.appeal, k.appealed_at, k.decision, k.decision_reason,
       k.decision_minor, k.decided_at, k.person_id, k.submission_id, coalesce(l.amount_minor, 0),
       coalesce(l.currency, p.currency), coalesce(l.sentence_key, ''), coalesce(l.sentence_args, '{{}}'),
       coalesce(l.made_at, y.said_at), p.name, p.slug, s.work_ms, s.task_id, t.key, o.ceiling_minor,
       coalesce((SELECT sum(a.amount_minor) FROM pay_line a
                  WHERE a.submission_id = k.submission_id AND a.line_key LIKE 'case:%%'), 0)::bigint,
       CASE WHEN l.line_key LIKE 'score:%%' THEN coalesce(l.inputs ->> 'score', '') END,
       y.id, q.kind, y.version, y.said_ms, y.note, y.granted_ms, k.not_by_id
  FROM ({rows}) k LEFT JOIN pay_line l ON l.id = k.line_id JOIN project p ON p.id = k.project_id
  LEFT JOIN paid_time y ON y.id = k.paid_time_id LEFT JOIN paid_kind q ON q.id = y.paid_kind_id
  LEFT JOIN seat e ON e.project_id = k.project_id AND e.person_id = k.person_id
  LEFT JOIN submission s ON s.id = k.submission_id LEFT JOIN task t ON t.id = s.task_id
  LEFT JOIN claim c ON c.id = s.claim_id LEFT JOIN offer o ON o.id = c.offer_id
 ORDER BY {order}
"""
_OLDEST_DUE = "k.due_at, k.id"
_NEWEST = "k.opened_at DESC, k.id DESC"
_WAITING = """
SELECT * FROM pay_case WHERE project_id = %(owner)s AND due_at IS NOT NULL
   AND (%(at)s::timestamptz IS NULL OR (due_at, id) > (%(at)s::timestamptz, %(id)s::uuid))
 ORDER BY due_at, id LIMIT %(limit)s
"""
_LATEST = """
SELECT * FROM pay_case WHERE {whose} = %(owner)s
   AND (%(at)s::timestamptz IS NULL OR (opened_at, id) < (%(at)s::timestamptz, %(id)s::uuid))
 ORDER BY opened_at DESC, id DESC LIMIT %(limit)s
"""
_ONE = "SELECT * FROM pay_case WHERE id = %(id)s AND person_id = %(owner)s"

Place = tuple[datetime, UUID]


def waiting_cases(project_id: UUID, after: Place | None, limit: int) -> list[CaseRow]:
    """Cases of a project that wait for an answer, those overdue or due soonest first."""
    return _rows(_WAITING, _OLDEST_DUE, project_id, after, limit)


def cases_of_project(project_id: UUID, before: Place | None, limit: int) -> list[CaseRow]:
    """All cases of a project, newest first."""
    return _rows(_LATEST.format(whose="project_id"), _NEWEST, project_id, before, limit)


def own_cases(person_id: UUID, before: Place | None, limit: int) -> list[CaseRow]:
    """A person's own cases, newest first."""
    return _rows(_LATEST.format(whose="person_id"), _NEWEST, person_id, before, limit)


def own_case_row(person_id: UUID, case_id: UUID) -> CaseRow | None:
    """One of a person's own cases."""
    found = _read(_ONE, _NEWEST, {"owner": person_id, "id": case_id})
    return found[0] if found else None


def _rows(rows: str, order: str, owner: UUID, place: Place | None, limit: int) -> list[CaseRow]:
    at, last = place or (None, None)
    return _read(rows, order, {"owner": owner, "at": at, "id": last, "limit": limit})


def _read(rows: str, order: str, values: Mapping[str, Any]) -> list[CaseRow]:
    with connection.cursor() as cursor:
        cursor.execute(_CASE.format(rows=rows, order=order), values)
        return [CaseRow(*decoded(row, 22, 24)) for row in cursor.fetchall()]
