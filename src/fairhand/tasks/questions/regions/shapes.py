"""Shapes on a picture: the cells each covers, how much two share, and how far two lists of marks are apart. Pure.

A cell is a pixel; of pictures wider or higher than _CELLS_MAX, several together, the same for every mark.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

MILLION = 1_000_000
_CELLS_MAX = 1_024  # side by side, and one below the other
_NEAR = 20  # points are apart wholly at a 20th of the longer side


class Size(NamedTuple):
    """Of the picture, in pixels."""

    width: int
    height: int


def apart(a: Mapping[str, Any], b: Mapping[str, Any], size: Size) -> int:
    """How far two marks differ, 0 to MILLION, a metric: 1 minus the share of cells in common (intersection over union).

    Marks of two labels, a point and an area have nothing in common; two points are apart by their distance.
    Rounded up, which keeps it a metric.
    """
    if a["label"] != b["label"] or (a["kind"] == "point") != (b["kind"] == "point"):
        return MILLION
    if a["kind"] == "point":
        reach = max(1, max(size) // _NEAR)
        far: int = max(abs(x - y) for x, y in zip(a["at"], b["at"], strict=True))
        return min(MILLION, -(-far * MILLION // reach))
    left, right = _cells(a["kind"], tuple(a["at"]), size), _cells(b["kind"], tuple(b["at"]), size)
    both = (left[0] & right[0]).bit_count()
    either = left[1] + right[1] - both
    return -((both - either) * MILLION // either)


def marks_apart(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]], size: Size) -> Fraction:
    """Two lists of marks, matched as well as they can be: the mean of what matched marks differ by.

    A mark without a partner counts 1 (the OSPA metric of order 1 with cut-off 1).
    """
    few, many = sorted((list(a), list(b)), key=len)
    if not many:
        return Fraction(0)
    costs = [[apart(one, other, size) for other in many] for one in few]
    return Fraction(_least(costs) + (len(many) - len(few)) * MILLION, len(many) * MILLION)


def found(a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]], size: Size, share: Fraction) -> int:
    """How many marks of the one have one of their own in the other that they share at least `share` with."""
    few, many = sorted((list(a), list(b)), key=len)
    near = (1 - share) * MILLION
    costs = [[0 if apart(one, other, size) <= near else 1 for other in many] for one in few]
    return len(few) - _least(costs)


def box_of(mark: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """x, y, width and height of what encloses a mark."""
    at = mark["at"]
    if mark["kind"] == "box":
        return at[0], at[1], at[2], at[3]
    xs, ys = at[0::2], at[1::2]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def area_of(mark: Mapping[str, Any]) -> Fraction:
    """In pixels: a box's sides multiplied, a polygon's area by its corners (the shoelace rule), nothing for a point."""
    at = mark["at"]
    if mark["kind"] == "box":
        return Fraction(at[2] * at[3])
    corners = list(zip(at[0::2], at[1::2], strict=True))
    twice = sum(
        x * below - right * y for (x, y), (right, below) in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    return Fraction(abs(twice), 2)


class _Grid(NamedTuple):
    """Cells side by side and one below the other, and how many pixels of width and height one has."""

    columns: int
    rows: int
    wide: int
    high: int


def _grid(size: Size) -> _Grid:
    wide, high = (-(-side // _CELLS_MAX) for side in size)
    return _Grid(-(-size.width // wide), -(-size.height // high), wide, high)


@lru_cache(maxsize=256)
def _cells(kind: str, at: tuple[int, ...], size: Size) -> tuple[int, int]:
    """The cells that a shape covers, one bit each, and how many they are; none has none."""
    grid = _grid(size)
    rows = [0] * grid.rows
    if kind == "box":
        x, y, wide, high = at
        run = _run(x // grid.wide, (x + wide - 1) // grid.wide + 1)
        for row in range(y // grid.high, (y + high - 1) // grid.high + 1):
            rows[row] = run
    else:
        corners = list(zip(at[0::2], at[1::2], strict=True))
        _fill(rows, corners, grid)
        for x, y in corners:  # however thin it is
            column = min(x // grid.wide, grid.columns - 1)
            rows[min(y // grid.high, grid.rows - 1)] |= _run(column, column + 1)
    length = grid.columns // 8 + 1
    mask = int.from_bytes(b"".join(row.to_bytes(length, "little") for row in rows), "little")
    return mask, mask.bit_count()


def _run(left: int, right: int) -> int:
    return (1 << right) - (1 << left) if left < right else 0


def _fill(rows: list[int], corners: Sequence[tuple[int, int]], grid: _Grid) -> None:
    """The cells inside a polygon: in each row all cells left of where its edge crosses the row's middle change sides,
    edge by edge. A column counts by its middle, as a row does."""
    left_of = [(1 << column) - 1 for column in range(grid.columns + 1)]
    wide, high = grid.wide, grid.high
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        top, end = sorted((2 * y1, 2 * y2))
        deep = 2 * (y2 - y1)
        # Middles lie at high, 3 * high, 5 * high of doubled pixels; those from `top` on and before `end` are crossed.
        first, last = -((high - top) // (2 * high)), -((high - end) // (2 * high))
        if first >= last:
            continue
        whole, more = 2 * deep * wide, 4 * high * (x2 - x1)
        across = deep * wide - 2 * (
            x1 * deep + (2 * first * high + high - 2 * y1) * (x2 - x1)
        )  # from x there, downwards
        for row in range(first, last):
            rows[row] ^= left_of[-(across // whole)]
            across -= more


def _least(costs: Sequence[Sequence[int]]) -> int:
    """The least sum where every row has a column of its own (Hungarian method); rows are no more than columns."""
    rows, columns = len(costs), len(costs[0]) if costs else 0
    row_price, column_price = [0] * (rows + 1), [0] * (columns + 1)
    row_of = [0] * (columns + 1)  # 0: free
    for row in range(1, rows + 1):
        row_of[0], at = row, 0
        slack: list[int | None] = [None] * (columns + 1)
        before, done = [0] * (columns + 1), [False] * (columns + 1)
        while row_of[at]:
            done[at] = True
            here, best, next_at = row_of[at], None, 0
            for column in range(1, columns + 1):
                if done[column]:
                    continue
                cost = costs[here - 1][column - 1] - row_price[here] - column_price[column]
                known = slack[column]
                if known is None or cost < known:
                    slack[column] = known = cost
                    before[column] = at
                if best is None or known < best:
                    best, next_at = known, column
            for column in range(columns + 1):
                if done[column]:
                    row_price[row_of[column]] += best or 0
                    column_price[column] -= best or 0
                elif (known := slack[column]) is not None:
                    slack[column] = known - (best or 0)
            at = next_at
        while at:
            row_of[at] = row_of[before[at]]
            at = before[at]
    return sum(costs[row_of[column] - 1][column - 1] for column in range(1, columns + 1) if row_of[column])
