"""Writes events. Every command calls `record` in the transaction of its own writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.kernel.ids import new_id
from fairhand.kernel.logs import note_event

_INSERT = """
INSERT INTO event (id, at, org_id, project_id, actor_kind, actor_id, verb, subject_kind, subject_id, facts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """What to record: `verb` is `noun:verb` in the past tense of the business (`claim:made`)."""

    verb: str
    subject_kind: str
    subject_id: UUID | None
    org_id: UUID | None = None
    project_id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def record(*, actor: Actor, now: datetime, happened: Sequence[Fact]) -> None:
    """Append one row per fact, in order. Must run inside the command's transaction."""
    rows = [_row(fact, actor, now) for fact in happened]
    with connection.cursor() as cursor:
        if len(rows) == 1:  # the usual case; a pipeline for one row costs more than the row
            cursor.execute(_INSERT, rows[0])
        else:
            cursor.executemany(_INSERT, rows)
    for row in rows:
        note_event(row[0])


def _row(fact: Fact, actor: Actor, now: datetime) -> tuple[UUID, *tuple[object, ...]]:
    who = (actor.kind, actor.id)
    subject = (fact.subject_kind, fact.subject_id)
    return (new_id(now), now, fact.org_id, fact.project_id, *who, fact.verb, *subject, Jsonb(dict(fact.facts)))
