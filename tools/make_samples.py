"""Files of ready-made templates' examples, drawn, sounded and filmed here: nobody's picture or voice.

python tools/make_samples.py [TEMPLATE ...]
    writes them into src/fairhand/tasks/library/*/files, their facts into the examples; all, or those that are named

Another version of Pillow or Typst may pack the same otherwise, so a test compares what lies there with what its
example says of it, and not with what is drawn anew.
"""

import hashlib
import json
import math
import struct
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typst
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent))

from webm import webm  # found through the line above

LIBRARY = Path(__file__).resolve().parent.parent / "src" / "fairhand" / "tasks" / "library"
_RATE = 8_000
_LOUD = 52  # of 127: eight bits are enough for tones
_DOT_MS = 100
_MORSE = {"H": "....", "I": "..", "O": "---", "K": "-.-"}
_LOW_HZ, _HIGH_HZ = 330, 660
_FRAME_MS = 100  # of the film


def street(target: Path) -> None:
    """A street with a car, a warning sign and a lamp; where they stand is in the example's answer."""
    image = Image.new("RGB", (640, 400), "#cfe0ec")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 260, 640, 400), fill="#60656d")
    for left in (40, 200, 500):
        pen.rectangle((left, 100, left + 110, 260), fill="#b9775c")
        pen.rectangle((left + 20, 130, left + 45, 165), fill="#e8eef2")
        pen.rectangle((left + 65, 130, left + 90, 165), fill="#e8eef2")
    for left in range(20, 640, 120):
        pen.rectangle((left, 352, left + 60, 358), fill="#f3efe6")
    pen.rectangle((120, 280, 280, 330), fill="#a8281f")
    pen.polygon(((150, 280), (170, 240), (240, 240), (260, 280)), fill="#a8281f")
    pen.polygon(((160, 278), (176, 248), (236, 248), (250, 278)), fill="#dfe8ee")
    for left in (145, 225):
        pen.ellipse((left, 310, left + 40, 350), fill="#1c2430")
    pen.rectangle((417, 180, 423, 270), fill="#4a5362")
    pen.polygon(((420, 120), (390, 180), (450, 180)), fill="#d98e12", outline="#8a5300")
    pen.rectangle((470, 60, 475, 270), fill="#4a5362")
    pen.ellipse((460, 40, 486, 66), fill="#fff3c4", outline="#4a5362")
    image.save(target, "PNG", optimize=True)


def call(target: Path) -> None:
    """Two stations: the low one sends HI from 0.5 s to 1.8 s, the high one OK from 2.3 s to 4.6 s, in Morse."""
    sound = _quiet(500) + _sent("HI", _LOW_HZ) + _quiet(500) + _sent("OK", _HIGH_HZ) + _quiet(600)
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(_RATE)
        out.writeframes(b"".join(struct.pack("B", 128 + sample) for sample in sound))


def _quiet(ms: int) -> list[int]:
    return [0] * (ms * _RATE // 1_000)


def _tone(ms: int, hertz: int) -> list[int]:
    """Begins and ends softly, over 8 ms, so that nothing clicks."""
    many, soft = ms * _RATE // 1_000, 8 * _RATE // 1_000
    shape = (min(1.0, at / soft, (many - 1 - at) / soft) for at in range(many))
    return [round(_LOUD * loud * math.sin(2 * math.pi * hertz * at / _RATE)) for at, loud in enumerate(shape)]


def _sent(word: str, hertz: int) -> list[int]:
    sound: list[int] = []
    for letter in word:
        if sound:
            sound += _quiet(2 * _DOT_MS)
        for sign in _MORSE[letter]:
            sound += _tone((1 if sign == "." else 3) * _DOT_MS, hertz) + _quiet(_DOT_MS)
    return sound[: -_DOT_MS * _RATE // 1_000]


def board(target: Path) -> None:
    """Departures of an invented station: what the prompt of an example asks about."""
    image = Image.new("RGB", (720, 300), "#10151f")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=30)
    rows = (
        ("TRAIN", "TO", "TIME", "PLATFORM"), ("981", "LUXOR", "14:20", "4"), ("975", "ASWAN", "14:45", "2"),
        ("1903", "ALEXANDRIA", "15:05", "7"), ("567", "PORT SAID", "15:30", "3"),
    )  # fmt: skip
    for line, row in enumerate(rows):
        for left, text in zip((30, 150, 400, 530), row, strict=True):
            pen.text((left, 20 + 54 * line), text, fill="#8fa3b8" if line == 0 else "#ffcf5c", font=font)
    image.save(target, "PNG")


def notice(target: Path) -> None:
    """A page that changes what the board says."""
    said = "Trains from platforms 1 to 4 leave from platform 9 today, 25 minutes later than the board shows."
    target.write_bytes(bytes(typst.compile(f"#set page(width: 14cm, height: 9cm)\n= Notice\n{said}".encode())))


def receipt(target: Path) -> None:
    """A till's receipt on which a discount for each of two bottles was taken off once: what an example asks about."""
    image = Image.new("RGB", (460, 440), "#f7f4ec")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=26)
    rows = (
        ("CORNER SHOP", ""), ("BREAD", "12.00"), ("MILK 1 L", "21.00"), ("MILK 1 L", "21.00"), ("EGGS, 12", "65.00"),
        ("MILK: 5.00 OFF EACH", ""), ("DISCOUNT", "-5.00"), ("TOTAL", "114.00"),
    )  # fmt: skip
    for line, (text, price) in enumerate(rows):
        top = 24 + 50 * line
        pen.text((28, top), text, fill="#2a2722", font=font)
        pen.text((432 - pen.textlength(price, font=font), top), price, fill="#2a2722", font=font)
    pen.line((28, 366, 432, 366), fill="#2a2722", width=2)
    image.save(target, "PNG")


