"""Source code, or the difference between two versions of it, with numbered lines; read from left to right always."""

from typing import Annotated, Literal

from pydantic import Field

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import TextValue


class CodeTerms(FieldTerms):
    """`language`: what it is written in, said above it. `diff`: whether its lines begin with +, - and a space."""

    type: Literal["code"]
    language: Annotated[str, Field(pattern=r"^[A-Za-z0-9+#. -]{1,30}$")] | None = None
    diff: bool = False


class CodeField(TextValue):
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    name = "code"
    version = 1
    terms = CodeTerms


PART = CodeField()
