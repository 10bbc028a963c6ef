"""Geometry of charts, as attributes: no style, mirrored for readers who read from the right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_WIDTH = 1000  # of the drawing's own units; it is stretched to the column
_HEIGHT = 200
_LABELS_AT_END = 11  # percent left free for the numbers


@dataclass(frozen=True, slots=True)
class Grid:
    """A level with its number. `y` in pixels."""

    y: str
    value: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the axis. `x` in percent, `anchor` for the text."""

    x: str
    at: datetime
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time, its levels and its last point."""

    path: str
    area: str
    grid: tuple[Grid, ...]
    ticks: tuple[Tick, ...]
    end_x: str
    end_y: str
    value: int
    plot_x: str
    plot_width: str
    plot_end: str
    shape: str
    numbers_x: str
    numbers_anchor: str
    label_anchor: str
    rows: tuple[tuple[datetime, int], ...]


def line(rows: Sequence[tuple[datetime, int]], top: int, rtl: bool) -> Line | None:
    """A line of running totals, from 0 to at least `top`; None without two moments to join."""
    if len(rows) < 2 or rows[0][0] == rows[-1][0]:
        return None
    first, last = rows[0][0], rows[-1][0]
    length = last - first
    highest = max(top, max(value for _, value in rows), 1)

    def x(at: datetime) -> float:
        share = (at - first) / length
        return (1 - share if rtl else share) * _WIDTH

    def y(value: int) -> float:
        return _HEIGHT - value / highest * (_HEIGHT - 20)

    points = [f"{x(at):.1f} {y(value):.1f}" for at, value in rows]
    path = "M" + "L".join(points)
    plot = 100 - _LABELS_AT_END
    start = _LABELS_AT_END if rtl else 0
    ticks = [rows[0][0], rows[len(rows) // 2][0], rows[-1][0]] if len(rows) > 2 else [rows[0][0], rows[-1][0]]
    anchors = ("start", "middle", "end") if len(rows) > 2 else ("start", "end")

    def across(at: datetime) -> str:
        return f"{start + x(at) / _WIDTH * plot:.2f}%"

    return Line(
        path=path, area=f"{path}L{x(last):.1f} {_HEIGHT}L{x(first):.1f} {_HEIGHT}Z",
        grid=tuple(Grid(f"{y(value):.1f}", value) for value in sorted({0, highest // 2, highest})),
        ticks=tuple(Tick(across(at), at, anchor) for at, anchor in zip(ticks, anchors, strict=True)),
        end_x=across(last), end_y=f"{y(rows[-1][1]):.1f}", value=rows[-1][1],
        plot_x=f"{start}%", plot_width=f"{plot}%",
        plot_end=f"{start + plot}%", shape="day" if length >= timedelta(days=2) else "hour",
        numbers_x=f"{_LABELS_AT_END - 1 if rtl else plot + 1}%",
        numbers_anchor="end" if rtl else "start", label_anchor="start" if rtl else "end",
        rows=tuple(rows),
    )  # fmt: skip
