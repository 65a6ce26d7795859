"""Lays out tables: widths of columns, heights of rows, where a page may end, and the operators that draw a piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.parser.formats.blocks import Cell, Grid
from engine.parser.formats.fonts import Fonts

_SIZE_PT = 9.0
_LEADING_PT = 13.0
_PADDING_PT = 4.0
_MIN_COLUMN_EM, _FAIR_COLUMN_EM, _MAX_COLUMN_EM = 2.5, 6.0, 24.0
_MAX_WIDTH_PT = 2400.0  # wider tables are split into groups of columns
_SAMPLE_CELLS = 20_000  # widths of columns are judged by so many cells
_MAX_BAND_ROWS = 200  # cells that cover more rows are drawn over so many


@dataclass(slots=True)
class _Placed:
    """A cell's lines with its frame, in points from the band's corner."""

    lines: list[str]
    x0: float
    x1: float
    y0: float
    y1: float


@dataclass(slots=True)
class Band:
    """Rows that no page break parts if there is another way: one row, or rows that merged cells hold together."""

    fonts: Fonts
    edges: list[float]  # y of the rows' borders from the band's top
    cells: list[_Placed] = field(default_factory=list[_Placed])

    @property
    def height_pt(self) -> float:
        return self.edges[-1]

    def cut(self, done: float, room_pt: float, page_pt: float) -> float:
        """How far to draw where `room_pt` is left: to the end, to a row's border, or, if a whole page does not hold
        the next row, to a line's end. `done` itself when the rest belongs on the next page."""
        if self.height_pt - done <= room_pt:
            return self.height_pt
        if self.height_pt - done <= page_pt:
            return done
        fitting = [edge for edge in self.edges if done < edge <= done + room_pt]
        if fitting:
            return fitting[-1]
        row_end = next(edge for edge in self.edges if edge > done)
        if row_end - done <= page_pt:
            return done
        padding = _PADDING_PT if done in self.edges else 0.0
        lines = int((room_pt - 2 * _PADDING_PT) // _LEADING_PT)
        return done + padding + lines * _LEADING_PT if lines > 1 else done

    def draw(self, start: float, end: float, x: float, y: float) -> list[str]:
        """Operators for the part from `start` to `end`, its top left corner at (x, y); y counts from the top."""
        operators: list[str] = []
        for cell in self.cells:
            top, bottom = max(cell.y0, start), min(cell.y1, end)
            if top >= bottom:
                continue
            frame = f"{x + cell.x0:.2f} {y + top - start:.2f} {cell.x1 - cell.x0:.2f} {bottom - top:.2f} re S"
            operators.append(frame)
            for number, line in enumerate(cell.lines):
                line_top = cell.y0 + _PADDING_PT + number * _LEADING_PT
                if start - 0.01 <= line_top < end - 0.01:
                    baseline = y + line_top - start + (_LEADING_PT + 0.7 * _SIZE_PT) / 2
                    operators.append(self.fonts.show(line, x + cell.x0 + _PADDING_PT, baseline, _SIZE_PT))
        return operators


@dataclass(slots=True)
class TableLayout:
    """A table whose columns have got their widths; `edges` are the columns' borders from the table's left edge."""

    grid: Grid
    fonts: Fonts
    edges: list[float]

    @property
    def width_pt(self) -> float:
        return self.edges[-1]

    def bands(self) -> Iterator[Band]:
        """From top to bottom."""
        by_row: dict[int, list[Cell]] = {}
        for cell in self.grid.cells:
            by_row.setdefault(cell.row, []).append(cell)
        row = 0
        while row < self.grid.row_count:
            cells: list[Cell] = []
            end = row + 1
            at = row
            while at < end:
                for cell in by_row.get(at, ()):
                    end = max(end, min(cell.row + cell.rows, row + _MAX_BAND_ROWS, self.grid.row_count))
                    cells.append(cell)
                at += 1
            yield self._band(row, end, cells)
            row = end

    def _band(self, first: int, end: int, cells: Sequence[Cell]) -> Band:
        wrapped = [self.fonts.wrap(cell.text, _SIZE_PT, self._inside(cell)) for cell in cells]
        heights = [_LEADING_PT + 2 * _PADDING_PT] * (end - first)
        for cell, lines in sorted(zip(cells, wrapped, strict=True), key=lambda pair: pair[0].rows):
            rows = range(cell.row - first, min(cell.row + cell.rows, end) - first)
            lacking = len(lines) * _LEADING_PT + 2 * _PADDING_PT - sum(heights[row] for row in rows)
            heights[rows[-1]] += max(0.0, lacking)
        edges = [0.0]
        for height in heights:
            edges.append(edges[-1] + height)
        band = Band(self.fonts, edges)
        for cell, lines in zip(cells, wrapped, strict=True):
            y0, y1 = edges[cell.row - first], edges[min(cell.row + cell.rows, end) - first]
            x0, x1 = self.edges[cell.column], self.edges[cell.column + cell.columns]
            band.cells.append(_Placed(lines, x0, x1, y0, y1))
        return band

    def _inside(self, cell: Cell) -> float:
        return self.edges[cell.column + cell.columns] - self.edges[cell.column] - 2 * _PADDING_PT


def lay_out_tables(grid: Grid, fonts: Fonts, room_pt: float) -> list[TableLayout]:
    """One layout within `room_pt` if that leaves every column legible, else a wider one, else one for each group of
    columns; the first column stands in every group."""
    if not grid.row_count or not grid.column_count:
        return []
    grid = replace(grid, cells=_with_empty_cells(grid))
    natural = _natural_widths(grid, fonts)
    widths = _fitted(natural, room_pt)
    if sum(widths) <= max(room_pt, _MAX_WIDTH_PT):
        return [TableLayout(grid, fonts, _edges(widths))]
    return [
        TableLayout(_columns_of(grid, group), fonts, _edges([widths[column] for column in group]))
        for group in _groups(widths)
    ]


def _natural_widths(grid: Grid, fonts: Fonts) -> list[float]:
    widths = [_MIN_COLUMN_EM * _SIZE_PT + 2 * _PADDING_PT] * grid.column_count
    for cell in grid.cells[:_SAMPLE_CELLS]:
        if cell.columns == 1 and cell.text:
            needed = min(fonts.width(cell.text[:200]) + 0.1, _MAX_COLUMN_EM) * _SIZE_PT + 2 * _PADDING_PT
            widths[cell.column] = max(widths[cell.column], needed)
    return widths


def _fitted(natural: Sequence[float], room_pt: float) -> list[float]:
    """Natural widths, the wide columns cut down to one width where the room is short, but not below a fair one."""
    if sum(natural) <= room_pt:
        return list(natural)
    cap, left, spare = 0.0, len(natural), room_pt
    for width in sorted(natural):
        cap = spare / left
        if width > cap:
            break
        spare -= width
        left -= 1
    cap = max(cap, _FAIR_COLUMN_EM * _SIZE_PT + 2 * _PADDING_PT)
    return [min(width, cap) for width in natural]


def _edges(widths: Sequence[float]) -> list[float]:
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width)
    return edges


