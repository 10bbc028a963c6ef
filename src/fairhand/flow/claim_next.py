"""claim_next: the next slot of a project for a person, claimed on the terms they saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.raised_queries import REPORTS_WAIT
from fairhand.dispatch.models import Claim
from fairhand.dispatch.next_queues import PLAN_OF_PROJECT, QUEUES_OF_STAGE, expert_facts, queues_from
from fairhand.dispatch.plan import Ordered, arrange, windows
from fairhand.dispatch.policies._facts import ExpertFacts, QueueFacts
from fairhand.dispatch.queries import by_request, has_seat
from fairhand.flow.claiming import REPLAY_KEY, WHY, ask, is_bad_key, tell
from fairhand.flow.gold import draw_gold
from fairhand.flow.order_plan import plan_by_id
from fairhand.flow.stage_cards import CARD_COLUMNS, CARD_JOIN, CARD_WIDTH, StageCard, own_cards, stage_card
from fairhand.flow.week_cap import given_anyway, weeks_full
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import CALLS_PER_CLAIM_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.states import PROJECT_DISPATCHES, STAGE_KINDS

__all__ = ["REPLAY_KEY", "claim_next"]

# The next call may find what this one didn't.
_GOES_ON = frozenset({"no_work", "gate"})
# One row per stage of the kind: its card, its project's state and plan, its queues.
_READY = f"""
SELECT {CARD_COLUMNS}, p.state, {PLAN_OF_PROJECT}, {REPORTS_WAIT}, {QUEUES_OF_STAGE}
  FROM stage g {CARD_JOIN} JOIN project p ON p.id = g.project_id
 WHERE g.project_id = %(project)s AND g.kind = %(kind)s ORDER BY g.ordinal
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True, slots=True)
class Ready:
    """Cards and queues of a project's stages of one kind. `rests`: only what is kept for somebody is given out.
    `week_full`: a stage is left out, since its plan's hours of the week are reached. `reports_wait`: so many
    of the person's reports wait for a decision that they are given what is kept for them alone."""

    cards: list[StageCard]
    queues: list[QueueFacts]
    plan_id: UUID | None
    rests: bool
    week_full: bool = False
    reports_wait: bool = False


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
    checked that the person may work on such stages; refusals: cap_open, cap_week, cap_hours (the weekly cap of the
    plan), cap_seat, cool_down, terms_changed, gate, excluded, no_seat, no_work, project_rests (paused or closed: only
    rework and reviews go on), reports_wait (as many tasks as one person's reports may hold back wait for a decision),
    bad_request_key.
    """
    if is_bad_key(request_key, actor):
        return Refused("bad_request_key", WHY["bad_request_key"])
    claim_id = new_id(now)
    ready = ready_of(person_id, project_id, kind, now)
    ordered, gold = ordered_of(ready, person_id, project_id, claim_id.hex)
    if gold and by_request(person_id, request_key) is None:
        draw_gold(
            person_id=person_id, project_id=project_id, queue_ids=ordered.ids, terms_seen=terms_seen, now=now
        )  # fmt: skip

    why = "no_work"
    # Without queues the database looks only among the slots set aside for this person.
    for queue_ids in (windows(ordered.ids, claim_id.hex) or [[]])[:CALLS_PER_CLAIM_MAX]:
        claimed = ask(
            person_id=person_id, request_key=request_key, claim_id=claim_id, cards=ready.cards, queue_ids=queue_ids,
            terms_seen=terms_seen, now=now,
        )  # fmt: skip
        if claimed.claim_id is not None:
            return tell(claimed, ordered, {project_id: ready.plan_id}, actor, now)
        why = claimed.outcome if why == "no_work" else why
        if claimed.outcome not in _GOES_ON:
            break
    if why == "cap_seat" and not has_seat(person_id, project_id):
        why = "no_seat"
    if why == "no_work":
        why = "project_rests" if ready.rests else "cap_hours" if ready.week_full else why
        why = "reports_wait" if ready.reports_wait else why
    return Refused(why, WHY[why])


def ready_of(person_id: UUID, project_id: UUID, kind: str, now: datetime) -> Ready:
    """Everything that asking for a slot is prepared from, in one statement."""
    cards, queues, plan_id, rests, waits = [], [], None, False, False
    if kind not in STAGE_KINDS:
        return Ready(cards, queues, plan_id, rests)
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"project": project_id, "kind": kind, "person": person_id, "now": now})
        for row in cursor.fetchall():
            state, plan_id, waits, found = row[CARD_WIDTH:]
            card = stage_card(row[:CARD_WIDTH], [])
            cards.append(card)
            queues += queues_from(project_id, card.stage_id, kind, found)
            rests = kind == "attempt" and state not in PROJECT_DISPATCHES
    if full := weeks_full(person_id, cards, now):
        cards, closed = given_anyway(cards, full), {str(stage_id) for stage_id in full}
        queues = [queue for queue in queues if queue.stage not in closed]
    return Ready(own_cards(cards, person_id, now), queues, plan_id, rests, bool(full), waits)


def ordered_of(ready: Ready, person_id: UUID, project_id: UUID, seed: str) -> tuple[Ordered, bool]:
    """The queues in their order, and whether this claim is to be on gold: only where there is other work, too."""
    queues = [] if ready.rests or ready.reports_wait else ready.queues
    plan = plan_by_id(ready.plan_id)
    # Of a person nothing is read where nothing is to be chosen.
    attempts = bool(queues) and queues[0].kind == "attempt"
    asked = (plan.needs_expert and len(queues) > 1) or (plan.has_gold and attempts)
    expert = expert_facts(person_id, project_id, seed) if asked else ExpertFacts(seed)
    return arrange(plan, queues, expert), attempts and plan.draws_gold(expert)
