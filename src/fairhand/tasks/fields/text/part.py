"""A passage of plain text. Its characters are data: direction controls in it are allowed, and shown isolated."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import text_problems
from fairhand.tasks.wording import Problem


class TextTerms(FieldTerms):
    """`blank`: whether the text may be empty or only spaces. A model may answer nothing; the page then says so."""

    type: Literal["text"]
    blank: bool = False


class TextField:
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    name = "text"
    version = 1
    terms = TextTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, blank, bad_character, too_long."""
        return text_problems(str(terms["name"]), value, terms.get("blank", False))

    def search_text(self, value: Any) -> str:
        """The whole text."""
        return str(value)


PART = TextField()
