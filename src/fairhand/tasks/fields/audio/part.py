"""A recording: the browser's own player, and the sound drawn as a wave to find one's place in."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._file import FileValue


class AudioTerms(FieldTerms):
    """`transcript`: whether every recording must come with what is said in it."""

    type: Literal["audio"]
    transcript: bool = False


class AudioField(FileValue):
    """value: a WAV, MP3, Ogg, FLAC or M4A of the project, and beside it "transcript", what is said in it."""

    name = "audio"
    version = 1
    terms = AudioTerms
    media = ("audio/",)
    texts = ("transcript",)

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("arrows", "seek"), ("space", "play")]


PART = AudioField()
