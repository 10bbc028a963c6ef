"""record_beat: reported work time counts once, and never more than passed on our clock."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.dispatch.models import Claim
from fairhand.kernel.limits import BEAT_MS_MAX
from fairhand.work.commands import record_beat
from fairhand.work.models import Beat
from tests.building import NOW, Small, small_project
from tests.counts import count

pytestmark = pytest.mark.usefixtures("rollback_db")


def beat(claim: Claim, at_s: float, active_s: float, seq: int = 1, device: str = "page", person=None) -> int | None:
    """Report at `at_s` seconds after NOW."""
    return record_beat(
        claim_id=claim.id, person_id=person or claim.person_id, device=device, seq=seq,
        active_ms=int(active_s * 1000), now=NOW + timedelta(seconds=at_s),
    )  # fmt: skip


def work_ms(claim: Claim) -> int | None:
    return Claim.objects.get(id=claim.id).work_ms


def test_what_was_reported_counts_and_is_kept_as_it_came() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert work_ms(claim) is None, "nothing measured yet"
    assert beat(claim, 20, 15) == 15_000
    assert beat(claim, 40, 0, seq=2) == 0
    assert work_ms(claim) == 15_000
    rows = Beat.objects.order_by("seq").values_list("device", "seq", "active_ms", "counted_ms")
    assert list(rows) == [("page", 1, 15_000, 15_000), ("page", 2, 0, 0)]


def test_no_report_counts_more_than_passed_on_our_clock() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert beat(claim, 10, 500) == 10_000
    assert beat(claim, 15, 500, seq=2) == 5000
    assert beat(claim, 14, 500, seq=3) == 0, "a late arrival from before counts nothing"
    assert Beat.objects.get(seq=3).active_ms == 500_000


def test_one_report_is_cut_at_its_maximum() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert beat(claim, 7000, 7000) == BEAT_MS_MAX


def test_the_same_report_again_counts_nothing() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert beat(claim, 10, 10) == 10_000
    assert beat(claim, 30, 10) == 0
    assert beat(claim, 30, 10, device="another page") == 10_000
    assert work_ms(claim) == 20_000


def test_two_claims_never_count_the_same_second() -> None:
    small = small_project(tasks=2)
    first, second = small.claim(small.experts[0]), small.claim(small.experts[0])
    assert beat(first, 20, 20) == 20_000
    assert beat(second, 20, 20) == 0
    assert beat(second, 25, 20, seq=2) == 5000


def test_other_peoples_time_is_their_own() -> None:
    small = small_project(tasks=2)
    first, second = small.claim(small.experts[0]), small.claim(small.experts[1])
    assert beat(first, 20, 20) == 20_000
    assert beat(second, 20, 20) == 20_000


def test_nobody_reports_on_somebody_elses_claim() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    assert beat(claim, 20, 20) == 20_000
    assert beat(claim, 30, 5, seq=2, person=small.experts[1]) is None
    assert beat(claim, 30, 5, seq=1, person=small.experts[1]) is None, "not even that it was reported before"
    assert work_ms(claim) == 20_000


def test_a_claim_that_ended_counts_no_more() -> None:
    small = small_project(tasks=2)
    for end in (small.submit, small.skip):
        claim = small.claim(small.experts[0])
        end(claim)
        assert beat(claim, 20, 20) is None


def test_a_report_moves_the_expiry_on_but_never_past_the_hard_end() -> None:
    small = small_project(tasks=1)
    claim = small.claim(small.experts[0])
    beat(claim, 100, 0)
    claim.refresh_from_db()
    assert claim.expires_at == NOW + timedelta(seconds=700)
    assert claim.last_beat_at == NOW + timedelta(seconds=100)
    beat(claim, 7100, 0, seq=2)
    claim.refresh_from_db()
    assert claim.expires_at == claim.hard_until == NOW + timedelta(seconds=7200)
    beat(claim, 50, 0, seq=3)
    claim.refresh_from_db()
    assert claim.expires_at == claim.hard_until, "an old report takes nothing back"


REPORTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 900), st.integers(0, 3 * BEAT_MS_MAX), st.integers(0, 3)), max_size=12
)


def test_over_all_reports_a_person_is_paid_for_no_more_than_the_time_that_passed(rollback_db, claim) -> None:
    small: Small = small_project(tasks=1000, pay=("per_unit", {"unit": "task", "price": "0.10"}), reviewed=False)
    cases = count(15, 400)

    @settings(max_examples=cases)
    @given(REPORTS)
    def check(reports: list[tuple[int, int, int, int]]) -> None:
        began = small.now
        claims = [small.claim(small.experts[0]), small.claim(small.experts[0])]
        for which, wait, active, seq in reports:
            small.wait(wait)
            record_beat(
                claim_id=claims[which].id, person_id=small.experts[0], device="page", seq=seq, active_ms=active,
                now=small.now,
            )  # fmt: skip
        counted = [work_ms(one) or 0 for one in claims]
        assert sum(counted) <= (small.now - began) / timedelta(milliseconds=1)
        for one in claims:
            kept = list(Beat.objects.filter(claim=one).values_list("counted_ms", "active_ms"))
            assert sum(number for number, _ in kept) == (work_ms(one) or 0)
            assert all(number <= active for number, active in kept)
            small.submit(one)

    check()
    claim("reports of work time never count more than passed on the clock", cases)
