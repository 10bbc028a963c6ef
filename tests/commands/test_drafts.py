"""Drafts of answers: one's own, version by version, never written over unseen, gone when they have served."""

from datetime import timedelta
from typing import Any

import pytest

from fairhand.kernel.limits import DRAFT_BYTES_MAX, DRAFTS_KEPT_DAYS
from fairhand.kernel.refusals import Refused
from fairhand.work.draft_commands import Kept, drop_drafts, kept_draft, save_draft
from tests.building import Small, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
ONE, TWO = [["answer.winner", "left"]], [["answer.winner", "right"], ["answer.comment", "لأنها أوضح"]]


def save(small: Small, claim: Any, fields: Any, base: int, who: int = 0, device: str = "desk") -> Any:
    return save_draft(
        claim_id=claim.id, person_id=small.experts[who], fields=fields, base=base, device=device, now=small.now
    )


def test_who_saves_names_the_version_that_they_changed() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    assert kept_draft(claim.id, small.experts[0]) is None
    assert [save(small, claim, ONE, 0), save(small, claim, TWO, 1)] == [1, 2]
    assert save(small, claim, TWO, 0, device="phone") == 3, "the same words are no conflict"
    assert save(small, claim, TWO, 2, device="desk") == 4
    moved = save(small, claim, ONE, 3, device="phone")
    assert isinstance(moved, Refused)
    assert (moved.code, moved.facts["kept"].fields, moved.facts["kept"].number) == ("draft_moved", TWO, 4)
    assert save(small, claim, ONE, 4, device="phone") == 5
    assert save(small, claim, TWO, 1, device="phone") == 6, "the same page, whatever it had heard by then"
    found = kept_draft(claim.id, small.experts[0])
    assert isinstance(found, Kept)
    assert (found.fields, found.device) == (TWO, "phone")


def test_a_draft_is_ones_own_and_bounded() -> None:
    small = small_project(tasks=2)
    claim = small.claim(small.experts[0])
    assert save(small, claim, ONE, 0) == 1
    for base in (0, 1):
        refused = save(small, claim, TWO, base, who=1)
        assert isinstance(refused, Refused)
        assert refused.code == "no_claim", "whether there is one is nobody else's business"
    assert kept_draft(claim.id, small.experts[1]) is None
    large = save(small, claim, [["answer.comment", "x" * DRAFT_BYTES_MAX]], 1)
    assert isinstance(large, Refused)
    assert large.code == "too_large"
    found = kept_draft(claim.id, small.experts[0])
    assert found is not None
    assert found.fields == ONE


def test_what_was_handed_in_takes_no_draft_and_old_ones_go() -> None:
    small = small_project(tasks=3)
    done, going = (small.claim(small.experts[who]) for who in (0, 1))
    assert save(small, done, ONE, 0) == save(small, going, ONE, 0, who=1) == 1
    small.submit(done)
    assert save(small, done, TWO, 1) == 0, "what was on its way comes too late, and is no mistake"
    assert kept_draft(done.id, small.experts[0]) is None
    assert drop_drafts(now=small.now) == 1
    assert drop_drafts(now=small.now + timedelta(days=DRAFTS_KEPT_DAYS - 1)) == 0
    assert drop_drafts(now=small.now + timedelta(days=DRAFTS_KEPT_DAYS + 1)) == 1


def test_of_a_task_that_was_given_back_no_draft_stays() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert save(small, claim, ONE, 0) == 1
    assert small.skip(claim) is None
    assert save(small, claim, TWO, 1) == 0
    assert kept_draft(claim.id, small.experts[0]) is None
    assert drop_drafts(now=small.now) == 1
