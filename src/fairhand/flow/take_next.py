"""take_next: the next slot of any of a person's projects."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.raised_queries import reports_wait
from fairhand.dispatch.commands import Claimed
from fairhand.dispatch.models import Claim
from fairhand.dispatch.next_queues import Aside, Everywhere, ProjectQueues, everywhere
from fairhand.dispatch.plan import Ordered, Turn, arrange, merge, windows
from fairhand.dispatch.policies._facts import QueueFacts
from fairhand.dispatch.queries import by_request
from fairhand.flow.claiming import WHY, ask, is_bad_key, tell
from fairhand.flow.gold import draw_gold
from fairhand.flow.order_plan import plan_by_id
from fairhand.flow.stage_cards import CARD_COLUMNS, CARD_JOIN, StageCard, own_cards, stage_card
from fairhand.flow.week_cap import weeks_full_among
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import CALLS_PER_CLAIM_MAX, LOOKS_PER_CLAIM_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.states import PROJECT_DISPATCHES

_ATTEMPT = "attempt"
# Says something of the person, whichever project is asked.
_FINAL = frozenset({"cap_open", "cap_week", "no_seat"})
_CARDS = f"SELECT {CARD_COLUMNS} FROM stage g {CARD_JOIN} WHERE g.id = ANY (%s)"  # noqa: S608  # constants


@transaction.atomic
def take_next(
    *,
    person_id: UUID,
    judges: Callable[[UUID, UUID], bool],
    terms_seen: Sequence[str],
    request_key: str,
    actor: Actor,
    now: datetime,
) -> Claim | Refused:
    """Claim the next slot over all projects in which the person has a seat.

    `judges(org_id, project_id)`: whether they may judge others' work there; then such slots come too, also those kept
    for them. Only stages whose card is among `terms_seen` are given, and rework on terms that were agreed to; if all
    that waits lies behind cards that were not seen, the refusal is terms_changed. A project that rests gives what is
    kept for the person, and work that judges. Refusals as of claim_next.
    """
    if is_bad_key(request_key, actor):
        return Refused("bad_request_key", WHY["bad_request_key"])
    asked = _Asked(person_id, request_key, new_id(now), terms_seen, now, reports_wait(person_id))
    why, unseen, week_full = "no_work", False, False
    for look in range(LOOKS_PER_CLAIM_MAX):
        found, closed = _everywhere(asked, look)
        week_full = week_full or closed
        ordered, stage_of, gold_of = _ordered(found, judges, asked.claim_id.hex)
        gold = gold_of.get(ordered.ids[0]) if ordered.ids and look == 0 else None
        if gold is not None and by_request(person_id, request_key) is None:
            own = [queue_id for queue_id in ordered.ids if gold_of.get(queue_id) == gold]
            if draw_gold(person_id=person_id, project_id=gold, queue_ids=own, terms_seen=terms_seen, now=now):
                found, _closed = _everywhere(asked, look)
        aside = [each for each in found.aside if _may(each, judges)]
        claimed, lacks = _look(asked, ordered, stage_of, aside)
        if claimed.claim_id is not None:
            plans = {project.project_id: project.plan_id for project in found.projects}
            return tell(claimed, ordered, plans, actor, now)
        why = claimed.outcome if why == "no_work" else why
        unseen = unseen or lacks
        if claimed.outcome in _FINAL:
            return Refused(claimed.outcome, WHY[claimed.outcome])
        if not found.more:
            break
    if why == "no_work":
        why = "reports_wait" if asked.waiting else "cap_hours" if week_full else why
    code = "terms_changed" if unseen else why
    return Refused(code, WHY[code])


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks, and on which terms. `waiting`: projects in which they are given what is kept for them alone."""

    person_id: UUID
    request_key: str
    claim_id: UUID
    terms_seen: Sequence[str]
    now: datetime
    waiting: set[UUID]


