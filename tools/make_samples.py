"""The files of ready-made templates' examples, drawn and sounded here: nothing of them is anybody's picture or voice.

python tools/make_samples.py          writes them into src/fairhand/tasks/library/*/files, their facts into the examples

Another version of Pillow may pack the same pixels otherwise, so a test compares what lies there with what its example
says of it, and not with what is drawn anew.
"""

import hashlib
import json
import math
import struct
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

LIBRARY = Path(__file__).resolve().parent.parent / "src" / "fairhand" / "tasks" / "library"
_RATE = 8_000
_LOUD = 52  # of 127: eight bits are enough for tones
_DOT_MS = 100
_MORSE = {"H": "....", "I": "..", "O": "---", "K": "-.-"}
_LOW_HZ, _HIGH_HZ = 330, 660


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


# Ready-made template -> (the field, the file's name, who makes it). Its id and its words stand in the example.
SAMPLES: Sequence[tuple[str, str, str, str, Callable[[Path], None]]] = (
    ("image-regions", "picture", "street.png", "image/png", street),
    ("transcription", "recording", "call.wav", "audio/wav", call),
)


def main() -> None:
    """Write them all."""
    for slug, field, name, media_type, make in SAMPLES:
        folder = LIBRARY / slug
        (folder / "files").mkdir(exist_ok=True)
        target = folder / "files" / name
        make(target)
        content = target.read_bytes()
        facts: dict[str, object] = {"name": name, "media_type": media_type, "bytes": len(content)}
        facts["sha256"] = hashlib.sha256(content).hexdigest()
        if media_type == "image/png":
            with Image.open(target) as image:
                facts["width"], facts["height"] = image.size
        else:
            with wave.open(str(target)) as sound:
                facts["ms"] = sound.getnframes() * 1_000 // sound.getframerate()
        examples = folder / "examples.jsonl"
        rows = [json.loads(line) for line in examples.read_text(encoding="utf-8").splitlines()]
        for row in rows:
            row["payload"][field] |= facts
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        examples.write_text(lines, encoding="utf-8")
        print(f"{target.relative_to(LIBRARY)}: {len(content)} bytes")


if __name__ == "__main__":
    main()