def crossing(target: Path) -> None:
    """Eight seconds at a crossing: the light is red from 2 s to 5 s, a car passes from 0.4 s to 1.8 s, a second one
    from 3 s to 4.4 s, against the light."""
    frames = [_crossing_at(ms) for ms in range(0, 8_000, _FRAME_MS)]
    target.write_bytes(webm(frames, _FRAME_MS))


def _crossing_at(ms: int) -> Image.Image:
    image = Image.new("RGB", (320, 180), "#cfe0ec")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 110, 320, 180), fill="#60656d")
    for left in range(140, 190, 14):
        pen.rectangle((left, 112, left + 7, 178), fill="#f3efe6")
    pen.rectangle((206, 30, 210, 110), fill="#4a5362")
    pen.rectangle((198, 26, 218, 66), fill="#1c2430")
    red = 2_000 <= ms < 5_000
    pen.ellipse((201, 29, 215, 43), fill="#d33a2c" if red else "#4b2b2b")
    pen.ellipse((201, 49, 215, 63), fill="#2b4b33" if red else "#37b24d")
    for start, colour in ((400, "#1f5f8b"), (3_000, "#a8281f")):
        if start <= ms < start + 1_400:
            left = -60 + 380 * (ms - start) // 1_400
            pen.rectangle((left, 128, left + 60, 150), fill=colour)
            pen.rectangle((left + 14, 114, left + 46, 130), fill="#dfe8ee", outline=colour)
            for wheel in (left + 8, left + 40):
                pen.ellipse((wheel, 144, wheel + 13, 157), fill="#1c2430")
    return image


# Ready-made template -> (file's name, who makes it). Ids, and words beside a file, stand in the example.
SAMPLES: Sequence[tuple[str, str, Callable[[Path], None]]] = (
    ("image-regions", "street.png", street),
    ("transcription", "call.wav", call),
    ("multimodal-prompt", "board.png", board),
    ("multimodal-prompt", "notice.pdf", notice),
    ("stump-the-model", "receipt.png", receipt),
    ("video-events", "crossing.webm", crossing),
)


def facts_of(target: Path) -> dict[str, object]:
    """What an example says of a file."""
    content = target.read_bytes()
    facts: dict[str, object] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if target.suffix == ".png":
        with Image.open(target) as image:
            facts["width"], facts["height"] = image.size
    elif target.suffix == ".wav":
        with wave.open(str(target)) as sound:
            facts["ms"] = sound.getnframes() * 1_000 // sound.getframerate()
    return facts


def _told(value: Any, name: str, facts: dict[str, object]) -> Any:
    """An example with the facts put beside a file's name, wherever that stands."""
    if isinstance(value, list):
        return [_told(each, name, facts) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {key: _told(each, name, facts) for key, each in value.items()}
    return inner | facts if "file" in inner and inner.get("name") == name else inner


def main() -> None:
    """Write those of the templates that are named, or all."""
    for slug, name, make in SAMPLES:
        if sys.argv[1:] and slug not in sys.argv[1:]:
            continue
        folder = LIBRARY / slug
        (folder / "files").mkdir(exist_ok=True)
        target = folder / "files" / name
        make(target)
        examples = folder / "examples.jsonl"
        rows = [json.loads(line) for line in examples.read_text(encoding="utf-8").splitlines()]
        told = [_told(row, name, facts_of(target)) for row in rows]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
        examples.write_text(lines, encoding="utf-8")
        print(f"{target.relative_to(LIBRARY)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
