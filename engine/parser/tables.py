"""Which printed lines belong to a table, and to which of its cells: by ruling lines, else by aligned columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from engine.parser.lines import Line, by_rows, same_row, whole_lines
from engine.parser.regions import MAX_TABLE_COLUMNS, MAX_TABLE_ROWS
from engine.parser.rulings import Grid

_SLACK_EM = 0.2  # characters of two cells keep at most so far over the border between them
_MIN_ROWS = 3  # fewer rows without ruling lines are no table
_CELL_EM = 14.0  # wider pieces side by side are columns of text
_ROW_GAP_EM = 2.5  # more white space than this ends a table without ruling lines
_FIGURES_SHARE = 0.6  # of a column's cells
_FIGURE = re.compile(r"[-−+(（¥￥$]*\s?\d[\d,]*(\.\d+)?\s?[%‰元万亿)）]*")
_CONTENTS_ENTRY = re.compile(r"[.…·]{3,}")


@dataclass(slots=True)
class TableDraft:
    """Cells by number: `cells` is (rows × columns); `contents` has each cell's printed lines in reading order."""

    edges: tuple[float, ...]
    cells: list[list[int]]
    contents: dict[int, list[Line]] = field(default_factory=dict[int, list[Line]])


def is_figure(text: str) -> bool:
    """An amount, a rate or another bare number."""
    return _FIGURE.fullmatch(text) is not None


# ---- ruled


def with_ruled_tables(lines: Sequence[Line], grids: Sequence[Grid]) -> list[Line | TableDraft]:
    """The lines, with those in a grid replaced by its table at the place of the first one."""
    if not grids:
        return list(lines)
    homes = [_grid_of(line, grids) for line in lines]
    members: list[list[Line]] = [[] for _ in grids]
    for line, home in zip(lines, homes, strict=True):
        if home is not None:
            members[home].append(line)
    drafts = [_draft(grid, inside) for grid, inside in zip(grids, members, strict=True)]
    parts: list[Line | TableDraft] = []
    placed: set[int] = set()
    for line, home in zip(lines, homes, strict=True):
        draft = None if home is None else drafts[home]
        if home is None or draft is None:
            parts.append(line)
        elif home not in placed:
            placed.add(home)
            parts.append(draft)
    return parts


def _grid_of(line: Line, grids: Sequence[Grid]) -> int | None:
    x, y = (line.boxes[0][0] + line.boxes[-1][2]) / 2, (line.y0 + line.y1) / 2
    for number, grid in enumerate(grids):
        if grid.ys[0] <= y <= grid.ys[-1] and grid.xs[0] <= x <= grid.xs[-1]:
            return number
    return None


def _draft(grid: Grid, lines: Sequence[Line]) -> TableDraft | None:
    """The grid with its text; None for a frame that is no table: too large, or with text in one cell only."""
    if len(grid.ys) - 1 > MAX_TABLE_ROWS or len(grid.xs) - 1 > MAX_TABLE_COLUMNS:
        return None
    draft = TableDraft(grid.xs, [list(row) for row in grid.cells])
    for line in lines:
        for cell, piece in _pieces(line, grid):
            draft.contents.setdefault(cell, []).append(piece)
    draft.contents = {cell: by_rows(pieces) for cell, pieces in draft.contents.items()}
    return draft if len(draft.contents) > 1 else None


def _pieces(line: Line, grid: Grid) -> Iterator[tuple[int, Line]]:
    """The line cut where a border runs between two characters; what runs over a border goes where most of it is."""
    y = (line.y0 + line.y1) / 2
    homes = [_cell(grid, (box[0] + box[2]) / 2, y) for box in line.boxes]
    start = 0
    for at in range(1, len(homes) + 1):
        if at < len(homes) and (homes[at] == homes[at - 1] or not _border_between(line, at, grid)):
            continue
        piece = line.part(start, at)
        if piece is not None:
            stretch = homes[start:at]
            yield max(set(stretch), key=stretch.count), piece
        start = at


def _cell(grid: Grid, x: float, y: float) -> int:
    column = min(max(bisect_right(grid.xs, x) - 1, 0), len(grid.xs) - 2)
    row = min(max(bisect_right(grid.ys, y) - 1, 0), len(grid.ys) - 2)
    return grid.cells[row][column]


