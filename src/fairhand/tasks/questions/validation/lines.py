"""The two texts that a form keeps a table's judgements in, short enough to be written by hand. Pure.

Rows: `1-12, 15`. Cells, one a line: `3:2 = new value` corrects row 3, column 2; `4:1 ! reason` flags a cell; `4:2 ok`
accepts one of a row that is not looked through yet. A backslash writes what would end the line: `\\n` a new line,
`\\\\` a backslash.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from fairhand.kernel.limits import VALIDATION_CELLS_MAX, VALIDATION_ROWS_MAX

_SPAN = re.compile(r"\s*(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?\s*")
_CELL = re.compile(r"\s*(\d{1,5}):(\d{1,5})\s+([=!])[ ]?(.*)", re.S)
_OK = re.compile(r"\s*(\d{1,5}):(\d{1,5})\s+ok\s*", re.I)
_PLACE = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")
_ESCAPED = re.compile(r"\\(.)", re.S)
_DO = {"=": "fix", "!": "flag"}
ACCEPT = "accept"  # only until all is looked at: an answer does not hold it


def text_of(cell: object) -> str:
    """A cell as it is shown and corrected: nothing for an empty one, true and false in English."""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def place_of(name: str) -> tuple[int, int] | None:
    """`3:2` as (3, 2)."""
    found = _PLACE.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else None


def rows_read(text: str, rows: int) -> list[int]:
    """The rows that a text names, of so many, in order; what can't be read, and rows beyond the last, are left out."""
    found: set[int] = set()
    for piece in re.split("[,،]", text)[:VALIDATION_ROWS_MAX]:
        if span := _SPAN.fullmatch(piece):
            first, last = int(span[1]), int(span[2] or span[1])
            found.update(range(max(first, 1), min(last, rows) + 1))
    return sorted(found)


def rows_written(rows: Iterable[Any]) -> str:
    """The same, the other way round: neighbours as a span."""
    known = sorted({row for row in rows if isinstance(row, int) and not isinstance(row, bool)})
    starts = [known[0], *[b for a, b in pairwise(known) if b != a + 1]] if known else []
    ends = [a for a, b in pairwise(known) if b != a + 1] + known[-1:]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def cells_read(text: str) -> dict[str, dict[str, str]]:
    """What a text says of cells; the last line on a cell counts.

    A line that can't be read is kept under its own number, a cell of no place: its mistake is told, and it is not lost.
    """
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.split("\n")[:VALIDATION_CELLS_MAX], start=1):
        if not line.strip():
            continue
        if fine := _OK.fullmatch(line):
            found[f"{int(fine[1])}:{int(fine[2])}"] = {ACCEPT: ""}
        elif said := _CELL.fullmatch(line):
            found[f"{int(said[1])}:{int(said[2])}"] = {_DO[said[3]]: _ESCAPED.sub(_unescaped, said[4])}
        else:
            found[f"line {number}"] = {"flag": line}
    return found


def cells_written(cells: Mapping[Any, Any]) -> str:
    """The same, the other way round, in the order they were given; lines that could not be read as they were."""
    written = []
    for name, said in cells.items():
        if not isinstance(said, Mapping) or len(said) != 1:
            continue
        ((do, text),) = said.items()
        if place_of(str(name)) is None:
            written.append(str(text))
        elif do == ACCEPT:
            written.append(f"{name} ok")
        else:
            escaped = str(text).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
            written.append(f"{name} {'=' if do == 'fix' else '!'} {escaped}")
    return "\n".join(written)


def _unescaped(found: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(found[1], found[1])
