"""answer_raised: a manager answers what was asked or reported about a task, and decides what becomes of the task."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.commands import answer_each, locked_raised
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import is_held, raised_in
from fairhand.cases.raised_rules import answer_problems
from fairhand.cases.states import ILLEGAL, PUT_BACK, TAKEN_OUT
from fairhand.dispatch import closing, held
from fairhand.dispatch.queries import ClaimFacts
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import RAISED_ANSWERED_AT_ONCE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, move, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.projects.models import Guideline, Project
from fairhand.tasks.commands import lock


@transaction.atomic
def answer_raised(
    *, project_id: UUID, raised_id: UUID, everybody: bool, seen: int | None, answer: str, done: str,
    version: int | None, actor: Actor, now: datetime,
) -> int | Refused:  # fmt: skip
    """Answer one, or `everybody` who raised something of its kind about its task; how many were answered.

    `seen`: of how many such the reader knew. Where content may be illegal the decision is about the task, so it
    answers all of them. `version`: of the guideline that says it now, for done `guideline`.
    Refusals: no_raised, raised_answered, raised_more (another came in since the page was read), own_raised, bad_input
    (facts["problems"]: Wrong, fields answer, done and version).
    """
    found = raised_in(project_id, raised_id)
    if found is None:
        return Refused("no_raised", "The project has nothing like that.")
    if done in (PUT_BACK, TAKEN_OUT):
        held.lock_slots(task_id=found.task_id)  # slots first, as where it is raised
    waiting = locked_raised(found.task_id, found.kind, raised_id, waiting=RAISED_ANSWERED_AT_ONCE_MAX)
    if all(row.id != raised_id for row in waiting):
        return Refused("raised_answered", "Somebody answered this already.")
    everybody = everybody or found.kind == ILLEGAL
    if everybody and seen != len(waiting):
        return Refused("raised_more", "What waits about this task changed since the page was read.")
    rows = waiting if everybody else [row for row in waiting if row.id == raised_id]
    if any(row.person_id == actor.id for row in rows):
        return Refused("own_raised", "Nobody answers what they raised themselves.")
    versions = Guideline.objects.filter(project_id=project_id, version=version).values_list("version", flat=True)
    if problems := answer_problems(found.kind, answer, done, version, list(versions)):
        return Refused("bad_input", "It can't be answered like this.", {"problems": problems})

    answer_each(rows=rows, answer=answer.strip(), done=done, version=version, actor=actor, now=now)
    if done == TAKEN_OUT:
        _take_out(found, answer.strip(), actor, now)
    elif done == PUT_BACK and not is_held(found.task_id):
        slots = held.put_back(task_id=found.task_id)
        _record("task:put_back", found, {"reason": answer.strip(), "slots": slots}, actor, now)
    return len(rows)


def _take_out(found: Raised, reason: str, actor: Actor, now: datetime) -> None:
    """Nobody is given the task any more: what nobody took of it is cancelled, its reserve back in its batch's pool.
    What is in work, or handed in, is decided and paid like any other."""
    currency = Project.objects.values_list("currency", flat=True).get(id=found.project_id)
    reserves = held.reserves_of(task_id=found.task_id)
    accounts = [reserved(*each) for each in reserves] + [pool(batch_id) for batch_id in {b for b, _ in reserves}]
    if accounts:
        hold(accounts=accounts, currency=currency)
    lock(task_id=found.task_id)
    held.hold(task_id=found.task_id)  # planned slots after the accounts, as where they are opened
    cancelled = held.cancel(task_id=found.task_id)
    _release(cancelled.reserved, currency, f"task_out:{new_id(now)}", now)
    closing.end_task(task_id=found.task_id)
    facts = {"reason": reason, "slots": cancelled.slots, "freed_minor": sum(cancelled.reserved.values()),
             "currency": currency}  # fmt: skip
    _record("task:taken_out", found, facts, actor, now)


def _release(freed: dict[tuple[UUID, int], int], currency: str, key: str, now: datetime) -> None:
    for batch_id in sorted({batch_id for batch_id, _ in freed}):
        mine = {shard: amount for (of, shard), amount in sorted(freed.items()) if of == batch_id and amount}
        if mine:
            legs = [Leg(reserved(batch_id, shard), -amount) for shard, amount in mine.items()]
            legs.append(Leg(pool(batch_id), sum(mine.values())))
            post(key=f"{key}:{batch_id}", kind="release", currency=currency, legs=legs, now=now)


def cancel_taken_out(*, facts: ClaimFacts, actor: Actor, now: datetime) -> bool:
    """A claim ended without work on a task that was taken out: nobody else is given its slot. True if it was
    cancelled. Under the locks of the claim's end."""
    done = held.cancel_one(slot_id=facts.slot_id)
    if done is None:
        return False
    post(
        key=f"task_out:{facts.claim_id}", kind="release", currency=facts.currency, now=now,
        legs=move(reserved(facts.batch_id, facts.shard), pool(facts.batch_id), done),
    )  # fmt: skip
    closing.end_task(task_id=facts.task_id)
    fact = Fact("slot:cancelled", "slot", facts.slot_id, facts.org_id, facts.project_id, {"reason": "task_taken_out"})
    record(actor=actor, now=now, happened=[fact])
    return True


def _record(verb: str, found: Raised, said: dict[str, object], actor: Actor, now: datetime) -> None:
    facts: dict[str, object] = {"raised": str(found.id), **said}
    record(actor=actor, now=now, happened=[Fact(verb, "task", found.task_id, found.org_id, found.project_id, facts)])
