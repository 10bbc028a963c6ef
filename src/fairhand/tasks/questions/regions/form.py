"""Marks on a picture as a form sends and shows them: one JSON text that the page's script keeps, or rows of numbers."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import IMAGE_SIDE_MAX, REGION_MARKS_MAX, REGION_POINTS_MAX, REGION_ROWS_MAX
from fairhand.tasks.questions._labels import signed
from fairhand.tasks.questions._marks import kept_rows
from fairhand.tasks.questions._question import Posted, one
from fairhand.tasks.questions.regions.shapes import Size

SHAPES = ("box", "polygon", "point")
UNKNOWN_SIDE = IMAGE_SIDE_MAX
_NUMBERS = re.compile(r"\s*[0-9]{1,6}(?:[\s,;]+[0-9]{1,6})*\s*")
_PLAIN = str.maketrans("٠١٢٣٤٥٦٧٨٩،", "0123456789,")
_PLACE_CHARS_MAX = 16 * REGION_POINTS_MAX
_POINT, _BOX = 2, 4  # numbers of each; a polygon has more
_KEPT = ("kind", "label", "at", "comment")  # of each mark, as the page's script keeps it


def size_of(terms: Mapping[str, Any]) -> Size | None:
    """Width and height of the task's picture; None where a template is looked at without a task."""
    given = terms.get("given")
    if not isinstance(given, Mapping) or not isinstance(given.get("file"), str):
        return None
    wide, high = given.get("width"), given.get("height")
    return Size(wide, high) if type(wide) is int and type(high) is int and wide > 0 and high > 0 else None


def as_json(rows: object) -> str:
    """One line of JSON."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(posted: Posted, name: str, terms: Mapping[str, Any]) -> dict[str, Any] | None:
    """{"marks": [...]}. A row whose numbers make no shape is {"kind": "", "label", "at": its text}."""
    kept = one(posted, f"{name}.marks")
    marks = kept_rows(kept, _KEPT, REGION_MARKS_MAX + 1) if kept else _written(posted, name)
    if marks or (terms.get("least", 0) == 0 and one(posted, f"{name}.none") == "yes"):
        return {"marks": marks}
    return None


def drawn(value: Any, terms: Mapping[str, Any]) -> dict[str, Any]:
    """See `Regions.drawn`. `rows`: the marks as text, with empty ones; `over`: those that can be drawn."""
    size = size_of(terms)
    given = value.get("marks") if isinstance(value, Mapping) else None
    marks = [mark for mark in given if isinstance(mark, Mapping)] if isinstance(given, list) else []
    marks = marks[:REGION_MARKS_MAX]
    places = {label["value"]: place for place, label in enumerate(terms["labels"])}
    labels = signed(terms["labels"])
    rows = [_row(mark, places) for mark in marks]
    empty = min(REGION_ROWS_MAX, max(0, terms.get("most", REGION_MARKS_MAX) - len(rows)))
    sound = [mark for mark in marks if _sound(mark, places)]
    wide, high = size or (0, 0)
    return {
        "file": terms["given"] if size else None, "width": wide, "height": high, "unit": max(1, max(wide, high) // 60),
        "labels": labels, "shapes": terms.get("shapes", SHAPES), "rows": rows + [_EMPTY] * empty, "marks": rows,
        "over": [_over(mark, places, labels) for mark in sound], "none": value is not None and not marks,
        "kept": as_json([[mark["kind"], mark["label"], mark["at"], mark.get("comment", "")] for mark in sound]),
    }  # fmt: skip


_EMPTY: dict[str, Any] = {"label": "", "kind": "", "at": "", "comment": "", "place": None}


def _row(mark: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    at = mark.get("at")
    text = " ".join(str(number) for number in at) if isinstance(at, list) else str(at or "")
    return {
        "label": mark.get("label", ""), "kind": mark.get("kind", ""), "at": text[:_PLACE_CHARS_MAX],
        "comment": mark.get("comment", ""), "place": places.get(str(mark.get("label"))),
    }  # fmt: skip


def _sound(mark: Mapping[str, Any], places: Mapping[str, int]) -> bool:
    at, label = mark.get("at"), mark.get("label")
    numbers = isinstance(at, list) and bool(at) and all(type(number) is int for number in at)
    return numbers and isinstance(label, str) and label in places and mark.get("kind") == _kind(at or [])


def _over(mark: Mapping[str, Any], places: Mapping[str, int], labels: list[dict[str, Any]]) -> dict[str, Any]:
    at, place = mark["at"], places[mark["label"]]
    corners = zip(at[0::2], at[1::2], strict=True)
    return {
        "kind": mark["kind"], "at": at, "place": place, "sign": labels[place]["sign"],
        "corners": " ".join(f"{x},{y}" for x, y in corners) if mark["kind"] == "polygon" else "",
    }  # fmt: skip


def _kind(numbers: list[Any]) -> str:
    many = len(numbers)
    return {_POINT: "point", _BOX: "box"}.get(many, "polygon" if many > _BOX and many % 2 == 0 else "")


def _written(posted: Posted, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(REGION_MARKS_MAX + REGION_ROWS_MAX + 1):
        row = f"{name}.{number}"
        if f"{row}.at" not in posted:
            break
        label, text, comment = one(posted, f"{row}.label"), one(posted, f"{row}.at"), one(posted, f"{row}.comment")
        if not text.strip() and not comment:
            continue
        plain = text.translate(_PLAIN)[:_PLACE_CHARS_MAX]
        at = [int(each) for each in re.findall(r"[0-9]+", plain)] if _NUMBERS.fullmatch(plain) else text
        kind = _kind(at) if isinstance(at, list) else ""
        found.append({"kind": kind, "label": label, "at": at, **({"comment": comment} if comment else {})})
    return found
