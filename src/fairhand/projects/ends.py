"""When a project may end, and what it promises its people. Pure."""

from datetime import datetime, timedelta

from fairhand.kernel.limits import PROJECT_END_DAYS_MAX, PROJECT_END_NOTICE_DAYS, TARGET_HOURS_MAX
from fairhand.projects.rules import Wrong

NOTICE = timedelta(days=PROJECT_END_NOTICE_DAYS)


def end_problem(before: datetime | None, ends_at: datetime | None, now: datetime) -> Wrong | None:
    """What keeps a project from ending at a moment (None: no end is announced any more).

    An end is announced NOTICE ahead at the least. Moving one further away, or taking it back, is an extension: that
    may happen at any time.
    """
    if ends_at is None:
        return None
    extended = before is not None and ends_at >= before and ends_at > now
    if not extended and ends_at < now + NOTICE:
        return Wrong("ends_on", "end_too_soon", f"an end is announced {PROJECT_END_NOTICE_DAYS} days ahead")
    if ends_at > now + timedelta(days=PROJECT_END_DAYS_MAX):
        return Wrong("ends_on", "not_in_range", f"at most {PROJECT_END_DAYS_MAX} days ahead")
    return None


def promise_problem(hours: int | None) -> Wrong | None:
    """What is wrong with the hours a week that a project promises each of its people; None promises nothing."""
    if hours is None or 1 <= hours <= TARGET_HOURS_MAX:
        return None
    return Wrong("target_hours", "not_in_range", f"a whole number from 1 to {TARGET_HOURS_MAX}, or empty")
