"""Judges chunks of table rows by cells that were read off the pages by eye."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.values import Chunk

REPORT_CELLS = Path(__file__).parent / "engine" / "ingestion" / "annual_report_cells.toml"


@dataclass(frozen=True, slots=True)
class Cell:
    """`row` is the text of one of the row's cells; white space is left out; an empty `value` is an empty cell."""

    page: int
    row: str
    column: str
    value: str
    header_page: int


def read_cells(path: Path = REPORT_CELLS) -> list[Cell]:
    return [Cell(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["cell"]]


def missing_cells(cells: Sequence[Cell], chunks: Sequence[Chunk]) -> tuple[list[Cell], list[Cell]]:
    """Cells that no chunk of their page gives with column and value, and those whose row is not on their page."""
    rows = {page: [chunk for chunk in chunks if chunk.page_no == page] for page in {cell.page for cell in cells}}
    elsewhere = [cell for cell in cells if not any(_has_row(chunk, cell) for chunk in rows[cell.page])]
    return [cell for cell in cells if not any(_holds(chunk, cell) for chunk in rows[cell.page])], elsewhere


def _pieces(chunk: Chunk) -> list[tuple[str, str]]:
    """(column, value) of a row's chunk; a column without a name has none."""
    texts = ["".join(piece.split()) for piece in chunk.text.split("|")[1:]]
    return [(name, value) for name, _, value in (text.rpartition("=") for text in texts)]


def _has_row(chunk: Chunk, cell: Cell) -> bool:
    return any(value == cell.row for _, value in _pieces(chunk))


def _holds(chunk: Chunk, cell: Cell) -> bool:
    if not _has_row(chunk, cell) or dict(_pieces(chunk)).get(cell.column, "") != cell.value:
        return False
    return len(chunk.spans) == 2 and chunk.spans[1].page_no == cell.header_page
