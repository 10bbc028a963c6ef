"""Files of a conversation reach the model's server byte for byte as they are stored after cleaning."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.files.store import key_of, store
from fairhand.inference.models import Generation
from fairhand.kernel.refusals import Refused
from tests import samples, told
from tests.browser.people import cast
from tests.model_server import ModelServer, model_server
from tests.modelled import ask, asked, ended, endpoint, panel, sent, streaming, turn


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with override_settings(FILES=str(tmp_path / "files")), model_server() as found:
        yield found


def _stored(row: Attachment) -> bytes:
    place = store()
    assert place is not None
    return b"".join(place.read(key_of(row.org_id, row.sha256), 0, row.size or 0))


def test_a_picture_a_document_and_a_recording_arrive_as_they_are_stored(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good", kinds=["image", "pdf", "audio"]))
    claim = who.small.claim(who.expert)
    taken = samples.jpeg()
    picture, paper, sound = (
        sent(claim, name, content)
        for name, content in (("street.jpg", taken), ("page.pdf", told.pdf()), ("tone.wav", told.wav()))
    )
    with streaming() as streams:
        (done,) = ended(
            streams, asked(claim, [turn("Look", files=[value_of(each) for each in (picture, paper, sound)])])
        )
    assert done.state == "done"
    text, image, document, audio = server.asked[0][1]["messages"][0]["content"]
    assert text == {"type": "text", "text": "Look"}
    kind, _, data = image["image_url"]["url"].partition(";base64,")
    got = base64.b64decode(data)
    assert (kind, got) == ("data:image/jpeg", _stored(picture))
    assert got != taken, "it was cleaned of what the camera wrote into it"
    assert b"Somebody" not in got
    assert hashlib.sha256(got).hexdigest() == picture.sha256
    assert base64.b64decode(document["file"]["file_data"].partition(";base64,")[2]) == _stored(paper)
    assert b"Typst" in told.pdf()
    assert b"Typst" not in _stored(paper)
    assert document["file"]["filename"] == "page.pdf"
    assert base64.b64decode(audio["input_audio"]["data"]) == _stored(sound) == told.wav(told=False)
    assert int(done.held_pico) == 8_000 * 2_000_000 + 100 * 8_000_000, "what files take is bounded by what it reads"


def test_files_of_others_or_that_the_model_does_not_take_are_not_sent(db: object, server: ModelServer) -> None:
    endpoint("good", server.url, kinds=("image", "pdf"))
    who = cast(template=panel("good", kinds=["image", "pdf"]))
    claim, other = who.small.claim(who.expert), who.small.claim(who.colleague)
    mine, theirs = sent(claim, "a.png", samples.png()), sent(other, "b.png", samples.png(32, 32))

    def code(file: object) -> str:
        found = ask(claim, [turn("Look", files=[file])])
        assert isinstance(found, Refused), found
        return found.code

    assert code(value_of(theirs)) == "file_gone"
    assert code({**value_of(mine), "name": "renamed.png"}) == "file_gone"
    assert code({**value_of(mine), "media_type": "audio/wav"}) == "bad_conversation"
    endpoint("good", server.url, kinds=("pdf",))
    assert code(value_of(mine)) == "model_kind"
    assert (Generation.objects.count(), server.asked) == (0, [])


def test_bytes_that_changed_in_the_store_are_not_sent(db: object, server: ModelServer) -> None:
    endpoint("good", server.url)
    who = cast(template=panel("good", kinds=["image"]))
    claim = who.small.claim(who.expert)
    row = sent(claim, "a.png", samples.png())
    place = store()
    (Path(place.path) / key_of(row.org_id, row.sha256)).write_bytes(samples.png(32, 32))  # type: ignore[union-attr]
    with streaming() as streams:
        (done,) = ended(streams, asked(claim, [turn("Look", files=[value_of(row)])]))
    assert (done.state, done.problem, done.cost_pico) == ("failed", "file_gone", 0)
    assert server.asked == []
