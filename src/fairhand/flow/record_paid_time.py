"""record_paid_time, decide_paid_time, pay_interrupted: work outside tasks is entered, confirmed where that is asked,
and paid from the project's budget, or by the operator where the budget can't."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.raised_queries import is_confirmed
from fairhand.dispatch.models import Seat
from fairhand.dispatch.queries import ClaimFacts, locked_claim
from fairhand.dispatch.states import REPORTED_REASONS
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.each_alone import each_alone
from fairhand.kernel.limits import INTERRUPTED_PER_JOB_MAX, REPORTED_MINUTES_PER_WEEK, REQUEST_KEY_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, budget, goodwill, move, payable
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.pay.commands import add_paid_lines
from fairhand.projects.rules import Wrong
from fairhand.work.commands import Entry, add_paid_time, end_reading
from fairhand.work.commands import decide_paid_time as decide
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.paid_queries import (
    entries_n,
    entry_in,
    entry_of_form,
    interrupted,
    kinds_held,
    reading_now,
    readings,
    reported_ms,
)
from fairhand.work.paid_rules import entry_problems, terms_pay
from fairhand.work.states import INTERRUPTED, READING
from fairhand.work.time_rules import MINUTE_MS
from fairhand_pay import Line, Terms, total


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry that was written down. `paid_minor` None: staff will decide it."""

    entry_id: UUID
    paid_minor: int | None


@transaction.atomic
def record_paid_time(
    *, project_id: UUID, person_id: UUID, kind_id: UUID, said_ms: int | None, note: str, version: int | None,
    request_key: str, actor: Actor, now: datetime,
) -> Entered | Refused:  # fmt: skip
    """Enter work outside tasks, under the terms that one saw (`kind_id`), once for each form; `version`: of the
    guideline that was read.

    What its kind takes at once is paid at once, as long as the budget carries it; the rest waits for staff.
    Refusals: bad_request_key, no_seat, paid_kind_changed, no_reading, paid_kind_full, bad_input (facts["problems"]:
    Wrong, fields minutes and note). None for said_ms: no whole number of minutes was typed.
    """
    if not 0 < len(request_key) <= REQUEST_KEY_CHARS_MAX or "\0" in request_key:
        return Refused("bad_request_key", "A request key is a short plain text.")
    # The seat is the lock under which a person's entries are counted.
    seat = Seat.objects.select_for_update(no_key=True).filter(project_id=project_id, person_id=person_id).first()
    if seat is None or seat.state != "active":
        return Refused("no_seat", "You have no seat in this project.")
    if (made := entry_of_form(person_id, request_key)) is not None:
        return Entered(made.id, None if made.decided_at is None else made.paid_minor)
    kind = _kind(project_id, person_id, kind_id, version)
    if isinstance(kind, Refused):
        return kind
    if problems := entry_problems(said_ms, kind.minutes_max, note, needs_note=version is None):
        return Refused("bad_input", "It can't be entered like this.", {"problems": problems})
    if version is None and entries_n(project_id, person_id).get(kind.kind, 0) >= kind.times_max:
        return Refused("paid_kind_full", "As many of these as are paid for one person are entered already.")

    new = Entry(kind, person_id, said_ms or 0, note.strip(), version, request_key=request_key)
    return enter(new=new, actor=actor, now=now)


def enter(*, new: Entry, actor: Actor, now: datetime) -> Entered:
    """Write an entry that was found sound, and pay it where its kind is paid at once; the caller holds the seat.

    A version that was read with the clock is entered by it: its clock stops.
    """
    kind = new.kind
    reading = None if new.version is None else reading_now(kind.project_id, new.person_id, new.version)
    entry = add_paid_time(entry=new, now=now)
    if reading is not None:
        end_reading(reading_id=reading.id, entry=entry)
    _tell("paid_time:entered", entry, kind, {"said_ms": entry.said_ms}, actor, now)
    if not kind.at_once:
        return Entered(entry.id, None)
    paid_minor = pay_entry(entry, kind, entry.said_ms, (budget(kind.project_id),), now)
    if paid_minor is None:
        return Entered(entry.id, None)
    _grant(entry, kind, entry.said_ms, paid_minor, None, "", actor, now)
    return Entered(entry.id, paid_minor)


def _kind(project_id: UUID, person_id: UUID, kind_id: UUID, version: int | None) -> PaidKind | Refused:
    if version is not None:
        found = readings(project_id, person_id).get(version)
        return found or Refused("no_reading", "Reading this version is not paid, or was entered already.")
    held = [row for row in kinds_held(project_id).values() if row.kind not in (READING, INTERRUPTED)]
    found = next((row for row in held if row.id == kind_id), None)
    return found or Refused("paid_kind_changed", "What the project pays for changed since the page was read.")


