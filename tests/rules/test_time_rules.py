"""Where a claim's time went: stretches of several devices as one line without gaps; what may be corrected."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fairhand.work.states import INTERVALS, PAUSED
from fairhand.work.time_rules import CORRECT_WITHIN, Recorded, Stretch, in_range, stretches, sums, why_not_now

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE_MS = 60_000


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def stretch(kind: str, from_min: float, until_min: float) -> Stretch:
    return Stretch(kind, at(from_min), at(until_min))


def shown(found: list[Stretch]) -> list[tuple[str, float]]:
    return [(each.kind, each.ms / MINUTE_MS) for each in found]


def test_what_nobody_reported_is_unknown_and_a_pause_beats_everything() -> None:
    said = [stretch("active", 0, 5), stretch("idle", 5, 7), stretch("hidden", 9, 12), stretch(PAUSED, 10, 11)]
    assert shown(stretches(at(0), at(14), said)) == [
        ("active", 5), ("idle", 2), ("unknown", 2), ("hidden", 1), (PAUSED, 1), ("hidden", 1), ("unknown", 2),
    ]  # fmt: skip


def test_somebody_works_if_one_of_their_pages_says_so_and_kept_takes_the_place_of_idle() -> None:
    said = [stretch("hidden", 0, 10), stretch("active", 2, 4), stretch("idle", 4, 8), stretch("kept", 4, 6)]
    assert shown(stretches(at(0), at(10), said)) == [
        ("hidden", 2), ("active", 2), ("kept", 2), ("idle", 2), ("hidden", 2),
    ]  # fmt: skip


_SAID = st.lists(
    st.tuples(st.sampled_from((*INTERVALS, PAUSED)), st.integers(-5, 70), st.integers(0, 30)).map(
        lambda row: stretch(row[0], row[1], row[1] + row[2])
    ),
    max_size=12,
)


@given(_SAID, st.integers(0, 60))
def test_the_line_is_whole_and_neighbours_differ(said: list[Stretch], length: int) -> None:
    found = stretches(at(0), at(length), said)
    assert sum(sums(found).values()) == length * MINUTE_MS
    for one, other in pairwise(found):
        assert one.until_at == other.from_at
        assert one.kind != other.kind
    halves = [Stretch(each.kind, each.from_at + (each.until_at - each.from_at) / 2, each.until_at) for each in said]
    firsts = [Stretch(each.kind, each.from_at, each.from_at + (each.until_at - each.from_at) / 2) for each in said]
    assert stretches(at(0), at(length), [*halves, *firsts]) == found, "how it was cut up makes no difference"


def recorded(**more: object) -> Recorded:
    values = {"ended_at": START, "lived_ms": 60 * MINUTE_MS, "counted_ms": 40 * MINUTE_MS, "corrected_ms": 0,
              "at_once_ms": 0, "waiting": False}  # fmt: skip
    return Recorded(**values | more)  # type: ignore[arg-type]  # a table of defaults


def test_fifteen_percent_at_once_over_all_corrections_and_never_beyond_the_claims_life() -> None:
    assert recorded().at_once_left_ms == 6 * MINUTE_MS
    assert recorded(at_once_ms=4 * MINUTE_MS, corrected_ms=4 * MINUTE_MS).at_once_left_ms == 2 * MINUTE_MS
    assert recorded(corrected_ms=10 * MINUTE_MS).at_once_left_ms == 6 * MINUTE_MS, "what staff granted uses none of it"
    assert recorded(counted_ms=58 * MINUTE_MS).at_once_left_ms == 2 * MINUTE_MS
    assert recorded(counted_ms=70 * MINUTE_MS).room_ms == 0
    assert not in_range(None, 60 * MINUTE_MS)
    assert [in_range(ms, 2 * MINUTE_MS) for ms in (MINUTE_MS - 1, MINUTE_MS, 2 * MINUTE_MS, 2 * MINUTE_MS + 1)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_correction_comes_within_72_hours_one_at_a_time_and_while_there_is_room() -> None:
    last = START + CORRECT_WITHIN - timedelta(seconds=1)
    assert why_not_now(recorded(), last) == ""
    assert why_not_now(recorded(), START + CORRECT_WITHIN) == "correction_late"
    assert why_not_now(recorded(waiting=True), last) == "correction_open"
    assert why_not_now(recorded(counted_ms=59 * MINUTE_MS + 1), last) == "correction_full"
