"""WebM: tags, attachments, chapters, titles and times of making become Void, of the same size, so that nothing moves.

Names of programs, which must be there, become blank. What a recording's clusters hold is not touched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fairhand.files.bare.ogg import laced
from fairhand.files.bare.pieces import Blank, Data, Edit, Piece, Unfit, edited, number, taken
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

_EBML, _SEGMENT, _CLUSTER, _VOID, _CRC = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xEC, 0xBF
_SEEKS, _SEEK, _SEEK_ID, _INFO, _TRACKS, _TRACK, _CUES = (
    0x114D9B74, 0x4DBB, 0x53AB, 0x1549A966, 0x1654AE6B, 0xAE, 0x1C53BB6B,
)  # fmt: skip
_KIND, _CODEC, _PRIVATE = 0x83, 0x86, 0x63A2
_PROGRAMS = (0x4D80, 0x5741)
_SHOWN_TRACKS = (1, 2)  # film, sound
_HEAD_BYTES_MAX = 256
_IN_INFO = frozenset((0x2AD7B1, 0x4489, *_PROGRAMS))
_IN_TRACK = frozenset((
    0xD7, 0x73C5, _KIND, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x234E7A, 0x23314F, 0x537F, 0x55EE, 0x41E4,
    _CODEC, _PRIVATE, 0xAA, 0x56AA, 0x56BB, 0xE0, 0xE1, 0x22B59C, 0x22B59D, 0x6D80,
))  # fmt: skip
_IN_CLUSTER = frozenset((0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0x5854, 0xAF, _VOID, _CRC))
_TOP = frozenset((_SEEKS, _INFO, _TRACKS, _CLUSTER, _CUES, 0x1043A770, 0x1254C367, 0x1941A469, _VOID, _CRC))


@dataclass(frozen=True, slots=True)
class Element:
    """From `start` up to `end` (None: as far as what follows belongs to it); its content begins at `body`."""

    name: int
    start: int
    body: int
    end: int | None


@dataclass(slots=True)
class _Film:
    data: Data
    edits: list[Edit] = field(default_factory=list)
    left: int = FILE_ELEMENTS_MAX
    clusters: int = 0
    tracks: int = 0


def bare_webm(data: Data) -> list[Piece]:
    """The head and the first segment; what follows it is left behind."""
    film = _Film(data)
    head = _element(film, 0, len(data))
    if head.name != _EBML or head.end is None or head.end - head.start > _HEAD_BYTES_MAX:
        raise Unfit("unreadable")
    segment = _element(film, head.end, len(data))
    while segment.name == _VOID and segment.end is not None:
        _void(film, segment, segment.end)
        segment = _element(film, segment.end, len(data))
    if segment.name != _SEGMENT:
        raise Unfit("unreadable")
    end = _segment(film, segment, min(segment.end or len(data), len(data)))
    if not film.clusters or not film.tracks:
        raise Unfit("unreadable")
    return edited(end, film.edits)


def _element(film: _Film, at: int, most: int) -> Element:
    """The element that begins here. One that says it ends beyond `most` is cut off there only if it is a cluster or the
    segment: a recording that broke off."""
    film.left -= 1
    first = number(film.data, at, 1)
    wide = 9 - first.bit_length()
    if film.left < 0 or wide > 4:
        raise Unfit("unreadable")
    name = number(film.data, at, wide)
    at_size = at + wide
    first = number(film.data, at_size, 1)
    long = 9 - first.bit_length()
    if long > 8:
        raise Unfit("unreadable")
    unknown = (1 << 7 * long) - 1
    size = number(film.data, at_size, long) & unknown
    body = at_size + long
    if size == unknown:
        if name not in (_SEGMENT, _CLUSTER):
            raise Unfit("unreadable")
        return Element(name, at, body, None)
    if body + size > most and name not in (_SEGMENT, _CLUSTER):
        raise Unfit("unreadable")
    return Element(name, at, body, min(body + size, most))


def _children(film: _Film, parent: Element) -> Iterator[Element]:
    at = parent.body
    while parent.end is not None and at < parent.end:
        found = _element(film, at, parent.end)
        if found.end is None:
            raise Unfit("unreadable")
        yield found
        at = found.end


def _segment(film: _Film, segment: Element, most: int) -> int:
    """Look at what the segment holds, up to `most`; where what can be read ends."""
    at = segment.body
    while at < most:
        try:
            found = _element(film, at, most)
        except Unfit:
            if film.clusters and film.left > 0:
                return at  # cut short behind what was recorded
            raise
        if found.name == _CLUSTER:
            film.clusters += 1
            at = found.end if found.end is not None else _cluster_end(film, found.body, most)
            continue
        if found.end is None or (found.name not in _TOP and segment.end is None):
            return at  # a second segment, or what is none of this one's
        _top(film, found, found.end)
        at = found.end
    return at


def _top(film: _Film, found: Element, end: int) -> None:
    """Blank what an element of the segment says too much, or all of it."""
    if found.name == _SEEKS:
        for each in _children(film, found):
            if each.name != _SEEK or _sought(film, each) not in (_INFO, _TRACKS, _CUES, _CLUSTER, _SEEKS):
                _void(film, each, each.end or end)
    elif found.name == _INFO:
        for each in _children(film, found):
            if each.name not in _IN_INFO:
                _void(film, each, each.end or end)
            elif each.name in _PROGRAMS and each.end is not None:
                film.edits.append((each.body, Blank(each.end - each.body)))
    elif found.name == _TRACKS:
        for each in _children(film, found):
            if each.name == _TRACK:
                _track(film, each)
            else:
                _void(film, each, each.end or end)
    elif found.name != _CUES:
        _void(film, found, end)


def _cluster_end(film: _Film, at: int, most: int) -> int:
    """Where a cluster of no said length ends: before the first element that can't be in one."""
    while at < most:
        try:
            found = _element(film, at, most)
        except Unfit:
            if film.left > 0:
                return at  # a block that broke off
            raise
        if found.name not in _IN_CLUSTER or found.end is None:
            return at
        at = found.end
    return at


