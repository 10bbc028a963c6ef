"""Turns as messages of the chat interface: nothing added, nothing lost, every byte of every file as it is stored."""

import base64
import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.files.sniff import SHOWN_TYPES
from fairhand.tasks.messages import TAKEN, NotTaken, chat_messages, kind_taken, not_taken
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.prompt.turns import takes
from tests.counts import count
from tests.parts import example, terms_of

TYPES = [media_type for types in TAKEN.values() for media_type in types]
FORMATS = {"audio/wav": "wav", "audio/mpeg": "mp3"}


def _file(at: int, media_type: str, data: bytes) -> dict[str, Any]:
    return {
        "file": str(UUID(int=at)), "name": f"a {at} – ملف.bin", "media_type": media_type, "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }  # fmt: skip


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
_sent = st.lists(st.tuples(st.sampled_from(TYPES), st.binary(min_size=1, max_size=60)), max_size=4)
_turns = st.lists(st.tuples(st.sampled_from(["user", "assistant", "system"]), _texts, _sent), max_size=5)


def _held(content: Any) -> list[tuple[str, bytes]]:
    """The files of a message, read back as a model server reads them."""
    found = []
    for part in content if isinstance(content, list) else []:
        if part["type"] == "image_url":
            head, _, body = part["image_url"]["url"].partition(",")
            found.append((head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(body, validate=True)))
        elif part["type"] == "input_audio":
            media_type = {form: name for name, form in FORMATS.items()}[part["input_audio"]["format"]]
            found.append((media_type, base64.b64decode(part["input_audio"]["data"], validate=True)))
        elif part["type"] == "file":
            head, _, body = part["file"]["file_data"].partition(",")
            assert head == "data:application/pdf;base64"
            found.append(("application/pdf", base64.b64decode(body, validate=True)))
    return found


@settings(max_examples=count(200, 20_000))
@given(_turns)
def test_what_goes_to_a_model_is_what_was_written_and_stored_byte_for_byte(given_turns: list[Any]) -> None:
    store: dict[str, bytes] = {}
    turns = []
    for role, text, sent in given_turns:
        files = []
        for media_type, data in sent if role == "user" else []:
            file = _file(len(store) + 1, media_type, data)
            store[file["file"]] = data
            files.append({**file, "alt": "for people"} if media_type in TAKEN["image"] else file)
        turns.append({"role": role, "text": text, "files": files})
    messages = chat_messages(turns, lambda file: store[file["file"]])
    assert [message["role"] for message in messages] == [turn["role"] for turn in turns]
    for turn, message in zip(turns, messages, strict=True):
        assert set(message) == {"role", "content"}
        content = message["content"]
        assert _held(content) == [(file["media_type"], store[file["file"]]) for file in turn["files"]]
        if not turn["files"]:
            assert content == turn["text"]
        else:
            said = [part["text"] for part in content if part["type"] == "text"]
            assert said == ([turn["text"]] if turn["text"].strip() else [])
            assert [part["type"] for part in content].count("text") == len(said)
            assert len(content) == len(said) + len(turn["files"])
    assert json.loads(json.dumps(messages)) == messages
    assert "for people" not in json.dumps(messages), "what a picture shows is for people"


def test_a_document_keeps_its_name() -> None:
    file = _file(1, "application/pdf", b"%PDF-1.7")
    ((message),) = chat_messages([{"role": "user", "text": "", "files": [file]}], lambda _: b"%PDF-1.7")
    assert message["content"] == [
        {
            "type": "file",
            "file": {
                "filename": "a 1 – ملف.bin",
                "file_data": "data:application/pdf;base64," + base64.b64encode(b"%PDF-1.7").decode(),
            },
        }
    ]


@pytest.mark.parametrize("media_type", sorted({*SHOWN_TYPES, "text/plain", "image/svg+xml", ""} - set(TYPES)))
def test_what_no_message_can_hold_is_refused_before_a_byte_is_read(media_type: str) -> None:
    turns = [{"role": "user", "text": "x", "files": [_file(1, media_type, b"x")]}]

    def never(file: Any) -> bytes:
        raise AssertionError(file)

    assert kind_taken(media_type) is None
    assert [each.why for each in not_taken(turns)] == ["media_type"]
    with pytest.raises(NotTaken) as refused:
        chat_messages(turns, never)
    assert refused.value.why == "media_type"


def test_video_is_not_taken() -> None:
    assert not any(media_type.startswith("video/") for media_type in TYPES)


@pytest.mark.parametrize("role", ["assistant", "system"])
def test_only_a_users_turn_has_files(role: str) -> None:
    with pytest.raises(NotTaken, match="role"):
        chat_messages([{"role": role, "text": "x", "files": [_file(1, "image/png", b"x")]}], lambda _: b"x")


def test_other_bytes_than_the_files_own_go_to_no_model() -> None:
    with pytest.raises(NotTaken, match="bytes"):
        chat_messages([{"role": "user", "text": "", "files": [_file(1, "image/png", b"one")]}], lambda _: b"other")


def test_every_answer_that_is_taken_can_be_asked() -> None:
    """What the question's own check lets through, a message can hold."""
    part = QUESTIONS.get("prompt")
    assert part is not None
    for answer in example(part)["good"]:
        assert part.check(answer, terms_of(part)) == []
        assert list(not_taken(answer["turns"])) == []
    assert set(takes(["image", "audio", "pdf"])) == set(TYPES)
