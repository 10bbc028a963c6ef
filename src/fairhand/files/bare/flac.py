"""FLAC: what the stream is, where to seek in it, and the frames of its sound. Comments, pictures, cue sheets and the
blocks of programs are left behind."""

from collections.abc import Iterator

from fairhand.files.bare.pieces import Data, Kept, Piece, Unfit, number, taken
from fairhand.files.bare.tags import before_tags
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

STREAM, PADDING, SEEKS = 0, 1, 3
KEPT_BLOCKS = (STREAM, SEEKS)
_LAST = 0x80
_STREAM_BYTES = 34


def bare_flac(data: Data, start: int) -> list[Piece]:
    """The stream that begins at `start`, with the two blocks that it needs."""
    blocks, at = [], start + 4
    for kind, body, end in blocks_of(data, at, len(data)):
        at = end
        if kind in KEPT_BLOCKS:
            blocks.append((kind, body, end))
    end = before_tags(data, at)
    if not blocks or blocks[0][0] != STREAM or blocks[0][2] - blocks[0][1] != _STREAM_BYTES:
        raise Unfit("unreadable")
    if number(data, at, 2) & 0xFFFC != 0xFFF8:  # how every frame begins
        raise Unfit("unreadable")
    pieces: list[Piece] = [b"fLaC"]
    for place, (kind, body, over) in enumerate(blocks):
        last = _LAST if place == len(blocks) - 1 else 0
        pieces += [bytes([last | kind]) + (over - body).to_bytes(3, "big"), Kept(body, over)]
    return [*pieces, Kept(at, end)]


def blocks_of(data: Data, at: int, most: int) -> Iterator[tuple[int, int, int]]:
    """(kind, where its content begins, where it ends) of every block of metadata."""
    for _ in range(FILE_ELEMENTS_MAX):
        head = taken(data, at, 4)
        end = at + 4 + int.from_bytes(head[1:], "big")
        if end > most:
            raise Unfit("unreadable")
        yield head[0] & ~_LAST, at + 4, end
        if head[0] & _LAST:
            return
        at = end
    raise Unfit("unreadable")
