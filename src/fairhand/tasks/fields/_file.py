"""What fields have in common whose value is a file of the project, and what they refuse."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from fairhand.kernel.limits import FILE_BYTES_MAX, FILE_NAME_CHARS_MAX, PARAGRAPH_CHARS_MAX, TRANSCRIPT_CHARS_MAX
from fairhand.tasks.fields._text import text_problems
from fairhand.tasks.wording import Problem

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE = frozenset({"file", "name", "media_type", "bytes", "sha256"})
_SIZES = frozenset({"width", "height", "ms"})
_TEXTS: Mapping[str, int] = {"alt": PARAGRAPH_CHARS_MAX, "transcript": TRANSCRIPT_CHARS_MAX}
_SIZE_MAX = 10**12


def is_file(value: object) -> bool:
    """Whether a value is a file: its id, name, media type, bytes and SHA-256, and sizes where they are known."""
    if not isinstance(value, Mapping) or not set(value) >= _FILE or not set(value) <= _FILE | _SIZES:
        return False
    texts = (value["name"], value["media_type"], value["sha256"], value["file"])
    if not all(isinstance(text, str) for text in texts) or not 0 < len(value["name"]) <= FILE_NAME_CHARS_MAX:
        return False
    if not ID.fullmatch(value["file"]) or not _SHA256.fullmatch(value["sha256"]) or len(value["media_type"]) > 100:
        return False
    numbers = [value[key] for key in ("bytes", *_SIZES) if key in value]
    if not all(type(number) is int and 0 <= number <= _SIZE_MAX for number in numbers):
        return False
    return bool(0 < value["bytes"] <= 2 * FILE_BYTES_MAX)  # an image that was drawn anew may have grown


class FileValue:
    """value: a file of the project, {"file", "name", "media_type", "bytes", "sha256", ...}; a task file names it."""

    # Kinds of media types that are shown, by their first half; "" for the whole of it.
    media: ClassVar[tuple[str, ...]]
    # Texts that may stand beside the file: those that terms of the same name ask for can't be missing.
    texts: ClassVar[tuple[str, ...]] = ()
    beside: ClassVar[tuple[str, ...]] = ()

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_file, file_kind, text_missing, bad_character, too_long, not_text, bad_captions."""
        field = str(terms["name"])
        if not isinstance(value, Mapping):
            return [Problem(field, "not_a_file", "must name a file of the project")]
        file = {key: each for key, each in value.items() if key not in (*self.texts, *self.beside)}
        if not is_file(file):
            return [Problem(field, "not_a_file", "must name a file of the project, and nothing else")]
        if not file["media_type"].startswith(self.media):
            return [Problem(field, "file_kind", f"is a file of another kind: {file['media_type'][:40]}")]
        for key in self.texts:
            if key not in value:
                if terms.get(key, False):
                    return [Problem(field, "text_missing", f"needs {key}, as the template asks")]
                continue
            if problems := text_problems(field, value[key], blank=False):
                return problems
            if len(value[key]) > _TEXTS[key]:
                return [Problem(field, "too_long", f"has a {key} longer than {_TEXTS[key]} characters")]
        for key in self.beside:
            if key in value and (not is_file(value[key]) or value[key]["media_type"] != "text/vtt"):
                return [Problem(field, "bad_captions", "names captions that are no file in WebVTT")]
        return []

    def search_text(self, value: Any) -> str:
        """The file's name, and the texts beside it."""
        return "\n".join([value["name"], *(value[key] for key in self.texts if key in value)])
