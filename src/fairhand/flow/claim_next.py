"""claim_next: the next slot for a person, claimed on the terms they saw."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch import queries as claims
from fairhand.dispatch.models import Claim
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import QUEUES_PER_CLAIM_MAX, REQUEST_KEY_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.queries import state_of
from fairhand.projects.states import PROJECT_DISPATCHES
from fairhand.tasks.wording import storable_problem

# Claims of a replay carry moments long past; the job that ends claims leaves them to the replay.
REPLAY_KEY = "replay:"

_WHY = {
    "cap_open": "You hold as many tasks as one person may at a time; hand one in or give it back first.",
    "terms_changed": "The terms changed since you saw them; read the new card and claim again.",
    "no_seat": "You have no seat in this project.",
    "cap_seat": "You have reached your number of tasks in this project for now.",
    "cap_week": "You have worked as many hours this week as you may over all projects.",
    "cool_down": "A rest lies between two tasks here; yours isn't over yet.",
    "gate": "The open tasks here ask for something that you have not shown yet; the project's page says what.",
    "excluded": "This client's work is withheld from you; the project's page says by whom, why, and how to contest it.",
    "no_work": "No task is open to you in this project just now.",
    "project_rests": "The project gives out no new tasks just now; what you hold or were asked to rework stays yours.",
    "bad_request_key": "A request key is a short plain text that does not begin with replay: - such claims are a "
    "replay's own; send another key.",
}


@transaction.atomic
def claim_next(
    *,
    person_id: UUID,
    project_id: UUID,
    kind: str,
    terms_seen: Sequence[str],
    request_key: str,
    actor: Actor,
    now: datetime,
) -> Claim | Refused:
    """Claim the next slot of a project's stages of one kind (`attempt`, `review`).

    `terms_seen`: hashes of the cards the person saw. Repeating a `request_key` returns the first claim. The caller has
    checked that the person may work on such stages; refusals: cap_open, cap_week, cap_seat, cool_down, terms_changed,
    gate, excluded, no_seat, no_work, project_rests (paused or closed: only rework and reviews go on), bad_request_key.
    """
    if _is_bad(request_key, actor):
        return Refused("bad_request_key", _WHY["bad_request_key"])
    cards = stage_cards(project_id, kind)
    offer_ids = [dispatch.ensure_offer(org_id=c.org_id, stage_id=c.stage_id, card=c.card, now=now) for c in cards]
    rests = kind == "attempt" and state_of(project_id) not in PROJECT_DISPATCHES
    # Without queues the database looks only among the slots set aside for this person.
    queue_ids = [] if rests else [queue_id for c in cards for queue_id in c.queue_ids][:QUEUES_PER_CLAIM_MAX]

    for _ in range(2):  # what others hold this moment may come free: asked for once more
        claimed = dispatch.claim_next(
            person_id=person_id, request_key=request_key, claim_id=new_id(now), queue_ids=queue_ids,
            stage_ids=[c.stage_id for c in cards], offer_ids=offer_ids,
            seen=[c.card.terms_hash in terms_seen for c in cards], now=now,
        )  # fmt: skip
        if claimed.outcome != "busy":
            break
    if claimed.claim_id is None:
        code = "no_work" if claimed.outcome == "busy" else claimed.outcome
        code = "project_rests" if rests and code == "no_work" else code
        return Refused(code, _WHY[code])

    found = claims.claim_by_id(claimed.claim_id)
    if claimed.outcome == "claimed":
        facts = {"round": found.round, "offer": str(found.offer_id), "slot": str(found.slot_id)}
        fact = Fact("claim:made", "claim", found.id, found.org_id, project_id, facts)
        record(actor=actor, now=now, happened=[fact])
    return found


def _is_bad(request_key: str, actor: Actor) -> bool:
    if len(request_key) > REQUEST_KEY_CHARS_MAX or storable_problem(request_key) is not None:
        return True
    return request_key.startswith(REPLAY_KEY) and actor.kind != "replay"
