"""Verbs that write cases, and what people raise about their tasks. What an answer pays is posted above, in
flow/answer_contest.py; what becomes of a task is in flow/answer_raised.py."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case as Either
from django.db.models import When

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.models import Case, Raised, TaskReturn
from fairhand.cases.rules import Answer, LineFacts, may_appeal, may_contest
from fairhand.cases.states import (
    ANSWER_MOVES,
    ANSWER_WITHIN,
    ANSWERED,
    APPEALED,
    RAISED_ANSWERED,
    RAISED_CLOSED,
    RAISED_OPEN,
)
from fairhand.dispatch.models import Claim
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused


@transaction.atomic
def open_case(
    *, line: LineFacts, line_id: UUID | None, submission_id: UUID | None, org_id: UUID, project_id: UUID, words: str,
    actor: Actor, now: datetime, paid_time_id: UUID | None = None, not_by: UUID | None = None,
) -> Case | Refused:  # fmt: skip
    """Contest a pay line of one's own, or an entry (`paid_time_id`), once; `not_by` decided on it.

    Refusals: those of `rules.may_contest`, line_contested.
    """
    if actor.id is None:
        return Refused("no_line", "A person contests a line of their own.")
    if refused := may_contest(line, actor.id, words):
        return refused

    try:
        with transaction.atomic():
            made = Case.objects.create(
                id=new_id(now), org_id=org_id, project_id=project_id, person_id=line.person_id, line_id=line_id,
                submission_id=submission_id, words=words.strip(), opened_at=now, due_at=now + ANSWER_WITHIN,
                paid_time_id=paid_time_id, not_by_id=not_by,
            )  # fmt: skip
    except IntegrityError:
        return Refused("line_contested", "This line was contested before; its case goes on.")

    _record("case:opened", made, actor, now, {"due_at": (now + ANSWER_WITHIN).isoformat()})
    return made


def locked(case_id: UUID) -> Case | None:
    """A case, locked until the transaction ends."""
    return Case.objects.select_for_update(no_key=True).filter(id=case_id).first()


def note_answer(*, case: Case, given: Answer, currency: str, entry_id: int | None, actor: Actor, now: datetime) -> None:
    """Write down an answer that `rules.may_answer` lets pass, under the case's lock."""
    first = case.state != APPEALED
    names = ("answer", "answer_reason", "answer_minor", "answered_by_id", "answered_at") if first else (
        "decision", "decision_reason", "decision_minor", "decided_by_id", "decided_at")  # fmt: skip
    values = (given.answer, given.reason.strip(), given.amount_minor, given.actor_id, now)
    to = ANSWER_MOVES[case.state]
    moved = Case.objects.filter(id=case.id, state=case.state).update(
        state=to, due_at=None, **dict(zip(names, values, strict=True))
    )
    if not moved:
        raise RuntimeError(f"case {case.id} moved under its lock")
    facts: dict[str, object] = {"answer": given.answer, "reason": given.reason.strip(), "currency": currency}
    if given.amount_minor:
        facts |= {"amount_minor": given.amount_minor, "payer": given.payer, "entry": entry_id}
    _record("case:answered" if first else "case:decided", case, actor, now, facts)


@transaction.atomic
def appeal(*, case_id: UUID, person_id: UUID, words: str, actor: Actor, now: datetime) -> Refused | None:
    """Ask another human to decide one's own case again, once. Refusals: no_case, no_appeal, reason_…"""
    case = locked(case_id)
    if case is None or case.person_id != person_id:
        return Refused("no_case", "There is no such case.")
    if refused := may_appeal(case.state, words):
        return refused

    due_at = now + ANSWER_WITHIN
    Case.objects.filter(id=case_id, state=ANSWERED).update(
        state=APPEALED, appeal=words.strip(), appealed_at=now, due_at=due_at
    )
    _record("case:appealed", case, actor, now, {"due_at": due_at.isoformat()})
    return None


def _record(verb: str, case: Case, actor: Actor, now: datetime, facts: dict[str, object]) -> None:
    about = {"line": str(case.line_id)} if case.line_id else {"entry_of": str(case.paid_time_id)}
    said = {**about, **facts}
    record(actor=actor, now=now, happened=[Fact(verb, "case", case.id, case.org_id, case.project_id, said)])


def locked_claim_of(claim_id: UUID, person_id: UUID) -> Claim | None:
    """Somebody's own claim, locked, so that what they raise about it is counted. After the locks of slots."""
    return Claim.objects.select_for_update(no_key=True).filter(id=claim_id, person_id=person_id).first()


def add_raised(*, claim: Claim, kind: str, words: str, place: str, actor: Actor, now: datetime) -> Raised:
    """Write down what the holder of a claim asks or reports."""
    made = Raised.objects.create(
        id=new_id(now), org_id=claim.org_id, project_id=claim.project_id, task_id=claim.task_id, claim_id=claim.id,
        person_id=claim.person_id, kind=kind, words=words, place=place, at=now,
    )  # fmt: skip
    _record_raised("raised:made", [made], {"kind": kind}, actor, now)
    return made


def locked_raised(task_id: UUID, kind: str, first: UUID, *, waiting: int) -> list[Raised]:
    """What waits of one kind about a task, locked, up to so many: `first`, if it still waits, then the oldest."""
    found = Raised.objects.select_for_update(no_key=True).filter(task_id=task_id, kind=kind, state=RAISED_OPEN)
    return list(found.order_by(Either(When(id=first, then=0), default=1), "at", "id")[:waiting])


def answer_each(
    *, rows: Sequence[Raised], answer: str, done: str, version: int | None, actor: Actor, now: datetime
) -> None:  # fmt: skip
    """Answer what is open and locked by the caller, all of it alike."""
    moved = Raised.objects.filter(id__in=[row.id for row in rows], state=RAISED_OPEN).update(
        state=RAISED_ANSWERED, answer=answer, answered_by_id=actor.id, answered_at=now, done=done, version=version
    )
    if moved != len(rows):
        raise RuntimeError("what was raised moved under its lock")
    _record_raised("raised:answered", rows, {"done": done, "answer": answer}, actor, now)


def overturn(*, rows: Sequence[Raised], reason: str, actor: Actor, now: datetime) -> None:
    """The task of these answers is out of work no more. Under the locks of its slots."""
    TaskReturn.objects.bulk_create(
        TaskReturn(raised=row, org_id=row.org_id, project_id=row.project_id, task_id=row.task_id, reason=reason,
                   by_id=actor.id, at=now)
        for row in rows
    )  # fmt: skip


def close_own(*, raised_id: UUID, person_id: UUID, kinds: Collection[str], actor: Actor, now: datetime) -> bool:
    """Somebody takes back what they raised, of these kinds and unanswered. True if this call did it."""
    mine = Raised.objects.filter(id=raised_id, person_id=person_id, kind__in=kinds, state=RAISED_OPEN)
    if not mine.update(state=RAISED_CLOSED, closed_at=now):
        return False
    _record_raised("raised:closed", list(Raised.objects.filter(id=raised_id)), {}, actor, now)
    return True


def _record_raised(verb: str, rows: Sequence[Raised], said: dict[str, object], actor: Actor, now: datetime) -> None:
    happened = [Fact(verb, "raised", row.id, row.org_id, row.project_id, {"task": str(row.task_id), **said})
                for row in rows]  # fmt: skip
    record(actor=actor, now=now, happened=happened)
