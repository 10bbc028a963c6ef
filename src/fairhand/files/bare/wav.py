"""WAV: its format, its number of samples and its samples. LIST, bext, iXML, id3 and whatever else is left behind."""

import struct

from fairhand.files.bare.pieces import Data, Kept, Piece, Unfit, taken
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

_FORM_BYTES_MAX = 256  # of `fmt `: more of it is no format
_SAMPLES = b"data"


def bare_wav(data: Data) -> list[Piece]:
    """A RIFF of `fmt `, `fact` and `data`, the first of each. What says that it goes on beyond the end ends there, as
    programs write that don't know how long a recording will be."""
    found: dict[bytes, tuple[int, int]] = {}
    at, size = 12, len(data)
    for _ in range(FILE_ELEMENTS_MAX):
        if at + 8 > size or _SAMPLES in found:
            break
        name = taken(data, at, 4)
        length = min(int.from_bytes(taken(data, at + 4, 4), "little"), size - at - 8)
        if name in (b"fmt ", b"fact", _SAMPLES):
            found.setdefault(name, (at + 8, length))
        at += 8 + length + length % 2
    form = found.get(b"fmt ")
    if form is None or _SAMPLES not in found or form[1] > _FORM_BYTES_MAX:
        raise Unfit("unreadable")
    pieces: list[Piece] = []
    whole = 4
    for name in (b"fmt ", b"fact", _SAMPLES):
        if name not in found:
            continue
        start, length = found[name]
        if name == b"fact":
            length = min(length, 4)
        pieces += [name + struct.pack("<I", length), Kept(start, start + length), bytes(length % 2)]
        whole += 8 + length + length % 2
    return [b"RIFF" + struct.pack("<I", whole) + b"WAVE", *pieces]
