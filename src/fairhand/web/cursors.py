"""Places in a list read page by page, newest first: the last row's moment and id, as one word in the address."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from fairhand.kernel.limits import ROWS_PER_PAGE_MAX

Place = tuple[datetime, UUID]


def before_of(request: HttpRequest) -> Place | None:
    """Where the page begins; None for the newest, also for an address that makes no sense."""
    moment, _, row = request.GET.get("before", "").partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, UUID(row)) if at.tzinfo is not None else None
    except ValueError:
        return None


def _of_submission(row: Any) -> Place:
    return row.submitted_at, row.submission_id


def page_of(
    rows: list[Any], limit: int = ROWS_PER_PAGE_MAX, place: Callable[[Any], Place] = _of_submission
) -> tuple[list[Any], str]:
    """Rows of this page and the word for the next one; `rows` was read one longer than the page.

    `place` gives the moment and id by which the list is ordered.
    """
    if len(rows) <= limit:
        return rows, ""
    at, row_id = place(rows[limit - 1])
    return rows[:limit], f"{at.isoformat().replace('+00:00', 'Z')}_{row_id}"
