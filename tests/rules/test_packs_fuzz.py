"""Whatever bytes a pack is made of, reading it ends in a pack or in PackRefused, soon."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

import pytest

from fairhand.packs import PackRefused, read_pack
from tests.counts import count
from tests.rules.pack_cases import make_good

_FILES = ("project.toml", "tasks.jsonl", "gold.jsonl", "judgements.csv", "guideline.md")
_TEXTS = (
    "\u202e", "\u200f", "\x00", "\\ud800", "\\u0000", '"', "'", '"""', "'''", "\n", "\r", "\r\n", ",", "{", "}", "[",
    "]", "[[", "]]", "=", "#", "\\", "1e999", "NaN", "-1", "inf", "null", "true", "1979-05-27", "0x7f", "=cmd()", "w1",
    "t1", "pack", "stages", "[stages]\n", "[[template]]\n", "9" * 5000, "[" * 2000, "{" * 2000, '{"a":' * 2000,
    "a." * 2000, "x" * 300_000,
)  # fmt: skip
_TOKENS = (b"\xff", b"\xef\xbb\xbf", *(text.encode() for text in _TEXTS))


def _mutated(data: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 1, 2, 4, 12))):
        at, to = sorted((random.randrange(len(data) + 1), random.randrange(len(data) + 1)))
        match random.randrange(6):
            case 0:
                data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + random.choice(_TOKENS) + data[at:]
            case 2:
                data = data[:at] + data[min(to, at + 40) :]
            case 3:
                data = data[:at] + data[at:to] + data[at:]
            case 4:
                data = data[:at] + random.choice(_TOKENS) + data[min(to, at + 12) :]
            case _:
                lines = data.splitlines(keepends=True)
                random.shuffle(lines)
                data = b"".join(lines)
    return data


def _told(folder: Path, case: str) -> list[str]:
    """The faults of a pack; none if it is good and can be read to its end."""
    try:
        pack = read_pack(folder)
        for stream in (pack.tasks(), pack.gold(), pack.judgements()):
            deque(stream, maxlen=0)
    except PackRefused as refused:
        return [str(error) for error in refused.errors]
    except Exception as error:  # any other exception is what this test looks for
        pytest.fail(f"{case}: {error!r}")
    return []


def test_mutated_packs_are_read_or_refused(tmp_path: Path, seed: int, claim: Callable[[str, int], None]) -> None:
    random = Random(seed)
    folder = make_good(tmp_path / "good")
    original = {name: (folder / name).read_bytes() for name in _FILES}
    cases, took, refused = count(600, 50_000), [], 0
    for number in range(cases):
        name = random.choice(_FILES[:4] if random.random() < 0.97 else _FILES)
        (folder / name).write_bytes(_mutated(original[name], random))
        began = time.process_time()
        told = _told(folder, f"seed {seed}, case {number}, {name}")
        refused += bool(told)
        assert all(line.isprintable() and len(line) < 500 for line in told), f"seed {seed}, case {number}, {name}"
        took.append(time.process_time() - began)
        (folder / name).write_bytes(original[name])
    assert refused > cases // 3, "most mutations spoil a pack, or this test mutates nothing"
    usual = median(took)
    assert max(took) < 1_000 * usual, f"one pack took {max(took):.1f} s, others {usual:.4f} s"
    claim("a pack of mutated bytes is read or refused with located reasons, never anything else", cases)