@transaction.atomic
def decide_paid_time(
    *, project_id: UUID, entry_id: UUID, granted_ms: int | None, why: str, operator: bool, actor: Actor, now: datetime
) -> Refused | None:
    """A human confirms so much of an entry or, with 0, refuses it; either with a reason that the expert reads.

    `operator`: they are the operator's staff, who pay from goodwill what the budget can't; a client's staff can't.
    Refusals: no_paid_time, paid_time_decided, own_paid_time, paid_time_short, bad_input (fields granted_ms and reason).
    """
    entry = entry_in(project_id, entry_id)
    if entry is None:
        return Refused("no_paid_time", "The project has no such entry.")
    if entry.decided_at is not None:
        return Refused("paid_time_decided", "Somebody decided this entry already.")
    if actor.id == entry.person_id:
        return Refused("own_paid_time", "Nobody decides on an entry of their own.")
    problems = reason_problems(why)
    if granted_ms is None or not 0 <= granted_ms <= entry.said_ms:
        problems.append(Wrong("granted_ms", "not_in_range", "from nothing to what was entered"))
    if problems or granted_ms is None:
        return Refused("bad_input", "The entry can't be decided like this.", {"problems": problems})

    if granted_ms == 0:
        decide(
            entry_id=entry_id, granted_ms=0, paid_minor=0, decided_by=actor.id, why=why.strip(), now=now
        )  # fmt: skip
        _tell("paid_time:refused", entry, entry.paid_kind, {"reason": why.strip()}, actor, now)
        return None
    sources = (budget(project_id), goodwill()) if operator else (budget(project_id),)
    paid_minor = pay_entry(entry, entry.paid_kind, granted_ms, sources, now)
    if paid_minor is None:
        why_not = "The budget can't carry it. Have it funded, or let the operator's staff decide."
        return Refused("paid_time_short", why_not)
    _grant(entry, entry.paid_kind, granted_ms, paid_minor, actor.id, why.strip(), actor, now)
    return None


def pay_interrupted(*, actor: Actor, now: datetime) -> int:
    """Pay the time of claims that ended through no choice of their expert's, a day after; each in a transaction of its
    own. How many were paid. What rests on somebody's own reports waits for staff beyond so many minutes a week."""
    paid = 0
    with each_alone() as alone:
        for claim_id, kind_id in interrupted(now, INTERRUPTED_PER_JOB_MAX):
            with alone(), transaction.atomic():
                paid += _pay_claim(claim_id, kind_id, actor, now)
    return paid


def _pay_claim(claim_id: UUID, kind_id: UUID, actor: Actor, now: datetime) -> bool:
    """Under the claim's lock, which whoever hands it in late takes as well."""
    facts = locked_claim(claim_id)
    if facts is None or not facts.work_ms or not interrupted(now, 1, claim_id):
        return False
    kind = PaidKind.objects.get(id=kind_id)
    waits = _waits_for_staff(facts, now)
    entry = add_paid_time(entry=Entry(kind, facts.person_id, facts.work_ms, "", claim_id=claim_id), now=now)
    _tell("paid_time:entered", entry, kind, {"said_ms": entry.said_ms}, actor, now)
    if waits:
        return False
    paid_minor = pay_entry(entry, kind, entry.said_ms, (budget(entry.project_id),), now)
    if paid_minor is not None:  # else it waits for staff, with what else the budget could not carry
        _grant(entry, kind, entry.said_ms, paid_minor, None, "", actor, now)
    return paid_minor is not None


def _waits_for_staff(facts: ClaimFacts, now: datetime) -> bool:
    """Whether a person looks first: their own report alone pays somebody so many minutes a week, and not a living."""
    if facts.end_reason not in REPORTED_REASONS or is_confirmed(facts.claim_id):
        return False
    before = reported_ms(facts.project_id, facts.person_id, now - timedelta(weeks=1))
    return before + (facts.work_ms or 0) > REPORTED_MINUTES_PER_WEEK * MINUTE_MS


def _grant(
    entry: PaidTime, kind: PaidKind, ms: int, paid_minor: int, by: UUID | None, why: str, actor: Actor, now: datetime
) -> None:
    if not decide(entry_id=entry.id, granted_ms=ms, paid_minor=paid_minor, decided_by=by, why=why, now=now):
        raise RuntimeError(f"entry {entry.id} was decided under its lock")
    said = {
        "granted_ms": ms, "amount_minor": paid_minor, "currency": Terms.parse(kind.terms).currency, "reason": why,
        "at_once": by is None,
    }  # fmt: skip
    _tell("paid_time:paid", entry, kind, said, actor, now)


def pay_entry(entry: PaidTime, kind: PaidKind, ms: int, sources: Sequence[AccountName], now: datetime) -> int | None:
    """Minor units that an entry of so many milliseconds pays, from the first source that carries it; None: from none,
    with nothing written."""
    made = terms_pay(Terms.parse(kind.terms), kind.kind, str(entry.id), ms)
    entry_id = None
    if amount := total(made):
        hold(accounts=[*sources, payable(entry.person_id)], currency=made[0].currency)
        entry_id = next(
            (posted for source in sources if (posted := _post(entry, source, made, amount, now)) is not None), None
        )
        if entry_id is None:
            return None
    add_paid_lines(
        paid_time_id=entry.id, org_id=entry.org_id, project_id=entry.project_id, person_id=entry.person_id, lines=made,
        entry_id=entry_id, now=now,
    )  # fmt: skip
    return amount


def _post(entry: PaidTime, source: AccountName, made: Sequence[Line], amount: int, now: datetime) -> int | None:
    try:
        with transaction.atomic():
            return post(
                key=f"paid_time:{entry.id}", kind="paid_time", currency=made[0].currency, now=now,
                legs=list(move(source, payable(entry.person_id), amount)), meta={"paid_time": str(entry.id)},
            )  # fmt: skip
    except DatabaseError as error:
        if refusal_of(error) is None:
            raise
    return None


def _tell(verb: str, entry: PaidTime, kind: PaidKind, said: dict[str, Any], actor: Actor, now: datetime) -> None:
    facts = {"kind": kind.kind, "person_id": str(entry.person_id), **said}
    if entry.version is not None:
        facts["version"] = entry.version
        if actor.kind == JOB.kind:  # measured, left, and entered by itself
            facts["left"] = True
    if entry.claim_id is not None:
        facts["claim"] = str(entry.claim_id)
    fact = Fact(verb, "paid_time", entry.id, entry.org_id, entry.project_id, facts)
    record(actor=actor, now=now, happened=[fact])
