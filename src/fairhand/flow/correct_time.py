"""correct_time and decide_time: a task took longer than its record says; what is granted is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import ClaimFacts, claim_facts, locked_claim
from fairhand.estimates.commands import lock_pay
from fairhand.estimates.queries import decisions_since, rule_of
from fairhand.estimates.rules.back_pay import OF_TIME, PaidClaim, owed
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, goodwill, move, payable, pending, pool
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.pay.commands import AddedLine, add_time_line
from fairhand.pay.queries import facts_paid_on, line_of, lines_of_submissions
from fairhand.projects.rules import Wrong
from fairhand.work.commands import add_correction, decide_correction
from fairhand.work.models import Submission, TimeCorrection
from fairhand.work.queries import by_claim
from fairhand.work.time_queries import beside_ms, correction_in, corrections_of
from fairhand.work.time_rules import Recorded, in_range, why_not_now
from fairhand_pay import AdjustParams, Facts, Line, Terms, adjust, lines
from fairhand_pay.recompute import recalled

_TIME = AdjustParams(cause="time")
_WHY = {
    "correction_late": "A record of time is corrected within 72 hours after the work was handed in.",
    "correction_open": "Your last correction of this task is not decided yet.",
    "correction_full": "All the time that this task was in your hands is counted already.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction that was written down. `granted_ms` None: staff will decide it."""

    correction_id: UUID
    granted_ms: int | None
    paid_minor: int


@transaction.atomic
def correct_time(
    *, claim_id: UUID, person_id: UUID, asked_ms: int | None, reason: str, actor: Actor, now: datetime
) -> Asked | Refused:
    """Say that one's handed-in task took so much longer; a share of the counted time is granted at once.

    Refusals: no_claim, not_handed_in, correction_late, correction_open, correction_full, bad_input (facts["problems"]:
    Wrong, fields asked_ms and reason). None for asked_ms: no whole number of minutes was typed.
    """
    facts = _locked(claim_id)
    if facts is None or facts.person_id != person_id:
        return Refused("no_claim", "You hold no such claim.")
    submission = by_claim(claim_id)
    if submission is None:
        return Refused("not_handed_in", "The time of a task is corrected after it was handed in.")
    recorded = recorded_time(facts, submission, corrections_of(claim_id))
    if code := why_not_now(recorded, now):
        return Refused(code, _WHY[code])
    problems = reason_problems(reason)
    if asked_ms is None or not in_range(asked_ms, recorded.room_ms):
        problems.append(Wrong("asked_ms", "correction_range", "from a minute to all that the task was in your hands"))
    if problems or asked_ms is None:
        return Refused("bad_input", "The time can't be corrected like this.", {"problems": problems})

    made = add_correction(
        org_id=facts.org_id, project_id=facts.project_id, claim_id=claim_id, asked_ms=asked_ms, reason=reason.strip(),
        now=now,
    )  # fmt: skip
    said: dict[str, Any] = {"correction": str(made), "asked_ms": asked_ms, "reason": reason.strip()}
    if asked_ms > recorded.at_once_left_ms:
        _record("claim:time_asked", facts, said, actor, now)
        return Asked(made, None, 0)
    paid_minor = _grant(facts, submission, recorded, made, asked_ms, now)
    decide_correction(
        correction_id=made, granted_ms=asked_ms, paid_minor=paid_minor, decided_by=None, why="", now=now
    )  # fmt: skip
    more = {"granted_ms": asked_ms, "amount_minor": paid_minor, "currency": facts.currency, "at_once": True}
    _record("claim:time_corrected", facts, said | more, actor, now)
    return Asked(made, asked_ms, paid_minor)


@transaction.atomic
def decide_time(
    *, project_id: UUID, correction_id: UUID, granted_ms: int | None, why: str, actor: Actor, now: datetime
) -> Refused | None:
    """A human grants so much of a correction or, with 0, refuses it; either with a reason that the expert reads.

    Refusals: no_correction, correction_decided, own_correction, bad_input (fields granted_ms and reason).
    """
    asked = correction_in(project_id, correction_id)
    facts = _locked(asked.claim_id) if asked is not None else None
    submission = by_claim(asked.claim_id) if asked is not None else None
    if asked is None or facts is None or submission is None:
        return Refused("no_correction", "The project has no such correction.")
    of_claim = corrections_of(asked.claim_id)
    if not any(each.id == correction_id and each.decided_at is None for each in of_claim):
        return Refused("correction_decided", "Somebody decided this correction already.")
    if actor.id == facts.person_id:
        return Refused("own_correction", "Nobody decides on a correction of their own.")
    problems = reason_problems(why)
    if granted_ms is None or not 0 <= granted_ms <= asked.asked_ms:
        problems.append(Wrong("granted_ms", "not_in_range", "from nothing to what was asked for"))
    if problems or granted_ms is None:
        return Refused("bad_input", "The correction can't be decided like this.", {"problems": problems})

    recorded = recorded_time(facts, submission, of_claim)
    paid_minor = _grant(facts, submission, recorded, correction_id, granted_ms, now) if granted_ms else 0
    decide_correction(
        correction_id=correction_id, granted_ms=granted_ms, paid_minor=paid_minor, decided_by=actor.id,
        why=why.strip(), now=now,
    )  # fmt: skip
    said = {
        "correction": str(correction_id), "asked_ms": asked.asked_ms, "granted_ms": granted_ms,
        "amount_minor": paid_minor, "currency": facts.currency, "reason": why.strip(),
    }  # fmt: skip
    _record("claim:time_corrected" if granted_ms else "claim:time_refused", facts, said, actor, now)
    return None


