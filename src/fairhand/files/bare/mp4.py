"""MP4, M4A: what players need stays, at its place; every other box becomes `free` and empty, of the same size.

So no sample moves, and no table of where samples lie has to be written anew. Times of making are zeroed, names of
tracks and encoders too. Tracks other than picture and sound go (cameras write where they were into them), with their
samples; and of the samples' store (`mdat`) only what a kept track points at stays.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fairhand.files.bare.pieces import Blank, Data, Edit, Piece, Unfit, edited, number, taken
from fairhand.files.bare.samples import chunks_of
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

# What may stand in each box that holds boxes. Those that aren't named here hold none that is looked into.
_INSIDE = {
    b"": frozenset((b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"ssix", b"mfra", b"pdin")),
    b"moov": frozenset((b"mvhd", b"trak", b"mvex", b"iods")),
    b"mvex": frozenset((b"mehd", b"trex")),
    b"trak": frozenset((b"tkhd", b"edts", b"mdia")),
    b"edts": frozenset((b"elst",)),
    b"mdia": frozenset((b"mdhd", b"hdlr", b"minf", b"elng")),
    b"minf": frozenset((b"vmhd", b"smhd", b"nmhd", b"hdlr", b"dinf", b"stbl")),
    b"dinf": frozenset((b"dref",)),
    b"stbl": frozenset((
        b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stsh", b"padb",
        b"sdtp", b"sbgp", b"sgpd", b"subs",
    )),
    b"moof": frozenset((b"mfhd", b"traf")),
    b"traf": frozenset((b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"subs")),
    b"mfra": frozenset((b"tfra", b"mfro")),
}  # fmt: skip
_TRACKS = (b"vide", b"soun")
_TIMED = (b"mvhd", b"tkhd", b"mdhd")
_COMPRESSOR = 42  # where its name stands in an entry of a film's samples, behind the entry's own head
_COMPRESSOR_BYTES = 32


@dataclass(frozen=True, slots=True)
class Box:
    """From `start` up to `end`; what it holds begins at `body`."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(slots=True)
class _Film:
    """What is found on the way: edits, the stores of samples, the chunks of kept tracks and where others begin."""

    data: Data
    edits: list[Edit] = field(default_factory=list)
    stores: list[Box] = field(default_factory=list)
    tables: list[tuple[Box, bool]] = field(default_factory=list)  # (stbl, whether its track is kept)
    fragments: bool = False
    left: int = FILE_ELEMENTS_MAX


def bare_mp4(data: Data) -> list[Piece]:
    """The same file with everything else blanked."""
    film = _Film(data)
    found: list[Box] = []
    end = 0
    for box in _boxes(film, 0, len(data), strict=False):
        found.append(box)
        end = box.end
    names = [box.kind for box in found]
    if b"mdat" not in names or names.count(b"moov") != 1:
        raise Unfit("unreadable")
    film.fragments = b"moof" in names
    for box in found:
        _look(film, box, b"", b"")
    if not any(kept for _, kept in film.tables):
        raise Unfit("unreadable")
    if not film.fragments:
        _blank_stores(film)
    elif not all(kept for _, kept in film.tables):
        raise Unfit("not_bare")  # its samples lie among the others', in every fragment
    return edited(end, film.edits)


