"""Small files of every kind that is taken, made here: nothing of them comes from elsewhere."""

import functools
import io
import math
import struct
import wave

import typst
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

_RATE = 8_000
PLACE = "31.2001, 29.9187"


@functools.cache
def jpeg(width: int = 320, height: int = 240, *, told: bool = True) -> bytes:
    """A drawn street; `told`: with what a telephone would write into it (who, where, which way up)."""
    image = _street(width, height)
    exif = Image.Exif()
    if told:
        exif[0x0112] = 6  # turned by a quarter
        exif[0x010F], exif[0x013B] = "Telephone of somebody", "Somebody"
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[29] = PLACE
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif, comment=b"a secret comment" if told else b"")
    return out.getvalue()


@functools.cache
def png(width: int = 64, height: int = 64) -> bytes:
    """A drawn map with a text chunk beside it."""
    info = PngInfo()
    info.add_text("Author", "Somebody")
    out = io.BytesIO()
    _street(width, height).save(out, "PNG", pnginfo=info)
    return out.getvalue()


@functools.cache
def wav(seconds: float = 1.0) -> bytes:
    """A tone that swells and fades."""
    many = int(_RATE * seconds)
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        for place in range(many):
            loud = math.sin(math.pi * place / many)
            sound.writeframesraw(struct.pack("<h", int(28_000 * loud * math.sin(2 * math.pi * 440 * place / _RATE))))
    return out.getvalue()


@functools.cache
def pdf() -> bytes:
    """A page of text, set by the program that sets statements."""
    return bytes(
        typst.compile(b"#set page(width: 12cm, height: 8cm)\n= Lease\nThe tenant pays on the first of a month.")
    )


VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nMind the step\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def _street(width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), "#dfe8ee")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height * 0.7, width, height), fill="#5b6068")
    for place in range(4):
        left = width * (0.05 + 0.24 * place)
        pen.rectangle((left, height * (0.2 + 0.05 * place), left + width * 0.18, height * 0.7), fill="#b9775c")
    pen.ellipse((width * 0.1, height * 0.75, width * 0.25, height * 0.9), fill="#d98e12")
    return image
