"""Ogg: the comments of Vorbis, Opus, Theora, Speex and FLAC are emptied where they stand, so that no page moves.

A comment packet becomes an empty list under a blank vendor as long as the packet was; only its pages get new
checksums. Streams of other kinds (skeletons, words to be sung) are left behind, page by page.
"""

import struct
import zlib
from dataclasses import dataclass, field

from fairhand.files.bare.flac import KEPT_BLOCKS, PADDING
from fairhand.files.bare.pieces import Data, Kept, Piece, Unfit, taken
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

_KINDS = ((b"\x01vorbis", b"\x03vorbis"), (b"OpusHead", b"OpusTags"), (b"\x80theora", b"\x81theora"),
          (b"Speex   ", b""), (b"\x7fFLAC", b"FLAC"))  # fmt: skip
_FLAC, _FLAC_COMMENTS = b"FLAC", 4
_HEAD = 27
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_PACKET_BYTES_MAX = 32 * 1024 * 1024  # of what stands before the sound, a picture of its cover among it


@dataclass(slots=True)
class _Page:
    start: int
    body: int
    end: int
    serial: bytes
    lacing: bytes
    first: bool
    changed: bytearray | None = None


@dataclass(slots=True)
class _Stream:
    """What is known of one of the streams: how its comments begin, and the packet that is being put together."""

    comments: bytes
    packet: bytearray = field(default_factory=bytearray)
    places: list[tuple[_Page, int, int]] = field(default_factory=list)  # (page, from, to) of its pieces
    number: int = 0
    done: bool = False


def bare_ogg(data: Data) -> list[Piece]:
    """The pages of sound and film; those with comments written anew."""
    streams: dict[bytes, _Stream] = {}
    pieces: list[Piece] = []
    open_pages: list[tuple[int, _Page]] = []
    held = at = 0
    for _ in range(FILE_ELEMENTS_MAX):
        page = _page_from(data, at)
        if page is None:
            break
        at = page.end
        if page.first:
            _begin(data, page, streams)
        stream = streams.get(page.serial)
        if stream is None:
            continue
        if not stream.done:
            held += page.end - page.start
            if held > _PACKET_BYTES_MAX:
                raise Unfit("unreadable")
            page.changed = bytearray(data[page.start : page.end])
            open_pages.append((len(pieces), page))
            _read(page, stream)
        pieces.append(Kept(page.start, page.end))
    else:
        raise Unfit("unreadable")
    if not streams or not all(stream.done for stream in streams.values()):
        raise Unfit("unreadable")
    for place, page in open_pages:
        pieces[place] = _sealed(page)
    return pieces


def _page_from(data: Data, at: int) -> _Page | None:
    """The next whole page from here on; what stands between pages is passed over."""
    start = data.find(b"OggS", at)
    if start < 0 or start + _HEAD > len(data):
        return None
    count = data[start + 26]
    lacing = data[start + _HEAD : start + _HEAD + count]
    body = start + _HEAD + count
    end = body + sum(lacing)
    if len(lacing) < count or end > len(data):
        return None
    return _Page(start, body, end, data[start + 14 : start + 18], lacing, bool(data[start + 5] & 2))


def _begin(data: Data, page: _Page, streams: dict[bytes, _Stream]) -> None:
    head = data[page.body : min(page.body + 8, page.end)]
    comments = next((second for first, second in _KINDS if head.startswith(first)), None)
    streams.pop(page.serial, None)
    if comments is not None:
        streams[page.serial] = _Stream(comments)


def _read(page: _Page, stream: _Stream) -> None:
    """Take in what a page holds of the packets before the sound, and blank each that is whole."""
    at = page.body - page.start
    whole = page.changed
    if whole is None:
        return
    for length in page.lacing:
        stream.packet += whole[at : at + length]
        stream.places.append((page, at, at + length))
        at += length
        if length < 255:
            _ended(stream)
            if stream.done:
                return


def _ended(stream: _Stream) -> None:
    packet = bytes(stream.packet)
    if stream.comments == _FLAC:
        stream.done = stream.number > 0 and packet[:1] == b"\xff"
        instead = packet if stream.done or not stream.number else blank_block(packet)
    else:
        instead = blank_comments(packet, stream.comments) if stream.number else packet
        stream.done = stream.number > 0
    if instead != packet:
        done = 0
        for page, start, end in stream.places:
            if page.changed is not None:
                page.changed[start:end] = instead[done : done + end - start]
            done += end - start
    stream.number += 1
    stream.packet.clear()
    stream.places.clear()


def blank_comments(packet: bytes, begins: bytes) -> bytes:
    """A comment packet of the same length that says nothing. Raises Unfit for what is none."""
    framed = b"\x01" if begins == b"\x03vorbis" else b""
    length = len(packet) - len(begins) - 8 - len(framed)
    if not packet.startswith(begins) or length < 0:
        raise Unfit("unreadable")
    return begins + struct.pack("<I", length) + b" " * length + bytes(4) + framed


def blank_block(block: bytes) -> bytes:
    """A block of FLAC's metadata: comments are emptied, what the sound needs stays, the rest becomes padding."""
    kind = taken(block, 0, 4)[0] & 0x7F
    if kind in KEPT_BLOCKS:
        return block
    if kind == _FLAC_COMMENTS:
        return block[:4] + blank_comments(block[4:], b"")
    return bytes([block[0] & 0x80 | PADDING]) + block[1:4] + bytes(len(block) - 4)


def laced(codec: str, private: bytes) -> bytes:
    """What Matroska keeps of Vorbis or Theora (three packets after their lengths) with the comments emptied."""
    begins = b"\x03vorbis" if codec == "A_VORBIS" else b"\x81theora"
    if taken(private, 0, 1) != b"\x02":
        raise Unfit("unreadable")
    lengths: list[int] = []
    at = 1
    for _ in range(2):
        length = 0
        while (byte := taken(private, at, 1)[0]) == 255:
            length, at = length + 255, at + 1
        lengths.append(length + byte)
        at += 1
    start = at + lengths[0]
    return private[:start] + blank_comments(taken(private, start, lengths[1]), begins) + private[start + lengths[1] :]


def _sealed(page: _Page) -> bytes:
    """The page as it is now, with the checksum of what is in it.

    Ogg's checksum is that of zlib, its bits in the other order and begun and ended with zeros.
    """
    whole = page.changed or bytearray()
    whole[22:26] = bytes(4)
    turned = zlib.crc32(bytes(whole).translate(_TURNED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    whole[22:26] = turned.to_bytes(4, "big").translate(_TURNED)
    return bytes(whole)
