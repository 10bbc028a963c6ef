"""What a clean file is made of, and bytes read from a file that may lie about all its sizes. Pure but for `written`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import BinaryIO, TypeAlias

_ZEROS = bytes(64 * 1024)
_PIECE_BYTES = 1024 * 1024
Data: TypeAlias = bytes | mmap


class Unfit(Exception):  # it is an outcome
    """The file is not taken; `code` says why: unknown_type, unreadable, animated, image_too_large, locked, not_bare."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes of the file as it came, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Blank:
    """So many zeros."""

    length: int


Piece: TypeAlias = Kept | Blank | bytes
Edit: TypeAlias = tuple[int, Blank | bytes]  # what stands from a place on instead, as long as what stood there


def taken(data: Data, at: int, length: int) -> bytes:
    """So many bytes from a place on. Raises Unfit where the file has fewer."""
    if at < 0 or length < 0 or at + length > len(data):
        raise Unfit("unreadable")
    return data[at : at + length]


def number(data: Data, at: int, length: int = 4) -> int:
    """A number, its highest byte first."""
    return int.from_bytes(taken(data, at, length), "big")


def edited(end: int, edits: Iterable[Edit]) -> list[Piece]:
    """The file up to `end` with some of its bytes replaced by as many others."""
    pieces: list[Piece] = []
    at = 0
    for start, instead in sorted(set(edits), key=lambda edit: edit[0]):
        length = instead.length if isinstance(instead, Blank) else len(instead)
        if start < at or start + length > end:
            raise Unfit("unreadable")  # a file that says of the same bytes that they are two things
        pieces += [Kept(at, start), instead]
        at = start + length
    return [*pieces, Kept(at, end)]


def written(data: Data, pieces: Sequence[Piece], target: BinaryIO) -> None:
    """Write the pieces one after the other."""
    for piece in pieces:
        if isinstance(piece, bytes):
            target.write(piece)
        elif isinstance(piece, Blank):
            for left in range(piece.length, 0, -len(_ZEROS)):
                target.write(_ZEROS[:left])
        else:
            for at in range(piece.start, piece.end, _PIECE_BYTES):
                target.write(data[at : min(at + _PIECE_BYTES, piece.end)])
