"""A rubric as a form sends and shows it: rows with their levels; one that has deeper ones below it is a group."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import RUBRIC_CRITERIA_MAX, RUBRIC_DEPTH_MAX, RUBRIC_ROWS_MAX
from fairhand.tasks.questions._question import Posted, one

# A row: level from 1, text, weight as typed, tags and steps.
Row = tuple[int, str, str, list[str], list[str]]
_ROWS_MAX = 2 * RUBRIC_CRITERIA_MAX
_MINUS = str.maketrans(dict.fromkeys("\u2212\u2013\ufe63\uff0d", "-") | dict.fromkeys("+\u200e\u200f", ""))


def rows_in(posted: Posted, name: str) -> list[Row]:
    """The rows that the page's script keeps as JSON, or those that were written one by one; blank ones are left out."""
    kept = one(posted, f"{name}.outline")
    rows = _kept(kept) if kept else _written(posted, name)
    return [row for row in rows if row[1] or row[2] or row[3] or row[4]][: _ROWS_MAX + 1]


def _kept(text: str) -> list[Row]:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found = []
    for each in given if isinstance(given, list) else []:
        if not isinstance(each, list) or len(each) != 5 or not all(isinstance(part, str) for part in each[1:]):
            continue
        level = each[0] if type(each[0]) is int else 1
        found.append(_row(level, *each[1:]))
    return found


def _written(posted: Posted, name: str) -> Iterator[Row]:
    for number in range(_ROWS_MAX + RUBRIC_ROWS_MAX):
        field = f"{name}.{number}"
        if f"{field}.text" not in posted:
            return
        level = one(posted, f"{field}.level")
        parts = (one(posted, f"{field}.{part}") for part in ("text", "weight", "tags", "steps"))
        yield _row(int(level) if level in "1234" and level else 1, *parts)


def _row(level: int, text: str, weight: str, tags: str, steps: str) -> Row:
    cut = [each.strip() for each in tags.replace("\u060c", ",").split(",")]
    lines = [each.strip() for each in steps.replace("\r\n", "\n").split("\n")]
    text = text.replace("\r\n", "\n").strip()
    return level, text, weight.strip(), [each for each in cut if each], [each for each in lines if each]


def tree_of(rows: Sequence[Row], terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer that rows make. A level that has none above it is the nearest one that it can be."""
    answer: list[dict[str, Any]] = []
    stack = [answer]  # stack[n]: where a row of level n + 1 goes
    deepest = terms.get("depth", 2)
    for level, text, weight, tags, steps in rows:
        level = max(1, min(level, len(stack), deepest))
        node: dict[str, Any] = {"criterion": text}
        if weight:
            node["weight"] = weight_of(weight)
        node |= {name: value for name, value in (("tags", tags), ("steps", steps)) if value}
        del stack[level:]
        stack[-1].append(node)
        stack.append(node.setdefault("criteria", []))
    for node in _every(answer):
        if not node["criteria"]:
            del node["criteria"]
        else:  # what only a criterion has, and with points the weight as well
            for name in ("tags", "steps", *(["weight"] if terms.get("scoring", "points") == "points" else [])):
                node.pop(name, None)
    return answer


def _every(nodes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        yield from _every(node["criteria"])
        yield node


def weight_of(typed: str) -> int | str:
    """A whole number however it was typed, in the digits of any language; what is none stays as it is."""
    digits = "".join(str(unicodedata.digit(char, char)) for char in typed.translate(_MINUS))
    plain = digits.removeprefix("-")
    return int(digits) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else typed


def rows_of(value: object) -> list[dict[str, Any]]:
    """An answer as rows to draw, right or wrong as it may be: `level`, `text`, `weight`, `tags`, `steps`, `group`."""
    return list(_rows(value, 1))


def _rows(value: object, level: int) -> Iterator[dict[str, Any]]:
    for node in value if isinstance(value, list) else []:
        if not isinstance(node, Mapping):
            continue
        below = node.get("criteria")
        weight = node.get("weight", "")
        yield {
            "level": level, "text": str(node.get("criterion", "")), "weight": str(weight), "tags": _texts(node, "tags"),
            "steps": _texts(node, "steps"), "group": bool(below), "below": isinstance(weight, int) and weight < 0,
        }  # fmt: skip
        if level < RUBRIC_DEPTH_MAX:
            yield from _rows(below, level + 1)


def _texts(node: Mapping[str, Any], name: str) -> list[str]:
    given = node.get(name)
    return [str(each) for each in given] if isinstance(given, list) else []
