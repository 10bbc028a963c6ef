"""Hours of a week in which somebody works or wants quiet. Pure.

A span is [weekday from 0 (Monday), from minute, to minute] in the person's zone, 0 <= from < to <= 1,440.
"""

from collections.abc import Sequence

DAY = 24 * 60
WEEK = 7 * DAY
Span = Sequence[int]


def spans_sound(spans: Sequence[Span]) -> bool:
    """Whether every span is one: three whole numbers within a week's days."""
    return all(
        len(span) == 3
        and all(type(part) is int for part in span)
        and 0 <= span[0] < 7
        and 0 <= span[1] < span[2] <= DAY
        for span in spans
    )


def may_tell(hours: Sequence[Span], quiet: Sequence[Span], minute: int) -> bool:
    """Whether a minute of the week (0: Monday, midnight) is within the hours, if there are any, and not quiet."""
    return (not hours or _within(hours, minute)) and not _within(quiet, minute)


def wait_minutes(hours: Sequence[Span], quiet: Sequence[Span], minute: int) -> int | None:
    """Minutes from one of the week until somebody may be told; 0: now, None: never."""
    # It can change only where hours begin or quiet ends.
    turns = {day * DAY + begin for day, begin, _ in hours} | {(day * DAY + end) % WEEK for day, _, end in quiet}
    for wait in sorted({0} | {(turn - minute) % WEEK for turn in turns}):
        if may_tell(hours, quiet, (minute + wait) % WEEK):
            return wait
    return None


def _within(spans: Sequence[Span], minute: int) -> bool:
    day, at = divmod(minute, DAY)
    return any(span[0] == day and span[1] <= at < span[2] for span in spans)
