"""Verbs that write cases. What an answer pays is posted above, in flow/answer_contest.py."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer, LineFacts, may_appeal, may_contest
from fairhand.cases.states import ANSWER_MOVES, ANSWER_WITHIN, ANSWERED, APPEALED
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
