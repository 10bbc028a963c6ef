"""Asking for the next slot, of one project or of all: the calls, the offers, the words of refusals, the event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.commands import Claimed
from fairhand.dispatch.models import Claim
from fairhand.dispatch.next_queues import Made, made
from fairhand.dispatch.plan import Ordered
from fairhand.flow.stage_cards import StageCard
from fairhand.kernel.limits import CARDS_KEPT_MAX, REQUEST_KEY_CHARS_MAX
from fairhand.tasks.wording import storable_problem

# Claims of a replay carry moments long past; the job that ends claims leaves them to the replay.
REPLAY_KEY = "replay:"

WHY = {
    "cap_open": "You hold as many tasks as one person may at a time; hand one in or give it back first.",
    "terms_changed": "The terms changed since you saw them; read the new card and claim again.",
    "no_seat": "You have no seat in this project.",
    "cap_seat": "You have reached your number of tasks in this project for now.",
    "cap_week": "You have worked as many hours this week as you may over all projects.",
    "cap_hours": "As many hours as the plan pays in a week are paid or under way; the project says when it opens.",
    "cool_down": "A rest lies between two tasks here; yours isn't over yet.",
    "gate": "The open tasks here ask for something that you have not shown yet; the project's page says what.",
    "excluded": "This client's work is withheld from you; the project's page says by whom, why, and how to contest it.",
    "no_work": "No task is open to you in this project just now.",
    "reports_wait": "You reported several tasks here as perhaps illegal; you are given more once staff decided.",
    "project_rests": "The project gives out no new tasks just now; what you hold or were asked to rework stays yours.",
    "bad_request_key": "A request key is a short plain text that does not begin with replay: - such claims are a "
    "replay's own; send another key.",
}
# (database, stage, hash of the terms) -> the stored offer. Offers are never changed or removed; one is remembered when
# the transaction that found it has committed.
_offers: dict[tuple[str, UUID, str], UUID] = {}


def is_bad_key(request_key: str, actor: Actor) -> bool:
    """Whether a request may not be named so."""
    if len(request_key) > REQUEST_KEY_CHARS_MAX or storable_problem(request_key) is not None:
        return True
    return request_key.startswith(REPLAY_KEY) and actor.kind != "replay"


def ask(
    *,
    person_id: UUID,
    request_key: str,
    claim_id: UUID,
    cards: Sequence[StageCard],
    queue_ids: Sequence[int],
    terms_seen: Sequence[str],
    now: datetime,
) -> Claimed:
    """One call for these queues, in this order. What others hold this moment may come free: asked for once more."""
    stage_ids = [card.stage_id for card in cards]
    offer_ids = _offers_of(cards, now)
    seen = [card.card.terms_hash in terms_seen for card in cards]
    for _ in range(2):
        claimed = dispatch.claim_next(
            person_id=person_id, request_key=request_key, claim_id=claim_id, queue_ids=queue_ids,
            stage_ids=stage_ids, offer_ids=offer_ids, seen=seen, now=now,
        )  # fmt: skip
        if claimed.outcome != "busy":
            return claimed
    return Claimed("no_work", None)


def tell(claimed: Claimed, ordered: Ordered, plans: Mapping[UUID, UUID | None], actor: Actor, now: datetime) -> Claim:
    """The claim that was made (or, of a repeat, had been); a new one is told with where its slot stood and why.

    `plans`: project -> the version of its plan. The seed of every draw is the claim's id, so it can be drawn again.
    """
    if claimed.claim_id is None:
        raise ValueError(f"nothing was claimed: {claimed.outcome}")
    found = made(claimed.claim_id)
    claim = found.claim
    if claimed.outcome == "claimed":
        plan = plans.get(claim.project_id)
        facts = {
            "round": claim.round, "offer": str(claim.offer_id), "slot": str(claim.slot_id), "queue": found.queue_id,
            "tier": found.tier, "lane": found.lane, "field": found.field, "first": _first(found, ordered),
            "of": len(ordered.ids), "plan": str(plan) if plan else None,
        }  # fmt: skip
        fact = Fact("claim:made", "claim", claim.id, claim.org_id, claim.project_id, facts)
        record(actor=actor, now=now, happened=[fact])
    return claim


def _first(found: Made, ordered: Ordered) -> str:
    """What put it first: kept for the person, or the policy that told its queue from the next one."""
    if not found.kept:
        return ordered.why.get(found.queue_id, "draw")
    return "rework" if found.claim.round > 1 else "gold" if found.lane == "gold" else "set_aside"


def stored_offers(cards: Sequence[StageCard]) -> list[UUID] | None:
    """The offers of these cards, if all of them are known to be stored."""
    found = [_offers.get(key) for key in _offer_keys(cards)]
    return None if None in found else [offer_id for offer_id in found if offer_id is not None]


def _offer_keys(cards: Sequence[StageCard]) -> list[tuple[str, UUID, str]]:
    database = str(connection.settings_dict["NAME"])
    return [(database, card.stage_id, card.card.terms_hash) for card in cards]


def _offers_of(cards: Sequence[StageCard], now: datetime) -> list[UUID]:
    if (known := stored_offers(cards)) is not None:
        return known
    keys = _offer_keys(cards)
    stored = dispatch.ensure_offers(cards=[(card.org_id, card.stage_id, card.card) for card in cards], now=now)

    def keep() -> None:
        if len(_offers) >= CARDS_KEPT_MAX:
            _offers.clear()
        _offers.update({key: stored[key[1]] for key in keys})

    transaction.on_commit(keep)
    return [stored[card.stage_id] for card in cards]