def _border_between(line: Line, at: int, grid: Grid) -> bool:
    left, right = line.boxes[at - 1], line.boxes[at]
    slack = _SLACK_EM * line.size
    number = bisect_right(grid.xs, (right[0] + right[2]) / 2) - 1
    border = grid.xs[min(max(number, 0), len(grid.xs) - 1)]
    return line.chars[at - 1] == " " or line.chars[at] == " " or (
        left[2] <= border + slack and right[0] >= border - slack
    )  # fmt: skip


# ---- by alignment


def with_aligned_tables(parts: Sequence[Line | TableDraft]) -> list[Line | TableDraft]:
    """The parts, with lines that make a table without ruling lines replaced by it: at least three rows of pieces that
    stand in the same columns, in the order of the parts."""
    found: list[Line | TableDraft] = []
    stretch: list[Line] = []
    for part in parts:
        if isinstance(part, Line):
            stretch.append(part)
            continue
        found += (*_with_aligned(stretch), part)
        stretch = []
    return found + _with_aligned(stretch)


def _with_aligned(lines: Sequence[Line]) -> list[Line | TableDraft]:
    rows: list[list[Line]] = []
    for line in whole_lines(lines):
        if rows and same_row(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    parts: list[Line | TableDraft] = []
    start = 0
    while start < len(rows):
        end = _run_end(rows, start)
        draft, skipped = _aligned(rows[start:end])
        if draft is None:
            end = max(end, start + 1)
            parts += [line for row in rows[start:end] for line in row]
        else:
            parts += [line for row in rows[start : start + skipped] for line in row]
            parts.append(draft)
        start = end
    return parts


def _run_end(rows: Sequence[Sequence[Line]], start: int) -> int:
    """The end of the rows from `start` on that may be one table: each of several pieces, or short between such."""
    end = last = start
    while end < len(rows):
        row = rows[end]
        if end > start and not -0.5 < (row[0].y0 - rows[end - 1][0].y1) / row[0].size < _ROW_GAP_EM:
            break
        if any(_CONTENTS_ENTRY.search(line.chars) for line in row):
            break
        if len(row) > 1:
            last = end + 1
        elif end == start or end - last >= 1 or row[0].x1 - row[0].x0 > _CELL_EM * row[0].size:
            break
        end += 1
    return last


def _aligned(rows: Sequence[Sequence[Line]]) -> tuple[TableDraft | None, int]:
    """A table of the rows, and how many rows before it do not belong to it."""
    for skipped in range(min(3, len(rows))):
        candidate = rows[skipped:]
        if sum(len(row) > 1 for row in candidate) < _MIN_ROWS:
            break
        columns = _columns(candidate)
        if columns is not None and _looks_like_table(candidate, columns):
            edges = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]]
            draft = TableDraft(tuple(edges), [])
            for number, row in enumerate(candidate):
                cells = [number * len(columns) + column for column in range(len(columns))]
                draft.cells.append(cells)
                for line in row:
                    draft.contents[cells[_column(columns, line)]] = [line]
            return draft, skipped
    return None, 0


def _columns(rows: Sequence[Sequence[Line]]) -> list[tuple[float, float]] | None:
    """The stretches that pieces share; None where two pieces of a row share one, or there are too many."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((line.boxes[0][0], line.boxes[-1][2]) for row in rows for line in row):
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], x1))
        else:
            columns.append((x0, x1))
    if not 2 <= len(columns) <= MAX_TABLE_COLUMNS or len(rows) > MAX_TABLE_ROWS:
        return None
    if any(len({_column(columns, line) for line in row}) < len(row) for row in rows):
        return None
    return columns if all(first[1] < second[0] for first, second in pairwise(columns)) else None


def _column(columns: Sequence[tuple[float, float]], line: Line) -> int:
    return bisect_right(columns, (line.boxes[0][0], float("inf"))) - 1


def _looks_like_table(rows: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]]) -> bool:
    """Narrow pieces, and figures in a column or three columns at least, which columns of text have not."""
    pieces = [line for row in rows for line in row]
    if median((line.x1 - line.x0) / line.size for line in pieces) > _CELL_EM:
        return False
    for column in range(1, len(columns)):
        texts = [line.chars for line in pieces if _column(columns, line) == column]
        if len(texts) >= _MIN_ROWS and sum(map(is_figure, texts)) >= _FIGURES_SHARE * len(texts):
            return True
    full = sum(len(row) == len(columns) for row in rows)
    return len(columns) > 2 and full >= max(_MIN_ROWS, _FIGURES_SHARE * len(rows))
