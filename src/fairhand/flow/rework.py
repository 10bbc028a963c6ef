"""Rework: the offer that an author's further round is claimed on, and what is kept for whom.

A round is claimed on the terms of the round before, which its author accepted; on the stage's card only where that pays
nowhere less and somewhere more, and then still with the template of the round before: it is the same work. The offer is
chosen when the round opens and stands with its slot.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.offers import Card
from fairhand.flow.stage_cards import StageCard, own_cards, with_template
from fairhand.kernel.canonical import canonical_json
from fairhand.kernel.limits import CARDS_KEPT_MAX, KEPT_LOOKED_AT_MAX
from fairhand.pay.curves import pays_more
from fairhand.pay.rules import dims_of
from fairhand_pay import Terms


@dataclass(frozen=True, slots=True)
class Agreed:
    """The offer of the round before. `pay`: its plan as JSON; `template`: the version it was made with."""

    offer_id: UUID
    pay: Mapping[str, Any]
    ceiling_minor: int
    template: int = 1


@dataclass(frozen=True, slots=True)
class Rework:
    """A further round that is kept for its author. `card`: what it is claimed on; `same`: on the terms of the round
    before, else it pays more. `submission_id`: the round that came back."""

    submission_id: UUID
    round: int
    until: datetime
    same: bool
    card: StageCard


def offer_of_next(before: Agreed, stage: StageCard, now: datetime) -> tuple[UUID, int]:
    """(offer, its ceiling in minor units) for the next round, stored if it is new."""
    if not _better(before.pay, stage, now):
        return before.offer_id, before.ceiling_minor
    stage = with_template(stage, before.template)
    offer_id = dispatch.ensure_offer(org_id=stage.org_id, stage_id=stage.stage_id, card=stage.card, now=now)
    return offer_id, stage.card.ceiling_minor


def _better(pay: Mapping[str, Any], stage: StageCard, now: datetime) -> bool:
    """Whether the stage's card pays nowhere less and somewhere more."""
    dims = dims_of(stage.card.terms["stage"], stage.kind, now)
    return _pays_more(canonical_json(pay), canonical_json(stage.card.terms["pay"]), tuple(sorted(dims.items())))


@lru_cache(maxsize=CARDS_KEPT_MAX)
def _pays_more(before: bytes, now: bytes, dims: tuple[tuple[str, str], ...]) -> bool:
    """Compared once for each pair of plans: that takes some time, and a verdict waits for it."""
    return before != now and pays_more(Terms.parse(json.loads(before)), Terms.parse(json.loads(now)), dict(dims))


# Few: only what is kept for somebody this moment.
_KEPT_ON = """
SELECT x.for_person_id, offer_template(o.terms), jsonb_object_agg(x.offer_id, o.terms -> 'pay')
  FROM slot x JOIN offer o ON o.id = x.offer_id
 WHERE x.state = 'open' AND x.for_person_id IS NOT NULL AND x.stage_id = %s GROUP BY 1, 2
"""
# What is being claimed or decided this moment keeps its offer: slots come before accounts, so nothing waits here.
_RAISE = """
UPDATE slot SET offer_id = %(offer)s
 WHERE id IN (SELECT id FROM slot
               WHERE state = 'open' AND for_person_id = %(person)s AND stage_id = %(stage)s
                 AND offer_id = ANY (%(worse)s) AND reserve_minor >= %(ceiling)s FOR UPDATE SKIP LOCKED)
"""


def raise_rework(*, stage: StageCard, now: datetime) -> int:
    """After a stage's card changed and its reserves were raised: rounds that are kept for their authors are claimed on
    that card, where it pays nowhere less and somewhere more and their reserve carries it. How many moved."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT_ON, [stage.stage_id])
        kept = cursor.fetchall()
    return sum(
        _raise(with_template(stage, version), person_id, json.loads(pays), now) for person_id, version, pays in kept
    )


def _raise(stage: StageCard, person_id: UUID, pays: Mapping[str, Mapping[str, Any]], now: datetime) -> int:
    """What is kept for one person. `pays`: offer -> its plan as JSON."""
    (own,) = own_cards([stage], person_id, now)
    worse = [UUID(offer_id) for offer_id, pay in pays.items() if _better(pay, own, now)]
    if not worse:
        return 0
    offer_id = dispatch.ensure_offer(org_id=own.org_id, stage_id=own.stage_id, card=own.card, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, {
            "offer": offer_id, "stage": own.stage_id, "person": person_id, "worse": worse,
            "ceiling": own.card.ceiling_minor,
        })  # fmt: skip
        return int(cursor.rowcount)


# In the order in which a claim gives them.
_KEPT = """
SELECT x.stage_id, x.result_id, x.round, x.for_until, c.offer_id = x.offer_id, o.terms, o.terms_hash, o.currency,
       o.ceiling_minor
  FROM slot x JOIN offer o ON o.id = x.offer_id
  JOIN submission s ON s.id = x.result_id JOIN claim c ON c.id = s.claim_id
 WHERE x.for_person_id = %(person)s AND x.state = 'open' AND x.for_until > %(now)s AND x.stage_id = ANY (%(stages)s)
   AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = x.queue_id AND q.lane = 'held')
   AND NOT dispatch_excluded(%(person)s, x.org_id, x.project_id, %(now)s)
 ORDER BY x.for_until, x.place LIMIT %(limit)s
"""


def rework_kept(person_id: UUID, cards: Sequence[StageCard], now: datetime) -> list[Rework]:
    """What is kept for a person at these stages on an offer of its own, the first that a claim gives first."""
    stages = {card.stage_id: card for card in cards if card.kind == "attempt"}
    if not stages:
        return []
    values = {"person": person_id, "now": now, "stages": list(stages), "limit": KEPT_LOOKED_AT_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, values)
        return [
            Rework(submission_id, round_, until, same, replace(stages[stage_id], card=Card(json.loads(terms), *card)))
            for stage_id, submission_id, round_, until, same, terms, *card in cursor.fetchall()
        ]
