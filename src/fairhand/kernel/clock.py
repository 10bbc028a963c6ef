"""The one clock. Only doors and jobs read it; everything below takes `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
