"""Places in a list read page by page, newest first: the last row's moment and id, as one word in the address."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from fairhand.kernel.limits import ROWS_PER_PAGE_MAX


def before_of(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page begins; None for the newest, also for an address that makes no sense."""
    moment, _, row = request.GET.get("before", "").partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, UUID(row)) if at.tzinfo is not None else None
    except ValueError:
        return None


def page_of(rows: list[Any], limit: int = ROWS_PER_PAGE_MAX) -> tuple[list[Any], str]:
    """Rows of this page and the word for the next one; `rows` was read one longer than the page."""
    if len(rows) <= limit:
        return rows, ""
    last = rows[limit - 1]
    return rows[:limit], f"{last.submitted_at.isoformat().replace('+00:00', 'Z')}_{last.submission_id}"
