"""Geometry of how long work took: which part was done by when, open ends marked, with lines for what was promised.

Attributes alone, no style; mirrored for readers who read from the right. Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

_WIDTH, _HEIGHT, _HEADROOM = 1000, 200, 64  # above the line the words of the marks stand, one below the other
_SHOWN = 0.98  # of the times; the slowest few would press the rest together
_TICKS = 4
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)  # seconds


@dataclass(frozen=True, slots=True)
class Marked:
    """A line at a time, named by its kind: `typical`, `limit`, `new`; `text` is the time.

    `x` in percent; `y` of its words in pixels.
    """

    kind: str
    x: str
    y: int
    anchor: str
    dx: int
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Open:
    """An open end: it took at least so long. `x`, `y` in percent and pixels."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The drawing, and `rows` of the table behind it: (percent done, seconds by which)."""

    path: str
    marks: tuple[Marked, ...]
    ticks: tuple[Tick, ...]
    opens: tuple[Open, ...]
    rows: tuple[tuple[int, int], ...]


def curve(
    points: Sequence[tuple[float, bool]], steps: Sequence[tuple[float, float]], marks: Sequence[tuple[str, int]],
    rtl: bool,
) -> Curve | None:  # fmt: skip
    """`points`: (seconds, whole); `steps`: (seconds, part still going on), times rising. None without a point."""
    times = sorted(seconds for seconds, _ in points)
    if not times:
        return None
    highest = times[min(len(times) - 1, int(len(times) * _SHOWN))]
    longest = max([1.0, highest, *(float(seconds) for _, seconds in marks)]) * 1.04
    step = next((step for step in _STEPS if step * _TICKS >= longest), _STEPS[-1])
    axis = float(step * ceil(longest / step))

    def across(seconds: float) -> float:
        share = min(1.0, seconds / axis)
        return 1 - share if rtl else share

    def y_of(going: float) -> float:
        return _HEADROOM + (1 - going) * (_HEIGHT - _HEADROOM)

    drawn, going = [f"M{across(0) * _WIDTH:.1f} {y_of(1):.1f}"], 1.0
    for seconds, longer in steps:
        if seconds > axis:
            break
        drawn.append(f"H{across(seconds) * _WIDTH:.1f}V{y_of(longer):.1f}")
        going = longer
    drawn.append(f"H{across(axis if not steps else max(times[-1], steps[-1][0])) * _WIDTH:.1f}")
    opens = tuple(
        Open(f"{across(seconds):.2%}", f"{y_of(_going(steps, seconds)):.1f}")
        for seconds in sorted({seconds for seconds, whole in points if not whole}) if seconds <= axis
    )  # fmt: skip
    return Curve("".join(drawn), _marks(marks, across, rtl), _ticks(axis, step, across), opens, _rows(steps, going))


def drawn(seconds: int) -> str:
    """`12:24` or `1:02:24`, for a drawing's text: direction marks keep its order where no element can."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"\u2066{hours}:{minutes:02}:{rest:02}\u2069" if hours else f"\u2066{minutes}:{rest:02}\u2069"


def _going(steps: Sequence[tuple[float, float]], seconds: float) -> float:
    found = 1.0
    for time, longer in steps:
        if time > seconds:
            break
        found = longer
    return found


def _marks(marks: Sequence[tuple[str, int]], across: Callable[[float], float], rtl: bool) -> tuple[Marked, ...]:
    placed = []
    for level, (kind, seconds) in enumerate(sorted(marks, key=lambda mark: mark[1])):
        share = across(seconds)
        late = share < 0.5 if rtl else share > 0.5  # past the middle the words stand before the line
        dx = 6 if late == rtl else -6
        anchor = "end" if late else "start"
        placed.append(Marked(kind, f"{share:.2%}", 14 + 18 * level, anchor, dx, drawn(seconds)))
    return tuple(placed)


def _ticks(axis: float, step: int, across: Callable[[float], float]) -> tuple[Tick, ...]:
    whole = round(axis)
    return tuple(
        Tick(f"{across(at):.2%}", "start" if at == 0 else "end" if at == whole else "middle", drawn(at))
        for at in range(0, whole + 1, step)
    )


def _rows(steps: Sequence[tuple[float, float]], least: float) -> tuple[tuple[int, int], ...]:
    """By when a tenth, two tenths, and so on were done, as far as the curve gets."""
    found = []
    for percent in range(10, 100, 10):
        done = next((time for time, longer in steps if longer <= 1 - percent / 100 + 1e-9), None)
        if done is not None and 1 - least >= percent / 100 - 1e-9:
            found.append((percent, round(done)))
    return tuple(found)
