"""One line of JSON, strictly: no key twice, no number that has two readings, no half characters."""

import json
import re
from typing import Any, NoReturn

from fairhand.kernel.limits import PACK_JSON_DEPTH_MAX
from fairhand.tasks.wording import Reason, because, shown

_NUMBER_CHARS_MAX = 20
# A string (to its end, or to the line's), or a bracket. Possessive, so that a hostile line costs one pass.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


class JsonRefused(ValueError):
    """Why a line is not taken, as a sentence. Codes: not_json, json_no_object, json_deep, json_twice, json_no_number,
    json_fraction, json_digits."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.why = why


def parse_object(text: str) -> dict[str, Any]:
    """The object on a line. Raises JsonRefused."""
    refuse_deep(text)
    try:
        value = json.loads(
            text, object_pairs_hook=once_each, parse_constant=_no_constant, parse_float=_no_float, parse_int=small_int
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(
            because("not_json", "is not JSON: %(said)s, at character %(at)s", said=error.msg, at=error.pos + 1)
        ) from None
    if not isinstance(value, dict):
        raise JsonRefused(because("json_no_object", "must be an object, in braces"))
    return value


def refuse_deep(text: str) -> None:
    """How deep the parser itself can go differs between versions of Python."""
    if text.count("[") + text.count("{") <= PACK_JSON_DEPTH_MAX:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if depth > PACK_JSON_DEPTH_MAX:
            why = "is nested too deeply: more than %(most)s brackets are open at once"
            raise JsonRefused(because("json_deep", why, most=PACK_JSON_DEPTH_MAX))


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as it was read; no key twice. Raises JsonRefused."""
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # falsy
        raise JsonRefused(because("json_twice", "has the key %(key)s twice", key=shown(twice)))
    return made


def _no_constant(name: str) -> NoReturn:
    raise JsonRefused(because("json_no_number", "holds %(given)s, which is not a number", given=name))


def _no_float(digits: str) -> NoReturn:
    why = "holds the number %(given)s; only whole numbers are taken, write others as text"
    raise JsonRefused(because("json_fraction", why, given=shown(digits)))


def small_int(digits: str) -> int:
    """A number as it was read, which no later sum or page chokes on. Raises JsonRefused."""
    if len(digits) > _NUMBER_CHARS_MAX:
        raise JsonRefused(
            because("json_digits", "holds the number %(given)s, which is absurdly large", given=shown(digits))
        )
    return int(digits)
