"""From a page's ruling lines to the grids of its tables: which cells there are, and which of them are merged.

A grid is what a reader sees: lines that cross each other, the spaces between them, and a missing piece of a line where
two spaces are one cell. Tables in reports are drawn as thousands of short strokes or thin filled rectangles, often
without outer borders left and right; both are put together here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Segment = tuple[float, float, float]  # where it stands on the other axis, its start, its end; points

_THIN_PT = 2.5  # a filled rectangle so thin is a line
_SNAP_PT = 2.5  # lines nearer than this are one
_GAP_PT = 3.5  # strokes of one line may lie so far apart, and miss a crossing line by as much
_MIN_LENGTH_PT = 4.0
_MAX_CROSSINGS = 4_000_000  # a page with more is a drawing, not a table


@dataclass(frozen=True, slots=True)
class Grid:
    """Borders of columns and rows, rising, in points, and for each of (rows × columns) the number of its cell."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]

    def position(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a point, or None outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return row, column
        return None


def find_grids(boxes: Iterable[tuple[float, float, float, float]]) -> list[Grid]:
    """Grids of at least two columns, top first.

    Args:
        boxes: lines and thin rectangles of the page, in any order, (x0, y0, x1, y1) in points.
    """
    across: list[Segment] = []
    down: list[Segment] = []
    for x0, y0, x1, y1 in boxes:
        if y1 - y0 <= _THIN_PT < x1 - x0:
            across.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN_PT < y1 - y0:
            down.append(((x0 + x1) / 2, y0, y1))
    across, down = _joined(across), _joined(down)
    if len(across) * len(down) > _MAX_CROSSINGS:
        return []
    grids = [_grid(*component) for component in _components(across, down)]
    return sorted((grid for grid in grids if grid is not None), key=lambda grid: (grid.ys[0], grid.xs[0]))


def _joined(segments: list[Segment]) -> list[Segment]:
    """Segments of one line put together; lines almost at the same place moved to the same place."""
    segments.sort()
    lines: list[list[Segment]] = []
    for segment in segments:
        if lines and segment[0] - lines[-1][0][0] <= _SNAP_PT:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    joined: list[Segment] = []
    for line in lines:
        place = sum(segment[0] for segment in line) / len(line)
        line.sort(key=lambda segment: segment[1])
        start, end = line[0][1], line[0][2]
        for _, first, last in line[1:]:
            if first - end > _GAP_PT:
                joined.append((place, start, end))
                start, end = first, last
            end = max(end, last)
        joined.append((place, start, end))
    return [segment for segment in joined if segment[2] - segment[1] >= _MIN_LENGTH_PT]


def _components(across: Sequence[Segment], down: Sequence[Segment]) -> list[tuple[list[Segment], list[Segment]]]:
    """Groups of lines that cross or touch each other."""
    parents = list(range(len(across) + len(down)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for number, (y, x0, x1) in enumerate(across):
        for other, (x, y0, y1) in enumerate(down, len(across)):
            if x0 - _GAP_PT <= x <= x1 + _GAP_PT and y0 - _GAP_PT <= y <= y1 + _GAP_PT:
                parents[root(number)] = root(other)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for number, segment in enumerate((*across, *down)):
        groups.setdefault(root(number), ([], []))[number >= len(across)].append(segment)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _grid(across: Sequence[Segment], down: Sequence[Segment]) -> Grid | None:
    """The grid of crossing lines; None where it has one column only."""
    xs = _borders(down, across)
    ys = _borders(across, down)
    if len(xs) < 3 or len(ys) < 2:
        return None
    beside = _drawn(down, xs, ys)
    below = _drawn(across, ys, xs)
    columns, rows = len(xs) - 1, len(ys) - 1
    parents = list(range(rows * columns))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for row in range(rows):
        for column in range(columns):
            number = row * columns + column
            if column + 1 < columns and (column + 1, row) not in beside:
                parents[root(number + 1)] = root(number)
            if row + 1 < rows and (row + 1, column) not in below:
                parents[root(number + columns)] = root(number)
    cells = tuple(tuple(root(row * columns + column) for column in range(columns)) for row in range(rows))
    return Grid(xs, ys, cells) if any(len(set(row)) > 1 for row in cells) else None


def _borders(lines: Sequence[Segment], crossing: Sequence[Segment]) -> tuple[float, ...]:
    """Where the lines stand, and where the crossing ones end when they reach further: an open side is a border too."""
    places = sorted({place for place, _, _ in lines})
    first, last = min(start for _, start, _ in crossing), max(end for _, _, end in crossing)
    outer = [first] * (first < places[0] - _GAP_PT) + places + [last] * (last > places[-1] + _GAP_PT)
    return tuple(outer)


def _drawn(lines: Sequence[Segment], places: Sequence[float], steps: Sequence[float]) -> set[tuple[int, int]]:
    """Pairs (number of the border, number of the step along it) where a line is drawn."""
    numbers = {place: number for number, place in enumerate(places)}
    middles = [(first + last) / 2 for first, last in pairwise(steps)]
    drawn: set[tuple[int, int]] = set()
    for place, start, end in lines:
        for step in range(bisect_right(middles, start), bisect_right(middles, end)):
            drawn.add((numbers[place], step))
    return drawn
