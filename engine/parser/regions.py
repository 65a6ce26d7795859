"""How tables and headings of a page travel in its frame, and what is checked when they arrive."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

from engine.values import Heading, Page, Table

MAX_TABLE_ROWS = 2_000
MAX_TABLE_COLUMNS = 600
MAX_TABLE_CELLS = MAX_TABLE_ROWS * MAX_TABLE_COLUMNS  # of all tables of a page together
_MAX_TITLE_CHARS = 200
_MAX_LEVEL = 20


def encode_regions(page: Page) -> dict[str, Any]:
    """The page's tables and headings as JSON values; a table's cells are one flat list of offsets, row by row."""
    return {
        "tables": [
            {
                "title": table.title,
                "header_rows": table.header_rows,
                "cells": [offset for row in table.rows for cell in row for offset in cell],
                "edges_pt": table.edges_pt,
            }
            for table in page.tables
        ],
        "headings": [(heading.level, heading.start) for heading in page.headings],
    }


def decode_regions(head: dict[str, Any], text_length: int) -> tuple[tuple[Table, ...], tuple[Heading, ...]]:
    """Reverse of `encode_regions`, every value range-checked against a text of `text_length` characters.

    Raises:
        ValueError: a value is missing, of the wrong type, out of range, not finite or not in order.
    """
    tables: list[Table] = []
    cells = 0
    for untrusted_table in _items(head.get("tables")):
        if not isinstance(untrusted_table, dict):
            raise ValueError("table")
        tables.append(_table(cast("dict[str, Any]", untrusted_table), text_length))
        cells += len(tables[-1].rows) * len(tables[-1].rows[0])
        if cells > MAX_TABLE_CELLS:
            raise ValueError("too many cells")
    headings: list[Heading] = []
    for untrusted_heading in _items(head.get("headings")):
        level, start = _integers(untrusted_heading, max(text_length - 1, _MAX_LEVEL))
        headings.append(Heading(level, start))
    if any(not 1 <= heading.level <= _MAX_LEVEL or heading.start >= text_length for heading in headings):
        raise ValueError("heading")
    if any(first.start >= second.start for first, second in pairwise(headings)):
        raise ValueError("headings out of order")
    return tuple(tables), tuple(headings)


def _table(untrusted: dict[str, Any], text_length: int) -> Table:
    edges = _items(untrusted.get("edges_pt"))
    if not all(isinstance(edge, (int, float)) and math.isfinite(edge) for edge in edges):
        raise ValueError("edges")
    columns = len(edges) - 1
    if not 1 <= columns <= MAX_TABLE_COLUMNS or any(first >= second for first, second in pairwise(edges)):
        raise ValueError("edges")
    offsets = _integers(untrusted.get("cells"), text_length)
    if not offsets or len(offsets) % (2 * columns) or len(offsets) > 2 * columns * MAX_TABLE_ROWS:
        raise ValueError("cells")
    cells = tuple(zip(offsets[::2], offsets[1::2], strict=True))
    if any(start > end for start, end in cells):
        raise ValueError("cells")
    rows = tuple(cells[at : at + columns] for at in range(0, len(cells), columns))
    title = untrusted.get("title")
    if not isinstance(title, str) or len(title) > _MAX_TITLE_CHARS:
        raise ValueError("title")
    (header_rows,) = _integers([untrusted.get("header_rows")], len(rows))
    return Table(title, header_rows, rows, tuple(float(edge) for edge in edges))


def _items(untrusted: Any) -> list[Any]:
    if not isinstance(untrusted, list):
        raise ValueError("not a list")
    return cast("list[Any]", untrusted)


def _integers(untrusted: Any, most: int) -> Sequence[int]:
    """A list of integers within [0, most]."""
    numbers = _items(untrusted)
    if any(type(number) is not int or not 0 <= number <= most for number in numbers):
        raise ValueError("not an offset")
    return cast("list[int]", numbers)
