"""Which cards differ from those that somebody read, and in what: what a refusal with `terms_changed` shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fairhand.flow.stage_cards import StageCard, cards_of, own_cards_of
from fairhand.insight.offer_card import stored_terms
from fairhand.insight.offer_terms import Change, changes


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card as it stands now beside the one that was read; `before` is None where nobody knows what that said."""

    project_id: UUID
    card: StageCard
    before: Mapping[str, Any] | None
    changes: tuple[Change, ...]


def changed_cards(
    person_id: UUID, project_ids: Sequence[UUID], kind: str, seen: Sequence[str], now: datetime,
    carried: Sequence[Mapping[str, Any]] = (),
) -> list[ChangedCard]:  # fmt: skip
    """A person's cards of one kind whose hash is not among `seen`, those whose earlier terms are known first.

    Earlier terms are those `carried` with the request (their hash was checked), else those of a stored offer: the
    latest of its stage that is among `seen`.
    """
    cards = own_cards_of(cards_of(project_ids, kind), person_id, now)
    unseen = [
        (project_id, card) for project_id, found in cards.items() for card in found
        if card.card.terms_hash not in seen
    ]  # fmt: skip
    stored = stored_terms([card.stage_id for _, card in unseen], seen) if unseen else {}
    changed = []
    for project_id, card in unseen:
        before: Mapping[str, Any] | None = stored.get(card.stage_id)
        if before is None and len(project_ids) == 1:
            before = next((each for each in carried if _is_of(each, card)), None)
        changed.append(ChangedCard(project_id, card, before, changes(before, card.card.terms) if before else ()))
    return sorted(changed, key=lambda each: each.before is None)


def _is_of(terms: Mapping[str, Any], card: StageCard) -> bool:
    return (terms.get("stage"), terms.get("kind")) == (card.card.terms["stage"], card.kind)
