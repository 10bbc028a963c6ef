"""A film without sound as WebM, from drawn pictures: every frame is a whole picture, as a lossy WebP holds one.

WebP and WebM are packed with the same codec (VP8), so Pillow draws the frames and some lines put them into a file.
No program that packs films is needed, and the same pictures make the same bytes.
"""

import io
import struct
from collections.abc import Sequence

from PIL import Image

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER, _CUES = (
    b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75",
    b"\x1c\x53\xbb\x6b",
)  # fmt: skip
_NAME = b"fairhand"
_KEY_FRAME = 0x80


def webm(frames: Sequence[Image.Image], frame_ms: int, quality: int = 60) -> bytes:
    """The file. A frame stands `frame_ms` long; all have the size of the first."""
    width, height = frames[0].size
    head = _element(_EBML, _number(b"\x42\x86", 1), _number(b"\x42\xf7", 1), _number(b"\x42\xf2", 4),
                    _number(b"\x42\xf3", 8), _element(b"\x42\x82", b"webm"), _number(b"\x42\x87", 2),
                    _number(b"\x42\x85", 2))  # fmt: skip
    info = _element(_INFO, _number(b"\x2a\xd7\xb1", 1_000_000), _element(b"\x4d\x80", _NAME),
                    _element(b"\x57\x41", _NAME),
                    _element(b"\x44\x89", struct.pack(">d", float(len(frames) * frame_ms))))  # fmt: skip
    size = _element(b"\xe0", _number(b"\xb0", width), _number(b"\xba", height))
    track = _element(b"\xae", _number(b"\xd7", 1), _number(b"\x73\xc5", 1), _number(b"\x83", 1),
                     _element(b"\x86", b"V_VP8"), _number(b"\x23\xe3\x83", frame_ms * 1_000_000), size)  # fmt: skip
    tracks = _element(_TRACKS, track)
    clusters = [_cluster(place * frame_ms, _packed(frame, quality)) for place, frame in enumerate(frames)]
    # Where each second begins, so that one can come to any place. The list's own length moves nothing: it stands last.
    at, points = len(info) + len(tracks), []
    for place, cluster in enumerate(clusters):
        if place * frame_ms % 1_000 < frame_ms:
            where = _element(b"\xb7", _number(b"\xf7", 1), _number(b"\xf1", at))
            points.append(_element(b"\xbb", _number(b"\xb3", place * frame_ms), where))
        at += len(cluster)
    return head + _element(_SEGMENT, info, tracks, *clusters, _element(_CUES, *points))


def _packed(frame: Image.Image, quality: int) -> bytes:
    """A picture as one VP8 frame: what stands in a WebP after its own headers."""
    out = io.BytesIO()
    frame.convert("RGB").save(out, "WEBP", quality=quality, method=6)
    data = out.getvalue()
    if data[12:16] != b"VP8 ":
        raise ValueError("a picture was not packed with loss")
    (length,) = struct.unpack("<I", data[16:20])
    return data[20 : 20 + length]


def _cluster(at_ms: int, frame: bytes) -> bytes:
    block = _element(b"\xa3", b"\x81" + struct.pack(">hB", 0, _KEY_FRAME) + frame)
    return _element(_CLUSTER, _number(b"\xe7", at_ms), block)


def _element(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    # A reader looks for what kind of file it is near the beginning: lengths there are written short.
    size = bytes([len(body) | 0x80]) if len(body) < 0x7F else struct.pack(">Q", len(body) | 1 << 56)
    return name + size + body


def _number(name: bytes, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))
