"""A table with a head: key, one column per field of the template, and if wished want, _cap, _field, _uncertainty.

What stands for a task and not in it begins with an underscore: no field of a template does.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import PACK_CSV_ROW_BYTES_MAX, UPLOAD_COLUMNS_MAX
from fairhand.tasks.importers._importer import Fault, Row
from fairhand.tasks.wording import shown

_WANT_DIGITS_MAX = 9
_OURS = ("want", "_cap", "_field", "_uncertainty")


class _Counted:
    """Lines for the reader, which knows only text: where a row began, and an end to an open quote."""

    def __init__(self, lines: Iterable[tuple[int, str]]) -> None:
        self._lines = iter(lines)
        self._chars = 0
        self.first = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        number, text = next(self._lines)
        if not self.first:
            self.first, self._chars = number, 0
        self._chars += len(text)
        if self._chars > PACK_CSV_ROW_BYTES_MAX:
            raise csv.Error(f"one row is longer than {PACK_CSV_ROW_BYTES_MAX} characters; is a quote left open?")
        return text

    def new_row(self) -> int:
        """The line on which the row that was just read began."""
        first, self.first = self.first, 0
        return first


class Csv:
    """Commas between cells, quotes as spreadsheets write them, line breaks inside cells. Empty rows are passed over."""

    name = "csv"
    version = 1
    suffixes = (".csv",)

    def rows(self, lines: Iterable[tuple[int, str]], fields: Sequence[Mapping[str, Any]]) -> Iterator[Row | Fault]:
        """Codes: not_csv, columns, no_column, column_twice, unknown. A faulty head is all that is said of a file."""
        counted = _Counted(lines)
        reader = csv.reader(counted, strict=True)
        head: list[str] = []
        try:
            for cells in reader:
                line = counted.new_row()
                if not any(cell.strip() for cell in cells):
                    continue
                if not head:
                    head = [cell.strip() for cell in cells]
                    if faults := _of_head(line, head, [str(field["name"]) for field in fields]):
                        yield from faults
                        return
                elif len(cells) != len(head):
                    why = f"has {len(cells)} cells; the first row names {len(head)} columns"
                    yield Fault(line, "", "columns", why)
                else:
                    yield _row(line, dict(zip(head, cells, strict=True)))
        except csv.Error as error:
            yield Fault(counted.first or 1, "", "not_csv", f"is not CSV: {error}")


def _of_head(line: int, head: list[str], fields: list[str]) -> list[Fault]:
    if len(head) > UPLOAD_COLUMNS_MAX:
        return [Fault(line, "", "columns", f"names {len(head)} columns; at most {UPLOAD_COLUMNS_MAX} are read")]
    faults = []
    for place, name in enumerate(head):
        if name in head[:place]:
            faults.append(Fault(line, shown(name), "column_twice", "is the name of two columns"))
        elif name not in ("key", *_OURS, *fields):
            why = f"is not a column that is known here; there are {', '.join(['key', *fields, *_OURS])}"
            faults.append(Fault(line, shown(name), "unknown", why))
    missing = [name for name in ("key", *fields) if name not in head]
    return faults + [
        Fault(line, name, "no_column", "is missing: the first row names no such column") for name in missing
    ]


def _row(line: int, cells: dict[str, str]) -> Row:
    key = cells.pop("key")
    want, cap, field, uncertainty = (cells.pop(name, "").strip() or None for name in _OURS)
    return Row(line, key, cells, _number(want), _number(cap), field, uncertainty)


def _number(text: str | None) -> object:
    """A whole number as one; anything else as it stands, for the check to refuse."""
    whole = text is not None and text.isascii() and text.isdigit() and len(text) <= _WANT_DIGITS_MAX
    return int(text) if text is not None and whole else text


PART = Csv()
