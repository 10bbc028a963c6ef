"""Working hours: every hour of a day that is no weekend in the zone counts, day and night. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

SATURDAY_SUNDAY = frozenset({5, 6})  # as date.weekday() counts
FRIDAY_SATURDAY = frozenset({4, 5})
REVIEW_HOURS = 72  # within which an estimate review is decided, or the new estimate holds
_DAY = timedelta(days=1)


def working_hours(since: datetime, hours: int, zone: tzinfo, weekend: frozenset[int] = SATURDAY_SUNDAY) -> datetime:
    """The moment (UTC) by which so many working hours have passed. Days begin at the zone's midnight, so a day on which
    clocks change has 23 or 25 hours. Raises ValueError for a week without working days, or hours below 0."""
    if hours < 0:
        raise ValueError(f"{hours} hours lie in the past")
    left = timedelta(hours=hours)
    days = _working_days(since, zone, weekend)
    start, stop = next(days)
    while left > stop - start:
        left -= stop - start
        start, stop = next(days)
    return start + left


def working_hours_between(
    since: datetime, until: datetime, zone: tzinfo, weekend: frozenset[int] = SATURDAY_SUNDAY
) -> timedelta:
    """How much working time lies between two moments; none if the second is earlier."""
    found = timedelta()
    for start, stop in _working_days(since, zone, weekend):
        if start >= until:
            break
        found += min(stop, until.astimezone(UTC)) - start
    return found


def _working_days(since: datetime, zone: tzinfo, weekend: frozenset[int]) -> Iterator[tuple[datetime, datetime]]:
    """What is left of the day of a moment, and whole days from then on, as UTC: those that are no weekend."""
    if not weekend < frozenset(range(7)):
        raise ValueError(f"a weekend of the days {sorted(weekend)} leaves no working day, or names no day (0 to 6)")
    day, start = since.astimezone(zone).date(), since.astimezone(UTC)
    while True:
        stop = _midnight(day + _DAY, zone)
        if day.weekday() not in weekend and start < stop:
            yield start, stop
        day, start = day + _DAY, max(start, stop)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When a day begins. Where clocks skip midnight, that is the moment they do."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
