"""When the operator pays out, as it says itself: each week or month on a day, from an amount on. Pure.

The day ends the wait of whatever was payable before it began, in the operator's zone.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fairhand.kernel.money import parse_minor

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHLY = re.compile(r"day (\d{1,2})", re.ASCII)
_SAID_CHARS_MAX = 300


@dataclass(frozen=True, slots=True)
class Payday:
    """`weekday` 0 for Monday, or `month_day` (the last one of a shorter month). `least`: currency -> minor units below
    which a balance waits for the next payday. `said`: language -> the operator's own sentence."""

    weekday: int | None
    month_day: int | None
    zone: str
    least: Mapping[str, int]
    said: Mapping[str, str]

    def after(self, moment: datetime) -> date:
        """The payday of what becomes payable at a moment: the first that begins after it."""
        day = moment.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1)
        if self.weekday is not None:
            return day + timedelta(days=(self.weekday - day.weekday()) % 7)
        found = self._of_month(day.replace(day=1))
        return found if found >= day else self._of_month(day.replace(day=1) + timedelta(days=31))

    def _of_month(self, day: date) -> date:
        return day.replace(day=min(self.month_day or 1, monthrange(day.year, day.month)[1]))


def read_payday(text: Callable[[str], str]) -> Payday | None:
    """The operator's payday from the environment (`text` reads one variable, "" if it isn't set); None where no day is
    set. Raises ValueError that names the variable."""
    written = text("FAIRHAND_PAYDAY").lower()
    if not written:
        return None
    monthly = _MONTHLY.fullmatch(written)
    if written not in WEEKDAYS and not (monthly and 1 <= int(monthly[1]) <= 31):
        raise ValueError(
            f"FAIRHAND_PAYDAY is {written[:40]!r}. Set it to {', '.join(WEEKDAYS)}, or to day 1 to day 31."
        )
    zone = text("FAIRHAND_PAYDAY_ZONE") or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"FAIRHAND_PAYDAY_ZONE is {zone[:40]!r}. Set it to a zone such as Europe/Berlin.") from None
    said = {"en": text("FAIRHAND_PAYDAY_SAID"), "ar": text("FAIRHAND_PAYDAY_SAID_AR")}
    return Payday(
        WEEKDAYS.index(written) if written in WEEKDAYS else None, int(monthly[1]) if monthly else None, zone,
        _least(text("FAIRHAND_PAYDAY_LEAST")), {each: words[:_SAID_CHARS_MAX] for each, words in said.items() if words},
    )  # fmt: skip


def _least(written: str) -> dict[str, int]:
    found = {}
    for part in filter(None, (each.strip() for each in written.split(","))):
        amount, _space, currency = part.partition(" ")
        try:
            found[currency] = parse_minor(amount, currency)
        except (ValueError, KeyError):
            found[currency] = 0
        if found[currency] <= 0:
            raise ValueError(f"FAIRHAND_PAYDAY_LEAST holds {part[:40]!r}. Write it as 10.00 USD, 10.00 EUR.")
    return found
