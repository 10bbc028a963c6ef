"""The quick way of claim_next, for programs: one statement prepares, one claims, tells and shows.

It is taken where the first call gives a slot on terms that are stored; anything else (nothing open, a refusal, gold to
be drawn, new terms) goes the long way, which decides again and says why. Both call the same claim function and leave
the same rows: tests/commands/test_quick_claim.py compares them.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.dispatch.plan import windows
from fairhand.flow.claim_next import claim_next, ordered_of, ready_of
from fairhand.flow.claiming import is_bad_key, stored_offers
from fairhand.insight.claim_shown import claim_shown
from fairhand.kernel.ids import new_id
from fairhand.kernel.logs import note_event
from fairhand.kernel.refusals import Refused

_CLAIM = "SELECT outcome, shown FROM flow_claim(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def claim_and_show(
    *,
    person_id: UUID,
    project_id: UUID,
    kind: str,
    terms_seen: Sequence[str],
    request_key: str,
    actor: Actor,
    now: datetime,
) -> tuple[str, bool] | Refused:
    """Like `claim_next`, giving the claim's JSON and whether this call made it. Refusals: those of `claim_next`."""
    quick = _quick(person_id, project_id, kind, terms_seen, request_key, actor, now)
    if quick is not None:
        return quick
    made = claim_next(
        person_id=person_id, project_id=project_id, kind=kind, terms_seen=terms_seen, request_key=request_key,
        actor=actor, now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        return made
    # A claim made by this very call carries its moment.
    return claim_shown(made.id, person_id) or "", made.claimed_at == now


def _quick(
    person_id: UUID,
    project_id: UUID,
    kind: str,
    terms_seen: Sequence[str],
    request_key: str,
    actor: Actor,
    now: datetime,
) -> tuple[str, bool] | None:
    if is_bad_key(request_key, actor):
        return None
    claim_id, event_id = new_id(now), new_id(now)
    ready = ready_of(person_id, project_id, kind, now)
    ordered, gold = ordered_of(ready, person_id, project_id, claim_id.hex)
    offers, calls = stored_offers(ready.cards), windows(ordered.ids, claim_id.hex)
    if gold or offers is None or not ready.cards:
        return None
    told = {
        "event": str(event_id), "actor_kind": actor.kind, "actor_id": str(actor.id) if actor.id else None,
        "why": {str(queue_id): why for queue_id, why in ordered.why.items()}, "of": len(ordered.ids),
        "plan": str(ready.plan_id) if ready.plan_id else None,
    }  # fmt: skip
    arguments = [
        person_id, request_key, claim_id, list(calls[0]) if calls else [], [card.stage_id for card in ready.cards],
        offers, [card.card.terms_hash in terms_seen for card in ready.cards], now, Jsonb(told),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, arguments)
        outcome, shown = cursor.fetchone()
    if outcome not in ("claimed", "repeat"):
        return None
    if outcome == "claimed":
        note_event(event_id)
    return shown, outcome == "claimed"
