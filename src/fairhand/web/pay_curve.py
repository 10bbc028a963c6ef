"""Geometry of a little line: what minutes of work pay, under given terms. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from fairhand.insight.offer_terms import Point, points_of, segments_of
from fairhand_pay import Terms

_WIDTH, _HEIGHT, _HEAD = 1000, 120, 8
_PLOT = 84  # percent of the width; the rest is for the numbers at the line's end side
_CLEAR = 12  # percent: marks nearer to each other than this share one line of words


@dataclass(frozen=True, slots=True)
class Level:
    """A level with its amount. `y` in pixels."""

    y: str
    minor: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A length of work that the terms name. `kind`: typical, long, limit, end. `y`: where its words stand."""

    kind: str
    x: str
    y: int
    anchor: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Curve:
    """A line to draw, or only the rows of its table (`path` is "" where time isn't paid)."""

    path: str
    area: str
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    rows: tuple[Point, ...]
    currency: str
    plot_x: str
    plot_width: str
    plot_end: str
    numbers_x: str
    numbers_anchor: str
    foot: int
    height: int
    typical: Point | None
    # With the best score, where the plan looks at one.
    best: str = ""


def pay_curve(pay: Terms, *, rtl: bool, p50_s: int | None = None, p80_s: int | None = None) -> Curve | None:
    """The line of what minutes pay up to the paid-time maximum; None where the terms ask for more than minutes."""
    found = points_of(pay, p50_s, p80_s)
    if found is None:
        return None
    typical = next((each for each in found.rows if each.seconds == p50_s), None)
    start = 100 - _PLOT if rtl else 0
    drawn = _Drawn(found.line, rtl) if found.line else None
    marks = _marks(drawn, pay, p50_s, p80_s) if drawn else ()
    return Curve(
        path=drawn.path if drawn else "", area=drawn.area if drawn else "",
        levels=drawn.levels if drawn else (), marks=marks, rows=found.rows,
        currency=pay.currency, plot_x=f"{start}%", plot_width=f"{_PLOT}%",
        plot_end=f"{start + _PLOT}%", numbers_x=f"{start - 1 if rtl else _PLOT + 1}%",
        numbers_anchor="end" if rtl else "start", foot=_HEIGHT, typical=typical,
        best=drawn.best if drawn else "",
        height=max((mark.y for mark in marks), default=_HEIGHT) + _HEAD,
    )  # fmt: skip


class _Drawn:
    """Places in the drawing."""

    def __init__(self, line: Sequence[Point], rtl: bool) -> None:
        self.rtl, self.longest = rtl, max(1, line[-1].seconds)
        self.top = max(1, *(max(point.minor, point.best_minor or 0) for point in line))
        self.path = "M" + "L".join(f"{self.x(point.seconds):.1f} {self.y(point.minor):.1f}" for point in line)
        ends = f"{self.x(self.longest):.1f} {_HEIGHT}L{self.x(0):.1f} {_HEIGHT}"
        self.area = f"{self.path}L{ends}Z"
        best = [(point.seconds, point.best_minor) for point in line if point.best_minor is not None]
        self.best = "M" + "L".join(f"{self.x(at):.1f} {self.y(minor):.1f}" for at, minor in best) if best else ""
        self.levels = tuple(Level(f"{self.y(minor):.1f}", minor) for minor in sorted({0, self.top // 2, self.top}))

    def x(self, seconds: int) -> float:
        share = seconds / self.longest
        return (1 - share if self.rtl else share) * _WIDTH

    def y(self, minor: int) -> float:
        return _HEIGHT - minor / self.top * (_HEIGHT - _HEAD)

    def across(self, seconds: int) -> str:
        """The same place in percent of the whole drawing, where words stand unstretched."""
        start = 100 - _PLOT if self.rtl else 0
        return f"{start + self.x(seconds) / _WIDTH * _PLOT:.2f}%"


def _marks(drawn: _Drawn, pay: Terms, p50_s: int | None, p80_s: int | None) -> tuple[Mark, ...]:
    """Ticks under the line; words that would touch stand one line lower."""
    segments = segments_of(pay)
    limit = segments[0].upto_s if segments else None
    wanted = [("typical", p50_s), ("long", p80_s), ("limit", limit), ("end", drawn.longest)]
    placed: list[Mark] = []
    row, last, before = 0, 0.0, ""
    for kind, seconds in sorted(((kind, at) for kind, at in wanted if at and at <= drawn.longest), key=lambda m: m[1]):
        share = seconds / drawn.longest
        anchor = "start" if share < 0.5 else "end"  # it runs away from the nearer edge, in the reader's direction
        near = (share - last) * 100 < _CLEAR * 3 or anchor != before  # or the two run towards each other
        row = (row + 1) % 3 if before and near else 0
        placed.append(Mark(kind, drawn.across(seconds), _HEIGHT + 20 + 16 * row, anchor, seconds))
        last, before = share, anchor
    return tuple(placed)
