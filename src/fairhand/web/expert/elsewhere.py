"""A table of hours and earnings on other platforms, from a file that nobody keeps: rows, or what is wrong. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fairhand.kernel.limits import COMPARE_BYTES_MAX, COMPARE_PLATFORMS_MAX, COMPARE_ROWS_MAX
from fairhand.kernel.money import EXPONENTS, round_minor
from fairhand.web.finance.amounts import typed_minor

COLUMNS = ("platform", "date", "hours", "amount", "currency")
_PLATFORM_CHARS_MAX = 60
_HOURS_MAX = 744  # of a month, the longest stretch that one row may tell of
_YEARS = range(2000, 2101)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_HOURS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,4})?")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which line of the file, by its code."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """Hours and earnings of a day, or of a week by its Monday. `hours` is exact, `minor` in minor units."""

    platform: str
    day: date
    hours: Fraction
    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Total:
    """All rows of one platform in one currency."""

    platform: str
    currency: str
    minor: int
    hours: Fraction
    rows: int

    @property
    def per_hour(self) -> int:
        """Minor units an hour, rounded half up."""
        return round_minor(Fraction(self.minor) / self.hours)

    @property
    def ms(self) -> int:
        """The hours as milliseconds."""
        return round_minor(self.hours * 3_600_000)


def read(data: bytes) -> tuple[list[Row], list[Fault]]:
    """The file's rows and its faults. One fault at line 1 stands for the file as a whole."""
    if len(data) > COMPARE_BYTES_MAX:
        return [], [Fault(1, "compare_too_large")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Fault(1, "not_utf8")]
    if "\x00" in text:
        return [], [Fault(1, "bad_character")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        if sorted(head) != sorted(COLUMNS):
            return [], [Fault(1, "compare_columns")]
        for found in _rows(reader, head):
            (rows if isinstance(found, Row) else faults).append(found)  # type: ignore[arg-type]
            if len(rows) + len(faults) > COMPARE_ROWS_MAX:
                return [], [Fault(reader.line_num, "too_many_rows")]
    except csv.Error:
        return [], [*faults, Fault(max(reader.line_num, 1), "not_csv")]
    if not rows and not faults:
        return [], [Fault(1, "compare_empty")]
    if len({row.platform for row in rows}) > COMPARE_PLATFORMS_MAX:
        return [], [Fault(1, "compare_platforms")]
    return rows, faults


def _rows(reader: Iterator[list[str]], head: Sequence[str]) -> Iterator[Row | Fault]:
    for cells in reader:
        line = reader.line_num  # type: ignore[attr-defined]  # of csv's reader
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            yield Fault(line, "columns")
            continue
        yield _row(line, dict(zip(head, (cell.strip() for cell in cells), strict=True)))


def _row(line: int, cells: dict[str, str]) -> Row | Fault:
    platform, currency = cells["platform"], cells["currency"].upper()
    day, hours = _day(cells["date"]), _hours(cells["hours"])
    if not platform or len(platform) > _PLATFORM_CHARS_MAX:
        return Fault(line, "compare_platform")
    if day is None:
        return Fault(line, "compare_day")
    if hours is None:
        return Fault(line, "compare_hours")
    if currency not in EXPONENTS:
        return Fault(line, "compare_currency")
    minor = typed_minor(cells["amount"], currency)
    if minor is None:
        return Fault(line, "compare_amount")
    return Row(platform, day, hours, minor, currency)


def _day(text: str) -> date | None:
    plain = _plain(text)
    try:
        if week := _WEEK.fullmatch(plain):
            day = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        else:
            day = date.fromisoformat(plain)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _hours(text: str) -> Fraction | None:
    plain = _plain(text).replace("\u066b", ".")
    if clock := _CLOCK.fullmatch(plain):
        hours = Fraction(int(clock[1])) + Fraction(int(clock[2]), 60)
    elif _HOURS.fullmatch(plain):
        hours = Fraction(plain)
    else:
        return None
    return hours if 0 < hours <= _HOURS_MAX else None


def _plain(text: str) -> str:
    """Digits of any script as plain ones, without marks of direction."""
    kept = (char for char in text if unicodedata.category(char) != "Cf")
    return "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in kept)


def totals(rows: Sequence[Row]) -> list[Total]:
    """By platform and currency, in the order of the file."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.platform, row.currency), []).append(row)
    return [
        Total(platform, currency, sum(row.minor for row in mine), sum((row.hours for row in mine), Fraction()),
              len(mine))
        for (platform, currency), mine in found.items()
    ]  # fmt: skip
