"""The cards of a project's stages as they stand now: what an expert reads, and what a claim is made on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.dispatch.offers import Card, StageFacts, card_of

# One row per stage: its plan, the guideline in force, and its queues in the order to try.
_STAGES = """
SELECT g.project_id, g.id, g.org_id, g.name, g.kind, p.terms, p.version, coalesce(l.version, 0), g.lease_s,
       g.claim_s_max, g.idle_s, g.rework_s, g.review_deadline_h, g.estimate, g.review_policy, g.rounds_max,
       ARRAY(SELECT q.id FROM queue q WHERE q.stage_id = g.id ORDER BY q.lane, q.tier, q.id)
  FROM stage g JOIN pay_plan p ON p.id = g.pay_plan_id
  LEFT JOIN LATERAL (SELECT max(version) AS version FROM guideline WHERE project_id = g.project_id) l ON true
 WHERE g.project_id = ANY (%s) AND (%s::text IS NULL OR g.kind = %s) ORDER BY g.project_id, g.ordinal
"""


@dataclass(frozen=True, slots=True)
class StageCard:
    """A stage with its card and its queues."""

    stage_id: UUID
    org_id: UUID
    kind: str
    card: Card
    queue_ids: list[int]
    review_policy: dict[str, Any]
    review_deadline_h: int
    rework_s: int
    rounds_max: int


def stage_cards(project_id: UUID, kind: str | None = None) -> list[StageCard]:
    """Cards of a project's stages in order, or of one kind of stage."""
    return cards_of([project_id], kind).get(project_id, [])


def cards_of(project_ids: Sequence[UUID], kind: str | None = None) -> dict[UUID, list[StageCard]]:
    """The same for several projects at once: project id -> its cards."""
    found: dict[UUID, list[StageCard]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, [list(project_ids), kind, kind])
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(_card(row[1:]))
    return found


def _card(row: tuple[Any, ...]) -> StageCard:
    stage_id, org_id, name, kind, terms, plan_version, guideline_version, lease_s, claim_s_max = row[:9]
    idle_s, rework_s, review_deadline_h, estimate, review_policy, rounds_max, queue_ids = row[9:]
    facts = StageFacts(
        name=name, kind=kind, pay=json.loads(terms), plan_version=plan_version, guideline_version=guideline_version,
        lease_s=lease_s, claim_s_max=claim_s_max, idle_s=idle_s, rework_s=rework_s,
        review_deadline_h=review_deadline_h, estimate=json.loads(estimate),
    )  # fmt: skip
    # A plain cursor leaves jsonb as text: Django takes psycopg's loader off.
    return StageCard(
        stage_id,
        org_id,
        kind,
        card_of(facts),
        queue_ids,
        json.loads(review_policy),
        review_deadline_h,
        rework_s,
        rounds_max,
    )
