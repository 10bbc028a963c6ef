"""Stretches of a recording as a form sends and shows them: one JSON text that the page's script keeps, or rows."""

import json
from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import SEGMENT_MARKS_MAX, SEGMENT_ROWS_MAX
from fairhand.tasks.questions._labels import signed
from fairhand.tasks.questions._marks import kept_rows
from fairhand.tasks.questions._question import Posted, one
from fairhand.tasks.questions.segments.times import clock, ms_of

_TIME_CHARS_MAX = 20
_KEPT = ("start", "end", "label", "text")  # of each mark, as the page's script keeps it


def length_of(terms: Mapping[str, Any]) -> int | None:
    """The recording's milliseconds; None where they aren't known."""
    given = terms.get("given")
    ms = given.get("ms") if isinstance(given, Mapping) else None
    return ms if type(ms) is int and ms > 0 else None


def as_json(rows: object) -> str:
    """One line of JSON."""
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(posted: Posted, name: str, terms: Mapping[str, Any]) -> dict[str, Any] | None:
    """{"marks": [...]} in the order of their times. A time that can't be read stays the text that it is."""
    kept = one(posted, f"{name}.marks")
    marks = kept_rows(kept, _KEPT, SEGMENT_MARKS_MAX + 1) if kept else _written(posted, name)
    marks.sort(key=_order)
    if marks or (terms.get("least", 0) == 0 and one(posted, f"{name}.none") == "yes"):
        return {"marks": marks}
    return None


def drawn(value: Any, terms: Mapping[str, Any]) -> dict[str, Any]:
    """See `Segments.drawn`."""
    given = value.get("marks") if isinstance(value, Mapping) else None
    marks = [mark for mark in given if isinstance(mark, Mapping)] if isinstance(given, list) else []
    marks = marks[:SEGMENT_MARKS_MAX]
    places = {label["value"]: place for place, label in enumerate(terms["labels"])}
    sound = [mark for mark in marks if _sound(mark, places)]
    rows = [_row(mark, places) for mark in marks]
    empty = min(SEGMENT_ROWS_MAX, max(0, terms.get("most", SEGMENT_MARKS_MAX) - len(rows)))
    given_file = terms.get("given")
    file = given_file if isinstance(given_file, Mapping) and isinstance(given_file.get("file"), str) else None
    return {
        "file": file, "film": file is not None and str(file["media_type"]).startswith("video/"),
        "ms": length_of(terms) or 0,
        "labels": signed(terms["labels"]), "rows": rows + [_EMPTY] * empty, "marks": rows,
        "none": value is not None and not marks,
        "kept": as_json([[mark["start"], mark["end"], mark["label"], mark.get("text", "")] for mark in sound]),
    }  # fmt: skip


_EMPTY: dict[str, Any] = {"label": "", "start": "", "end": "", "text": "", "place": None}


def _order(mark: Mapping[str, Any]) -> tuple[int, int]:
    start, end = mark.get("start"), mark.get("end")
    return (start if type(start) is int else 0, end if type(end) is int else 0)


def _row(mark: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    times = {key: clock(at) if type(at := mark.get(key)) is int and at >= 0 else str(at or "") for key in _ENDS}
    return {
        **{key: text[:_TIME_CHARS_MAX] for key, text in times.items()}, "label": mark.get("label", ""),
        "text": mark.get("text", ""), "place": places.get(str(mark.get("label"))),
    }  # fmt: skip


_ENDS = ("start", "end")


def _sound(mark: Mapping[str, Any], places: Mapping[str, int]) -> bool:
    start, end, label = mark.get("start"), mark.get("end"), mark.get("label")
    return type(start) is int and type(end) is int and 0 <= start < end and isinstance(label, str) and label in places


def _written(posted: Posted, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number in range(SEGMENT_MARKS_MAX + SEGMENT_ROWS_MAX + 1):
        row = f"{name}.{number}"
        if f"{row}.start" not in posted:
            break
        start, end, said = (one(posted, f"{row}.{key}") for key in ("start", "end", "text"))
        if not (start.strip() or end.strip() or said):
            continue
        times = {"start": _time(start), "end": _time(end)}
        found.append({**times, "label": one(posted, f"{row}.label"), **({"text": said} if said else {})})
    return found


def _time(text: str) -> int | str:
    ms = ms_of(text[:_TIME_CHARS_MAX])
    return text[:_TIME_CHARS_MAX] if ms is None else ms
