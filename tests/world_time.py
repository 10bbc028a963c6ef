"""Recorded time of a side of the world: work away from the page, a correction that waits, work outside tasks."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.contest_line import contest_entry
from fairhand.flow.correct_time import Asked, correct_time
from fairhand.flow.declare_time import Declared, declare_time
from fairhand.flow.record_paid_time import Entered, decide_paid_time, record_paid_time
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.kernel.refusals import Refused
from fairhand.work.models import PaidKind
from fairhand.work.paid_rules import NewPaidKind
from fairhand.work.timesheet_commands import answer, ask, locked_sheet
from fairhand.work.timesheet_rules import monday_of
from tests.building import Small


def away(small: Small, claim: Claim, say: Callable[[str], str]) -> None:
    """Some minutes pass away from the page; one of them is told of."""
    small.wait(240)
    told = declare_time(
        claim_id=claim.id, person_id=claim.person_id, declared_ms=60_000, note=say("work away from the page"),
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(told, Declared), told


def corrected(small: Small, claim: Claim, say: Callable[[str], str]) -> UUID:
    """More than is granted at once is asked for on a task that was handed in."""
    asked = correct_time(
        claim_id=claim.id, person_id=claim.person_id, asked_ms=120_000, reason=say("reason for a correction"),
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(asked, Asked), asked
    return asked.correction_id


def outside(small: Small, say: Callable[[str], str]) -> dict[str, UUID]:
    """Work outside tasks: a meeting that waits for somebody to confirm it, and ones that were not granted; one of them
    is contested."""
    new = NewPaidKind("meeting", "timed", "0.60", 60, 5, at_once=False)
    kind = set_paid_kind(project_id=small.project.id, new=new, actor=COMMAND, now=small.now)
    assert isinstance(kind, PaidKind), kind
    expert = small.experts[0]
    entered = [
        record_paid_time(
            project_id=small.project.id, person_id=expert, kind_id=kind.id, said_ms=600_000,
            note=say("work outside tasks"), version=None, request_key=f"of {n}",
            actor=Actor("person", expert), now=small.now,
        )
        for n in range(3)
    ]  # fmt: skip
    for each in entered[1:]:
        assert isinstance(each, Entered), each
        done = decide_paid_time(
            project_id=small.project.id, entry_id=each.entry_id, granted_ms=0, why=say("why work was not granted"),
            operator=True, actor=COMMAND, now=small.now,
        )  # fmt: skip
        assert done is None, done
    waits, refused, contested = (each.entry_id for each in entered if isinstance(each, Entered))
    case = contest_entry(
        entry_id=contested, person_id=expert, words=say("words of a case about an entry"),
        actor=Actor("person", expert), now=small.now,
    )  # fmt: skip
    assert not isinstance(case, Refused), case
    return {"paid_time_id": waits, "contest-refused.paid_time_id": refused}


def week_said(small: Small, staff: UUID, say: Callable[[str], str]) -> None:
    """Somebody asked about this week of an expert, who answered. It is written down as it is, so that the page of this
    week shows it: no command asks about a week before it is over."""
    with transaction.atomic():
        sheet = locked_sheet(
            org_id=small.project.org_id, project_id=small.project.id, person_id=small.experts[0],
            week=monday_of(small.now.date()), now=small.now,
        )  # fmt: skip
        assert ask(sheet_id=sheet.id, question=say("question about a week"), by=staff, now=small.now)
        assert answer(sheet_id=sheet.id, said=say("answer about a week"), now=small.now)
