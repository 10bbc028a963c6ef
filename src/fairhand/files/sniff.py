"""What a file is, from its first bytes and never from its name. Pure.

Only what is on this list is taken. What a browser could run (SVG, HTML, XML) is no text here: it is refused.
"""

import re
from dataclasses import dataclass

HEAD_BYTES = 4096  # of the beginning, that are looked at
KINDS = ("image", "audio", "video", "pdf", "text")


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of KINDS and a media type; `shown`: whether a browser may show it in the page."""

    kind: str
    media_type: str
    shown: bool = True


_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"),
           (b"GIF89a", "image/gif"))  # fmt: skip
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
_VIDEO_BRANDS = (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash")
_MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<!--|<[a-z][a-z0-9:-]*[\s>/])", re.IGNORECASE)
_CONTROLS = frozenset({*range(32), 127}) - {9, 10, 12, 13}
SHOWN_TYPES = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", "audio/wav", "audio/mpeg", "audio/ogg", "audio/flac",
    "audio/mp4", "video/mp4", "video/webm", "video/ogg", "application/pdf", "text/vtt",
})  # fmt: skip


def found_in(head: bytes) -> Found | None:
    """What the first HEAD_BYTES of a file say it is; None for what is not taken."""
    for magic, media_type in _IMAGES:
        if head.startswith(magic):
            return Found("image", media_type)
    return _boxed(head) or _sounding(head) or _written(head)


def _boxed(head: bytes) -> Found | None:
    """Containers: RIFF, MP4, Matroska, Ogg."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Found("image", "image/webp")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Found("audio", "audio/wav")
    if head[4:8] == b"ftyp" and head[8:12] in _AUDIO_BRANDS:
        return Found("audio", "audio/mp4")
    if head[4:8] == b"ftyp" and head[8:12] in _VIDEO_BRANDS:
        return Found("video", "video/mp4")
    if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64]:
        return Found("video", "video/webm")
    if head[:4] == b"OggS":
        return Found("video", "video/ogg") if b"theora" in head[:128] else Found("audio", "audio/ogg")
    return None


def _sounding(head: bytes) -> Found | None:
    if head[:4] == b"fLaC":
        return Found("audio", "audio/flac")
    # An MPEG frame of layer III: eleven bits set, then version and layer; or tags before the first one.
    if head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0):
        return Found("audio", "audio/mpeg")
    return None


def _written(head: bytes) -> Found | None:
    """A PDF, captions, or plain text in UTF-8 that is no markup."""
    if head.startswith(b"%PDF-"):
        return Found("pdf", "application/pdf")
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text or any(byte in _CONTROLS for byte in text) or _MARKUP.match(text):
        return None
    try:
        text[: len(text) - 3 if len(head) == HEAD_BYTES else None].decode()
    except UnicodeDecodeError as error:
        # A letter of several bytes may be cut where we stopped looking, and nowhere else.
        if len(head) < HEAD_BYTES or error.start < len(text) - 6:
            return None
    if re.match(rb"WEBVTT(?:[ \t\r\n]|$)", text):
        return Found("text", "text/vtt")
    return Found("text", "text/plain", shown=False)


def suffix_of(media_type: str) -> str:
    """The ending that a saved file gets; "" for none."""
    return _SUFFIXES.get(media_type, "")


_SUFFIXES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "audio/wav": ".wav",
    "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/flac": ".flac", "audio/mp4": ".m4a", "video/mp4": ".mp4",
    "video/webm": ".webm", "video/ogg": ".ogv", "application/pdf": ".pdf", "text/vtt": ".vtt", "text/plain": ".txt",
}  # fmt: skip
