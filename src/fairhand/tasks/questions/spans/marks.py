"""Marks as stretches of text: where they lie, what two lists of them share, how a text falls apart under them. Pure."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from fairhand.kernel.limits import SPAN_PLACES_MAX

Place = tuple[int, int, str]


class Stretch(NamedTuple):
    """Text under the same marks: the labels' places in their list, the longest mark first, and those that end here."""

    text: str
    labels: list[int]
    ends: list[int]


def found_at(text: str, quote: str) -> list[int]:
    """The places where a quote stands, also over itself; the first SPAN_PLACES_MAX."""
    places: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0 and len(places) < SPAN_PLACES_MAX:
        places.append(at)
        at = text.find(quote, at + 1)
    return places


def overlap(places: Sequence[Place]) -> bool:
    """Whether two of them lie over each other."""
    ordered = sorted(places)
    return any(before[1] > after[0] for before, after in pairwise(ordered))


def shared(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]) -> tuple[int, int, int]:
    """Labelled characters of two lists of marks: (in both, in either, in the one and in the other added up)."""
    left, right = _covered(a), _covered(b)
    both = sum(_common(left[label], right[label]) for label in left.keys() & right.keys())
    total = sum(end - start for side in (left, right) for runs in side.values() for start, end in runs)
    return both, total - both, total


def stretches(text: str, places: Sequence[tuple[int, int, int]]) -> list[Stretch]:
    """A text cut wherever a mark (start, end, label's place) begins or ends."""
    cuts = sorted({0, len(text), *(at for start, end, _ in places for at in (start, end))})
    found = []
    for start, end in pairwise(cuts):
        over = sorted(
            (one for one in places if one[0] <= start and one[1] >= end), key=lambda one: (-(one[1] - one[0]), one)
        )
        ends = [label for _, last, label in over if last == end]
        found.append(Stretch(text[start:end], [label for _, _, label in over], ends))
    return found


def as_json(marks: Sequence[Any]) -> str:
    """One line of JSON."""
    return json.dumps(marks, ensure_ascii=False, separators=(",", ":"))


def _covered(marks: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[int, int]]]:
    """Label -> the runs of characters under it, in order, none touching another."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end, label in sorted((mark["start"], mark["end"], mark["label"]) for mark in marks):
        runs = found[label]
        if runs and start <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return found


def _common(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]]) -> int:
    i = j = total = 0
    while i < len(a) and j < len(b):
        total += max(0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return total