def _everywhere(asked: _Asked, look: int) -> tuple[Everywhere, bool]:
    """What one look finds, without projects in which too many reports of theirs wait, and without stages whose plan's
    hours of the week are reached; whether there are such stages."""
    found = everywhere(asked.person_id, asked.now, asked.claim_id.hex, look)
    if asked.waiting:
        found = replace(found, projects=[each for each in found.projects if each.project_id not in asked.waiting])
    stages = {UUID(queue.stage) for project in found.projects for queue in project.queues}
    full = weeks_full_among(asked.person_id, stages | {each.stage_id for each in found.aside}, asked.now)
    if not full:
        return found, False
    projects = [
        replace(project, queues=[queue for queue in project.queues if UUID(queue.stage) not in full])
        for project in found.projects
    ]
    aside = [each for each in found.aside if each.stage_id not in full or full[each.stage_id].rework]
    return replace(found, projects=projects, aside=aside), True


def _look(
    asked: _Asked, ordered: Ordered, stage_of: Mapping[int, UUID], aside: Sequence[Aside]
) -> tuple[Claimed, bool]:
    """What came of these queues, and whether some of them lie behind cards that were not seen."""
    why, unseen = "no_work", False
    agreed = {each.stage_id for each in aside if each.agreed}
    for window in (windows(ordered.ids, asked.claim_id.hex) or [[]])[:CALLS_PER_CLAIM_MAX]:
        found = _cards([*(each.stage_id for each in aside), *(stage_of[queue_id] for queue_id in window)])
        cards = own_cards(found, asked.person_id, asked.now)
        known = {card.stage_id for card in cards if card.card.terms_hash in asked.terms_seen}
        shown = [card for card in cards if card.stage_id in known | agreed]
        queue_ids = [queue_id for queue_id in window if stage_of[queue_id] in known]
        unseen = unseen or len(known) < len(cards)
        # What was not shown is not asked for: no slot kept behind it bars the others.
        claimed = ask(
            person_id=asked.person_id, request_key=asked.request_key, claim_id=asked.claim_id, cards=shown,
            queue_ids=queue_ids, terms_seen=asked.terms_seen, now=asked.now,
        )  # fmt: skip
        if claimed.claim_id is not None or claimed.outcome in _FINAL:
            return claimed, unseen
        why = claimed.outcome if why == "no_work" else why
    return Claimed(why, None), unseen


def _ordered(
    found: Everywhere, judges: Callable[[UUID, UUID], bool], seed: str
) -> tuple[Ordered, dict[int, UUID], dict[int, UUID]]:
    """Each project's queues as its own plan orders them, then the projects in turn; the stage of each queue; and the
    project of each queue of attempts where this claim, if it came from there, is to be on gold."""
    turns: list[Turn] = []
    why: dict[int, str] = {}
    stage_of: dict[int, UUID] = {}
    gold_of: dict[int, UUID] = {}
    last: list[int] = []
    for project in found.projects:
        given = _given(project, judges)
        expert = replace(found.expert, done_n=project.done_n)
        plan = plan_by_id(project.plan_id)
        own = arrange(plan, given, expert)
        if plan.draws_gold(expert):
            gold_of |= {queue.id: project.project_id for queue in given if queue.kind == _ATTEMPT}
        why |= own.why
        stage_of |= {queue.id: UUID(queue.stage) for queue in given}
        # What the person is known to be barred from is asked last: a verdict may be older than the person's facts.
        last += [queue_id for queue_id in own.ids if queue_id in project.barred]
        ids = [queue_id for queue_id in own.ids if queue_id not in project.barred]
        tier = min((queue.tier for queue in given), default=0)
        turns.append(Turn(str(project.project_id), project.priority, tier, ids))
    return Ordered(merge(turns, seed) + last, why), stage_of, gold_of


def _may(kept: Aside, judges: Callable[[UUID, UUID], bool]) -> bool:
    """Whether something kept for the person is given to them still: work that judges only while they may judge."""
    return kept.kind == _ATTEMPT or judges(kept.org_id, kept.project_id)


def _given(project: ProjectQueues, judges: Callable[[UUID, UUID], bool]) -> list[QueueFacts]:
    attempts = project.state in PROJECT_DISPATCHES
    reviews = judges(project.org_id, project.project_id)
    return [queue for queue in project.queues if (attempts if queue.kind == _ATTEMPT else reviews)]


def _cards(stage_ids: Sequence[UUID]) -> list[StageCard]:
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [list(dict.fromkeys(stage_ids))])
        return [stage_card(row, []) for row in cursor.fetchall()]
