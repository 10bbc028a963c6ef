"""Timesheets as pages show them: which week is asked for, its neighbours, and the rows of a table of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext_noop, pgettext

from fairhand.insight.timesheets import Day, Sheet, days_of
from fairhand.kernel.money import exponent
from fairhand.web.entry import Signed
from fairhand.web.figures import isolated
from fairhand.work.timesheet_rules import monday_of

HEAD = (
    gettext_noop("Week of"), gettext_noop("Day"), gettext_noop("Tasks"), gettext_noop("Clock of the page (h)"),
    gettext_noop("Away from the page (h)"), gettext_noop("Corrected (h)"), gettext_noop("Paid of tasks (h)"),
    gettext_noop("In work (h)"), gettext_noop("Paid outside tasks (h)"), gettext_noop("Pay lines"),
    gettext_noop("Currency"),
)  # fmt: skip
# What of a sheet is shown as hours.
PARTS = ("recorded_ms", "declared_ms", "corrected_ms", "paid_ms", "live_ms", "outside_ms", "counted_ms")
# Whoever looks further back or ahead sees the first or the last of these weeks.
_FIRST = date(2000, 1, 3)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekShown:
    """The week of a page, with the ones before and after it as the address names them; "" where there is none."""

    monday: date
    before: str
    after: str

    @property
    def said(self) -> str:
        """`2 March 2026`."""
        return day_said(self.monday)

    @property
    def days(self) -> list[str]:
        """The seven days in short."""
        return [day_short(day) for day in days_of(self.monday)]

    @property
    def name(self) -> str:
        """As the address names it."""
        return self.monday.isoformat()


def week_asked(request: Signed, today: date) -> WeekShown:
    """The week that the address names (`?week=2026-03-02`, any of its days); this week for one that makes no sense."""
    last = monday_of(today)
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        asked = last
    monday = min(max(monday_of(min(max(asked, _FIRST), last)), _FIRST), last)
    before = (monday - _WEEK).isoformat() if monday > _FIRST else ""
    return WeekShown(monday, before, (monday + _WEEK).isoformat() if monday < last else "")


def week_posted(text: str) -> date:
    """The week that a form names; a day that names none, for one that makes no sense."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _FIRST + timedelta(days=1)


def day_said(day: date) -> str:
    """A day with its year."""
    return formats.date_format(day, pgettext("date with year", "j M Y"))


def day_short(day: date) -> str:
    """`Mon 2`."""
    return f"{formats.date_format(day, 'D')} {day.day}"


def hours(ms: int) -> Any:
    """`7:30` hours and minutes, rounded half up to the minute; a dash for none."""
    minutes = (ms + 30_000) // 60_000
    return isolated(f"{minutes // 60}:{minutes % 60:02}" if ms else "–")


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the table of days: its hours that are paid or run."""

    short: str
    hours: Any
    ms: int


def columns_of(sheet: Sheet) -> list[Column]:
    """A sheet's seven days."""
    return [Column(day_short(day.day), hours(day.counted_ms), day.counted_ms) for day in sheet.days]


def file_rows(first: Sequence[Any], days: Sequence[Day]) -> list[list[Any]]:
    """Rows of a CSV: `first` cells, then each day that has anything, a row for each currency."""
    found = []
    for day in days:
        if not (day.tasks or day.outside_said_ms):
            continue
        for currency, minor in (day.minor or {"": 0}).items():
            parts = (day.recorded_ms, day.declared_ms, day.corrected_ms, day.paid_ms, day.live_ms, day.outside_ms)
            found.append([
                *first, day.day.isoformat(), day.tasks, *(_in_hours(part) for part in parts), _decimal(minor, currency),
                currency,
            ])  # fmt: skip
    return found


def _decimal(minor: int, currency: str) -> Decimal | str:
    """An amount with its digits after the point; "" where nothing was earned."""
    return Decimal(minor).scaleb(-exponent(currency)) if currency else ""


def _in_hours(ms: int) -> str:
    """Hours with four digits after the point, rounded half up: a second is 0.0003 h."""
    tenths = (ms * 10_000 * 2 + 3_600_000) // (2 * 3_600_000)
    return f"{tenths // 10_000}.{tenths % 10_000:04}"
