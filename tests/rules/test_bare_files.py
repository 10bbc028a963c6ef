"""Sound, film and documents lose what they say of themselves, and not a byte of what they show."""

import io
import random
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest

from fairhand.files.bare.pdf import bare_pdf
from fairhand.files.bare.pdf_alone import bare_jpeg
from fairhand.files.bare.pieces import Unfit
from fairhand.files.cleaning import Cleaned, clean
from tests import samples, told
from tests.counts import count
from tests.told import SECRET, SOUND

MADE: dict[str, Callable[[], bytes]] = {
    "wav": told.wav, "mp3": told.mp3, "flac": told.flac, "id3 flac": lambda: told.id3() + told.flac(),
    "vorbis": told.ogg, "opus": lambda: told.ogg("opus"), "theora": lambda: told.ogg("theora"),
    "ogg flac": lambda: told.ogg("flac"), "mp4": told.mp4, "wide mp4": lambda: told.mp4(wide=True),
    "m4a": lambda: told.mp4(b"M4A "), "webm": told.webm, "live webm": lambda: told.webm(live=True),
}  # fmt: skip
STAYS = {"mp4", "wide mp4", "m4a", "webm", "live webm"}  # where every byte that is left keeps its place


def _cleaned(content: bytes, folder: Path) -> tuple[bytes, Cleaned]:
    came, kept = folder / "came", folder / "kept"
    came.write_bytes(content)
    cleaned = clean(came, kept)
    return kept.read_bytes(), cleaned


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_said_any_more_and_a_second_time_changes_nothing(name: str, tmp_path: Path) -> None:
    sent = MADE[name]()
    kept, _ = _cleaned(sent, tmp_path)
    assert SECRET in sent
    for secret in (SECRET, b"TIMETIME", b"artist", told.PLACES[20:60]):
        assert secret not in kept
    assert _cleaned(kept, tmp_path)[0] == kept
    if name in STAYS:
        assert sum(a != b for a, b in zip(sent, kept, strict=False)) > len(SECRET)


@pytest.mark.parametrize(
    ("sent", "bare"),
    [
        (told.wav(), told.wav(told=False)), (told.mp3(), told.mp3(told=False)), (told.flac(), told.flac(told=False)),
        (told.id3() + told.flac(), told.flac(told=False)), (samples.wav(0.1), samples.wav(0.1)),
    ],
)  # fmt: skip
def test_of_sound_that_is_written_anew_what_it_is_and_its_bytes_are_left(
    sent: bytes, bare: bytes, tmp_path: Path
) -> None:
    assert _cleaned(sent, tmp_path)[0] == bare


def test_flac_behind_a_tag_is_flac_and_the_length_of_a_recording_is_the_kept_one(tmp_path: Path) -> None:
    assert _cleaned(told.id3() + told.flac(), tmp_path)[1].found.media_type == "audio/flac"
    whole, cleaned = _cleaned(told.wav(), tmp_path)
    assert cleaned.facts == {"ms": 187}
    # As programs write that send a recording on before they know how long it is.
    endless = whole[:4] + b"\xff" * 4 + whole[8:40] + b"\xff" * 4 + whole[44:]
    assert _cleaned(endless, tmp_path) == (whole, cleaned)


@pytest.mark.parametrize("name", ["mp4", "wide mp4", "m4a"])
def test_no_sample_of_a_film_moves_and_the_camera_s_own_track_is_gone(name: str, tmp_path: Path) -> None:
    sent = MADE[name]()
    kept, _ = _cleaned(sent, tmp_path)
    assert sent.startswith(kept[:8])
    for part in (SOUND[:500], SOUND[500:1_000], SOUND[1_000:2_000]):
        assert kept.index(part) == sent.index(part)
    assert (sent.count(b"trak"), kept.count(b"trak")) == (3, 2)
    assert kept.count(b"stco") == 2
    assert len(kept) == len(sent) - len(b"end" + SECRET)
    for gone in (b"udta", b"uuid", b"\xa9xyz", b"meta"):
        assert gone not in kept


@pytest.mark.parametrize("live", [False, True])
def test_no_block_of_a_recording_moves(live: bool, tmp_path: Path) -> None:
    sent = told.webm(live=live)
    kept, _ = _cleaned(sent, tmp_path)
    for part in (SOUND[:1_500], SOUND[1_500:], b"\x05vorbis" + SOUND[:50]):
        assert kept.index(part) == sent.index(part)
    assert len(kept) == len(sent) - (0 if live else 8 + 1 + len(SECRET))


@pytest.mark.parametrize("name", ["vorbis", "opus", "theora", "ogg flac"])
def test_pages_keep_their_places_and_their_checksums_are_right(name: str, tmp_path: Path) -> None:
    sent = MADE[name]()
    kept, _ = _cleaned(sent, tmp_path)
    pages = kept.split(b"OggS")[1:]
    assert len(pages) == 4, "the skeleton is gone"
    for page in pages:
        whole = b"OggS" + page
        assert told.checksum(whole[:22] + bytes(4) + whole[26:]) == int.from_bytes(whole[22:26], "little")
    assert [b"OggS" + page for page in pages if SOUND in page] == [b"OggS" + sent.rpartition(b"OggS")[2]]
    assert [page[14:18] for page in pages] == [each.to_bytes(4, "little") for each in range(4)]


