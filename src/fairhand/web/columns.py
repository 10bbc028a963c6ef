"""Geometry of columns over days or weeks, as attributes: mirrored for readers who read from the right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_PLOT = 96  # height of the highest column in pixels
_HEAD = 24  # room above it for its number
_FILLED = 64  # percent of a step that its column takes
_EDGE = 12  # percent from the edge within which a number is set flush with it
_LABELS_MAX = 7  # more steps than this: only the first, the middle and the last are named


@dataclass(frozen=True, slots=True)
class Column:
    """One step. `…x` and `width` in percent; `y` and `height` in pixels. `label` "" where it isn't named."""

    x: str
    width: str
    y: int
    height: int
    label: str
    label_x: str
    label_anchor: str
    top_label: str
    top_x: str
    top_anchor: str
    top_y: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns with the table behind them: (label, value as it is said)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, str], ...]
    foot: int
    label_y: int
    height: int


def columns(steps: Sequence[tuple[str, int, str]], rtl: bool) -> Columns | None:
    """`steps` are (label, value not below 0, value as it is said), oldest first; None where all are 0.

    The highest column and the last one that isn't empty carry their number; a drawing shows one idea.
    """
    highest = max((value for _, value, _ in steps), default=0)
    if highest <= 0:
        return None
    last = max(at for at, (_, value, _) in enumerate(steps) if value)
    said = {last, next(at for at, (_, value, _) in enumerate(steps) if value == highest)}
    if len(said) == 2 and abs(max(said) - min(said)) * 100 / len(steps) < 20:
        said.discard(last)  # two numbers this near would run into each other
    named = set(range(len(steps))) if len(steps) <= _LABELS_MAX else {0, len(steps) // 2, len(steps) - 1}
    step = 100 / len(steps)
    width = step * _FILLED / 100
    found = []
    for at, (label, value, shown) in enumerate(steps):
        place = len(steps) - 1 - at if rtl else at
        height = max(2, round(value / highest * _PLOT)) if value else 0
        found.append(Column(
            x=f"{place * step + (step - width) / 2:.2f}%", width=f"{width:.2f}%",
            y=_HEAD + _PLOT - height, height=height, label=label if at in named else "",
            top_label=shown if at in said else "", top_y=_HEAD + _PLOT - height - 7, **_top((place + 0.5) * step),
            **_named(at, len(steps), (place + 0.5) * step, rtl),
        ))  # fmt: skip
    foot = _HEAD + _PLOT
    return Columns(tuple(found), tuple((label, shown) for label, _, shown in steps), foot, foot + 20, foot + 26)


def _top(middle: float) -> dict[str, str]:
    """Where a column's number stands, in percent: over it, but never beyond the edge of the drawing."""
    if middle < _EDGE:
        return {"top_x": "0%", "top_anchor": "start"}
    if middle > 100 - _EDGE:
        return {"top_x": "100%", "top_anchor": "end"}
    return {"top_x": f"{middle:.2f}%", "top_anchor": "middle"}


def _named(at: int, steps: int, middle: float, rtl: bool) -> dict[str, str]:
    """Where a step's name stands: under it; of many narrow steps the first and the last flush with the edges.

    `text-anchor` follows the text's own direction: `start` is the reader's start side in both.
    """
    if steps > _LABELS_MAX and at in (0, steps - 1):
        first = at == 0
        return {"label_x": "0%" if first != rtl else "100%", "label_anchor": "start" if first else "end"}
    return {"label_x": f"{middle:.2f}%", "label_anchor": "middle"}
