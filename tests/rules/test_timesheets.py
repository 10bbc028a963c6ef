"""How a week stands by what was said of it: silence ends in its favour, and never sooner than was promised."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairhand.estimates.rules.working_time import working_hours
from fairhand.work.timesheet_rules import (
    ACCEPTED,
    ACCEPTED_AFTER_HOURS,
    WEEK_STATES,
    Said,
    asked_until,
    ends_at,
    is_week,
    monday_of,
    state_of,
    why_not_answered,
    why_not_asked,
    why_not_settled,
)

WEEK = date(2026, 3, 2)
ENDS = datetime(2026, 3, 9, tzinfo=UTC)
_hours = st.integers(0, 30 * 24)
_maybe = st.none() | _hours.map(lambda n: ENDS + timedelta(hours=n))


def by_clock(said: Said) -> datetime:
    return working_hours(asked_until(ENDS, said), ACCEPTED_AFTER_HOURS, ZoneInfo("UTC"))


@given(_maybe, _maybe, _maybe, _hours, _hours)
def test_time_alone_only_ever_accepts_and_not_before_three_working_days_after_the_last_word(
    confirmed: datetime | None, asked: datetime | None, answered: datetime | None, first: int, more: int
) -> None:
    said = Said(confirmed, asked, answered if asked else None)
    accepted_by = by_clock(said)
    now, later = ENDS + timedelta(hours=first), ENDS + timedelta(hours=first + more)
    state, then = (state_of(ENDS, accepted_by, said, at) for at in (now, later))
    assert state in WEEK_STATES
    assert then in (state, ACCEPTED)
    assert (state == ACCEPTED) == (now >= accepted_by)
    last = max(at for at in (ENDS, said.asked_at, said.answered_at) if at)
    assert timedelta(days=3) <= accepted_by - last <= timedelta(days=7)
    # Nobody is refused an answer, or a question, by a state that would let another through.
    assert bool(why_not_settled(state)) == (state == ACCEPTED)
    assert not why_not_asked(state, said) or state == ACCEPTED or said.asked_at is not None
    assert not why_not_answered(state, said) or state == ACCEPTED or not said.asked_at or said.answered_at is not None


@pytest.mark.parametrize(
    ("zone", "utc"),
    [("UTC", ENDS), ("Africa/Cairo", datetime(2026, 3, 8, 22, tzinfo=UTC)),
     ("America/New_York", datetime(2026, 3, 9, 4, tzinfo=UTC))],
)  # fmt: skip
def test_a_week_ends_at_its_own_midnight_also_when_clocks_change(zone: str, utc: datetime) -> None:
    assert ends_at(WEEK, zone).astimezone(UTC) == utc
    assert state_of(ends_at(WEEK, zone), ENDS + timedelta(days=9), Said(), utc - timedelta(seconds=1)) == "running"
    assert state_of(ends_at(WEEK, zone), ENDS + timedelta(days=9), Said(), utc) == "waiting"


def test_a_named_person_accepts_at_once_and_a_week_is_named_by_its_monday() -> None:
    said = Said(accepted_at=ENDS + timedelta(hours=1))
    assert state_of(ENDS, by_clock(said), said, ENDS + timedelta(hours=1)) == ACCEPTED
    assert [monday_of(WEEK + timedelta(days=n)) == WEEK for n in range(-1, 8)] == [False, *[True] * 7, False]
    assert (is_week(WEEK), is_week(WEEK + timedelta(days=1))) == (True, False)
