"""Excel workbooks: a section for each visible sheet, cells as they are shown.

Hidden sheets are left out, as nobody who opens the file sees them; hidden rows and columns are kept, because a filter
hides rows that are part of the table. Formulas stand as the result that was saved, or as themselves where none was.
Blank rows part tables; a row with a single filled cell above or below a table is its title or its note.
"""

# pyright: basic
# openpyxl carries no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import openpyxl

from engine.parser.formats.blocks import Block, Cell, Grid, Heading, NewPage, Paragraph, clean
from engine.parser.formats.number_format import shown

Row = dict[int, Cell]  # by column, filled cells only
_MAX_HELD_ROWS = 1000
_UNCALCULATED = re.compile(rb"(</f>|<f[^>]*/>)\s*(<v\s*/>|<v></v>|</c>)")


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of a workbook."""
    workbook = _opened(data, results=True)
    if _has_uncalculated(data):
        _fill_in(workbook, _opened(data, results=False))
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    for number, sheet in enumerate(visible):
        if number:
            yield NewPage()
        if clean(sheet.title):
            yield Heading(clean(sheet.title), 1)
        yield from _sheet(sheet)


def _opened(data: bytes, *, results: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out: pictures, validations
        return openpyxl.load_workbook(io.BytesIO(data), data_only=results, keep_links=False, rich_text=False)


def _has_uncalculated(data: bytes) -> bool:
    """Whether a cell holds a formula without a result, as programs write it that cannot calculate."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = (name for name in package.namelist() if name.startswith("xl/worksheets/"))
        return any(_UNCALCULATED.search(package.read(name)) for name in parts)


def _fill_in(workbook: Any, formulas: Any) -> None:
    for sheet in workbook.worksheets:
        of = formulas[sheet.title]._cells
        for place, cell in sheet._cells.items():
            formula = getattr(of.get(place), "value", None)
            formula = getattr(formula, "text", formula)  # array formulas are objects
            if getattr(cell, "value", "") is None and isinstance(formula, str) and formula.startswith("="):
                cell.value = formula


def _sheet(sheet: Any) -> Iterator[Block]:
    for rows in _regions(sheet):
        left = min(cell.column for row in rows for cell in row.values())
        first, last = 0, len(rows)
        while first < last and _single(rows[first]):
            first += 1
        while last > first and _is_note(rows[last - 1], left):
            last -= 1
        yield from _paragraphs(rows[:first])
        if first < last:
            yield _grid(rows[first:last])
        yield from _paragraphs(rows[last:])


def _regions(sheet: Any) -> Iterator[list[Row]]:
    """Rows between blank ones. Rows that a merged cell covers belong to its first row, filled or not."""
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    region: list[Row] = []
    last = held = 0
    # the cells that the file names; walking over rows and columns would visit the empty billions between them
    for row_no, places in groupby(sorted(sheet._cells), key=itemgetter(0)):
        row = _row(sheet, places, merged)
        if not row:
            continue
        if region and row_no > max(last, held) + 1:
            yield region
            region = []
        if region:
            region.extend({} for _ in range(last + 1, row_no))
        region.append(row)
        last = row_no
        held = max(held, *(row_no + min(cell.rows, _MAX_HELD_ROWS) - 1 for cell in row.values()))
    if region:
        yield region


def _row(sheet: Any, places: Iterable[tuple[int, int]], merged: dict[tuple[int, int], Any]) -> Row:
    row: Row = {}
    for place in places:
        cell = sheet._cells[place]
        text = clean(shown(getattr(cell, "value", None), getattr(cell, "number_format", "General")))
        if text:
            area = merged.get(place)
            rows, columns = (area.max_row - place[0] + 1, area.max_col - place[1] + 1) if area else (1, 1)
            row[place[1]] = Cell(text, *place, rows, columns)
    return row


def _single(row: Row) -> bool:
    return len(row) == 1 and all(cell.rows == 1 for cell in row.values())


def _is_note(row: Row, left: int) -> bool:
    return _single(row) and all(cell.column == left for cell in row.values())


def _paragraphs(rows: Sequence[Row]) -> Iterator[Block]:
    for row in rows:
        for cell in row.values():
            yield Paragraph(cell.text)


def _grid(rows: Sequence[Row]) -> Grid:
    cells = [(number, cell) for number, row in enumerate(rows) for cell in row.values()]
    left = min(cell.column for _, cell in cells)
    right = max(cell.column + cell.columns for _, cell in cells)
    taken = [
        Cell(cell.text, number, cell.column - left, min(cell.rows, len(rows) - number), cell.columns)
        for number, cell in cells
    ]
    return Grid(taken, len(rows), right - left)


def sample() -> bytes:
    """A small workbook that takes every path a real one does."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["存款", None])
    sheet.append([0.031, "a"])
    sheet["A2"].number_format = "0.00%"
    sheet.merge_cells("A1:B1")
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
