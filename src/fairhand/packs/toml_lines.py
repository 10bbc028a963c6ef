"""Where each key of a TOML document stands: tomllib tells what a document says, not on which line.

Works on text that tomllib has accepted, and so need not judge it; what it cannot place it leaves out.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

Path = tuple[str | int, ...]
_KEYS_MAX = 20
_KEY = re.compile(r"\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'|([A-Za-z0-9_-]+))\s*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRINGS = (
    re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str) -> dict[Path, int]:
    """Path of keys and list places -> line, counted from 1."""
    found: dict[Path, int] = {}
    # In an odd document the lines found so far still help; the rest is named without a line.
    with suppress(IndexError, RecursionError):
        _Scanner(text, found).document()
    return found


def line_of(lines: Mapping[Path, int], path: Sequence[str | int]) -> int | None:
    """The line of a path, or of the nearest thing around it that has one."""
    whole = tuple(path)
    return next((lines[whole[:end]] for end in range(len(whole), 0, -1) if whole[:end] in lines), None)


class _Scanner:
    def __init__(self, text: str, found: dict[Path, int]) -> None:
        self.text, self.found = text, found
        self.at, self.line = 0, 1
        self.tables_in: dict[Path, int] = {}

    def document(self) -> None:
        here: Path = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                here = self.header()
            else:
                self.pair(here)

    def header(self) -> Path:
        double = self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        path: Path = ()
        keys = self.keys()
        for place, key in enumerate(keys, start=1):
            path += (key,)
            if double and place == len(keys):
                self.tables_in[path] = self.tables_in.get(path, -1) + 1
            if path in self.tables_in:
                path += (self.tables_in[path],)
        self.note(path)
        self.at += 2 if double else 1
        return path

    def pair(self, here: Path) -> None:
        path = here
        line = self.line
        for key in self.keys():
            path += (key,)
            self.found.setdefault(path, line)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def keys(self) -> list[str]:
        keys = []
        while match := _KEY.match(self.text, self.at):
            self.at = match.end()
            keys.append(next(part for part in match.groups() if part is not None))
            if len(keys) > _KEYS_MAX:
                raise IndexError("deeper than any key of a pack")
            if self.at >= len(self.text) or self.text[self.at] != ".":
                break
            self.at += 1
        if not keys:
            raise IndexError("no key here")
        return keys

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self.at += 1
            self.array(path)
        elif first == "{":
            self.at += 1
            self.table(path)
        else:
            match = next(filter(None, (one.match(self.text, self.at) for one in _STRINGS)), None)
            self.step(match or _SCALAR.match(self.text, self.at))

    def array(self, path: Path) -> None:
        place = 0
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == "]":
                self.at += 1
                return
            self.note((*path, place))
            before = self.at
            self.value((*path, place))
            if self.at == before:
                raise IndexError("no value here")
            place += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1

    def table(self, path: Path) -> None:
        while True:
            self.skip(_BLANK)
            if self.text[self.at] == "}":
                self.at += 1
                return
            self.pair(path)
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1

    def note(self, path: Path) -> None:
        self.found.setdefault(path, self.line)

    def skip(self, pattern: re.Pattern[str]) -> None:
        self.step(pattern.match(self.text, self.at))

    def step(self, match: re.Match[str] | None) -> None:
        if match is None:
            raise IndexError("nothing that is known stands here")
        self.line += match[0].count("\n")
        self.at = match.end()