def _boxes(film: _Film, at: int, end: int, *, strict: bool = True) -> Iterator[Box]:
    """The boxes between two places. Not `strict`: what is no box any more ends the file, instead of spoiling it."""
    while end - at >= 8:
        film.left -= 1
        if film.left < 0:
            raise Unfit("unreadable")
        size, kind, body = number(film.data, at), taken(film.data, at + 4, 4), at + 8
        if size == 1 and end - at >= 16:
            size, body = number(film.data, at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            if strict or kind in _INSIDE[b""]:  # cut short
                raise Unfit("unreadable")
            return
        yield Box(kind, at, body, at + size)
        at += size


def _within(film: _Film, box: Box) -> list[Box]:
    """The boxes that a box which stays holds. What is left behind the last of them is blanked."""
    found = list(_boxes(film, box.body, box.end))
    over = found[-1].end if found else box.body
    if over < box.end:
        film.edits.append((over, Blank(box.end - over)))
    return found


def _look(film: _Film, box: Box, parent: bytes, track: bytes) -> None:
    """Blank what doesn't belong into this box, and what says too much of what does. The tree is as deep as _INSIDE."""
    if box.kind not in _INSIDE[parent]:
        _free(film, box)
    elif box.kind == b"trak":
        _track(film, box)
    elif box.kind in _INSIDE:
        if box.kind == b"stbl":
            film.tables.append((box, True))
        for each in _within(film, box):
            _look(film, each, box.kind, track)
    elif box.kind in _TIMED:
        wide = 8 if taken(film.data, box.body, 1) == b"\x01" else 4
        _blank(film, box.body + 4, 2 * wide, box)
    elif box.kind == b"hdlr":
        _blank(film, box.body + 24, max(box.end - box.body - 24, 0), box)
    elif box.kind == b"mdat":
        film.stores.append(box)
    elif box.kind == b"dref":
        for each in _entries(film, box):
            _blank(film, each.body + 4, max(each.end - each.body - 4, 0), each)
            film.edits.append((each.body, b"\x00\x00\x00\x01"))  # what it refers to is this file
    elif box.kind == b"stsd" and track == b"vide":
        for each in _entries(film, box):
            _blank(film, each.body + _COMPRESSOR, _COMPRESSOR_BYTES, each)


def _track(film: _Film, box: Box) -> None:
    inside = list(_boxes(film, box.body, box.end))
    media = next((each for each in inside if each.kind == b"mdia"), None)
    parts = list(_boxes(film, media.body, media.end)) if media else []
    said = next((each for each in parts if each.kind == b"hdlr"), None)
    track = taken(film.data, said.body + 8, 4) if said and said.end - said.body >= 12 else b""
    if track in _TRACKS:
        for each in _within(film, box):
            _look(film, each, b"trak", track)
        return
    tables = [each for part in parts if part.kind == b"minf" for each in _boxes(film, part.body, part.end)]
    film.tables += [(each, False) for each in tables if each.kind == b"stbl"]
    _free(film, box)


def _entries(film: _Film, box: Box) -> Iterator[Box]:
    """The entries of a `stsd` or `dref`, which stand behind a version and a count."""
    return _boxes(film, box.body + 8, box.end)


def _blank(film: _Film, at: int, length: int, box: Box) -> None:
    if at + length > box.end:
        raise Unfit("unreadable")
    if length:
        film.edits.append((at, Blank(length)))


def _free(film: _Film, box: Box) -> None:
    film.edits += [(box.start + 4, b"free"), (box.body, Blank(box.end - box.body))]


def _blank_stores(film: _Film) -> None:
    """Of every store of samples, blank what no kept track points at."""
    tables = [
        (chunks_of(film.data, {each.kind: (each.body, each.end) for each in _boxes(film, box.body, box.end)}), kept)
        for box, kept in film.tables
    ]
    starts = sorted({start for chunks, _ in tables for start, _ in chunks})
    spans = sorted((start, _end(start, length, starts)) for chunks, kept in tables if kept for start, length in chunks)
    if not spans:
        raise Unfit("unreadable")
    place = 0
    for store in sorted(film.stores, key=lambda each: each.start):
        at = store.body
        while place < len(spans) and spans[place][0] < store.end:
            start, end = spans[place]
            if start > at:
                film.edits.append((at, Blank(start - at)))
            at = max(at, min(end, store.end))
            place += 1
        if at < store.end:
            film.edits.append((at, Blank(store.end - at)))


def _end(start: int, length: int | None, starts: Sequence[int]) -> int:
    """Where a chunk ends: after its samples; where their lengths aren't told, where the next chunk begins."""
    if length is not None:
        return start + length
    after = bisect_right(starts, start)
    return starts[after] if after < len(starts) else 1 << 63
