"""answer_contest: a named human answers a case about a pay line; what it adds is paid at once, by its own line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.commands import locked, note_answer
from fairhand.cases.models import Case
from fairhand.cases.queries import lines_added_to
from fairhand.cases.rules import Answer, CaseFacts, may_answer
from fairhand.cases.states import APPEALED, CORRECT, POOL
from fairhand.flow.answer_entry import answer_entry
from fairhand.flow.pay_score import left_for
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, goodwill, move, payable, pending, pool
from fairhand.ledger.commands import post, refusal_of
from fairhand.missions.commands import locked as locked_mission
from fairhand.missions.queries import most_left
from fairhand.pay.commands import add_case_line
from fairhand.pay.queries import added_by_cases, computed_line, lines_of_window, window_of_line
from fairhand_pay import AdjustParams, Line, adjust

# The order of locks: slot before submission; whoever accepts the work waits here, and so do we for them.
_LOCK_SLOT = "SELECT 1 FROM slot WHERE id = (SELECT slot_id FROM submission WHERE id = %s) FOR UPDATE"
_WORK = """
SELECT s.state, x.batch_id, o.ceiling_minor
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
 WHERE s.id = %s
"""


@dataclass(frozen=True, slots=True)
class _Work:
    """What the line pays for. `undecided`: its pay still waits as pending."""

    undecided: bool
    batch_id: UUID | None
    ceiling_minor: int


@transaction.atomic
def answer_contest(*, project_id: UUID, case_id: UUID, given: Answer, actor: Actor, now: datetime) -> Refused | None:
    """Answer a case of a project, or decide its appeal.

    A correction only ever adds: onto pending while the work is undecided, else onto payable; from the batch's pool or
    from goodwill. What a piece of work gets by cases is bounded by the ceiling of its offer.
    Refusals: no_case, those of `cases.rules.may_answer`, case_pool_short.
    """
    case = locked(case_id)
    if case is None or case.project_id != project_id:
        return Refused("no_case", "There is no such case.")
    if case.line_id is None:
        return answer_entry(case=case, given=given, actor=actor, now=now)
    work = _work(case.submission_id)
    line = computed_line(case.line_id)
    if case.submission_id:
        most, added = work.ceiling_minor, added_by_cases(case.submission_id)
    else:
        most, added = _of_window(case, line.amount_minor)

    if given.score is not None and case.submission_id and given.answer == CORRECT:
        left = left_for(case.line_id, case.submission_id, given.score)
        given = replace(given, amount_minor=max(0, left - case.answer_minor))
    facts = CaseFacts(case.state, case.person_id, case.answered_by_id, max(max(most, 0) - added, 0), case.not_by_id)
    if refused := may_answer(facts, given):
        return refused

    entry_id = None
    if given.amount_minor:
        (made,) = _corrected(line, given.amount_minor)
        step = 2 if case.state == APPEALED else 1
        posted = _pay(case, step, work, given, line.currency, now)
        if isinstance(posted, Refused):
            return posted
        entry_id = posted
        add_case_line(
            case_id=case.id, step=step, org_id=case.org_id, project_id=case.project_id, person_id=case.person_id,
            submission_id=case.submission_id, line=made, entry_id=entry_id, now=now,
        )  # fmt: skip

    note_answer(case=case, given=given, currency=line.currency, entry_id=entry_id, actor=actor, now=now)
    return None


def _of_window(case: Case, amount_minor: int) -> tuple[int, int]:
    """What may be added to a line that is of no work, and what cases added so far.

    Of a mission's line: the most that its window can pay, less what it paid, over all its lines and under the mission's
    lock, so that the window isn't closed meanwhile. Of any other line: its amount.
    """
    window = window_of_line(case.line_id)
    if window is None:
        return amount_minor, case.answer_minor
    mission_id, person_id, number = window
    locked_mission(mission_id)
    rows = lines_of_window(f"{mission_id}:{person_id}:{number}")
    added = sum(row.amount_minor for row in lines_added_to([row.id for row in rows]))
    return most_left(mission_id, person_id, number), added


def _work(submission_id: UUID | None) -> _Work:
    if submission_id is None:
        return _Work(False, None, 0)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SLOT, [submission_id])
        cursor.execute(_WORK, [submission_id])
        state, batch_id, ceiling_minor = cursor.fetchone()
    return _Work(state in ("pending", "returned"), batch_id, ceiling_minor)


def _corrected(line: Line, amount_minor: int) -> Sequence[Line]:
    """The line that brings a contested one to what was decided."""
    wanted = Line(
        line.primitive, line.version, line.index, line.inputs, str(line.amount_minor + amount_minor),
        line.amount_minor + amount_minor, line.currency, line.sentence_key, line.sentence_args,
    )  # fmt: skip
    return adjust([line], [wanted], AdjustParams(cause="decision"))


def _pay(case: Case, step: int, work: _Work, given: Answer, currency: str, now: datetime) -> int | Refused | None:
    """Post what was added. The operator's staff pay from goodwill what the pool can't; a client's staff can't."""
    target = (pending if work.undecided else payable)(case.person_id)

    def paid(source: AccountName) -> int | None:
        meta = {"case": str(case.id), "line": str(case.line_id)}
        legs = move(source, target, given.amount_minor)
        return post(key=f"case:{case.id}:{step}", kind="correct", currency=currency, legs=legs, now=now, meta=meta)

    if given.payer == POOL and work.batch_id is not None:
        try:
            with transaction.atomic():
                return paid(pool(work.batch_id))
        except DatabaseError as error:
            if refusal_of(error) is None:
                raise
    if not given.operator:
        return Refused("case_pool_short", "The batch's pool can't carry it. Let the operator's staff answer this case.")
    return paid(goodwill())
