"""A text in Markdown: headings, lists, tables, code, and formulas in LaTeX between dollars (`$x^2$`, `$$x^2$$`).

What it may draw is on a list; HTML in it is shown as text.
"""

from typing import Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import TextValue


class MarkdownTerms(FieldTerms):
    """`blank`: whether the text may be empty or only spaces."""

    type: Literal["markdown"]
    blank: bool = False


class MarkdownField(TextValue):
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    name = "markdown"
    version = 1
    terms = MarkdownTerms


PART = MarkdownField()
