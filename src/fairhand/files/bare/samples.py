"""Where the samples of a track of MP4 lie: its tables read together."""

import struct
from collections.abc import Mapping
from itertools import accumulate

from fairhand.files.bare.pieces import Data, Unfit, number, taken
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

Place = tuple[int, int]  # where a table's content begins and ends


def chunks_of(data: Data, tables: Mapping[bytes, Place]) -> list[tuple[int, int | None]]:
    """(first byte, how many) of each chunk; None where the samples' sizes are all one number or are packed, since old
    programs write a 1 there for samples that are longer."""
    wide, narrow = tables.get(b"co64"), tables.get(b"stco")
    starts = _numbers(data, wide, "Q") if wide else _numbers(data, narrow, "I")
    sizes = _sizes(data, tables.get(b"stsz")) if starts else None
    runs = _numbers(data, tables.get(b"stsc"), "III")
    if sizes is None or not runs:
        return [(start, None) for start in starts]
    until = [0, *accumulate(sizes)]
    found: list[tuple[int, int | None]] = []
    at = run = 0
    for chunk, start in enumerate(starts, 1):
        while run + 3 < len(runs) and runs[run + 3] <= chunk:
            run += 3
        over = min(at + runs[run + 1], len(sizes))
        found.append((start, until[over] - until[at]))
        at = over
    return found


def _sizes(data: Data, place: Place | None) -> tuple[int, ...] | None:
    """The size of every sample; None where they aren't told one by one."""
    if place is None or number(data, place[0] + 4):
        return None
    return _numbers(data, (place[0] + 4, place[1]), "I")


def _numbers(data: Data, place: Place | None, form: str) -> tuple[int, ...]:
    """The numbers of a table that stand behind its version and its count."""
    if place is None:
        return ()
    start, end = place
    count = number(data, start + 4)
    length = count * struct.calcsize(f">{form}")
    if count > FILE_ELEMENTS_MAX or start + 8 + length > end:
        raise Unfit("unreadable")
    return struct.unpack(f">{len(form) * count}{form[0]}", taken(data, start + 8, length))
