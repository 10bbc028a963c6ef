"""The turns of a prompt as messages of the OpenAI chat interface, which most model servers speak. Pure.

A turn is {"role": "user" | "assistant" | "system", "text": str, "files": [file, ...]}. What goes over the wire is what
lies in the store: every file's bytes are proven by its SHA-256 before they are put into a message.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

ROLES = ("system", "user", "assistant")
# Media type -> what the interface calls it. Video has no part in it, and of sound it takes these two alone; a type that
# isn't here is refused where a file is sent, so that nobody writes a prompt that can't be asked.
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
SOUNDS: Mapping[str, str] = {"audio/wav": "wav", "audio/mpeg": "mp3"}
DOCUMENTS = ("application/pdf",)
TAKEN: Mapping[str, tuple[str, ...]] = {"image": IMAGES, "audio": tuple(SOUNDS), "pdf": DOCUMENTS}

File = Mapping[str, Any]


class NotTaken(ValueError):
    """No message can hold the file: `file` is it, `why` a code: media_type, role (only a user's turn has files), bytes
    (they are not the file's)."""

    def __init__(self, file: File, why: str) -> None:
        super().__init__(f"{why}: {str(file.get('name', ''))[:60]!r}, {str(file.get('media_type', ''))[:60]!r}")
        self.file, self.why = file, why


def kind_taken(media_type: str) -> str | None:
    """The kind (image, audio, pdf) that a media type goes into a message as; None: a message can't hold it."""
    return next((kind for kind, types in TAKEN.items() if media_type in types), None)


def not_taken(turns: Sequence[Mapping[str, Any]]) -> Iterator[NotTaken]:
    """What of these turns no message can hold, before a byte is read."""
    for turn in turns:
        for file in turn["files"]:
            if turn["role"] != "user":
                yield NotTaken(file, "role")
            elif kind_taken(file["media_type"]) is None:
                yield NotTaken(file, "media_type")


def chat_messages(turns: Sequence[Mapping[str, Any]], data_of: Callable[[File], bytes]) -> list[dict[str, Any]]:
    """The turns as messages, in their order. A turn of text alone has it as its content; one with files has a list of
    parts, the text first, then the files as they stand.

    `data_of` gives a file's bytes as they are stored. An alternative text goes to no model: it is for people.
    Raises NotTaken.
    """
    for refused in not_taken(turns):
        raise refused
    return [{"role": turn["role"], "content": _content(turn, data_of)} for turn in turns]


def _content(turn: Mapping[str, Any], data_of: Callable[[File], bytes]) -> Any:
    if not turn["files"]:
        return turn["text"]
    said = [{"type": "text", "text": turn["text"]}] if turn["text"].strip() else []
    return [*said, *(_part(file, _proven(file, data_of(file))) for file in turn["files"])]


def _proven(file: File, data: bytes) -> bytes:
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        raise NotTaken(file, "bytes")
    return data


def _part(file: File, data: bytes) -> dict[str, Any]:
    media_type, written = file["media_type"], base64.b64encode(data).decode("ascii")
    address = f"data:{media_type};base64,{written}"
    if media_type in IMAGES:
        return {"type": "image_url", "image_url": {"url": address}}
    if media_type in SOUNDS:
        return {"type": "input_audio", "input_audio": {"data": written, "format": SOUNDS[media_type]}}
    return {"type": "file", "file": {"filename": file["name"], "file_data": address}}
