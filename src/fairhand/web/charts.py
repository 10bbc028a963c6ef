"""Geometry of charts, as attributes: no style, mirrored for readers who read from the right. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_WIDTH = 1000  # of the drawing's own units; it is stretched to the column
_HEIGHT = 200
_HEADROOM = 20
_LABELS_AT_END = 11  # percent left free for the numbers
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 112, 28, 4


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
class Mark:
    """A moment at which something happened, with its words (already in the reader's language)."""

    x: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A moment to come with the least, the likely and the greatest total expected then."""

    at: datetime
    low: int
    likely: int
    high: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time, its levels and its last point; where it leads, if anybody foresees it."""

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
    ahead_path: str
    ahead_band: str
    ahead: tuple[Ahead, ...]
    marks: tuple[Mark, ...]


def line(
    rows: Sequence[tuple[datetime, int]],
    top: int,
    rtl: bool,
    ahead: Sequence[Ahead] = (),
    marks: Sequence[tuple[datetime, str]] = (),
) -> Line | None:
    """A line of running totals, from 0 to at least `top`; None without two moments to join.

    `ahead` goes on from the last row as a dashed line within its interval; `marks` are (moment, words) on the way.
    """
    if len(rows) < 2 or rows[0][0] == rows[-1][0]:
        return None
    last = rows[-1][0]
    foreseen = tuple(point for point in ahead if point.at > last)
    axes = _Axes(
        rows[0][0], foreseen[-1].at if foreseen else last,
        max(top, 1, *(value for _, value in rows), *(point.high for point in foreseen)), rtl,
    )  # fmt: skip
    path = axes.path(rows)
    plot = 100 - _LABELS_AT_END
    start = _LABELS_AT_END if rtl else 0
    return Line(
        path=path, area=f"{path}L{axes.x(last):.1f} {_HEIGHT}L{axes.x(axes.first):.1f} {_HEIGHT}Z",
        grid=tuple(Grid(f"{axes.y(level):.1f}", level) for level in sorted({0, axes.top // 2, axes.top})),
        ticks=_ticks(rows, foreseen, axes),
        end_x=axes.across(last), end_y=f"{axes.y(rows[-1][1]):.1f}", value=rows[-1][1],
        plot_x=f"{start}%", plot_width=f"{plot}%",
        plot_end=f"{start + plot}%", shape="day" if axes.length >= timedelta(days=2) else "hour",
        numbers_x=f"{_LABELS_AT_END - 1 if rtl else plot + 1}%",
        numbers_anchor="end" if rtl else "start", label_anchor="start" if rtl else "end",
        rows=tuple(rows), ahead=foreseen,
        ahead_path=axes.path([rows[-1], *((point.at, point.likely) for point in foreseen)]) if foreseen else "",
        ahead_band=_band(rows[-1], foreseen, axes) if foreseen else "",
        marks=tuple(_mark(at, said, axes) for at, said in marks if axes.first <= at <= axes.end),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Axes:
    """From moments and totals to places in the drawing."""

    first: datetime
    end: datetime
    top: int
    rtl: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.first

    def share(self, at: datetime) -> float:
        return (at - self.first) / self.length

    def x(self, at: datetime) -> float:
        return (1 - self.share(at) if self.rtl else self.share(at)) * _WIDTH

    def y(self, value: int) -> float:
        return _HEIGHT - value / self.top * (_HEIGHT - _HEADROOM)

    def across(self, at: datetime) -> str:
        """The same place in percent of the whole drawing, where text and dots stand unstretched."""
        start = _LABELS_AT_END if self.rtl else 0
        return f"{start + self.x(at) / _WIDTH * (100 - _LABELS_AT_END):.2f}%"

    def path(self, points: Sequence[tuple[datetime, int]]) -> str:
        return "M" + "L".join(f"{self.x(at):.1f} {self.y(value):.1f}" for at, value in points)


def _ticks(rows: Sequence[tuple[datetime, int]], foreseen: Sequence[Ahead], axes: _Axes) -> tuple[Tick, ...]:
    """First, middle and last moment; with a forecast the middle one is the last that was measured."""
    middle = rows[-1][0] if foreseen else rows[len(rows) // 2][0]
    wanted = [(axes.first, "start"), (axes.end, "end")]
    if 0.15 < axes.share(middle) < 0.85:  # nearer to an end their words would touch
        wanted.insert(1, (middle, "middle"))
    return tuple(Tick(axes.across(at), at, anchor) for at, anchor in wanted)


def _band(start: tuple[datetime, int], foreseen: Sequence[Ahead], axes: _Axes) -> str:
    there = [start, *((point.at, point.high) for point in foreseen)]
    back = [(point.at, point.low) for point in reversed(foreseen)]
    return axes.path([*there, *back]) + "Z"


def _mark(at: datetime, said: str, axes: _Axes) -> Mark:
    # Past the middle the words stand before the mark, so that they stay inside.
    return Mark(axes.across(at), said, "end" if axes.share(at) > 0.5 else "start")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: its place and width in percent, its share in words, the tone of its colour."""

    x: str
    width: str
    label: str
    value: int
    share: str
    tone: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar made of parts. The parts add up to `total`."""

    parts: tuple[Part, ...]
    total: int


def stack(parts: Sequence[tuple[str, int, str]], rtl: bool) -> Stack | None:
    """A bar of (label, value, tone), in order from the reader's start side; None where there is nothing to share.

    Tones: `done`, `going`, `wait`, `bad`, `open`, `plain`. Values are never negative.
    """
    total = sum(value for _, value, _ in parts)
    if total <= 0:
        return None
    before, placed = 0, []
    for label, value, tone in parts:
        start = total - before - value if rtl else before
        share = _percent(value, total)
        placed.append(Part(f"{start / total:.4%}", _width(value / total), label, value, share, tone))
        before += value
    return Stack(tuple(placed), total)


def _width(share: float) -> str:
    return f"{share:.4%}" if share else "0%"


def _percent(value: int, total: int) -> str:
    """Whole percents; what is less than one of them says so, and only the whole is 100."""
    share = value * 100 / total
    if 0 < share < 1:
        return "< 1 %"
    return f"{min(round(share), 99 if value < total else 100)} %"


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line without axes. `said` lists its values, for those who hear the page."""

    path: str
    end_x: str
    end_y: str
    said: str


def spark(values: Sequence[int], rtl: bool) -> Spark | None:
    """A small line of values at even distances, oldest first; None without two of them."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    inner_x, inner_y = _SPARK_WIDTH - 2 * _SPARK_EDGE, _SPARK_HEIGHT - 2 * _SPARK_EDGE

    def place(index: int, value: int) -> tuple[str, str]:
        share = index / (len(values) - 1)
        height = (value - low) / (high - low) if high > low else 0.5
        x = _SPARK_EDGE + (1 - share if rtl else share) * inner_x
        return f"{x:.1f}", f"{_SPARK_EDGE + (1 - height) * inner_y:.1f}"

    points = [place(index, value) for index, value in enumerate(values)]
    said = " · ".join(f"{value:,}" for value in values)
    return Spark("M" + "L".join(" ".join(point) for point in points), *points[-1], said)
