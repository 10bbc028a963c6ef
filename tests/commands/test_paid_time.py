"""Work outside tasks: which kinds a project pays, who enters it, who confirms it, and what it pays, once."""

import json
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.record_paid_time import Entered, decide_paid_time, pay_interrupted, record_paid_time
from fairhand.flow.release_claim import release_claim
from fairhand.flow.set_paid_kind import set_paid_kind, stop_paid_kind
from fairhand.insight.books import run_checks
from fairhand.insight.own_export import everything_about
from fairhand.insight.wages import own_by_project
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, goodwill
from fairhand.ledger.queries import balance_minor
from fairhand.pay.models import PayLine
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.paid_queries import readings
from fairhand.work.paid_rules import NewPaidKind
from fairhand_pay import recomputed
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")

MINUTE = 60_000
_forms = count(1)


def _set(small: Small, kind: str = "onboarding", how: str = "flat", amount: str = "15.00", **more: object) -> PaidKind:
    values = {"minutes_max": 60, "times_max": 1, "at_once": True} | more
    made = set_paid_kind(
        project_id=small.project.id, new=NewPaidKind(kind, how, amount, **values), actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert isinstance(made, PaidKind), made
    return made


def _enter(
    small: Small, kind: PaidKind, minutes: int = 30, *, version: int | None = None, key: str = ""
) -> Entered | Refused:
    who = small.experts[0]
    return record_paid_time(
        project_id=small.project.id, person_id=who, kind_id=kind.id, said_ms=minutes * MINUTE, note="The first call.",
        version=version, request_key=key or f"form {next(_forms)}", actor=Actor("person", who), now=small.now,
    )  # fmt: skip


def _code(found: object) -> str:
    assert isinstance(found, Refused), found
    return found.code


def test_a_flat_kind_is_paid_once_by_the_budget_and_counts_as_time() -> None:
    small = small_project()
    kind = _set(small)
    before = balance_minor(budget(small.project.id), "USD")
    done = _enter(small, kind, 30, key="of the form")
    assert isinstance(done, Entered), done
    assert done.paid_minor == 1500
    assert _enter(small, kind, 30, key="of the form") == done, "the same form again enters nothing"
    assert balance_minor(budget(small.project.id), "USD") == before - 1500
    line = PayLine.objects.get(person_id=small.experts[0])
    assert (line.sentence_key, line.primitive, line.submission_id) == ("event_onboarding", "EVENT", None)
    assert _code(_enter(small, kind)) == "paid_kind_full"
    assert _code(_enter(small, _set(small, amount="20.00"))) == "paid_kind_full", "other terms are no second onboarding"
    export = json.loads("".join(everything_about(small.experts[0], small.now)))
    again = recomputed(export)
    assert (again.clean, again.lines_n) == (True, 1)
    (wage,) = own_by_project(small.experts[0], small.now - timedelta(days=1))
    half = 30 * MINUTE
    assert (wage.wage.minor, wage.wage.paid_ms, wage.wage.all_ms, wage.wage.claims) == (1500, half, half, 0)
    assert run_checks() == {}


def test_a_timed_kind_waits_for_somebody_else_and_is_paid_as_far_as_it_is_granted() -> None:
    small = small_project()
    kind = _set(small, "meeting", "timed", "", at_once=False, minutes_max=90, times_max=2)
    assert kind.terms["primitives"][0]["segments"] == [{"upto_s": None, "rate": "36.00"}], "the attempts' full rate"
    assert _code(_enter(small, kind, 91)) == "bad_input"
    done = _enter(small, kind, 60)
    assert isinstance(done, Entered), done
    assert done.paid_minor is None

    def decide(by: UUID, minutes: int, why: str = "As the calendar has it.") -> Refused | None:
        return decide_paid_time(
            project_id=small.project.id, entry_id=done.entry_id, granted_ms=minutes * MINUTE, why=why,
            operator=True, actor=Actor("person", by), now=small.now,
        )  # fmt: skip

    assert _code(decide(small.experts[0], 60)) == "own_paid_time"
    assert _code(decide(small.reviewers[0], 61)) == "bad_input"
    assert _code(decide(small.reviewers[0], 45, " ")) == "bad_input"
    assert decide(small.reviewers[0], 45) is None
    assert _code(decide(small.reviewers[0], 45)) == "paid_time_decided"
    assert PayLine.objects.get().amount_minor == 2700
    second = _enter(small, kind, 10)
    assert isinstance(second, Entered), second
    assert _code(_enter(small, kind, 10)) == "paid_kind_full"
    refused = decide_paid_time(
        project_id=small.project.id, entry_id=second.entry_id, granted_ms=0, why="Nobody was there.", operator=False,
        actor=Actor("person", small.reviewers[0]), now=small.now,
    )  # fmt: skip
    assert refused is None
    assert isinstance(_enter(small, kind, 10), Entered), "what was refused takes no place"
    assert _code(decide_paid_time(
        project_id=small_project(slug="other").project.id, entry_id=done.entry_id, granted_ms=0, why="No.",
        operator=True, actor=COMMAND, now=small.now,
    )) == "no_paid_time"  # fmt: skip
    assert run_checks() == {}


def test_a_thin_budget_refuses_nobody() -> None:
    small = small_project(budget_minor=12_000)
    left = balance_minor(budget(small.project.id), "USD")
    kind = _set(small)
    done = _enter(small, kind)
    assert isinstance(done, Entered), done
    assert done.paid_minor is None, "at once only what the budget carries"

    def decide(*, operator: bool) -> Refused | None:
        return decide_paid_time(
            project_id=small.project.id, entry_id=done.entry_id, granted_ms=MINUTE, why="It is owed.",
            operator=operator, actor=COMMAND, now=small.now,
        )  # fmt: skip

    assert _code(decide(operator=False)) == "paid_time_short", "a client's staff don't commit the operator's money"
    assert decide(operator=True) is None
    assert PaidTime.objects.get().paid_minor == 1500
    assert (balance_minor(goodwill(), "USD"), balance_minor(budget(small.project.id), "USD")) == (-1500, left)


def test_a_version_is_read_for_pay_once_as_promised_when_it_was_published() -> None:
    small = small_project()
    kind = _set(small, "reading", "timed", "30.00", minutes_max=20)
    assert _code(_enter(small, kind, 5)) == "paid_kind_changed", "without a version it is no reading"
    assert _code(_enter(small, kind, 5, version=2)) == "no_reading"
    small.wait(60)
    published = publish_guideline(
        project_id=small.project.id, base=1, texts={"en": "Other words."}, note="Words.", actor=COMMAND, now=small.now
    )
    assert not isinstance(published, Refused), published
    small.wait(60)
    assert stop_paid_kind(project_id=small.project.id, kind="reading", actor=COMMAND, now=small.now) is None
    assert list(readings(small.project.id, small.experts[0])) == [2], "it was published while it was paid"
    done = _enter(small, kind, 10, version=2)
    assert isinstance(done, Entered), done
    assert done.paid_minor == 500
    assert _code(_enter(small, kind, 10, version=2)) == "no_reading"
    assert _code(_enter(small, kind, 10, version=1)) == "no_reading"
    later = publish_guideline(
        project_id=small.project.id, base=2, texts={"en": "More."}, note="More.", actor=COMMAND, now=small.now
    )
    assert not isinstance(later, Refused), later
    assert readings(small.project.id, small.experts[0]) == {}, "nobody promised it"


def _taken_back(small: Small) -> UUID:
    claim = small.claim(small.experts[0])
    small.beat(claim, 600)
    done = release_claim(
        claim_id=claim.id, project_id=small.project.id, reason="Needed elsewhere.", actor=COMMAND, now=small.now
    )
    assert not isinstance(done, Refused), done
    return claim.id


def test_interrupted_work_is_paid_a_day_later_unless_it_was_handed_in() -> None:
    small = small_project(tasks=4)
    early = _taken_back(small)
    small.wait(60)
    _set(small, "interrupted", "timed", "")
    handed_in, kept = _taken_back(small), _taken_back(small)
    small.wait(24 * 3600 - 700)
    assert pay_interrupted(actor=JOB, now=small.now) == 0
    from_late = small.hand_in(Claim.objects.get(id=handed_in))
    assert not isinstance(from_late, Refused), from_late
    small.wait(800)
    assert pay_interrupted(actor=JOB, now=small.now) == 1
    assert pay_interrupted(actor=JOB, now=small.now) == 0
    entry = PaidTime.objects.get()
    assert (entry.claim_id, entry.paid_minor) == (kept, 600)
    assert _code(small.hand_in(Claim.objects.get(id=kept))) == "time_paid", "the same time is not paid twice"
    assert not isinstance(small.hand_in(Claim.objects.get(id=early)), Refused)
    assert run_checks() == {}
    (wage,) = own_by_project(small.experts[0], small.now - timedelta(days=9))
    assert wage.wage.paid_ms == wage.wage.all_ms
