"""What fields have in common whose value is a text, and what they refuse."""

from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import TASK_PAYLOAD_BYTES_MAX
from fairhand.tasks.wording import Problem, control_problem


class TextValue:
    """value: a text of at most TASK_PAYLOAD_BYTES_MAX bytes in UTF-8."""

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_text, blank, bad_character, too_long."""
        return text_problems(str(terms["name"]), value, terms.get("blank", False))

    def search_text(self, value: Any) -> str:
        """The whole text."""
        return str(value)


def text_problems(field: str, value: object, blank: bool) -> list[Problem]:
    """Codes: not_text, blank, bad_character, too_long."""
    if not isinstance(value, str):
        return [Problem(field, "not_text", f"must be text, not {kind_of(value)}")]
    if not value.strip() and not blank:
        return [Problem(field, "blank", "is blank, and the template does not allow a blank text here")]
    if (problem := control_problem(value)) is not None:
        return [Problem(field, "bad_character", problem)]
    if len(value) > TASK_PAYLOAD_BYTES_MAX or len(value.encode()) > TASK_PAYLOAD_BYTES_MAX:
        return [Problem(field, "too_long", f"is larger than {TASK_PAYLOAD_BYTES_MAX} bytes")]
    return []


def kind_of(value: object) -> str:
    """What a JSON value is, in a word."""
    names = {bool: "true or false", int: "a number", list: "a list", dict: "a table", type(None): "null", str: "text"}
    return names.get(type(value), "something else")
