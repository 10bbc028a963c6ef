"""One line of JSON, strictly: no key twice, no number that has two readings, no half characters."""

import json
from typing import Any, NoReturn

from fairhand.tasks.wording import control_problem, shown

_NUMBER_CHARS_MAX = 20


class JsonRefused(ValueError):
    """Why a line is not taken, as a sentence."""


def parse_object(text: str) -> dict[str, Any]:
    """The object on a line. Raises JsonRefused."""
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_no_float, parse_int=_small_int
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(f"is not JSON: {error.msg}, at character {error.pos + 1}") from None
    except RecursionError:
        raise JsonRefused("is nested too deeply") from None
    if not isinstance(value, dict):
        raise JsonRefused("must be an object, in braces")
    return value


def text_problem(value: Any) -> str | None:
    """Why a text that came out of JSON's escapes is refused; the raw line was checked before."""
    return control_problem(value) if isinstance(value, str) else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonRefused(f"has the key {shown(twice)} twice")
    return made


def _no_constant(name: str) -> NoReturn:
    raise JsonRefused(f"holds {name}, which is not a number")


def _no_float(digits: str) -> NoReturn:
    raise JsonRefused(f"holds the number {shown(digits)}; only whole numbers are taken, write others as text")


def _small_int(digits: str) -> int:
    if len(digits) > _NUMBER_CHARS_MAX:
        raise JsonRefused(f"holds the number {shown(digits)}, which is absurdly large")
    return int(digits)