def _sought(film: _Film, seek: Element) -> int:
    """What an entry of the list of places points at; 0: nothing that is known."""
    found = next((each for each in _children(film, seek) if each.name == _SEEK_ID), None)
    if found is None or found.end is None or not 0 < found.end - found.body <= 4:
        return 0
    return number(film.data, found.body, found.end - found.body)


def _track(film: _Film, track: Element) -> None:
    film.tracks += 1
    told = {each.name: each for each in _children(film, track)}
    kind = told.get(_KIND)
    if kind is None or kind.end is None or number(film.data, kind.body, kind.end - kind.body) not in _SHOWN_TRACKS:
        raise Unfit("not_bare")  # its blocks lie among the others', in every cluster
    for each in _children(film, track):
        if each.name not in _IN_TRACK:
            _void(film, each, each.end or each.body)
    codec, private = told.get(_CODEC), told.get(_PRIVATE)
    if codec is None or private is None or codec.end is None or private.end is None:
        return
    name = taken(film.data, codec.body, codec.end - codec.body).rstrip(b"\0")
    if name in (b"A_VORBIS", b"V_THEORA"):
        content = taken(film.data, private.body, private.end - private.body)
        film.edits.append((private.body, laced(name.decode(), content)))


def _void(film: _Film, found: Element, end: int) -> None:
    """An empty element in its place, of the same length."""
    length = end - found.start
    size = bytes([0x80 | length - 2]) if length <= 128 else b"\x01" + (length - 9).to_bytes(7, "big")
    head = bytes([_VOID]) + size
    film.edits += [(found.start, head), (found.start + len(head), Blank(length - len(head)))]
