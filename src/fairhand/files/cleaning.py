"""A file as it may be kept: images are drawn anew, so that nothing but their pixels is left; sound, film and documents
lose what they say of themselves (author, place, device), and text stays as it is. docs/explanation/files.md says more.
"""

import io
import shutil
import warnings
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from fairhand.files.bare.flac import bare_flac
from fairhand.files.bare.mp3 import bare_mp3
from fairhand.files.bare.mp4 import bare_mp4
from fairhand.files.bare.ogg import bare_ogg
from fairhand.files.bare.pdf import bare_pdf
from fairhand.files.bare.pieces import Data, Piece, Unfit, written
from fairhand.files.bare.tags import after_tags
from fairhand.files.bare.wav import bare_wav
from fairhand.files.bare.webm import bare_webm
from fairhand.files.sniff import HEAD_BYTES, Found, found_in
from fairhand.kernel.limits import IMAGE_PIXELS_MAX, IMAGE_SIDE_MAX

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
_JPEG_QUALITY = 95
_WAV_RATE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept: its type, and what is known of it ({"width", "height"} or {"ms"})."""

    found: Found
    facts: dict[str, int] = field(default_factory=dict)


def _flac(data: Data) -> list[Piece]:
    return bare_flac(data, after_tags(data))


_PIECES: Mapping[str, Callable[[Data], list[Piece]]] = {
    "audio/wav": bare_wav, "audio/mpeg": bare_mp3, "audio/ogg": bare_ogg, "audio/flac": _flac, "audio/mp4": bare_mp4,
    "video/mp4": bare_mp4, "video/webm": bare_webm, "video/ogg": bare_ogg,
}  # fmt: skip


def clean(source: Path, target: Path) -> Cleaned:
    """Write the file as it may be kept to `target`. Raises Unfit."""
    with source.open("rb") as file:
        found = found_in(file.read(HEAD_BYTES))
    if found is None:
        raise Unfit("unknown_type")
    if found.kind == "image":
        return _drawn_anew(source, target, found)
    if found.kind == "pdf":
        bare_pdf(source, target)
    elif found.media_type in _PIECES:
        found = _bared(source, target, found)
    else:
        shutil.copyfile(source, target)
    return Cleaned(found, _length(target) if found.media_type == "audio/wav" else {})


def _bared(source: Path, target: Path, found: Found) -> Found:
    """Sound or film without what it says of itself; what it is, which tags before its beginning may have hidden."""
    with source.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        if found.media_type == "audio/mpeg":
            start = after_tags(data)
            found = found_in(data[start : start + HEAD_BYTES]) or found
            if found.media_type not in ("audio/mpeg", "audio/flac"):
                raise Unfit("unreadable")
        pieces = _PIECES[found.media_type](data)
        with target.open("wb") as out:
            written(data, pieces, out)
    return found


def _drawn_anew(source: Path, target: Path, found: Found) -> Cleaned:
    """The pixels alone, upright, in sRGB: no EXIF, no place, no device, no comment, no thumbnail, no second image."""
    form = _FORMATS[found.media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a damaged file says of its own EXIF is no news
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[form]) as opened:
                # Before a pixel is unpacked: a few kilobytes may say that they are a billion of them.
                if max(opened.size) > IMAGE_SIDE_MAX or opened.width * opened.height > IMAGE_PIXELS_MAX:
                    raise Unfit("image_too_large")
                # Telephones hang a second picture on a JPEG (depth, brightness): nothing in it moves, the first is it.
                if form != "JPEG" and getattr(opened, "n_frames", 1) > 1:
                    raise Unfit("animated")
                image = _plain(opened)
                image.save(target, form, **_how(form))
    except Unfit:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit("image_too_large") from error
    except Exception as error:  # bytes that were made to break a decoder may break it in any way
        raise Unfit("unreadable") from error
    return Cleaned(found, {"width": image.width, "height": image.height})


def _plain(opened: Image.Image) -> Image.Image:
    """Turned as its EXIF says, its colours converted by its profile, and everything else left behind."""
    upright = ImageOps.exif_transpose(opened)
    profile = upright.info.get("icc_profile")
    if profile and upright.mode in ("RGB", "RGBA", "CMYK", "L"):
        mode = "RGBA" if upright.mode == "RGBA" else "RGB"
        shown = ImageCms.profileToProfile(
            upright, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
        )
        upright = shown if shown is not None else upright
    kept: dict[Any, Any] = {key: upright.info[key] for key in ("transparency",) if key in upright.info}
    fresh = upright.convert("RGB") if upright.mode == "CMYK" else upright.copy()
    fresh.info = kept
    return fresh


def _how(form: str) -> dict[str, Any]:
    if form == "JPEG":
        return {"quality": _JPEG_QUALITY, "subsampling": 0, "optimize": True}
    return {"lossless": True} if form == "WEBP" else {}


def _length(source: Path) -> dict[str, int]:
    try:
        with wave.open(str(source)) as sound:
            rate = sound.getframerate()
            return {"ms": sound.getnframes() * 1000 // rate} if 0 < rate <= _WAV_RATE_MAX else {}
    except (wave.Error, EOFError, OSError):
        return {}  # a kind of WAV that we don't read: browsers may
