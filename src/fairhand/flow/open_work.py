"""What is open to a person in some of their projects, on which terms, and what keeps the rest from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fairhand.flow.rework import Rework, rework_kept
from fairhand.flow.stage_cards import StageCard, cards_of, own_cards_of
from fairhand.flow.week_cap import weeks_full
from fairhand.insight.why import why
from fairhand.insight.why_rules import WeekFull, Why, told

_NOTHING = Why({}, [])


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One project: the cards of its stages of a kind, and how a person stands to them. `rework`: what is kept for
    them on an offer of its own, which a claim gives first."""

    cards: list[StageCard]
    why: Why
    rework: Sequence[Rework] = ()


def open_work(person_id: UUID, project_ids: Sequence[UUID], kind: str, now: datetime) -> dict[UUID, OpenWork]:
    """Every project named, also one without such stages; the same number of statements for one and for many.

    Of attempts no exact number is given (`why_rules.told`).
    """
    cards = own_cards_of(cards_of(project_ids, kind), person_id, now) if project_ids else {}
    ceilings = {card.stage_id: card.card.ceiling_minor for each in cards.values() for card in each}
    exact = kind != "attempt"
    full = weeks_full(person_id, [card for each in cards.values() for card in each], now)
    closed = {stage_id: WeekFull(week.paid_ms, week.cap_ms, week.opens_at) for stage_id, week in full.items()}
    found = why(person_id, ceilings, now, shared=not exact, full=closed) if ceilings else {}
    kept = rework_kept(person_id, [card for each in cards.values() for card in each], now)
    rework = {
        project_id: [one for one in kept if one.card.stage_id in {card.stage_id for card in each}]
        for project_id, each in cards.items()
    }
    return {
        project_id: OpenWork(
            cards.get(project_id, []), told(found.get(project_id, _NOTHING), exact), rework.get(project_id, ())
        )
        for project_id in project_ids
    }  # fmt: skip
