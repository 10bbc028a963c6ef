"""Reads about endpoints and what models said. Who may read an answer is asked by whoever calls."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from fairhand.inference.models import Generation, ModelEndpoint, ModelMoney, ModelOrder
from fairhand.inference.states import SAID, UNDER_WAY


def active(names: Collection[str] | None = None) -> dict[str, ModelEndpoint]:
    """Endpoints in use by their name; of some names alone, if they are given."""
    found = ModelEndpoint.objects.filter(state="active")
    if names is not None:
        found = found.filter(name__in=list(names))
    return {row.name: row for row in found.order_by("name")}


def retired(limit: int) -> list[ModelEndpoint]:
    """Those that are not asked any more, the latest first."""
    return list(ModelEndpoint.objects.filter(state="retired").order_by("-retired_at", "-id")[:limit])


def answers_by_endpoint() -> dict[UUID, int]:
    """How often each endpoint was asked."""
    return dict(Generation.objects.values_list("endpoint_id").annotate(n=Count("id")))


@dataclass(frozen=True, slots=True)
class Tail:
    """An answer as its page reads it, while it is written and after."""

    id: UUID
    turn: int
    place: int
    state: str
    problem: str
    finish_reason: str
    text: str
    turns: Sequence[Mapping[str, Any]]


def tail_of(slot_id: UUID, person_id: UUID, question: str, limit: int, without: Collection[UUID] = ()) -> list[Tail]:
    """The latest that somebody asked for their work on a slot, oldest first: what was asked in an earlier round may
    stand in the answer still, unless other models stand in its place by now. `without` those that need not be read
    again."""
    order = order_of(slot_id, person_id, question)
    rows = Generation.objects.filter(slot_id=slot_id, person_id=person_id, question=question).exclude(id__in=without)
    columns = ("id", "turn", "place", "state", "problem", "finish_reason", "text", "turns", "endpoint__name")
    found = rows.order_by("-id").values_list(*columns)[:limit]
    return [Tail(*row[:-1]) for row in reversed(found) if row[2] < len(order) and row[-1] == order[row[2]]]


@dataclass(frozen=True, slots=True)
class Used:
    """What a claim asked already, for one question; `tokens` counts the most that what is under way may say. `size`:
    bytes of all that was said."""

    asked: int
    tokens: int
    under_way: int
    size: int


_USED = """
SELECT count(*), coalesce(sum(coalesce(tokens_out, (params ->> 'max_tokens')::int)), 0)::bigint,
       count(*) FILTER (WHERE state = ANY (%s)),
       coalesce(sum(octet_length(text)) FILTER (WHERE state <> 'failed'), 0)::bigint
  FROM generation WHERE claim_id = %s AND question = %s
"""


def used(claim_id: UUID, question: str) -> Used:
    """What a claim asked for a question so far."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, [list(UNDER_WAY), claim_id, question])
        return Used(*cursor.fetchone())


def said(ids: Collection[str]) -> dict[str, Generation]:
    """What models said to their end, or till they were stopped, by id."""
    try:
        rows = Generation.objects.filter(id__in=set(ids), state__in=SAID).select_related("endpoint")
        return {str(row.id): row for row in rows}
    except (ValidationError, ValueError):
        return {}


def said_to(slot_id: UUID, person_id: UUID, question: str, asked_hash: str) -> list[Generation]:
    """What is or was said to the very words and files of this hash, for somebody's work on a slot."""
    rows = Generation.objects.filter(slot_id=slot_id, person_id=person_id, question=question, asked_hash=asked_hash)
    return list(rows.exclude(state="failed").select_related("endpoint"))


def of_slot(slot_id: UUID, person_id: UUID, question: str) -> dict[UUID, Generation]:
    """What somebody asked for their work on a slot, for one question."""
    rows = Generation.objects.filter(slot_id=slot_id, person_id=person_id, question=question, state__in=SAID)
    return {row.id: row for row in rows.select_related("endpoint")}


def order_of(slot_id: UUID, person_id: UUID, question: str) -> list[str]:
    """In which order somebody sees a question's models; empty where they asked none."""
    found = ModelOrder.objects.filter(slot_id=slot_id, person_id=person_id, question=question)
    return list(found.values_list("names", flat=True).first() or ())


def is_placed(row: Generation, order: Sequence[str]) -> bool:
    """Whether an answer is that of the model which stands in its place now."""
    return row.place < len(order) and row.endpoint.name == order[row.place]


def generation(generation_id: UUID) -> Generation | None:
    """One, with its endpoint."""
    return Generation.objects.select_related("endpoint").filter(id=generation_id).first()


def waiting(before: datetime, limit: int) -> list[UUID]:
    """What was asked before a moment and no worker took on yet, the oldest first."""
    found = Generation.objects.filter(state="asked", asked_at__lt=before).order_by("asked_at")
    return list(found.values_list("id", flat=True)[:limit])


# A question that asks models names them. Every version of the template counts: work goes on by what its offer names.
_USES = """
SELECT EXISTS (SELECT 1 FROM model_money WHERE project_id = %(project)s AND (limit_minor > 0 OR ended_n > 0))
    OR EXISTS (SELECT 1 FROM template WHERE project_id = %(project)s AND body @? '$.questions[*].models[0]')
"""


def uses_models(project_id: UUID) -> bool:
    """Whether a project's work asks models, or money was set apart for them."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, {"project": project_id})
        return bool(cursor.fetchone()[0])


def money_of(project_id: UUID) -> ModelMoney | None:
    """A project's money for models; None where it never had any."""
    return ModelMoney.objects.filter(project_id=project_id).first()


_UNPOSTED = """
SELECT m.project_id FROM model_money m
 WHERE m.ended_n > m.posted_n
    OR m.limit_minor > m.posted_minor AND m.held_pico = 0
       AND EXISTS (SELECT 1 FROM project p WHERE p.id = m.project_id AND p.state = 'closed')
       AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.project_id = m.project_id AND b.state = 'launched')
 ORDER BY 1 LIMIT %s
"""


def unposted(limit: int) -> list[UUID]:
    """Projects in which answers ended that no entry tells of yet, or that are closed, done and have money left."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPOSTED, [limit])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class ModelCost:
    """What one endpoint was asked in a project."""

    name: str
    model: str
    asked: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost_pico: int


def costs_of(project_id: UUID, limit: int) -> list[ModelCost]:
    """What a project's models were asked and cost, the dearest first."""
    rows = (
        Generation.objects.filter(project_id=project_id).exclude(state__in=UNDER_WAY)
        .values("endpoint__name", "endpoint__model")
        .annotate(
            asked=Count("id"), said=Count("id", filter=Q(state__in=SAID)), tokens_in=Coalesce(Sum("tokens_in"), 0),
            tokens_out=Coalesce(Sum("tokens_out"), 0), cost=Sum("cost_pico"),
        )
        .order_by("-cost", "endpoint__name")[:limit]
    )  # fmt: skip
    return [
        ModelCost(
            row["endpoint__name"], row["endpoint__model"], row["asked"], row["asked"] - row["said"], row["tokens_in"],
            row["tokens_out"], int(row["cost"]),
        )
        for row in rows
    ]  # fmt: skip
