"""A passage of plain text. Its characters are data: direction controls in it are allowed, and shown isolated."""

from typing import Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import TextValue


class TextTerms(FieldTerms):
    """`blank`: whether the text may be empty or only spaces. A model may answer nothing; the page then says so."""

    type: Literal["text"]
    blank: bool = False


class TextField(TextValue):
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    name = "text"
    version = 1
    terms = TextTerms


PART = TextField()
