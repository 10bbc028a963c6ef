"""reopen_tasks: after the guideline changed, accepted tasks it touches get one more attempt. Nothing paid is undone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import DatabaseError

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.raised_queries import is_held
from fairhand.dispatch import held
from fairhand.dispatch.commands import analyze
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.publish_template import hold_template
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.guideline_changes import Reopenable, reopenable
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import TASKS_REOPENED_PER_CALL_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, pool, reserved
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from fairhand.projects.queries import template_of
from fairhand.projects.rules import Wrong
from fairhand.tasks.models import Task
from fairhand.tasks.template import check_payload

# In the queue for everybody: a cohort's, whose people met the task, would be open to nobody.
_SLOT = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1, 'open',
        dispatch_queue_like(%s, %s), %s, %s)
"""
_TASKS = "UPDATE task SET want = want + 1, cap = cap + 1, state = 'open' WHERE id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Reopened:
    """How many tasks were opened once more, and what was reserved for them. `short`: the pools paid for no more."""

    tasks: int
    reserve_minor: int
    short: bool


@transaction.atomic
def reopen_tasks(
    *, project_id: UUID, version: int, limit: int | None, reason: str, actor: Actor, now: datetime
) -> Reopened | Refused:
    """Open one more attempt on up to `limit` accepted tasks that a version of the guideline touches.

    Each is a new attempt, for somebody who has not met the task, on a reserve from its batch's pool; the accepted ones
    stay accepted and paid. A task is opened once for a version; reviews come from the same pool, and wait where it is
    short, as everywhere. Refusals: bad_input (facts["problems"]: Wrong, fields
    limit and reason), project_closed, nothing_to_reopen, tasks_of_before (a newer template shows what they don't have),
    pool_empty.
    """
    hold_template(project_id)
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    problems = reason_problems(reason)
    if limit is None or not 1 <= limit <= TASKS_REOPENED_PER_CALL_MAX:
        problems.append(Wrong("limit", "not_in_range", f"open from 1 to {TASKS_REOPENED_PER_CALL_MAX} at a time"))
    if problems or limit is None:
        return Refused("bad_input", "Tasks can't be opened again like this.", {"problems": problems})
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nothing is opened in it any more.")
    left = _reopenable(project, version, limit)
    if not left:
        return Refused("nothing_to_reopen", "No accepted task that this version touches is left.")
    found = _fitting(project_id, left)
    if not found:
        return Refused("tasks_of_before", "These tasks don't fit the version of the template that is in force.")

    ceilings = {card.stage_id: card.card.ceiling_minor for card in stage_cards(project_id, "attempt")}
    chosen = _paid_for(found, ceilings, project.currency, now)
    if not chosen:
        return Refused("pool_empty", "The pools of these batches can't pay for one more attempt; fund them first.")
    _open(chosen, project_id, ceilings, now)
    analyze()

    reserve = sum(ceilings[each.stage_id] for each in chosen)
    facts = {"version": version, "reason": reason.strip()}
    happened = [Fact("task:reopened", "task", t.task_id, t.org_id, project_id, facts) for t in chosen]
    whole = facts | {"tasks": len(chosen), "reserve_minor": reserve, "currency": project.currency}
    happened.append(Fact("guideline:reopened", "project", project_id, project.org_id, project_id, whole))
    record(actor=actor, now=now, happened=happened)
    return Reopened(len(chosen), reserve, short=len(chosen) < len(found))


def _reopenable(project: Project, version: int, limit: int) -> list[Reopenable]:
    """Tasks that can be opened, read again with the pools held from which an adjudication of one would be paid: none
    opens beside the new attempt."""
    seen = {(each.batch_id, each.shard) for each in reopenable(project.id, version, limit)}
    if not seen:
        return []
    accounts = [reserved(batch_id, shard) for batch_id, shard in seen] + [pool(batch_id) for batch_id, _ in seen]
    hold(accounts=accounts, currency=project.currency)
    return [each for each in reopenable(project.id, version, limit) if (each.batch_id, each.shard) in seen]


def _fitting(project_id: UUID, found: list[Reopenable]) -> list[Reopenable]:
    """Those that fit the template in force: what was done before its version need not."""
    template = template_of(project_id)
    if template is None or template.version == 1:
        return found
    rows = Task.objects.filter(id__in=[each.task_id for each in found]).values_list("id", "payload")
    fits = {task_id for task_id, payload in rows.iterator() if not check_payload(template.body, payload)}
    return [each for each in found if each.task_id in fits]


def _paid_for(
    found: Sequence[Reopenable], ceilings: dict[UUID, int], currency: str, now: datetime
) -> list[Reopenable]:  # fmt: skip
    """Those for which their batch's pool has money, moved behind them; batches in the order of their ids."""
    chosen: list[Reopenable] = []
    for batch_id in sorted({each.batch_id for each in found}):
        left, mine = balance_minor(pool(batch_id), currency), []
        for each in found:
            if each.batch_id == batch_id and ceilings[each.stage_id] <= left:
                left -= ceilings[each.stage_id]
                mine.append(each)
        if mine and _reserve(batch_id, mine, ceilings, currency, now):
            chosen += mine
    return chosen


def _reserve(
    batch_id: UUID, mine: Sequence[Reopenable], ceilings: dict[UUID, int], currency: str, now: datetime
) -> bool:
    by_shard: Counter[int] = Counter()
    for each in mine:
        by_shard[each.shard] += ceilings[each.stage_id]
    legs = [Leg(reserved(batch_id, shard), amount) for shard, amount in sorted(by_shard.items())]
    try:
        with transaction.atomic():
            post(
                key=f"reopen:{new_id(now)}", kind="reserve", currency=currency, now=now,
                legs=[Leg(pool(batch_id), -by_shard.total()), *legs],
            )  # fmt: skip
    except DatabaseError as error:  # the pool was spent between the look and the posting
        if refusal_of(error) is None:
            raise
        return False
    return True


def _open(chosen: Sequence[Reopenable], project_id: UUID, ceilings: dict[UUID, int], now: datetime) -> None:
    rows = []
    for each in chosen:
        slot_id = new_id(now)
        rows.append([
            slot_id, each.org_id, project_id, each.batch_id, each.task_id, each.stage_id, slot_id, each.seq + 1,
            each.stage_id, each.queue_id, each.shard, ceilings[each.stage_id],
        ])  # fmt: skip
    with connection.cursor() as cursor:
        # After every lock of the ledger's, as where a task is settled.
        cursor.execute(_TASKS, [[each.task_id for each in chosen]])
        cursor.executemany(_SLOT, rows)
    for task_id in {each.task_id for each in chosen if is_held(each.task_id)}:  # reported since they were looked for
        held.hold(task_id=task_id)
