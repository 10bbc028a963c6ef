"""A text in Markdown: headings, lists, tables, code. What it may draw is on a list; HTML in it is shown as text."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import text_problems
from fairhand.tasks.wording import Problem


class MarkdownTerms(FieldTerms):
    """`blank`: whether the text may be empty or only spaces."""

    type: Literal["markdown"]
    blank: bool = False


class MarkdownField:
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    name = "markdown"
    version = 1
    terms = MarkdownTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, blank, bad_character, too_long."""
        return text_problems(str(terms["name"]), value, terms.get("blank", False))

    def search_text(self, value: Any) -> str:
        """The text as it was written."""
        return str(value)


PART = MarkdownField()
