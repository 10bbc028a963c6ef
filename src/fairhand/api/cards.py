"""Offer cards as calls give them: terms, words, what minutes pay, what past work says; and what changed on one."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from fairhand.api.entry import Call
from fairhand.api.errors import Problem
from fairhand.flow.changed_terms import changed_cards
from fairhand.flow.stage_cards import StageCard
from fairhand.insight.offer_card import Figures, figures_of, own_here, told
from fairhand.insight.offer_terms import Change, compared, holds_of, points_of
from fairhand.kernel.clock import utc_now
from fairhand.projects.queries import Announced, announced_of
from fairhand_pay import Said, Terms, describe, sentence_of

BesideCards = tuple[Mapping[tuple[UUID, str], Figures], Mapping[UUID, Announced]]


class PayPoint(Schema):
    """What so many seconds of work pay, with one of each unit and no supplement, and what an hour comes to then."""

    seconds: int
    minor: int
    per_hour_minor: int | None


class HoldOut(Schema):
    """A part of the pay that waits for a review, and the days after which it is released all the same."""

    percent: int
    days: int


class WageSpread(Schema):
    """What an hour of all recorded work time came to, over people: minor units. `unpaid_share`: percent of the time."""

    people: int
    claims: int
    p10: int
    median: int
    p90: int
    unpaid_share: int


class PastWork(Schema):
    """Counts of the latest hand-ins of all people; shares in percent, None where there is nothing to share."""

    people: int
    handed_in: int
    reviewed: int
    returned: int
    returned_share: int | None
    timed: int
    over_typical: int
    over_typical_share: int | None
    over_long: int
    over_long_share: int | None
    decided: int
    decided_after_s: int | None
    contested: int
    corrected: int
    corrected_share: int | None


class CardPast(Schema):
    """What past work says, as counted at `as_of`; each part is null while fewer than five people stand behind it."""

    as_of: datetime
    wage: WageSpread | None
    past: PastWork | None


class OwnRecord(Schema):
    """My own latest work here: my typical time, and what an hour of all my work time came to."""

    handed_in: int
    typical_ms: int | None
    wage_minor: int | None


class AnnouncedOut(Schema):
    """A pay plan that holds for tasks taken from `holds_from` on. `direction`: raised, lowered or other."""

    holds_from: datetime
    sentences: list[str]
    direction: str


class CardOut(Schema):
    """The card of one stage: what a claim there pays, for how long, under which rules.

    `sentences`: the plan in words; `announced`: a plan that holds later. `pay_by_time`: the line that pages draw.
    `past`: null while fewer than five people have worked there.
    """

    stage: str
    kind: str
    terms_hash: str
    currency: str
    ceiling_minor: int
    terms: dict[str, Any]
    sentences: list[str]
    pay_by_time: list[PayPoint]
    hold: HoldOut | None
    announced: AnnouncedOut | None
    past: CardPast | None
    own: OwnRecord | None


class TermsOut(CardOut):
    """A card with `template`: what its tasks show and ask."""

    template: dict[str, Any]


class TermsChange(Schema):
    """One thing that differs. `direction`, for whoever works: raised (better), lowered (worse) or other.

    `unit` says what the values are: amount and per_hour in minor units, seconds, percent, days, version, flag,
    sentences (a list).
    """

    what: str
    unit: str
    before: int | bool | list[str] | None
    now: int | bool | list[str] | None
    direction: str


class ChangedTerms(Schema):
    """A card whose hash was not named. `before`: the terms that were, where the call named one of its earlier cards."""

    card: CardOut
    before: dict[str, Any] | None
    changes: list[TermsChange]


class ClaimProblem(Problem):
    """A refusal; with `terms_changed` the new `cards` and what differs on them."""

    cards: list[ChangedTerms] = []


def beside_cards(project_id: UUID, cards: Sequence[StageCard]) -> BesideCards:
    """What past work says of a project, and the plans announced for these stages."""
    return figures_of([project_id]), announced_of([card.stage_id for card in cards])


def _announced(pay: Terms, card: StageCard, later: Announced | None) -> dict[str, Any] | None:
    if later is None:
        return None
    then = card.own_plan(Terms.parse(later.terms))
    return {
        "holds_from": later.holds_from, "sentences": _in_words(describe(then)), "direction": compared(pay, then),
    }  # fmt: skip


def card_out(request: Call, project_id: UUID, card: StageCard, beside: BesideCards) -> dict[str, Any]:
    """A card as `CardOut` has it."""
    terms = card.card.terms
    pay, estimate = Terms.parse(terms["pay"]), terms.get("estimate") or {}
    points = points_of(pay, estimate.get("p50_s"), estimate.get("p80_s"))
    held = holds_of(pay)
    return {
        "stage": terms["stage"], "kind": card.kind, "terms_hash": card.card.terms_hash,
        "currency": card.card.currency, "ceiling_minor": card.card.ceiling_minor, "terms": terms,
        "sentences": _in_words(describe(pay)), "pay_by_time": [asdict(each) for each in points.rows] if points else [],
        "hold": {"percent": held[0], "days": held[1]} if held else None,
        "announced": _announced(pay, card, beside[1].get(card.stage_id)),
        "past": told(beside[0].get((project_id, card.kind))),
        "own": own_here(request.viewer.person_id, project_id, card.kind),
    }  # fmt: skip


def _in_words(said: Sequence[Said]) -> list[str]:
    return [sentence_of(each.key, each.args) for each in said]


def changed_out(request: Call, project_id: UUID, kind: str, seen: Sequence[str]) -> list[dict[str, Any]]:
    """What a refusal with `terms_changed` carries."""
    changed = changed_cards(request.viewer.person_id, [project_id], kind, seen, utc_now())
    beside = beside_cards(project_id, [each.card for each in changed])
    return [
        ChangedTerms.model_validate({
            "card": card_out(request, project_id, each.card, beside), "before": each.before,
            "changes": [_change(change) for change in each.changes],
        }).model_dump(mode="json")
        for each in changed
    ]  # fmt: skip


def _change(found: Change) -> dict[str, Any]:
    if found.unit != "sentences":
        return asdict(found)
    return {
        "what": found.what, "unit": found.unit, "direction": found.direction, "before": _in_words(found.before),
        "now": _in_words(found.now),
    }  # fmt: skip
