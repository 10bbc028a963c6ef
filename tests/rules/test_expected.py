"""Expected work: spans in order, more work never less, a share part of the whole, and how often an interval holds."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from fairhand.insight.expected_rules import (
    NOTHING,
    Expected,
    OwnFacts,
    ProjectFacts,
    Span,
    StageFacts,
    ahead,
    exactly,
    expected_by_stage,
    expected_for_person,
    expected_work,
    seating,
    time_of,
    total,
)
from fairhand.projects.ends import NOTICE, end_problem, promise_problem

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
counts = st.integers(0, 5_000)
times = st.lists(st.integers(1, 600_000), max_size=120).map(tuple)


@st.composite
def stages(draw: st.DrawFn, kind: str) -> StageFacts:
    """A stage with anything measured, estimated or accepted."""
    p50 = draw(st.none() | st.floats(1, 3_600))
    return StageFacts(
        kind, draw(counts), draw(times), p50, p50 and p50 * draw(st.floats(1, 5)),
        0.0 if kind == "attempt" else draw(st.floats(0, 2)),
        tuple(map(float, draw(st.lists(st.integers(0, 300), max_size=14)))),
    )  # fmt: skip


@st.composite
def projects(draw: st.DrawFn) -> ProjectFacts:
    """A project in any state, with or without an announced end."""
    found = [draw(stages("attempt"))] + ([draw(stages("review"))] if draw(st.booleans()) else [])
    ends_at = draw(st.none() | st.integers(-5, 40).map(lambda days: NOW + timedelta(days=days)))
    return ProjectFacts(
        draw(st.sampled_from(["draft", "open", "paused", "closed"])), ends_at, tuple(found),
        tuple(draw(st.lists(counts, max_size=8))), draw(counts), draw(st.integers(0, 50)),
    )  # fmt: skip


def in_order(span: Span) -> bool:
    """0 <= low <= likely <= high, but for the last digits."""
    slack = 1e-6 * max(1.0, span.high)
    return 0 <= span.low <= span.likely + slack and span.likely <= span.high + slack


@given(projects())
def test_every_span_is_in_order_and_a_project_at_rest_brings_nothing(facts: ProjectFacts) -> None:
    found = expected_work(facts, NOW)
    assert in_order(found.tasks)
    assert found.ms is None or in_order(found.ms)
    assert found.pace is None or in_order(found.pace)
    if facts.state in ("paused", "closed"):
        assert found.tasks == NOTHING
    else:
        assert found.tasks.low >= sum(stage.open_n for stage in facts.stages) - 1e-6


@given(projects(), st.integers(1, 1_000))
def test_more_open_or_announced_is_never_less_work(facts: ProjectFacts, more: int) -> None:
    before = expected_work(facts, NOW)
    first, *rest = facts.stages
    wider = StageFacts(first.kind, first.open_n + more, first.measured_ms, first.p50_s, first.p80_s, 0.0, first.pace)
    for other in (
        ProjectFacts(facts.state, facts.ends_at, (wider, *rest), facts.weeks, facts.announced),
        ProjectFacts(facts.state, facts.ends_at, facts.stages, facts.weeks, facts.announced + more),
    ):
        after = expected_work(other, NOW)
        assert after.tasks.likely >= before.tasks.likely - 1e-6
        assert after.ms is None or before.ms is None or after.ms.likely >= before.ms.likely * (1 - 1e-9)


@given(projects(), st.integers(0, 500), st.integers(0, 500), st.integers(0, 30), st.none() | st.integers(0, 100))
def test_a_share_is_part_of_the_whole_and_keeps_within_caps(
    facts: ProjectFacts, own_n: int, others: int, people: int, room: int | None
) -> None:
    own = OwnFacts(True, (own_n / 2, own_n / 2), own_n + others, people, (1.0, 2.0, 3.0), room)
    for work in expected_by_stage(facts, NOW):
        part = expected_for_person(work, own, 14)
        assert in_order(part.tasks)
        assert part.tasks.likely <= work.tasks.likely + 1e-6
        assert room is None or part.tasks.high <= room
        if part.ms is not None and work.ms is not None:
            assert in_order(part.ms)
            assert part.ms.likely <= max(work.ms.likely, work.ms.high) * (1 + 1e-9)
        assert expected_for_person(work, OwnFacts(False, (), 0, 0), 14).tasks == NOTHING


def test_nobody_knows_hours_without_times_and_the_end_cuts_what_arrives() -> None:
    bare = ProjectFacts("open", None, (StageFacts("attempt", 5),), (70, 70, 70))
    found = expected_work(bare, NOW)
    assert found.ms is None
    assert round(found.tasks.likely) == 5 + 140
    ending = ProjectFacts("open", NOW + timedelta(days=7), bare.stages, bare.weeks)
    assert round(expected_work(ending, NOW).tasks.likely) == 5 + 70
    over = ProjectFacts("open", NOW - timedelta(days=1), bare.stages, bare.weeks, announced=100)
    assert expected_work(over, NOW).tasks == exactly(5)
    known = StageFacts("attempt", 10, (60_000,) * 40)
    assert total(expected_by_stage(ProjectFacts("open", None, (known,)), NOW)).ms == exactly(600_000)


def test_an_interval_holds_four_times_in_five_or_a_little_more() -> None:
    """Where the future is like the past, the room left for slow change makes it hold more often."""
    chance = Random(7)
    held = 0
    for _ in range(2_000):
        drawn = [chance.lognormvariate(4, 0.8) for _ in range(24)]
        span = ahead(drawn[:10], 14)
        held += span.low <= sum(drawn[10:]) <= span.high
    assert 0.8 <= held / 2_000 <= 0.92


def test_people_who_differ_widen_the_interval() -> None:
    alike, spells = (10_000,) * 200, (2_000,) * 100 + (18_000,) * 100
    narrow, wide = time_of(alike, exactly(1_000)), time_of(spells, exactly(1_000))
    assert narrow is not None
    assert wide is not None
    assert narrow.likely == wide.likely == 10_000_000
    assert narrow.high - narrow.low < wide.high - wide.low


def test_the_arithmetic_of_an_invitation() -> None:
    work = Expected(exactly(100), exactly(100 * 3_600_000))
    room = seating(work, 10, seated=4, more=2)
    assert room is not None
    assert (room.fits, room.beyond) == (5, 1)
    assert seating(work, None, 4, 2) is None
    assert seating(Expected(exactly(100), None), 10, 4, 2) is None


def test_an_end_is_announced_in_time_or_moved_further_away() -> None:
    soon, later = NOW + NOTICE - timedelta(hours=1), NOW + NOTICE
    assert end_problem(None, later, NOW) is None
    assert end_problem(later, None, NOW) is None
    wrong = end_problem(None, soon, NOW)
    assert wrong is not None
    assert wrong.code == "end_too_soon"
    assert end_problem(NOW + timedelta(days=1), soon, NOW) is None  # an extension
    assert end_problem(NOW + timedelta(days=30), soon, NOW) is not None  # brought forward
    assert end_problem(NOW - timedelta(days=2), NOW - timedelta(days=1), NOW) is not None
    assert end_problem(None, NOW + timedelta(days=4_000), NOW) is not None
    assert promise_problem(None) is None
    assert promise_problem(20) is None
    assert promise_problem(0) is not None
    assert promise_problem(61) is not None
