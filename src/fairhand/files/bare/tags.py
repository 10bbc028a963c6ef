"""Tags that are hung on a file of sound before its beginning and after its end: ID3, APE, Lyrics3."""

from fairhand.files.bare.pieces import Data

_TAGS_MAX = 16  # one after the other, at each end
_ID3_1 = 128
_APE = 32


def after_tags(data: Data) -> int:
    """Where the sound begins: behind the ID3 tags of version 2."""
    at = 0
    for _ in range(_TAGS_MAX):
        head = data[at : at + 10]
        if len(head) < 10 or head[:3] != b"ID3":
            break
        length = 0
        for byte in head[6:10]:  # seven bits of each
            length = length << 7 | byte & 0x7F
        at += 10 + length + (10 if head[5] & 0x10 else 0)
    return min(at, len(data))


def before_tags(data: Data, start: int) -> int:
    """Where the sound ends: before ID3 (either version), APE tags and words to be sung."""
    end = len(data)
    for _ in range(_TAGS_MAX):
        length = _last(data, end)
        if not length or end - length < start:
            break
        end -= length
    return end


def _last(data: Data, end: int) -> int:
    """How long the tag is that ends here; 0: there is none."""
    if data[max(end - _ID3_1, 0) : end].startswith(b"TAG"):
        return _ID3_1
    foot = data[max(end - _APE, 0) : end]
    if foot.startswith(b"APETAGEX"):
        return int.from_bytes(foot[12:16], "little") + (_APE if foot[23] & 0x80 else 0)
    if foot.endswith(b"LYRICS200") and (digits := foot[-15:-9]).isdigit():
        return int(digits) + 15
    if foot[-10:-7] == b"3DI":
        return 20 + sum((byte & 0x7F) << shift for byte, shift in zip(foot[-4:], (21, 14, 7, 0), strict=True))
    return 0
