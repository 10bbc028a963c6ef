"""MP3: its frames and nothing else. Tags at either end, and what stands between frames, are left behind."""

from fairhand.files.bare.pieces import Data, Kept, Piece, Unfit
from fairhand.files.bare.tags import after_tags, before_tags
from fairhand.kernel.limits import FILE_ELEMENTS_MAX

# Of layer III, by the four bits that say so; 0: none is said, and frames of no said length are not read.
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_HEAD = 4


def bare_mp3(data: Data) -> list[Piece]:
    """All whole frames, byte for byte."""
    at = after_tags(data)
    end = before_tags(data, at)
    spans: list[Piece] = []
    tried = 0
    while (at := _next(data, at, end)) < end:
        begun = at
        while length := _length(data, at, end):
            at += length
        # A lone frame is as likely something else; one that ends the file is the last of a cut one.
        if at - begun > (_length(data, begun, end) or 0) or at == end:
            spans.append(Kept(begun, at))
        else:
            at = begun + 1
        tried += 1
        if tried > FILE_ELEMENTS_MAX:
            raise Unfit("unreadable")
    if not spans:
        raise Unfit("unreadable")
    return spans


def _next(data: Data, at: int, end: int) -> int:
    """Where a frame may begin, from here on; `end`: nowhere."""
    found = data.find(b"\xff", at, end)
    return end if found < 0 else found


def _length(data: Data, at: int, end: int) -> int:
    """The bytes of the frame that begins here; 0: none does, or not the whole of it is there."""
    head = data[at : at + _HEAD]
    if len(head) < _HEAD or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate = head[1] >> 3 & 3, head[2] >> 2 & 3
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[head[2] >> 4]
    if version == 1 or rate == 3 or not kbits:
        return 0
    length = (144_000 if version == 3 else 72_000) * kbits // _HERTZ[version][rate] + (head[2] >> 1 & 1)
    return length if at + length <= end else 0
