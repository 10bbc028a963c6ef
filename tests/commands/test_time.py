"""Recorded time: stretches as they were reported, work away from the page, corrections and what they pay."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from fairhand.audit.actor import Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import claim_facts
from fairhand.flow.claim_news import READERS
from fairhand.flow.correct_time import Asked, correct_time, decide_time, own_record
from fairhand.flow.declare_time import Declared, declare_time
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.insight.own_time import time_of
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending
from fairhand.ledger.queries import balance_minor
from fairhand.pay.models import PayLine
from fairhand.work.commands import record_beat
from fairhand.work.models import Beat, DeclaredTime, Interval, Submission, TimeCorrection
from fairhand.work.time_rules import AT_ONCE_PERCENT, Part
from tests.building import EVERY, HOURLY, NOW, PER_JUDGEMENT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
MINUTE_MS = 60_000


def beat(claim: Claim, at_s: float, seq: int, *parts: tuple[str, int, int], device: str = "page") -> int | None:
    """Report (kind, seconds, seconds ago) at `at_s` after the beginning; what was active counts."""
    active_s = sum(length for kind, length, _ in parts if kind in ("active", "kept"))
    return record_beat(
        claim_id=claim.id, person_id=claim.person_id, device=device, seq=seq, active_ms=active_s * 1000,
        now=NOW + timedelta(seconds=at_s), parts=[Part(kind, s * 1000, ago * 1000) for kind, s, ago in parts],
    )  # fmt: skip


def rows(claim: Claim) -> list[tuple[str, float, float]]:
    found = Interval.objects.filter(claim_id=claim.id).order_by("id")
    return [(each.kind, (each.from_at - NOW).total_seconds(), (each.until_at - NOW).total_seconds()) for each in found]


def test_stretches_join_while_the_kind_stays_and_stand_where_they_were() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    beat(claim, 15, 1, ("active", 15, 0))
    beat(claim, 31, 2, ("active", 15, 0))
    assert rows(claim) == [("active", 0, 31)], "a report that took a second longer leaves no hole"
    beat(claim, 60, 3, ("active", 9, 20), ("hidden", 15, 5), ("active", 5, 0))
    assert rows(claim) == [("active", 0, 40), ("hidden", 40, 55), ("active", 55, 60)]
    beat(claim, 60, 3, ("active", 9, 20), ("hidden", 15, 5), ("active", 5, 0))
    beat(claim, 61, 4, ("active", 600, 0))
    assert rows(claim)[-1] == ("active", 55, 61), "no stretch lies over an earlier one"
    assert Claim.objects.get(id=claim.id).work_ms == 15_000 + 15_000 + 14_000 + 16_000 + 1_000


def test_reports_that_waited_for_the_net_stand_where_the_time_went() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    beat(claim, 600, 1, ("active", 15, 585))
    beat(claim, 600, 2, ("active", 15, 570), ("idle", 60, 500))
    beat(claim, 600, 3, ("kept", 30, 530))
    assert rows(claim) == [("active", 0, 30), ("idle", 40, 100), ("kept", 40, 70)]
    facts = claim_facts(claim.id)
    assert facts is not None
    time = time_of(facts, None, NOW + timedelta(seconds=600))
    assert time.by_kind == {"kept": 30_000, "active": 30_000, "idle": 30_000, "unknown": 510_000}


def test_a_stretch_never_changes_but_for_growing() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    beat(claim, 15, 1, ("active", 15, 0))
    for change in ("kind = 'idle'", "until_at = until_at - interval '1 second'", "from_at = from_at - interval '1 s'"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE work_interval SET {change}")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Interval.objects.all().delete()


def test_a_pause_stands_in_the_record_and_nothing_counts_in_it() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    beat(claim, 60, 1, ("active", 60, 0))
    actor = Actor("person", claim.person_id)
    assert (
        pause_claim(claim_id=claim.id, person_id=claim.person_id, actor=actor, now=NOW + timedelta(minutes=1)) is None
    )
    assert beat(claim, 90, 2, ("active", 30, 0), device="other") == 0
    assert (
        resume_claim(claim_id=claim.id, person_id=claim.person_id, actor=actor, now=NOW + timedelta(minutes=3)) is None
    )
    facts = claim_facts(claim.id)
    assert facts is not None
    time = time_of(facts, None, NOW + timedelta(minutes=4))
    assert time.by_kind == {"paused": 120_000, "active": 60_000, "unknown": 60_000}


def declare(small: Small, claim: Claim, minutes: int | None, note: str = "A paper.", **more: Any) -> Declared | Refused:
    values = {"person_id": claim.person_id, "actor": Actor("person", claim.person_id), "now": small.now} | more
    ms = None if minutes is None else minutes * MINUTE_MS
    return declare_time(claim_id=claim.id, declared_ms=ms, note=note, **values)


def test_declared_work_counts_once_and_no_more_than_passed() -> None:
    small = small_project(tasks=3, pay=HOURLY)
    claim, other = small.claim(small.experts[0]), small.claim(small.experts[0])
    small.beat(claim, 600)
    small.wait(600)
    assert declare(small, claim, 8) == Declared(8 * MINUTE_MS, 8 * MINUTE_MS)
    refused = declare(small, other, 3)
    assert isinstance(refused, Refused), "the same minutes don't count on another task"
    assert [(wrong.field, wrong.code) for wrong in refused.facts["problems"]] == [("declared_ms", "declared_range")]
    refused = declare(small, claim, None, " ")
    assert isinstance(refused, Refused)
    assert {wrong.field for wrong in refused.facts["problems"]} == {"declared_ms", "reason"}
    assert declare(small, claim, 1, person_id=small.experts[1]) == Refused("no_claim", "You hold no such claim.")
    done = small.submit(claim)
    assert Submission.objects.get(id=done.submission_id).work_ms == 18 * MINUTE_MS
    assert done.amount_minor == 1080, "a cent a second"
    assert isinstance(ended := declare(small, claim, 1), Refused)
    assert ended.code == "claim_ended"
    made = DeclaredTime.objects.get()
    assert (made.declared_ms, made.counted_ms, made.note) == (8 * MINUTE_MS, 8 * MINUTE_MS, "A paper.")
    check_books()


def correct(small: Small, claim: Claim, minutes: int | None, reason: str = "It was closed.") -> Asked | Refused:
    ms = None if minutes is None else minutes * MINUTE_MS
    return correct_time(
        claim_id=claim.id, person_id=claim.person_id, asked_ms=ms, reason=reason,
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip


def decide(small: Small, correction_id: Any, minutes: int, why: str = "It was so.", by: Any = None) -> Refused | None:
    return decide_time(
        project_id=small.project.id, correction_id=correction_id, granted_ms=minutes * MINUTE_MS, why=why,
        actor=Actor("person", by or small.reviewers[0]), now=small.now,
    )  # fmt: skip


def handed_in(small: Small, worked_min: int = 20, lived_min: int = 50) -> Claim:
    claim = small.claim(small.experts[0])
    for _ in range(worked_min):
        small.beat(claim, 60)
    small.wait((lived_min - worked_min) * 60)
    small.submit(claim)
    return Claim.objects.get(id=claim.id)


def test_fifteen_percent_are_paid_at_once_and_the_rest_after_a_human_said_so() -> None:
    small = small_project(tasks=2, pay=HOURLY, policy=EVERY)
    claim, person = handed_in(small), small.experts[0]
    assert balance_minor(pending(person), "USD") == 1200
    made = correct(small, claim, 3)
    assert isinstance(made, Asked)
    assert (made.granted_ms, made.paid_minor) == (3 * MINUTE_MS, 180)
    assert balance_minor(pending(person), "USD") == 1380, "undecided work's pay waits with it"
    line = PayLine.objects.get(line_key=f"time:{made.correction_id}")
    assert (line.primitive, line.sentence_key, line.amount_minor) == ("ADJUST", "adjust_time", 180)
    assert (line.inputs["old_minor"], line.inputs["new_minor"]) == (1200, 1380)

    asked = correct(small, claim, 10)
    assert isinstance(asked, Asked)
    assert asked.granted_ms is None, "the share at once is used up"
    assert isinstance(again := correct(small, claim, 1), Refused)
    assert again.code == "correction_open"
    small.review({"verdict": "accept"})
    assert balance_minor(payable(person), "USD") == 1380
    assert isinstance(own := decide(small, asked.correction_id, 10, by=person), Refused)
    assert own.code == "own_correction"
    assert isinstance(bad := decide(small, asked.correction_id, 11, " "), Refused)
    assert {wrong.field for wrong in bad.facts["problems"]} == {"granted_ms", "reason"}
    assert decide(small, asked.correction_id, 7) is None
    assert balance_minor(payable(person), "USD") == 1800
    assert isinstance(twice := decide(small, asked.correction_id, 7), Refused)
    assert twice.code == "correction_decided"
    kept = TimeCorrection.objects.get(id=asked.correction_id)
    assert (kept.granted_ms, kept.paid_minor, kept.why) == (7 * MINUTE_MS, 420, "It was so.")
    assert Submission.objects.get(claim_id=claim.id).work_ms == 20 * MINUTE_MS, "what was measured stays as it was"
    told = READERS["claim:time_corrected"](list(Event.objects.filter(verb="claim:time_corrected").values()))
    assert [(news.person_id, news.kind, news.facts["granted_min"]) for news in told] == [(person, "time_decided", 7)]
    check_books()


def test_two_tasks_held_side_by_side_get_no_minute_twice_at_once() -> None:
    small = small_project(tasks=3, pay=HOURLY)
    first, second = (small.claim(small.experts[0]) for _ in range(2))
    for _ in range(20):
        small.beat(first, 60)
        small.beat(second, 60)
    small.wait(3 * 60)
    for claim in (first, second):
        small.submit(claim)
    assert isinstance(made := correct(small, first, 3), Asked)
    assert made.granted_ms == 3 * MINUTE_MS, "forty of forty-three minutes are counted"
    assert isinstance(twice := correct(small, second, 3), Asked)
    assert twice.granted_ms is None, "the three minutes are the first one's"
    assert decide(small, twice.correction_id, 3) is None, "a person may see it otherwise"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_held_side_by_side_a_person_is_paid_for_no_more_than_passed(seed: int) -> None:
    """Three tasks are taken one after another, worked on in turns and handed in; each asks for all that is granted at
    once: a share of each that together is more than passed."""
    draw = Random(seed)
    small = small_project(tasks=3, pay=HOURLY)
    held, began = [small.claim(small.experts[0])], small.now
    for turn in range(50):
        small.beat(held[turn % len(held)], draw.randrange(60, 120))
        small.wait(draw.randrange(12))
        if len(held) < 3 and draw.random() < 0.4:
            held.append(small.claim(small.experts[0]))
    for claim in sorted(held, key=lambda _: draw.random()):
        small.beat(claim, draw.randrange(60))
        small.submit(claim)
    passed_ms = (small.now - began) // timedelta(milliseconds=1)
    shares = 0
    for submission in Submission.objects.order_by("submitted_at"):
        shares += (submission.work_ms or 0) * AT_ONCE_PERCENT // 100
        left = own_record(submission.claim_id, submission, []).at_once_left_ms // MINUTE_MS
        if left:
            correct(small, submission.claim, left)
    counted = sum(each.work_ms or 0 for each in Submission.objects.all())
    granted = sum(each.granted_ms or 0 for each in TimeCorrection.objects.all())
    assert counted + shares > passed_ms, "the shares alone would be more than there was"
    assert granted > 0
    assert counted + granted <= passed_ms


def test_what_was_done_while_a_task_was_paused_takes_nothing_off_it() -> None:
    small = small_project(tasks=3, pay=HOURLY)
    person = small.experts[0]
    first = small.claim(person)
    for _ in range(20):
        small.beat(first, 60)
    actor = Actor("person", person)
    assert pause_claim(claim_id=first.id, person_id=person, actor=actor, now=small.now) is None
    second = small.claim(person)
    small.beat(second, 5 * 60)
    small.submit(second)
    assert resume_claim(claim_id=first.id, person_id=person, actor=actor, now=small.now) is None
    small.wait(3 * 60)
    small.submit(first)
    assert isinstance(made := correct(small, first, 3), Asked)
    assert made.granted_ms == 3 * MINUTE_MS


def test_a_no_has_its_reason_and_pays_nothing() -> None:
    small = small_project(tasks=1, pay=HOURLY)
    claim = handed_in(small)
    assert isinstance(asked := correct(small, claim, 15), Asked)
    assert decide(small, asked.correction_id, 0, "The task lay open overnight.") is None
    assert PayLine.objects.filter(primitive="ADJUST").count() == 0
    assert Event.objects.filter(verb="claim:time_refused").get().facts["reason"] == "The task lay open overnight."
    assert isinstance(correct(small, claim, 2), Asked)
    check_books()


def test_a_correction_stays_within_its_offer_its_claims_life_and_72_hours() -> None:
    small = small_project(tasks=3, pay=HOURLY)
    claim = handed_in(small, worked_min=58, lived_min=70)
    assert isinstance(made := correct(small, claim, 8), Asked)
    assert (made.granted_ms, made.paid_minor) == (8 * MINUTE_MS, 120), "paid to the offer's maximum, an hour"
    assert isinstance(more := correct(small, claim, 5), Refused)
    assert [(wrong.field, wrong.code) for wrong in more.facts["problems"]] == [("asked_ms", "correction_range")]
    live = small.claim(small.experts[0])
    assert isinstance(early := correct(small, live, 5), Refused)
    assert early.code == "not_handed_in"
    small.wait(72 * 3600)
    assert isinstance(late := correct(small, claim, 1), Refused)
    assert late.code == "correction_late"
    check_books()


def test_where_pay_is_by_the_piece_the_record_is_corrected_and_nothing_is_paid() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    claim = handed_in(small)
    assert isinstance(made := correct(small, claim, 2), Asked)
    assert (made.granted_ms, made.paid_minor) in ((2 * MINUTE_MS, 0), (None, 0))
    check_books()


def test_no_table_of_time_has_a_column_for_what_somebody_typed_or_looked_at() -> None:
    allowed = {
        "beat": {"id", "claim_id", "device", "seq", "active_ms", "counted_ms", "received_at"},
        "work_interval": {"id", "claim_id", "device", "kind", "from_at", "until_at"},
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_name = ANY (%s) GROUP BY 1", [list(allowed)],
        )  # fmt: skip
        assert {name: set(columns) for name, columns in cursor.fetchall()} == allowed
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name ~* 'screen|webcam|camera|keystroke|keylog|mouse|clipboard'"
        )
        assert cursor.fetchall() == []
    assert {field.name for field in Beat._meta.get_fields() if field.concrete} == {
        "id", "claim", "device", "seq", "active_ms", "counted_ms", "received_at",
    }  # fmt: skip
