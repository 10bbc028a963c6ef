"""Marks as a form sends and shows them: as one JSON text that the page's script keeps, or as rows that are written."""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import SPAN_MARKS_MAX, SPAN_ROWS_MAX
from fairhand.tasks.questions._labels import signed
from fairhand.tasks.questions._question import Posted, one
from fairhand.tasks.questions._words import plain_ends
from fairhand.tasks.questions.spans.marks import as_json, found_at, stretches

_NUMBER_DIGITS_MAX = 9


def text_of(terms: Mapping[str, Any]) -> str:
    """The text that is marked, as the task holds it."""
    given = terms.get("given")
    return given if isinstance(given, str) else ""


def read(posted: Posted, name: str, terms: Mapping[str, Any]) -> dict[str, Any] | None:
    """{"marks": [...]}. A row whose place isn't found, or isn't the only one, is {"label", "quote", "comment"?}."""
    kept = one(posted, f"{name}.marks")
    marks = _kept(kept, terms) if kept else _written(posted, name, terms)
    if marks or (terms.get("least", 0) == 0 and one(posted, f"{name}.none") == "yes"):
        return {"marks": marks}
    return None


def drawn(value: Any, terms: Mapping[str, Any]) -> dict[str, Any]:
    """See `Spans.drawn`. Places in `kept` count the characters that the page shows, whose line ends are one each."""
    raw = text_of(terms)
    text = plain_ends(raw)
    given = value.get("marks") if isinstance(value, Mapping) else None
    marks = [mark for mark in given if isinstance(mark, Mapping)] if isinstance(given, list) else []
    numbers = {label["value"]: place for place, label in enumerate(terms["labels"])}
    placed = [mark for mark in marks if _sound(mark, numbers, raw)]
    ends = _Ends(raw)
    at = [(ends.shown(mark["start"]), ends.shown(mark["end"]), mark) for mark in placed]
    labels = signed(terms["labels"])
    names = [label["sign"] for label in labels]
    starts = {id(mark): start for start, _, mark in at}
    rows = [_row(mark, text, starts.get(id(mark)), numbers) for mark in marks[:SPAN_MARKS_MAX]]
    empty = min(SPAN_ROWS_MAX, max(0, terms.get("most", SPAN_MARKS_MAX) - len(rows)))
    kept = [[start, end, mark["label"], mark.get("comment", "")] for start, end, mark in at]
    cut = stretches(text, [(start, end, numbers[mark["label"]]) for start, end, mark in at])
    return {
        "known": bool(raw),
        "stretches": [(each.text, each.labels, " ".join(names[n] for n in each.ends)) for each in cut],
        "rows": rows + [_EMPTY] * empty,
        "marks": rows,
        "none": value is not None and not marks,
        "labels": labels,
        "kept": as_json(kept),
    }


_EMPTY: dict[str, Any] = {"label": "", "quote": "", "at": "", "comment": "", "times": 0, "place": None}


def _row(mark: Mapping[str, Any], text: str, at: int | None, numbers: Mapping[str, int]) -> dict[str, Any]:
    """`at`: its place as shown, empty where it has none; then `times` says how often its text is there."""
    quote = plain_ends(str(mark.get("quote", "")))
    return {
        "label": mark.get("label", ""), "quote": quote, "at": "" if at is None else at,
        "comment": mark.get("comment", ""), "times": len(found_at(text, quote)) if at is None else 1,
        "place": numbers.get(str(mark.get("label"))),
    }  # fmt: skip


def _sound(mark: Mapping[str, Any], numbers: Mapping[str, int], raw: str) -> bool:
    start, end = mark.get("start"), mark.get("end")
    label = mark.get("label")
    placed = type(start) is int and type(end) is int and 0 <= start < end <= len(raw)
    return placed and isinstance(label, str) and label in numbers


def _kept(text: str, terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the script keeps: [[start, end, label, comment]], places as shown; `check` says what makes no sense."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    raw = text_of(terms)
    ends = _Ends(raw)
    found = []
    for each in given[: SPAN_MARKS_MAX + 1] if isinstance(given, list) else []:
        if not isinstance(each, list) or len(each) != 4 or type(each[0]) is not int or type(each[1]) is not int:
            found.append({"label": ""})
            continue
        found.append(_mark(ends.stored(each[0]), ends.stored(each[1]), each[2], raw, each[3]))
    return found


def _written(posted: Posted, name: str, terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    raw = text_of(terms)
    text, ends = plain_ends(raw), _Ends(raw)
    found: list[dict[str, Any]] = []
    for number in range(SPAN_MARKS_MAX + SPAN_ROWS_MAX + 1):
        row = f"{name}.{number}"
        if f"{row}.quote" not in posted:
            break
        label, quote, comment = one(posted, f"{row}.label"), one(posted, f"{row}.quote"), one(posted, f"{row}.comment")
        if not quote and not comment:
            continue
        start = _place(text, quote, _number(one(posted, f"{row}.nth")), _number(one(posted, f"{row}.at")))
        if start is None:
            found.append({"label": label, "quote": quote, **({"comment": comment} if comment else {})})
            continue
        found.append(_mark(ends.stored(start), ends.stored(start + len(quote)), label, raw, comment))
    return found


def _place(text: str, quote: str, nth: int | None, at: int | None) -> int | None:
    """Where a quote is meant: the one that is named, else where it was before, else the only one."""
    if nth is None and at is not None and quote and text.startswith(quote, at):
        return at
    places = found_at(text, quote)
    nth = 1 if nth is None and len(places) == 1 else nth
    return places[nth - 1] if nth is not None and 1 <= nth <= len(places) else None


def _mark(start: int, end: int, label: Any, raw: str, comment: Any) -> dict[str, Any]:
    mark = {"start": start, "end": end, "label": label, "quote": raw[start:end] if 0 <= start < end else ""}
    return {**mark, "comment": comment} if comment else mark


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _NUMBER_DIGITS_MAX else None


class _Ends:
    """The stored text beside the shown one, in which the two characters of a line end CR LF are one."""

    def __init__(self, raw: str) -> None:
        self.pairs = [found.start() for found in re.finditer("\r\n", raw)]
        self.lines = [pair - before for before, pair in enumerate(self.pairs)]

    def shown(self, at: int) -> int:
        """A place of the stored text in the shown one."""
        return at - bisect_right(self.pairs, at - 2)

    def stored(self, at: int) -> int:
        """The other way round."""
        return at + bisect_left(self.lines, at)