def _locked(claim_id: UUID) -> ClaimFacts | None:
    """A claim, locked; and nobody decides on the estimate of its stage meanwhile, so that one of both pays."""
    claim = Claim.objects.select_related("slot").filter(id=claim_id).first()
    if claim is None:
        return None
    lock_pay(claim.slot.stage_id, share=True)
    return locked_claim(claim_id)


def recorded_time(facts: ClaimFacts, submission: Submission, corrections: Sequence[TimeCorrection]) -> Recorded:
    """What is known of a claim's time, for a correction of it."""
    lived = submission.submitted_at - facts.claimed_at
    granted = [each for each in corrections if each.granted_ms]
    return Recorded(
        ended_at=submission.submitted_at,
        lived_ms=max(0, round(lived.total_seconds() * 1000) - facts.pause_ms),
        counted_ms=_paid_facts(submission.id).worked_ms or submission.work_ms or 0,
        corrected_ms=sum(each.granted_ms or 0 for each in granted),
        at_once_ms=sum(each.granted_ms or 0 for each in granted if each.decided_by is None),
        waiting=any(each.decided_at is None for each in corrections),
        beside_ms=beside_ms(facts.claim_id, submission.submitted_at),
    )


def own_record(claim_id: UUID, submission: Submission, corrections: Sequence[TimeCorrection]) -> Recorded:
    """The same for a page, without locks. Raises LookupError for a claim that isn't there."""
    facts = claim_facts(claim_id)
    if facts is None:
        raise LookupError(f"claim {claim_id} of submission {submission.id}")
    return recorded_time(facts, submission, corrections)


def _paid_facts(submission_id: UUID) -> Facts:
    """What the work was paid on; nothing of it where it has no line at all."""
    return facts_paid_on([submission_id]).get(submission_id, Facts(None))


def _grant(
    facts: ClaimFacts, submission: Submission, recorded: Recorded, correction_id: UUID, ms: int, now: datetime
) -> int:
    """Pay what the longer time comes to by the claim's own offer, or by what was decided on its estimate since, as if
    the time had been recorded at once; returns minor units, 0 where time pays nothing.

    From the batch's pool: its client agreed to the offer's ceiling. What goes beyond the offer it pays where it agreed
    to that. What the pool can't carry is the operator's.
    """
    difference = _difference(facts, submission.id, recorded, ms)
    if difference is None:
        return 0
    made, beyond = difference
    covers = not beyond or rule_of(facts.project_id).covers_overrun
    target = (pending if submission.state in ("pending", "returned") else payable)(facts.person_id)
    entry_id = _post(correction_id, pool(facts.batch_id), target, made, now) if covers else None
    if entry_id is None:
        entry_id = _post(correction_id, goodwill(), target, made, now)
    if entry_id is None:
        raise RuntimeError(f"goodwill has no lower limit, and refused correction {correction_id}")
    added = AddedLine(facts.org_id, facts.project_id, facts.person_id, submission.id, made, entry_id)
    add_time_line(correction_id=correction_id, added=added, now=now)
    return made.amount_minor


def _difference(facts: ClaimFacts, submission_id: UUID, recorded: Recorded, ms: int) -> tuple[Line, bool] | None:
    """The line between what the work was paid for its time so far and what the longer time comes to, and whether a
    decision on the estimate since made it more than the claim's own offer says; None: nothing more."""
    terms, rows = Terms.parse(facts.terms["pay"]), lines_of_submissions([submission_id]).get(submission_id, [])
    paid = recalled([row.inputs for row in rows if row.primitive != "ADJUST"])
    if paid.worked_ms is None:
        return None
    added = tuple(line_of(row) for row in rows if row.primitive == "ADJUST" and row.inputs.get("cause") in OF_TIME)
    typical_s = (facts.terms.get("estimate") or {}).get("p50_s")
    claim = PaidClaim(
        str(submission_id), str(facts.person_id), paid, terms, typical_s, added, recorded.corrected_ms + ms
    )
    own = adjust((*lines(paid, terms), *added), lines(claim.corrected, terms), _TIME)
    found = [(line, False) for line in own]
    for decided in decisions_since(facts.stage_id, facts.claimed_at):
        if (more := owed(claim, decided, pieces=False, cause=_TIME)) is not None:
            found.append((more.line, True))
    return max(found, key=lambda each: each[0].amount_minor, default=None)


def _post(correction_id: UUID, source: AccountName, target: AccountName, line: Line, now: datetime) -> int | None:
    legs = list(move(source, target, line.amount_minor))
    hold(accounts=[source, target], currency=line.currency)
    try:
        with transaction.atomic():
            return post(
                key=f"time:{correction_id}", kind="correct", currency=line.currency, legs=legs, now=now,
                meta={"correction": str(correction_id)},
            )  # fmt: skip
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
    return None


def _record(verb: str, facts: ClaimFacts, said: dict[str, Any], actor: Actor, now: datetime) -> None:
    record(actor=actor, now=now, happened=[Fact(verb, "claim", facts.claim_id, facts.org_id, facts.project_id, said)])
