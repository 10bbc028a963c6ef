"""Files by rule: what one is by its content, what is left of a picture, ranges, names, and names turned into files."""

import io
import random
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fairhand.files.bare.pieces import Unfit
from fairhand.files.cleaning import clean
from fairhand.files.rules import plain_name, saved_name, span_of
from fairhand.files.sniff import HEAD_BYTES, found_in
from fairhand.tasks.attached import files_in, resolve
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.template import check_payload
from tests import samples
from tests.parts import example, stored


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (samples.jpeg(), "image/jpeg"), (samples.png(), "image/png"), (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8L", "image/webp"), (samples.wav(0.1), "audio/wav"),
        (b"ID3\x04\x00\x00", "audio/mpeg"), (b"\xff\xfb\x90\x64", "audio/mpeg"), (b"OggS\x00\x02", "audio/ogg"),
        (b"fLaC\x00", "audio/flac"), (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"), (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (samples.pdf(), "application/pdf"), (samples.VTT, "text/vtt"), ("مرحبا\n".encode(), "text/plain"),
        (("é" * HEAD_BYTES).encode(), "text/plain"), (b'{"a": 1}', "text/plain"),
        (samples.SVG, None), (samples.HTML, None), (b"\xef\xbb\xbf  <?xml version='1.0'?>", None),
        (b"\n<a href=x>", None), (b"<!-- x --><script>", None), (b"MZ\x90\x00", None), (b"\x7fELF", None),
        (b"PK\x03\x04", None), (b"", None), (b"caf\xe9 au lait", None), (b"\x00\x00\x00\x20ftypheic", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says(head: bytes, expected: str | None) -> None:
    found = found_in(head[:HEAD_BYTES])
    assert (found.media_type if found else None) == expected


def _cleaned(content: bytes, tmp_path: Path) -> bytes:
    came, kept = tmp_path / "came", tmp_path / "kept"
    came.write_bytes(content)
    clean(came, kept)
    return kept.read_bytes()


def test_nothing_but_pixels_is_left_of_a_picture(tmp_path: Path) -> None:
    sent = samples.jpeg()
    kept = _cleaned(sent, tmp_path)
    assert b"Telephone" in sent
    assert samples.PLACE.encode() in sent
    for secret in (b"Telephone", b"Somebody", samples.PLACE.encode(), b"secret comment", b"Exif"):
        assert secret not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (240, 320), "it stands as its EXIF said"
        assert not image.getexif()
    png = _cleaned(samples.png(), tmp_path)
    assert b"Somebody" not in png
    assert b"tEXt" not in png


def test_what_hides_behind_a_picture_is_gone(tmp_path: Path) -> None:
    kept = _cleaned(samples.png() + samples.HTML, tmp_path)
    assert b"script" not in kept
    assert _cleaned(samples.VTT, tmp_path) == samples.VTT, "words stay as they are"


def _bomb(width: int, height: int) -> bytes:
    """A picture that says it is that large, in a few hundred bytes."""
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    made = bytearray(out.getvalue())
    made[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    made[29:33] = zlib.crc32(made[12:29]).to_bytes(4, "big")
    return bytes(made)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (samples.SVG, "unknown_type"), (samples.jpeg()[:900], "unreadable"), (_bomb(60_000, 60_000), "image_too_large"),
        (_bomb(8_000, 8_000), "image_too_large"), (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "unreadable"),
    ],
)  # fmt: skip
def test_a_picture_that_is_not_taken_says_why(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        _cleaned(content, tmp_path)
    assert unfit.value.code == code


def test_moving_pictures_are_not_taken(tmp_path: Path) -> None:
    frames = [Image.new("L", (4, 4), shade) for shade in (0, 255)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(Unfit, match="animated"):
        _cleaned(out.getvalue(), tmp_path)


def test_a_second_picture_that_a_telephone_hangs_on_is_left_behind(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (20, 15))])
    kept = _cleaned(out.getvalue(), tmp_path)
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size, getattr(image, "n_frames", 1)) == ("JPEG", (40, 30), 1)


def test_damaged_pictures_are_refused_and_never_break_the_job(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for original in (samples.jpeg(), samples.png()):
        for _ in range(60):
            content = bytearray(original)
            for _ in range(chance.randint(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            with suppress(Unfit):  # anything else that is raised fails the test
                _cleaned(bytes(content), tmp_path)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None), ("bytes=0-", (0, 100)), ("bytes=10-19", (10, 10)), ("bytes=90-500", (90, 10)),
        ("bytes=-5", (95, 5)), ("bytes=-500", (0, 100)), ("bytes=5-3", None), ("bytes=0-1,5-6", None),
        ("lines=1-2", None), ("bytes=-", None),
    ],
)  # fmt: skip
def test_ranges(header: str, expected: tuple[int, int] | None) -> None:
    assert span_of(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=999-1000"])
def test_a_range_without_a_byte(header: str) -> None:
    with pytest.raises(ValueError, match=r"bytes|end"):
        span_of(header, 100)


@given(st.text(max_size=400))
def test_a_name_is_plain_whatever_was_typed(typed: str) -> None:
    name = plain_name(typed)
    assert 0 < len(name) <= 200
    assert not set(name) & set('/\\<>"|:*?\u202e\x00\n')
    assert plain_name(name) == name


def test_names() -> None:
    assert plain_name("C:\\fakepath\\..\\street.jpg") == "street.jpg"
    assert plain_name("a\u202egpj.exe") == "agpj.exe"
    assert plain_name("..") == "file"
    assert saved_name("street.html", "image/jpeg") == "street.html.jpg"
    assert saved_name("street.JPEG", "image/jpeg") == "street.JPEG"


def test_a_row_names_a_file_and_gets_it() -> None:
    template = {"fields": [stored(part) for part in _fields("image", "video")], "questions": []}
    image = {key: value for key, value in example(_fields("image")[0])["good"][0].items() if key != "alt"}
    film = {k: v for k, v in example(_fields("video")[0])["good"][1].items() if k not in ("captions", "transcript")}
    words = example(_fields("video")[0])["good"][0]["captions"]
    files = {
        "street.jpg": image,
        image["file"]: image,
        "walk.mp4": film,
        "walk.vtt": words,
        film["file"]: film,
        words["file"]: words,
    }
    row = {
        "image": {"file": "street.jpg", "alt": "A street", "sha256": "forged"},
        "video": {"file": "walk.mp4", "captions": "walk.vtt"},
    }
    payload, unknown = resolve(template, row, files)
    assert unknown == []
    assert payload == {"image": {**image, "alt": "A street"}, "video": {**film, "captions": words}}
    assert check_payload(template, payload) == ()
    assert [file["name"] for file in files_in(payload)] == ["street.jpg", "walk.mp4", "walk.vtt"]
    again, unknown = resolve(template, payload, files)
    assert (again, unknown) == (payload, [])
    for wrong in (
        {"image": "other.jpg"},
        {"image": {"file": "other.jpg"}},
        {"video": {"file": "walk.mp4", "captions": "x"}},
    ):
        assert [problem.code for problem in resolve(template, wrong, files)[1]] == ["no_such_file"]
    forged = {"video": {"file": "walk.mp4", "captions": {**words, "sha256": "0" * 64}}}
    assert [problem.code for problem in resolve(template, forged, files)[1]] == ["no_such_file"]


def _fields(*names: str) -> list[object]:
    return [part for name in names if (part := FIELDS.get(name)) is not None]
