"""The cards of a project's stages as they stand now: what an expert reads, and what a claim is made on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.dispatch.offers import Card, StageFacts, card_of
from fairhand.kernel.canonical import canonical_json
from fairhand.kernel.limits import CARDS_KEPT_MAX
from fairhand.pay.holders import holder_of
from fairhand.pay.own_rate import Holder, is_personal, own_terms
from fairhand.pay.rules import dims_of_stage
from fairhand_pay import Terms, week_cap

# What a card is written from; read together with whatever else a statement wants of the stage `g`.
CARD_COLUMNS = """
g.id, g.org_id, g.review_policy, g.review_deadline_h, g.rework_s, g.rounds_max, g.name, g.kind, t.terms, t.version,
(SELECT coalesce(max(version), 0) FROM guideline WHERE project_id = g.project_id), g.lease_s, g.claim_s_max, g.idle_s,
g.estimate, g.pause_s_max, g.extension_s_max, g.extension_s_auto, g.blind,
EXISTS (SELECT 1 FROM estimate_review v WHERE v.stage_id = g.id AND v.state = 'open'),
(SELECT w.factor || ' ' || to_char(w.until_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') FROM surge w
  WHERE w.stage_id = g.id AND w.state = 'open'),
g.kind = 'attempt' AND EXISTS (
  SELECT 1 FROM batch b WHERE b.project_id = g.project_id AND b.pilot AND b.state = 'launched'
     AND EXISTS (SELECT 1 FROM slot x WHERE x.batch_id = b.id AND x.state IN ('open', 'claimed') AND x.stage_id = g.id)
), m.version
"""
CARD_WIDTH = 23
CARD_JOIN = "JOIN pay_plan t ON t.id = g.pay_plan_id JOIN template m ON m.id = g.template_id"
# One row per stage, with its queues in the order to try where nothing else decides.
_STAGES = f"""
SELECT {CARD_COLUMNS}, g.project_id,
       ARRAY(SELECT q.id FROM queue q WHERE q.stage_id = g.id ORDER BY q.lane, q.tier, q.id)
  FROM stage g {CARD_JOIN}
 WHERE g.project_id = ANY (%s) AND (%s::text IS NULL OR g.kind = %s) ORDER BY g.project_id, g.ordinal
"""  # noqa: S608  # put together from constants of this file


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
    # Whether people have rates of their own here, what a card is written from, and of one's own card: whose it is.
    personal: bool = False
    values: tuple[Any, ...] = ()
    holder: Holder | None = None
    # Its plan's weekly cap: seconds, and the zone of the week (None: each person's own).
    week_cap: tuple[int, str | None] | None = None

    def own_plan(self, plan: Terms) -> Terms:
        """Another plan of the stage as it would be for whose card this is."""
        if self.holder is None:
            return plan
        return own_terms(plan, self.holder, dims_of_stage(self.card.terms["stage"], self.kind))[0]


def own_cards(cards: Sequence[StageCard], person_id: UUID, now: datetime) -> list[StageCard]:
    """The cards as one person reads and takes them: at their own rate, where a plan has rows for people.

    One query, and none where no plan of these has any. Slots reserve what the highest row comes to.
    """
    if not any(card.personal for card in cards):
        return list(cards)
    holder = holder_of(person_id, now)
    return [_own(card, holder) if card.personal else card for card in cards]


def own_cards_of(
    cards: Mapping[UUID, Sequence[StageCard]], person_id: UUID, now: datetime
) -> dict[UUID, list[StageCard]]:
    """The same of several projects: one query for all."""
    found = own_cards([card for each in cards.values() for card in each], person_id, now)
    mine = {card.stage_id: card for card in found}
    return {project_id: [mine[card.stage_id] for card in each] for project_id, each in cards.items()}


def _own(card: StageCard, holder: Holder) -> StageCard:
    name, kind, rework_s, deadline_h, pay, *others = card.values
    own, dims = own_terms(_plan(pay), holder, dims_of_stage(name, kind))
    mine = canonical_json(own.to_json()).decode()
    found = _written(name, kind, rework_s, deadline_h, mine, *others, tuple(sorted(dims.items())))
    return replace(card, card=found, holder=holder)


def with_template(stage: StageCard, version: int) -> StageCard:
    """The same card for work that goes on with a version of the template, whichever is in force."""
    if stage.kind != "attempt" or not stage.values or stage.values[-1] == version:
        return stage
    values = (*stage.values[:-1], version)
    name, kind, rework_s, deadline_h, *terms = values
    found = replace(stage, card=_written(name, kind, rework_s, deadline_h, *terms), values=values)
    return _own(found, stage.holder) if stage.holder else found


def stage_cards(project_id: UUID, kind: str | None = None) -> list[StageCard]:
    """Cards of a project's stages in order, or of one kind of stage."""
    return cards_of([project_id], kind).get(project_id, [])


def cards_of(project_ids: Sequence[UUID], kind: str | None = None) -> dict[UUID, list[StageCard]]:
    """The same for several projects at once: project id -> its cards."""
    found: dict[UUID, list[StageCard]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, [list(project_ids), kind, kind])
        for *card, project_id, queue_ids in cursor.fetchall():
            found.setdefault(project_id, []).append(stage_card(card, queue_ids))
    return found


def stage_card(row: Sequence[Any], queue_ids: list[int]) -> StageCard:
    """A stage from a row of CARD_COLUMNS."""
    stage_id, org_id, policy, deadline_h, rework_s, rounds_max, name, kind, *terms = row
    values = (name, kind, rework_s, deadline_h, *terms)
    # A plain cursor leaves jsonb as text: Django takes psycopg's loader off.
    return StageCard(
        stage_id, org_id, kind, _written(*values), queue_ids, json.loads(policy), deadline_h, rework_s, rounds_max,
        _is_personal(terms[0]), values, week_cap=_week_cap(terms[0]),
    )  # fmt: skip


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _plan(pay: str) -> Terms:
    return Terms.parse(json.loads(pay))


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _is_personal(pay: str) -> bool:
    return is_personal(_plan(pay))


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _week_cap(pay: str) -> tuple[int, str | None] | None:
    return week_cap(_plan(pay))


def _window(written: str | None) -> tuple[str, str] | None:
    """(factor, till when) of a window of high demand."""
    factor, _space, until = (written or "").partition(" ")
    return (factor, until) if until else None


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _written(
    name: str,
    kind: str,
    rework_s: int,
    review_deadline_h: int,
    pay: str,
    plan_version: int,
    guideline_version: int,
    lease_s: int,
    claim_s_max: int,
    idle_s: int,
    estimate: str,
    pause_s_max: int,
    extension_s_max: int,
    extension_s_auto: int,
    blind: bool,
    in_review: bool,
    surge: str | None,
    pilot: bool,
    template_version: int,
    dims: tuple[tuple[str, str], ...] = (),
) -> Card:
    """The card of just these values: written once, since it can't differ; whoever reads it leaves it as it is."""
    return card_of(
        StageFacts(
            name=name, kind=kind, pay=json.loads(pay), plan_version=plan_version, guideline_version=guideline_version,
            lease_s=lease_s, claim_s_max=claim_s_max, idle_s=idle_s, rework_s=rework_s,
            review_deadline_h=review_deadline_h, estimate=json.loads(estimate), pause_s_max=pause_s_max,
            extension_s_max=extension_s_max, extension_s_auto=extension_s_auto, blind=blind, in_review=in_review,
            surge=_window(surge), pilot=pilot, template_version=template_version, dims=dict(dims),
        )
    )  # fmt: skip
