"""Geometry of two columns a step, side by side: an hour of paid time and an hour of all time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_PLOT = 96  # height of the highest column in pixels
_HEAD = 24
_LABELS_MAX = 7  # more steps than this: only the first, the middle and the last are named


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: its place in percent and pixels, and its tone."""

    x: str
    width: str
    y: int
    height: int
    tone: str


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a step, under it."""

    x: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Columns and names; `rows` is the table behind them: (step, as it is said, as it is said)."""

    bars: tuple[Bar, ...]
    names: tuple[Named, ...]
    rows: tuple[tuple[str, str, str], ...]
    foot: int
    label_y: int
    height: int


def pairs(steps: Sequence[tuple[str, int, int, str, str]], rtl: bool) -> Pairs | None:
    """`steps` are (name, first value, second value, as each is said), oldest first; None where all are 0."""
    highest = max((max(first, second) for _, first, second, *_ in steps), default=0)
    if highest <= 0:
        return None
    step = 100 / len(steps)
    bars, names = [], []
    named = set(range(len(steps))) if len(steps) <= _LABELS_MAX else {0, len(steps) // 2, len(steps) - 1}
    for at, (name, first, second, *_) in enumerate(steps):
        start = (len(steps) - 1 - at if rtl else at) * step
        # The reader's first column stands at the start side.
        for nth, (value, tone) in enumerate(((first, "done"), (second, "going"))):
            left = start + step * (0.5 if (nth == 1) != rtl else 0.14)
            height = max(2, round(value / highest * _PLOT)) if value > 0 else 0
            bars.append(Bar(f"{left:.2f}%", f"{step * 0.36:.2f}%", _HEAD + _PLOT - height, height, tone))
        if at in named:
            names.append(_name(at, len(steps), start + step / 2, name, rtl))
    rows = tuple((name, first, second) for name, _, _, first, second in steps)
    foot = _HEAD + _PLOT
    return Pairs(tuple(bar for bar in bars if bar.height), tuple(names), rows, foot, foot + 20, foot + 26)


def _name(at: int, steps: int, middle: float, text: str, rtl: bool) -> Named:
    if steps > _LABELS_MAX and at in (0, steps - 1):
        return Named("0%" if (at == 0) != rtl else "100%", "start" if at == 0 else "end", text)
    return Named(f"{middle:.2f}%", "middle", text)
