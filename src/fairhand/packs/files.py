"""Reading a pack's files without trusting them: nothing outside the folder, nothing that hangs, nothing held whole."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from fairhand.kernel.limits import PACK_TEXT_FILE_BYTES_MAX
from fairhand.packs.errors import Errors, PackRefused, refusal
from fairhand.tasks.wording import control_problem

_CHUNK = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_KINDS = (
    (stat.S_ISDIR, "is a folder; a file is needed"),
    (stat.S_ISFIFO, "is a named pipe; a file is needed"),
    (stat.S_ISSOCK, "is a socket; a file is needed"),
    (stat.S_ISCHR, "is a device; a file is needed"),
    (stat.S_ISBLK, "is a device; a file is needed"),
)


def open_file(root: Path, name: str, bytes_max: int) -> int:
    """A descriptor of a plain file below `root`. Raises PackRefused; never waits for a pipe or leaves the folder."""
    try:
        target = (root / name).resolve(strict=True)
        if not target.is_relative_to(root.resolve(strict=True)):
            raise refusal(name, "is a link that leaves the pack's folder; put the file itself there")
        _refuse_unless_plain(name, os.stat(target).st_mode)
        # The flags hold even if somebody swaps the file between the look and the opening.
        descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise refusal(name, "is missing, or is a link to nothing") from None
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of links, before Python 3.13
        why = error.strerror if isinstance(error, OSError) else "it is a circle of links"
        raise refusal(name, f"cannot be read: {why}") from None
    try:
        found = os.fstat(descriptor)
        _refuse_unless_plain(name, found.st_mode)
        if found.st_size > bytes_max:
            raise refusal(name, f"is {found.st_size} bytes; at most {bytes_max} are read")
    except PackRefused:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_unless_plain(name: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    raise refusal(name, next((why for is_kind, why in _KINDS if is_kind(mode)), "is not a plain file"))


class TextLines:
    """The lines of a UTF-8 file, one at a time, with their numbers; faulty lines are noted and left out.

    After the last line `sha256` (hex) and `size` describe the bytes that were read.
    """

    def __init__(self, root: Path, name: str, errors: Errors, *, bytes_max: int, line_bytes_max: int) -> None:
        self.sha256 = ""
        self.size = 0
        self._root, self._name, self._errors = root, name, errors
        self._bytes_max, self._line_bytes_max = bytes_max, line_bytes_max

    def __iter__(self) -> Iterator[tuple[int, str]]:
        digest = hashlib.sha256()
        number = 0
        with os.fdopen(open_file(self._root, self._name, self._bytes_max), "rb") as stream:
            while raw := stream.readline(self._line_bytes_max + 1):
                number += 1
                start = self.size
                self._count(digest, raw)
                if len(raw) > self._line_bytes_max:
                    too_long = not raw.endswith(b"\n")
                    while raw and not raw.endswith(b"\n"):
                        raw = stream.readline(_CHUNK)
                        self._count(digest, raw)
                    if too_long:
                        why = f"the line is {self.size - start} bytes long; at most {self._line_bytes_max} are read"
                        self._errors.add(self._name, number, None, why)
                        continue
                text = self._decoded(raw, number, start)
                if text is not None:
                    yield number, text
        self.sha256 = digest.hexdigest()

    def _count(self, digest: "hashlib._Hash", raw: bytes) -> None:
        digest.update(raw)
        self.size += len(raw)
        if self.size > self._bytes_max:
            raise refusal(self._name, f"grew while it was read; at most {self._bytes_max} bytes are read")

    def _decoded(self, raw: bytes, number: int, start: int) -> str | None:
        if start == 0 and raw.startswith(_BOM):
            self._errors.add(self._name, 1, None, "begins with a byte order mark; save the file as UTF-8 without one")
            raw = raw[len(_BOM) :]
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            byte, place = raw[error.start], start + error.start
            why = f"is not UTF-8: byte 0x{byte:02x} at offset {place} of the file; save the file as UTF-8"
            self._errors.add(self._name, number, None, why)
            return None
        if (problem := control_problem(text)) is not None:
            self._errors.add(self._name, number, None, problem)
            return None
        return text


def read_text(root: Path, name: str, errors: Errors) -> tuple[str, str, int]:
    """A small text file whole: (text, sha256, size). Faults are noted; a file that cannot be read is noted as empty."""
    bytes_max = PACK_TEXT_FILE_BYTES_MAX
    lines = TextLines(root, name, errors, bytes_max=bytes_max, line_bytes_max=bytes_max)
    before = errors.count
    try:
        text = "".join(line for _, line in lines)
    except PackRefused as refused:
        errors.take(refused)
        return "", "", 0
    if errors.count == before and not text.strip():
        errors.add(name, None, None, "is empty")
    return text, lines.sha256, lines.size
