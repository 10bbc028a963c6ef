"""A case about work outside tasks that was not granted: whoever answers it grants so much of the entry, or none."""

from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, transaction

from fairhand.audit.actor import Actor
from fairhand.cases.commands import note_answer
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer, CaseFacts, may_answer
from fairhand.cases.states import CORRECT, POOL
from fairhand.flow.record_paid_time import pay_entry
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, goodwill, move, payable
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.pay.commands import add_case_line
from fairhand.work.commands import grant_again, raise_granted
from fairhand.work.models import PaidTime
from fairhand.work.paid_queries import entered_again, entry_in
from fairhand.work.paid_rules import terms_pay
from fairhand_pay import AdjustParams, Line, Terms, adjust, total

_SHORT = Refused("paid_time_short", "The budget can't carry it. Have it funded, or let the operator's staff decide.")


def answer_entry(*, case: Case, given: Answer, actor: Actor, now: datetime) -> Refused | None:
    """Answer such a case, or decide its appeal, under the case's lock. What is granted is paid by the entry's own line,
    from the budget, else, by the operator's staff, from goodwill; what an appeal adds to that, by a line of the case.

    Refusals: those of `cases.rules.may_answer`, no_minutes, paid_time_again, paid_time_short.
    """
    entry = entry_in(case.project_id, case.paid_time_id) if case.paid_time_id else None
    if entry is None or actor.id is None:
        return Refused("no_case", "There is no such case.")
    granted_before = entry.granted_ms or 0
    adds = given.answer == CORRECT
    if adds and (given.granted_ms is None or not granted_before < given.granted_ms <= entry.said_ms):
        return Refused("no_minutes", "Grant more than was granted so far, and no more than was entered.")
    wanted_ms = (given.granted_ms or 0) if adds else 0
    before, wanted, whole = (_lines(entry, ms) for ms in (granted_before, wanted_ms, entry.said_ms))
    amount_minor = total(wanted) - total(before) if adds else 0
    given = replace(given, amount_minor=amount_minor, payer=POOL if adds else "")
    most_minor = total(whole) - total(before)
    facts = CaseFacts(case.state, case.person_id, case.answered_by_id, most_minor, case.not_by_id)
    if refused := may_answer(facts, given):
        return refused
    if adds and not granted_before and entered_again(entry):
        return Refused("paid_time_again", "This version was entered again since, and that entry stands.")

    entry_id = None
    if adds and granted_before:
        entry_id = _add(case, entry, before, wanted, given, now)
        if entry_id is None:
            return _SHORT
        raise_granted(entry_id=entry.id, granted_ms=wanted_ms)
    elif adds:
        sources = (budget(entry.project_id), goodwill()) if given.operator else (budget(entry.project_id),)
        paid_minor = pay_entry(entry, entry.paid_kind, wanted_ms, sources, now)
        if paid_minor is None:
            return _SHORT
        grant_again(
            entry_id=entry.id, granted_ms=wanted_ms, paid_minor=paid_minor, decided_by=actor.id,
            why=given.reason.strip(), now=now,
        )  # fmt: skip
    note_answer(case=case, given=given, currency=_currency(entry), entry_id=entry_id, actor=actor, now=now)
    return None


def _lines(entry: PaidTime, ms: int) -> tuple[Line, ...]:
    return terms_pay(Terms.parse(entry.paid_kind.terms), entry.paid_kind.kind, str(entry.id), ms) if ms else ()


def _currency(entry: PaidTime) -> str:
    return Terms.parse(entry.paid_kind.terms).currency


def _add(
    case: Case, entry: PaidTime, before: tuple[Line, ...], wanted: tuple[Line, ...], given: Answer, now: datetime
) -> int | None:
    """Post what an appeal adds to what its case granted; None: the budget can't carry it."""
    (line,) = adjust(before, wanted, AdjustParams(cause="decision"))
    sources = (budget(entry.project_id), goodwill()) if given.operator else (budget(entry.project_id),)
    hold(accounts=[*sources, payable(entry.person_id)], currency=line.currency)
    for source in sources:
        try:
            with transaction.atomic():
                posted = post(
                    key=f"case:{case.id}:2", kind="correct", currency=line.currency, now=now,
                    legs=list(move(source, payable(entry.person_id), line.amount_minor)),
                    meta={"case": str(case.id), "paid_time": str(entry.id)},
                )  # fmt: skip
        except DatabaseError as error:
            if refusal_of(error) is None:
                raise
            continue
        add_case_line(
            case_id=case.id, step=2, org_id=case.org_id, project_id=case.project_id, person_id=case.person_id,
            submission_id=None, line=line, entry_id=posted, now=now,
        )  # fmt: skip
        return posted
    return None
