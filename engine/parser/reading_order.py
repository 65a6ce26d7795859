"""The order in which a page is read: columns one after the other, between what runs over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from engine.parser.lines import Line, by_rows
from engine.parser.tables import TableDraft

_MIN_LINES = 5  # in each of two neighbouring columns
_MIN_EM = 8.0  # narrower lines are those of lists and tables, not of columns
_MAX_CROSSING = 0.35  # share of lines that may run over both columns: title, headings, notes
_MIDDLE = (0.3, 0.7)  # of the page's width: where the right one of two columns may begin
_STEP_PT = 4.0

Part = Line | TableDraft


def in_reading_order(parts: Sequence[Part], paper_width: float) -> list[Part]:
    """The parts as they are, or on a page of columns: one column after the other, between what runs over all.

    File order is kept where there is one column: programs write it as it is read. Columns they often write row by
    row.
    """
    border = _border(parts, 0.0, paper_width)
    return list(parts) if border is None else _in_columns(parts, 0.0, border, paper_width)


def _in_columns(parts: Sequence[Part], left: float, border: float, right: float) -> list[Part]:
    """What stands between `left` and `right` when a column ends at `border`."""
    ordered: list[Part] = []
    band: list[Part] = []
    for part in [*sorted(parts, key=lambda part: _box(part)[1]), None]:
        if part is not None and _side(part, border):
            band.append(part)
            continue
        for side, (start, end) in ((-1, (left, border)), (1, (border, right))):
            column = [other for other in band if _side(other, border) == side]
            inner = _border(column, start, end)
            ordered += _down(column) if inner is None else _in_columns(column, start, inner, end)
        ordered += [] if part is None else [part]
        band = []
    return ordered


def _down(column: Sequence[Part]) -> list[Part]:
    """One column from top to bottom."""
    lines = [part for part in column if isinstance(part, Line)]
    return list(by_rows(lines)) if len(lines) == len(column) else sorted(column, key=lambda part: _box(part)[1])


def _border(parts: Sequence[Part], left: float, right: float) -> float | None:
    """Where a column to the right of another begins; None where there is one column between `left` and `right`."""
    lines = [part for part in parts if isinstance(part, Line)]
    first, last = (left + share * (right - left) for share in _MIDDLE)
    starts = [line.boxes[0][0] for line in lines if first <= line.boxes[0][0] <= last]
    if len(starts) < _MIN_LINES:
        return None
    best: tuple[int, float] | None = None
    for step in sorted({int(start / _STEP_PT) for start in starts}):
        border = step * _STEP_PT - 1
        sides = [_side(line, border) for line in lines]
        before = [line for line, side in zip(lines, sides, strict=True) if side == -1]
        after = [line for line, side in zip(lines, sides, strict=True) if side == 1]
        crossing = len(lines) - len(before) - len(after)
        if (
            crossing <= _MAX_CROSSING * len(lines)
            and (best is None or crossing < best[0])
            and _are_columns(before, after)
        ):
            best = crossing, border
    return None if best is None else best[1]


def _are_columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Running text on both sides, side by side."""
    if min(len(left), len(right)) < _MIN_LINES:
        return False
    if any(median((line.x1 - line.x0) / line.size for line in side) < _MIN_EM for side in (left, right)):
        return False
    top = max(min(line.y0 for line in side) for side in (left, right))
    bottom = min(max(line.y1 for line in side) for side in (left, right))
    return all(sum(top - 1 <= line.y0 <= bottom for line in side) >= _MIN_LINES - 1 for side in (left, right))


def _side(part: Part, border: float) -> int:
    """-1 left of the border, 1 right of it, 0 over it."""
    x0, _, x1, _ = _box(part)
    return -1 if x1 <= border + _STEP_PT else 1 if x0 >= border else 0


def _box(part: Part) -> tuple[float, float, float, float]:
    if isinstance(part, Line):
        return part.boxes[0][0], part.y0, part.boxes[-1][2], part.y1
    lines = [line for lines in part.contents.values() for line in lines]
    return part.edges[0], min(line.y0 for line in lines), part.edges[-1], max(line.y1 for line in lines)
