"""The card of a claim: terms written out, and their hash. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairhand.kernel.canonical import content_hash
from fairhand_pay import Terms, ceiling


@dataclass(frozen=True, slots=True)
class Card:
    """What an expert reads before claiming. `terms_hash` comes back with the claim request."""

    terms: Mapping[str, Any]
    terms_hash: str
    currency: str
    ceiling_minor: int


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What a stage promises, as its row says it."""

    name: str
    kind: str
    pay: Mapping[str, Any]
    plan_version: int
    guideline_version: int
    lease_s: int
    claim_s_max: int
    idle_s: int
    rework_s: int
    review_deadline_h: int
    estimate: Mapping[str, Any]
    pause_s_max: int = 0
    extension_s_max: int = 0
    extension_s_auto: int = 0
    blind: bool = False


def card_of(facts: StageFacts) -> Card:
    """The terms of a stage as they stand now. Raises fairhand_pay.TermsError if the plan is broken."""
    pay = Terms.parse(dict(facts.pay))
    ceiling_minor = ceiling(pay)
    terms = {
        "version": 1,
        "stage": facts.name,
        "kind": facts.kind,
        "pay": pay.to_json(),
        "ceiling_minor": ceiling_minor,
        "plan_version": facts.plan_version,
        "guideline_version": facts.guideline_version,
        "lease_s": facts.lease_s,
        "claim_s_max": facts.claim_s_max,
        "idle_s": facts.idle_s,
        "rework_s": facts.rework_s,
        "review_deadline_h": facts.review_deadline_h,
        "estimate": dict(facts.estimate),
        "pause_s_max": facts.pause_s_max,
        "extension_s_max": facts.extension_s_max,
        "extension_s_auto": facts.extension_s_auto,
    }
    if facts.blind:  # a promise to both sides; it stands only where it is made
        terms["blind"] = True
    return Card(terms=terms, terms_hash=content_hash(terms), currency=pay.currency, ceiling_minor=ceiling_minor)
