"""Offer cards as pages show them, with past work and the reader's own record; and the terms that a form carries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import get_language_bidi

from fairhand.flow.rework import Rework
from fairhand.flow.stage_cards import StageCard
from fairhand.insight.offer_card import Figures, OwnHere, figures_of
from fairhand.insight.offer_terms import compared, is_card
from fairhand.kernel.canonical import canonical_json, content_hash
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.projects.queries import Announced, announced_of
from fairhand.web.pay_curve import Curve, pay_curve
from fairhand.web.terms import TermsView, terms_view
from fairhand_pay import Said, Terms, describe

# Kind of a stage that judges -> the address that takes its next slot.
TAKES = {"review": "take-review", "audit": "take-audit", "adjudicate": "take-adjudication"}
_TERMS_CHARS_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside some projects' cards: what past work says, and plans that are announced."""

    figures: Mapping[tuple[UUID, str], Figures]
    announced: Mapping[UUID, Announced]

    @classmethod
    def of(cls, cards: Mapping[UUID, Sequence[StageCard]]) -> "Beside":
        """For the cards of several projects; two statements for all, none for no card."""
        stages = [card.stage_id for each in cards.values() for card in each]
        return cls(figures_of(cards), announced_of(stages)) if stages else cls({}, {})


@dataclass(frozen=True, slots=True)
class AnnouncedView:
    """A plan that holds from a moment on: in its words, and whether it pays more or less."""

    at: datetime
    said: tuple[Said, ...]
    direction: str


@dataclass(frozen=True, slots=True)
class CardView:
    """A project's card of one kind of stage, with how much of it is open to the reader.

    `figures`: what past work says; `own`: the reader's own there. `curve` is drawn on full cards. `written`: the terms
    as JSON, so that a card which changed meanwhile can be shown beside the one that was read. `rework`: what is kept
    for the reader there and comes first; then the card is the one it is claimed on.
    """

    view: TermsView
    open_n: int
    request_key: str
    figures: Figures | None = None
    own: OwnHere | None = None
    curve: Curve | None = None
    written: str = ""
    announced: AnnouncedView | None = None
    rework: Rework | None = None

    @classmethod
    def of(
        cls, card: StageCard, open_by_stage: Mapping[UUID, int], project_id: UUID | None = None,
        beside: Beside | None = None, rework: Rework | None = None,
    ) -> "CardView":  # fmt: skip
        """The card as a list shows it, with a fresh key for the form."""
        card = rework.card if rework is not None else card
        view = terms_view(card.card.terms, card.card.terms_hash)
        figures, later = None, None
        if beside is not None and project_id is not None:
            figures = beside.figures.get((project_id, card.kind))
            later = _announced(view.pay, card, beside.announced.get(card.stage_id)) if rework is None else None
        return cls(
            view, open_by_stage.get(card.stage_id, 0), uuid4().hex, figures, written=written(card.card.terms),
            announced=later, rework=rework,
        )  # fmt: skip

    def whole(self, own: OwnHere | None) -> "CardView":
        """The same as a page of its own shows it: with the line of what minutes pay, and the reader's own record."""
        view = self.view
        if view.pay is None:
            raise ValueError("a card without terms has no line")
        curve = pay_curve(view.pay, rtl=get_language_bidi(), p50_s=view.p50_s, p80_s=view.p80_s)
        return replace(self, own=own, curve=curve)


def _announced(pay: Terms | None, card: StageCard, later: Announced | None) -> AnnouncedView | None:
    if later is None or pay is None:
        return None
    then = card.own_plan(Terms.parse(later.terms))
    return AnnouncedView(later.holds_from, describe(then), compared(pay, then))


def written(terms: Mapping[str, Any]) -> str:
    """A card's terms in the one form that their hash is of."""
    return canonical_json(terms).decode()


def read_terms(hashes: Sequence[str], written_ones: Sequence[str]) -> list[Mapping[str, Any]]:
    """The terms that a form carries, as far as their hash is one of those named; what was changed is dropped."""
    found: list[Mapping[str, Any]] = []
    for text in written_ones[:CARDS_PER_PAGE_MAX]:
        try:
            terms = json.loads(text) if len(text) <= _TERMS_CHARS_MAX else None
            if isinstance(terms, dict) and content_hash(terms) in hashes and is_card(terms):
                found.append(terms)
        except (ValueError, RecursionError):
            continue
    return found
