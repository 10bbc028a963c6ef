"""What an importer is: it reads a file of tasks row by row, and says where a row can't be read. Pure, streaming."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fairhand.kernel.limits import PACK_LINE_BYTES_MAX, UPLOAD_LINES_MAX
from fairhand.tasks.wording import control_problem

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says, not checked yet. `line` counts from 1; `want` None: as many attempts as the import asks for;
    `cap` None: no more than that. `field`: of work; `uncertainty`: of the answer, as text from 0 to 1."""

    line: int
    key: object
    payload: object
    want: object = None
    cap: object = None
    field: object = None
    uncertainty: object = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. `field` may be empty; `code` is stable, `why` an English sentence that follows the field.
    `facts`: what the words of the code name, where they name something."""

    line: int
    field: str
    code: str
    why: str
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Importer(Protocol):
    """A file format, version by version. `suffixes`: how names of such files end, in lower case."""

    name: str
    version: int
    suffixes: tuple[str, ...]

    def rows(self, lines: Iterable[tuple[int, str]], fields: Sequence[Mapping[str, Any]]) -> Iterator[Row | Fault]:
        """Rows and faults in the order of the file. `fields`: the terms of the template's fields.

        Reads as it goes and holds one row; never raises for what a file holds.
        """
        ...


class Lines:
    """Numbered lines of UTF-8 text from pieces of bytes. A faulty line is left out, and put into `faults`.

    Reading ends at the line after UPLOAD_LINES_MAX, which is a fault: blank lines are passed over, but cost time too.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.faults: list[Fault] = []
        self._pieces = pieces

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, raw in enumerate(self._raw(), start=1):
            if number > UPLOAD_LINES_MAX:
                why = f"is the line after the {UPLOAD_LINES_MAX}th; take out blank lines, or split the file"
                self.faults.append(Fault(number, "", "too_many_lines", why))
                return
            text = self._text(number, raw.removeprefix(_BOM) if number == 1 else raw)
            if text is not None:
                yield number, text

    def take(self) -> list[Fault]:
        """The faults since the last call."""
        found, self.faults = self.faults, []
        return found

    def _raw(self) -> Iterator[bytes]:
        """Lines with their ends. One that is too long is cut: what was read of it is enough to see that."""
        rest = b""
        for piece in self._pieces:
            *whole, rest = (rest + bytes(piece)).split(b"\n")
            for line in whole:
                yield line + b"\n"
            if len(rest) > PACK_LINE_BYTES_MAX:
                rest = rest[: PACK_LINE_BYTES_MAX + 1]
        if rest:
            yield rest

    def _text(self, number: int, raw: bytes) -> str | None:
        if len(raw) > PACK_LINE_BYTES_MAX:
            why = f"is longer than {PACK_LINE_BYTES_MAX} bytes"
            self.faults.append(Fault(number, "", "line_too_long", why))
            return None
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            why = f"is not UTF-8 (byte 0x{raw[error.start]:02x} at place {error.start + 1}); save the file as UTF-8"
            self.faults.append(Fault(number, "", "not_utf8", why))
            return None
        if (problem := control_problem(text)) is not None:
            self.faults.append(Fault(number, "", "bad_character", problem))
            return None
        return text
