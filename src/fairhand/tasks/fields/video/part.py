"""A film: the browser's own player, with captions where there are some."""

from typing import Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._file import FileValue
from fairhand.tasks.wording import Language


class VideoTerms(FieldTerms):
    """`transcript`: whether every film must come with what is said in it; `captions`: their language."""

    type: Literal["video"]
    transcript: bool = False
    captions: Language | None = None


class VideoField(FileValue):
    """value: an MP4, WebM or Ogg of the project; beside it "transcript", and "captions", a file in WebVTT."""

    name = "video"
    version = 1
    terms = VideoTerms
    media = ("video/",)
    texts = ("transcript",)
    beside = ("captions",)


PART = VideoField()
