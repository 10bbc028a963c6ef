"""What the pages of money share: their tabs, and places in lists that are ordered by numbers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.insight.accounts import ID_MAX
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX

_DIGITS_MAX = len(str(ID_MAX))

_TABS = (
    ("overview", "finance", gettext_noop("Overview")),
    ("budgets", "finance-budgets", gettext_noop("Budgets")),
    ("accounts", "finance-accounts", gettext_noop("Accounts")),
    ("entries", "finance-entries", gettext_noop("Entries")),
    ("currencies", "finance-currencies", gettext_noop("Currencies")),
    ("people", "finance-people", gettext_noop("Statements of people")),
)


def tabs() -> list[tuple[str, str, str]]:
    """(key, address, label) of each page of money."""
    return [(key, reverse(name), _(label)) for key, name, label in _TABS]


def number_of(text: str) -> int | None:
    """A positive number that an id may be; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        return None
    return int(text) if 0 < int(text) <= ID_MAX else None


def number_before(request: HttpRequest) -> int | None:
    """Where a list ordered by a number begins; None for the newest."""
    return number_of(request.GET.get("before", ""))


def entry_before(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where the list of entries begins: a moment and a number."""
    moment, _, row = request.GET.get("before", "").partition("_")
    number = number_of(row)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, number) if at.tzinfo is not None and number is not None else None


def page(rows: list[Any], place: Any, limit: int = ROWS_PER_PAGE_MAX) -> tuple[list[Any], str]:
    """Rows of this page and the word for the next; `rows` was read one longer, `place` gives a row's word."""
    return (rows, "") if len(rows) <= limit else (rows[:limit], str(place(rows[limit - 1])))


def moment_word(at: datetime) -> str:
    """A moment as it stands in an address."""
    return at.isoformat().replace("+00:00", "Z")


def more(request: HttpRequest, cursor: str) -> dict[str, str]:
    """Addresses of the newest and the next older page, with the filters as they are."""
    query: QueryDict = request.GET.copy()
    query.pop("before", None)
    first = f"?{query.urlencode()}" if "before" in request.GET else ""
    if not cursor:
        return {"newest": first, "older": ""}
    query["before"] = cursor
    return {"newest": first, "older": f"?{query.urlencode()}"}
