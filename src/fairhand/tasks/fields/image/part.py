"""A picture: it fits its place, and is enlarged and moved by keys, wheel or touch; two stand side by side in a pair."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._file import FileValue


class ImageTerms(FieldTerms):
    """`alt`: whether every picture must come with words that stand for it."""

    type: Literal["image"]
    alt: bool = False


class ImageField(FileValue):
    """value: a PNG, JPEG, GIF or WebP of the project, and beside it "alt", its words for those who don't see it."""

    name = "image"
    version = 1
    terms = ImageTerms
    media = ("image/",)
    texts = ("alt",)

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("+ -", "zoom"), ("0", "zoom_fit"), ("arrows", "move_picture")]


PART = ImageField()
