"""Work time that waited for the net longer than its task's lease."""

from functools import partial

import pytest

from fairhand.audit.actor import Actor
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.flow.stage_cards import stage_cards
from fairhand.projects.models import Stage
from fairhand.work.commands import record_beat
from tests.building import check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def test_time_that_waited_counts_on_a_claim_that_expired_up_to_its_hard_end_and_once() -> None:
    small = small_project(tasks=3, claim_s_max=3000)
    claim, other = small.claim(small.experts[0]), small.claim(small.experts[0])
    report = {"claim_id": claim.id, "person_id": claim.person_id, "device": "page"}
    assert small.beat(claim, 60) == 60_000
    small.wait(1800)
    assert small.expire() == 2
    assert record_beat(**report, seq=100, active_ms=600_000, now=small.now) is None, "it is not live any more"
    late = partial(record_beat, **report, late=True)
    assert late(seq=101, active_ms=600_000, now=small.now) == 600_000
    assert late(seq=101, active_ms=600_000, now=small.now) == 0, "a number counts once"
    small.wait(5000)
    assert late(seq=102, active_ms=600_000, now=small.now) == 600_000
    counted = [late(seq=number, active_ms=600_000, now=small.now) for number in (103, 104, 105, 106)]
    assert counted == [600_000, 600_000, 540_000, 0]
    claim.refresh_from_db()
    assert claim.work_ms == 3_000_000, "no more than the claim could have lived"
    assert small.submit(claim).amount_minor == 3000
    second = partial(record_beat, claim_id=other.id, person_id=other.person_id, device="page", late=True)
    assert second(seq=1, active_ms=600_000, now=small.now) == 0, "the hour was counted on the other task"
    assert late(seq=107, active_ms=1000, now=small.now) is None, "it is handed in"
    check_books()


def test_nothing_counts_after_the_pause_in_which_a_claim_expired() -> None:
    small = small_project(tasks=1, claim_s_max=7200)
    Stage.objects.filter(project=small.project).update(pause_s_max=1200)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    claim = small.claim(small.experts[0])
    actor = Actor("person", claim.person_id)
    whose = {"claim_id": claim.id, "person_id": claim.person_id, "actor": actor}
    assert small.beat(claim, 60) == 60_000
    assert pause_claim(**whose, now=small.now) is None
    small.wait(100)
    assert resume_claim(**whose, now=small.now) is None
    small.wait(200)
    assert pause_claim(**whose, now=small.now) is None
    small.wait(6000)
    assert small.expire() == 1
    late = partial(record_beat, claim_id=claim.id, person_id=claim.person_id, device="page", late=True)
    counted = [late(seq=900 + n, active_ms=600_000, now=small.now) for n in range(4)]
    assert counted == [200_000, 0, 0, 0], "between the two pauses, and nothing beside them"
    assert small.submit(claim).amount_minor == 260
    check_books()
