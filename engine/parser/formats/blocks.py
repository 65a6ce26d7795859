"""What a document of any format is taken apart into before it is typeset: headings, paragraphs, tables, page breaks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the outermost; headings become bookmarks of the view."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`depth` indents list items: 0 for running text, 1 for the outermost list."""

    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at `row`, `column` (from 0) that covers `rows` × `columns` of the grid."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `cells` stand in reading order and do not overlap; places without a cell are drawn empty."""

    cells: Sequence[Cell]
    row_count: int
    column_count: int


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page; with `whole` it stays on that one page, however tall it becomes."""

    whole: bool = False


Block = Heading | Paragraph | Grid | NewPage


def clean(text: str) -> str:
    """One line of printable text: white space and control characters become single spaces, format characters go."""
    kept = (" " if char.isspace() or unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join("".join(char for char in kept if unicodedata.category(char) not in ("Cf", "Cs")).split(" ")).strip()


def lines_of(text: str) -> list[str]:
    """The lines of a text, cleaned, without empty ones."""
    return [line for line in map(clean, text.splitlines()) if line]
