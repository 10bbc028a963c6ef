"""What may be sent, what a file is called, and what a range of bytes asks for. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from fairhand.files.sniff import suffix_of
from fairhand.kernel.limits import (
    FILE_BYTES_MAX,
    FILE_NAME_CHARS_MAX,
    FILES_BYTES_PER_PROJECT_MAX,
    FILES_PER_PROJECT_MAX,
)
from fairhand.kernel.refusals import Refused

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Room:
    """What a project holds already: files and bytes, those on their way included."""

    files: int
    bytes: int


def may_begin(size: int, bytes_max: int, room: Room) -> Refused | None:
    """Why a file can't be sent. Codes: file_blank, file_size, project_files_full."""
    if size <= 0:
        return Refused("file_blank", "The file is empty.")
    most = min(bytes_max, FILE_BYTES_MAX)
    if size > most:
        return Refused("file_size", f"The file has {size} bytes; {most} are allowed.", {"most": most})
    if room.files >= FILES_PER_PROJECT_MAX or room.bytes + size > FILES_BYTES_PER_PROJECT_MAX:
        return Refused("project_files_full", "The project holds as many files as it may.")
    return None


def plain_name(name: str) -> str:
    """The last part of a file's name, without what does not print or turns the writing direction, cut."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(char for char in last if unicodedata.category(char)[0] != "C" and char not in '<>"|:*?').strip(" .")
    if len(kept) > FILE_NAME_CHARS_MAX:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: FILE_NAME_CHARS_MAX - len(suffix) - 1]}.{suffix}" if dot and len(suffix) <= 10 else kept
    return kept[:FILE_NAME_CHARS_MAX] or "file"


def saved_name(name: str, media_type: str) -> str:
    """A name to save a file under: its ending says what it is, whatever its sender called it."""
    suffix = suffix_of(media_type)
    known = (suffix, ".jpeg") if media_type == "image/jpeg" else (suffix,)
    return name if suffix and name.lower().endswith(known) else f"{name}{suffix}"


def allowed(kind: str, media_type: str, takes: Collection[str]) -> bool:
    """Whether a file is taken where kinds or media types are named; an empty list takes all."""
    return not takes or kind in takes or media_type in takes


def value_of(row: Any) -> Mapping[str, Any]:
    """A clean file as a payload or an answer holds it: what pages need to draw it, and what it is proven by."""
    return {
        "file": str(row.id), "name": row.name, "media_type": row.media_type, "bytes": row.size, "sha256": row.sha256,
        **row.facts,
    }  # fmt: skip


def span_of(header: str, size: int) -> tuple[int, int] | None:
    """(first byte, how many) that a Range header asks for; None where it is to be answered with the whole.

    Raises ValueError where no byte of it exists (416).
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise ValueError("no bytes")
        return size - length, length
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        raise ValueError("beyond the end")
    if end < start:
        return None
    return start, end - start + 1
