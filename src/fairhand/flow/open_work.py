"""What is open to a person in some of their projects, on which terms, and what keeps the rest from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fairhand.flow.stage_cards import StageCard, cards_of
from fairhand.insight.why import why
from fairhand.insight.why_rules import Why, told

_NOTHING = Why({}, [])


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One project: the cards of its stages of a kind, and how a person stands to them."""

    cards: list[StageCard]
    why: Why


def open_work(person_id: UUID, project_ids: Sequence[UUID], kind: str, now: datetime) -> dict[UUID, OpenWork]:
    """Every project named, also one without such stages; the same number of statements for one and for many.

    Of attempts no exact number is given (`why_rules.told`).
    """
    cards = cards_of(project_ids, kind) if project_ids else {}
    ceilings = {card.stage_id: card.card.ceiling_minor for each in cards.values() for card in each}
    exact = kind != "attempt"
    found = why(person_id, ceilings, now, shared=not exact) if ceilings else {}
    return {
        project_id: OpenWork(cards.get(project_id, []), told(found.get(project_id, _NOTHING), exact))
        for project_id in project_ids
    }
