"""A stretch of days in an address: `2026-11` for a month, `2026-11-03_2026-11-09` for days, first and last. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})", re.ASCII)
DAYS_MAX = 400
_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the books (UTC), the first and the last in it."""

    first: date
    last: date

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month."""
        return self == month_of(self.first)

    @property
    def word(self) -> str:
        """How it stands in an address."""
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first}_{self.last}"


def month_of(day: date) -> Period:
    """The month that a day is in."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def period_of(word: str) -> Period | None:
    """None for anything that is no period, ends before it begins, or is longer than DAYS_MAX."""
    try:
        if found := _MONTH.fullmatch(word):
            first = date(int(found[1]), int(found[2]), 1)
            return month_of(first) if first.year in _YEARS else None
        if found := _DAYS.fullmatch(word):
            return period_between(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    except ValueError:
        pass
    return None


def period_between(first: date, last: date) -> Period | None:
    """Likewise, from two days."""
    fits = first <= last and (last - first).days < DAYS_MAX and first.year in _YEARS
    return Period(first, last) if fits else None