def _groups(widths: Sequence[float]) -> list[list[int]]:
    groups: list[list[int]] = [[0]]
    used = widths[0]
    for column, width in enumerate(widths[1:], 1):
        if used + width > _MAX_WIDTH_PT and len(groups[-1]) > 1:
            groups.append([0])
            used = widths[0]
        groups[-1].append(column)
        used += width
    return groups


def _columns_of(grid: Grid, group: Sequence[int]) -> Grid:
    """The columns of a group; a merged cell that reaches into it has its text where the cell begins."""
    at = {column: number for number, column in enumerate(group)}
    cells: list[Cell] = []
    for cell in grid.cells:
        inside = [at[column] for column in range(cell.column, cell.column + cell.columns) if column in at]
        if inside:
            text = cell.text if cell.column in at else ""
            cells.append(replace(cell, text=text, column=inside[0], columns=len(inside)))
    return Grid(cells, grid.row_count, len(group))


def _with_empty_cells(grid: Grid) -> list[Cell]:
    """The grid's cells and an empty one for each place that none covers, in reading order."""
    covered: set[tuple[int, int]] = set()
    for cell in grid.cells:
        if cell.rows * cell.columns > 1:
            covered.update(
                (row, column)
                for row in range(cell.row, cell.row + cell.rows)
                for column in range(cell.column, cell.column + cell.columns)
            )
        else:
            covered.add((cell.row, cell.column))
    empty = [
        Cell("", row, column)
        for row in range(grid.row_count)
        for column in range(grid.column_count)
        if (row, column) not in covered
    ]
    return sorted([*grid.cells, *empty], key=lambda cell: (cell.row, cell.column))
