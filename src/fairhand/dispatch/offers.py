"""The card of a claim: terms written out, and their hash. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairhand.kernel.canonical import content_hash
from fairhand_pay import Terms, at_full_rate, ceiling, with_surge

SAMPLES_MIN = 8  # claims behind an estimate, below which no full-rate limit holds


@dataclass(frozen=True, slots=True)
class Card:
    """What an expert reads before claiming. `terms_hash` comes back with the claim request."""

    terms: Mapping[str, Any]
    terms_hash: str
    currency: str
    ceiling_minor: int


@dataclass(frozen=True, slots=True)
class StageFacts:
    """What a stage promises, as its row says it. `in_review`: whether its estimate is under review."""

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
    in_review: bool = False
    # A window of high demand that is open: what it multiplies by, and till when (ISO, UTC).
    surge: tuple[str, str] | None = None
    # Whether a batch of it is out that is launched to find out how long its tasks take.
    pilot: bool = False
    # Which version of the project's template an attempt is made with.
    template_version: int = 1
    # Of one person's card: what of them its rate is for.
    dims: Mapping[str, str] = field(default_factory=dict)


def card_of(facts: StageFacts) -> Card:
    """The terms of a stage as they stand now. Raises fairhand_pay.TermsError if the plan is broken.

    While its estimate is under review, while it is piloted, and while fewer than SAMPLES_MIN claims stand behind it,
    the full rate runs to the paid-time maximum; where that is more than the plan pays, `full_rate` says why. While a
    window of high demand is open, its supplement is part of the plan.
    """
    plan = Terms.parse(dict(facts.pay))
    if facts.surge is not None:
        plan = with_surge(plan, facts.surge[0])
    reason = full_rate(facts.estimate, facts.in_review, facts.pilot)
    full = at_full_rate(plan) if reason else plan
    pay = plan if full == plan else _joined(full)
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
    if pay is not plan:
        terms["full_rate"] = reason
    if facts.surge is not None:
        terms["surge"] = dict(zip(("factor", "until"), facts.surge, strict=True))
    if facts.pilot:
        terms["pilot"] = True
    if facts.blind:  # a promise to both sides; it stands only where it is made
        terms["blind"] = True
    # Whoever judges goes by the version of the work; and a first version goes without saying, as it always did.
    if facts.kind == "attempt" and facts.template_version > 1:
        terms["template_version"] = facts.template_version
    if facts.dims:
        terms["dims"] = dict(facts.dims)
    return Card(terms=terms, terms_hash=content_hash(terms), currency=pay.currency, ceiling_minor=ceiling_minor)


def full_rate(estimate: Mapping[str, Any], in_review: bool, pilot: bool = False) -> str:
    """Why the full rate runs to the maximum whatever the plan says: `review`, `pilot`, `few` samples; "" where it
    doesn't."""
    if in_review or pilot:
        return "review" if in_review else "pilot"
    return "few" if (estimate.get("n") or 0) < SAMPLES_MIN else ""


def _joined(pay: Terms) -> Terms:
    """The same pay with neighbouring stretches of time at one rate as one: there is no limit left to speak of."""
    written = pay.to_json()
    for primitive in written["primitives"]:
        kept: list[dict[str, Any]] = []
        for segment in primitive.get("segments") or ():
            if kept and kept[-1]["rate"] == segment["rate"]:
                kept[-1] = segment
            else:
                kept.append(segment)
        if kept:
            primitive["segments"] = kept
    return Terms.parse(written)
