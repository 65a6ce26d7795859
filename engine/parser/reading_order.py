"""The order in which a page is read: two columns one after the other, and pages whose text runs up, down or upside
down turned the right way."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from engine.parser.lines import Line, by_rows
from engine.parser.tables import TableDraft

_MIN_LINES = 5  # in each of two columns
_MIN_EM = 8.0  # narrower lines are those of lists and tables, not of columns
_MAX_CROSSING = 0.35  # share of lines that may run over both columns: title, headings, notes
_MIDDLE = (0.3, 0.7)  # of the page's width: where the right one of two columns may begin
_STEP_PT = 4.0

Part = Line | TableDraft


def in_reading_order(parts: Sequence[Part], paper_width: float) -> list[Part]:
    """The parts as they are, or on a page of two columns: left, then right, between what runs over both.

    File order is kept where there is one column: programs write it as it is read. Two columns they often write row
    by row.
    """
    border = _border(parts, paper_width)
    if border is None:
        return list(parts)
    ordered: list[Part] = []
    band: list[Part] = []
    for part in sorted(parts, key=lambda part: _box(part)[1]):
        if _side(part, border) == 0:
            ordered += (*_columns(band, border), part)
            band = []
        else:
            band.append(part)
    return ordered + _columns(band, border)


def _columns(band: Sequence[Part], border: float) -> list[Part]:
    ordered: list[Part] = []
    for side in (-1, 1):
        column = [part for part in band if _side(part, border) == side]
        tables = [part for part in column if isinstance(part, TableDraft)]
        lines = by_rows([part for part in column if isinstance(part, Line)])
        ordered += lines if not tables else sorted(column, key=lambda part: _box(part)[1])
    return ordered


def _border(parts: Sequence[Part], paper_width: float) -> float | None:
    """Where the right column begins; None where the page has one column."""
    lines = [part for part in parts if isinstance(part, Line)]
    first, last = (share * paper_width for share in _MIDDLE)
    starts = [line.boxes[0][0] for line in lines if first <= line.boxes[0][0] <= last]
    if len(starts) < _MIN_LINES:
        return None
    best: tuple[int, float] | None = None
    for step in {int(start / _STEP_PT) for start in starts}:
        border = step * _STEP_PT - 1
        sides = [_side(line, border) for line in lines]
        left = [line for line, side in zip(lines, sides, strict=True) if side == -1]
        right = [line for line, side in zip(lines, sides, strict=True) if side == 1]
        crossing = len(lines) - len(left) - len(right)
        if (
            crossing <= _MAX_CROSSING * len(lines)
            and _are_columns(left, right)
            and (best is None or crossing < best[0])
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
