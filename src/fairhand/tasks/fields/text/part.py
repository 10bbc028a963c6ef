"""A passage of plain text. Its characters are data: direction controls in it are allowed, and shown isolated."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.kernel.limits import TASK_PAYLOAD_BYTES_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.wording import Problem, control_problem


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
        field = str(terms["name"])
        if not isinstance(value, str):
            return [Problem(field, "not_text", f"must be text, not {_kind(value)}")]
        if not value.strip() and not terms.get("blank", False):
            return [Problem(field, "blank", "is blank, and the template does not allow a blank text here")]
        if (problem := control_problem(value)) is not None:
            return [Problem(field, "bad_character", problem)]
        if len(value) > TASK_PAYLOAD_BYTES_MAX or len(value.encode()) > TASK_PAYLOAD_BYTES_MAX:
            return [Problem(field, "too_long", f"is larger than {TASK_PAYLOAD_BYTES_MAX} bytes")]
        return []

    def search_text(self, value: Any) -> str:
        """The whole text."""
        return str(value)


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", list: "a list", dict: "a table", type(None): "null"}
    return names.get(type(value), "something else")


PART = TextField()