def test_a_track_that_lies_among_the_others_is_refused(tmp_path: Path) -> None:
    words = told.webm().replace(
        b"\x83\x01\x00\x00\x00\x00\x00\x00\x01\x02", b"\x83\x01\x00\x00\x00\x00\x00\x00\x01\x11"
    )
    fragments = told.mp4().removesuffix(b"end" + SECRET) + b"\0\0\0\x10moof\0\0\0\x08mfhd"
    for content in (words, fragments):
        with pytest.raises(Unfit, match="not_bare"):
            _cleaned(content, tmp_path)


@pytest.mark.parametrize("name", MADE)
def test_hostile_bytes_are_refused_or_cleaned_and_never_break_the_job(name: str, tmp_path: Path, seed: int) -> None:
    chance, original = random.Random(f"{seed} {name}"), MADE[name]()
    for _ in range(count(60, 5_000)):
        content = bytearray(original[: chance.randint(64, len(original))] if chance.random() < 0.3 else original)
        for _ in range(chance.randint(0, 12)):
            at = chance.randrange(12, len(content))
            instead = chance.choice((b"\xff" * 4, bytes(4), b"\0\0\0\1", chance.randbytes(chance.randint(1, 8))))
            content[at : at + len(instead)] = instead
        with suppress(Unfit):  # anything else that is raised fails the test
            kept, _ = _cleaned(bytes(content), tmp_path)
            assert len(kept) <= len(content) + 64


def test_what_only_begins_as_a_kind_is_no_file_of_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for begins in (
        b"RIFF\0\0\0\0WAVE", b"ID3\4\0\0\0\0\0\0", b"\xff\xfb\x90\x64", b"fLaC", b"OggS\0\2",
        b"\0\0\0\x18ftypisom", b"\0\0\0\x18ftypM4A ", b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm",
    ):  # fmt: skip
        for most in (0, 50, 5_000):
            with pytest.raises(Unfit, match=r"unreadable|unknown_type"):
                _cleaned(begins + chance.randbytes(most).replace(b"\xff", b"\xfe"), tmp_path)


@pytest.mark.parametrize("lock", ["", "owner"])
def test_a_document_is_its_pages_and_no_more(lock: str, tmp_path: Path) -> None:
    sent = told.pdf(lock)
    kept, _ = _cleaned(sent, tmp_path)
    with pikepdf.open(io.BytesIO(kept)) as found:
        assert not found.is_encrypted
        plain = io.BytesIO()
        found.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
                   object_stream_mode=pikepdf.ObjectStreamMode.disable)  # fmt: skip
        content = plain.getvalue()
        sign, link, kept_link = found.pages[0].Annots
        assert (str(sign.Contents), "/A" in link, str(kept_link.A.URI)) == ("A remark", False, "https://example.org/")
        photo = found.pages[0].Resources.XObject.B.read_raw_bytes()
        assert photo == bare_jpeg(samples.jpeg())
        assert set(found.trailer.keys()) == {"/Root", "/Size", "/ID"}
    for secret in (SECRET, b"JavaScript", b"EmbeddedFile", b"Telephone", b"Typst", b"FileAttachment"):
        assert secret not in content
    assert _cleaned(sent, tmp_path)[0] == kept, "sent twice it is one file"
    with pikepdf.open(io.BytesIO(samples.pdf())) as before, pikepdf.open(io.BytesIO(kept)) as after:
        assert before.pages[0].Contents.read_bytes() == after.pages[0].Contents.read_bytes()


def test_a_photograph_in_a_document_keeps_its_pixels() -> None:
    came = samples.jpeg()
    bare = bare_jpeg(came)
    assert b"Telephone" in came
    assert b"Exif" not in bare
    assert b"secret comment" not in bare
    assert came.endswith(bare[bare.index(b"\xff\xda") :])
    assert bare_jpeg(bare) == bare
    assert bare_jpeg(came[:300]) == came[:300]


@pytest.mark.parametrize(
    ("content", "code"),
    [(told.pdf("user"), "locked"), (b"%PDF-1.7\nnothing", "unreadable"), (samples.pdf()[:3_000], "unreadable")],
)
def test_a_document_that_is_not_taken_says_why(content: bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        _cleaned(content, tmp_path)
    assert unfit.value.code == code


def test_a_document_that_takes_too_much_ends_its_own_process_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = tmp_path / "came"
    came.write_bytes(samples.pdf())
    monkeypatch.setattr("fairhand.files.bare.pdf.FILE_BYTES_MAX", 100)  # it may write twice that
    with pytest.raises(Unfit, match="unreadable"):
        bare_pdf(came, tmp_path / "kept")


def test_an_installation_without_its_library_says_so_and_blames_no_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = tmp_path / "came"
    came.write_bytes(samples.pdf())
    bare_python = tmp_path / "python"
    bare_python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')  # without what is installed beside it
    bare_python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(bare_python))
    with pytest.raises(RuntimeError, match="can't be cleaned here"):
        bare_pdf(came, tmp_path / "kept")
