"""From printed lines to text: which line goes on in the next one, and which one ends a paragraph.

PDF knows no paragraphs, so they are read off the page as a reader would: a line that stops short of its column's
right edge ends one, an indented line or one that starts with an item number begins one. Lines are taken in the
order of the file, which keeps two columns apart.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.parser.lines import Line, glue, no_area, same_row, spaced, whole_lines
from engine.parser.tables import TableDraft

__all__ = ["ITEM", "Line", "PageText", "join_lines", "lay_out"]

Rows = tuple[tuple[tuple[int, int], ...], ...]  # (rows, columns): start and end of each cell's text

# What opens a new paragraph: 第三条, 第二章, 一、, (一), 1., 1.2, 1), ①, a bullet.
ITEM = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]+[编章节条款部分]|[一二三四五六七八九十]{1,3}、"
    r"|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(\.\d{1,2})*[.、)）](?!\d)|\d{1,2}(\.\d{1,2})+\s|[①-⑳●■□◆▪•·√]|#+\s"
)
_CONTENTS_ENTRY = re.compile(r"[.…·]{3,}\s*\d+$")
_ENDINGS = "。;:!?；：！？…"

_COLUMN_PT = 24.0  # lines whose left edges differ by less may be of one column: two characters of body text
_SHORT_EM = 2.0  # justified Chinese lines end within two characters of the edge
_RAGGED_EM = 6.0  # a few lines may run over the edge …
_EDGE_LINES = 3  # … which is where at least so many others end
_MEASURE_EM = 10.0  # narrower lines are headings or cells, not running text
_MARGIN = 0.07  # of the paper's width, left blank on the right at least
_LONG_EM = 20.0  # a line so long is a full one if nothing on the page goes further right
_FIRST_LINE_EM = 4.0  # a paragraph's first line starts at most so far right of its second
_GAP_EM = 1.5  # more white space than this between two lines ends a paragraph


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text as `values.Page` holds it. `tables` are the tables' borders and the offsets of their cells."""

    text: str
    boxes: bytes
    starts: tuple[int, ...]
    tables: tuple[tuple[tuple[float, ...], Rows], ...]


def join_lines(lines: Sequence[Line], paper_width: float) -> tuple[str, bytes, tuple[int, ...]]:
    """Text, float32 boxes (len(text), 4) as bytes, and the offsets where printed lines start.

    Paragraphs are separated by a line break, cells of one row by a space; both have boxes without area.
    """
    page = lay_out(lines, paper_width)
    return page.text, page.boxes, page.starts


def lay_out(parts: Sequence[Line | TableDraft], paper_width: float) -> PageText:
    """As `join_lines`, with tables: a row of a table is a line of text, its cells separated by a space."""
    groups: list[list[Line] | TableDraft] = []
    for part in parts:
        if isinstance(part, TableDraft):
            groups.append(part)
        elif groups and isinstance(groups[-1], list):
            groups[-1].append(part)
        else:
            groups.append([part])
    groups = [whole_lines(group) if isinstance(group, list) else group for group in groups]
    edges = _Edges([line for group in groups if isinstance(group, list) for line in group], (1 - _MARGIN) * paper_width)
    writer = _Writer()
    tables: list[tuple[tuple[float, ...], Rows]] = []
    for group in groups:
        if isinstance(group, list):
            writer.write_lines(group, edges)
        else:
            tables.append((group.edges, writer.write_table(group)))
    return PageText("".join(writer.text), writer.boxes.tobytes(), tuple(writer.starts), tuple(tables))


class _Writer:
    """Text, boxes and line starts as they grow."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.boxes: array[float] = array("f")
        self.starts: list[int] = []
        self.length = 0

    def write_lines(self, lines: Sequence[Line], edges: _Edges) -> None:
        for previous, line in zip([None, *lines], lines, strict=False):
            separator = ("\n" if self.length else "") if previous is None else _separator(previous, line, edges)
            self._append(separator, [no_area(line.boxes[0])] * len(separator))
            if previous is None or not same_row(previous, line):
                self.starts.append(self.length)
            self._append(line.chars, line.boxes)

    def write_table(self, draft: TableDraft) -> Rows:
        """A cell merged over several rows stands in the line of its first; rows without text of their own are left
        out."""
        offsets: dict[int, tuple[int, int]] = {}
        rows: list[tuple[tuple[int, int], ...]] = []
        for row in draft.cells:
            own = [cell for cell in dict.fromkeys(row) if cell in draft.contents and cell not in offsets]
            if not own:
                continue
            for number, cell in enumerate(own):
                lines = draft.contents[cell]
                separator = " " if number else "\n" if self.length else ""
                self._append(separator, [no_area(lines[0].boxes[0])] * len(separator))
                if number == 0:
                    self.starts.append(self.length)
                offsets[cell] = self._write_cell(lines)
            empty = (offsets[own[0]][0], offsets[own[0]][0])
            rows.append(tuple(offsets.get(cell, empty) for cell in row))
        return tuple(rows)

    def _write_cell(self, lines: Sequence[Line]) -> tuple[int, int]:
        start = self.length
        for previous, line in zip([None, *lines], lines, strict=False):
            if previous is not None:
                separator = " " * spaced(previous, line)
                if not same_row(previous, line):
                    separator = glue(previous.chars[-1], line.chars[0])
                self._append(separator, [no_area(previous.boxes[-1])] * len(separator))
            self._append(line.chars, line.boxes)
        return start, self.length

    def _append(self, chars: str, boxes: Sequence[tuple[float, float, float, float]]) -> None:
        self.text.append(chars)
        for box in boxes:
            self.boxes.extend(box)
        self.length += len(chars)


class _Edges:
    """Right edges of the page's columns and of its blocks."""

    def __init__(self, lines: Sequence[Line], outermost: float) -> None:
        """Ends further right than `outermost` count as there: such lines ran over the edge."""
        self._ends: dict[tuple[int, int], list[float]] = {}
        self._blocks: dict[tuple[int, int], float] = {}
        for line in lines:
            self._ends.setdefault((round(line.size), int(line.x0 // _COLUMN_PT)), []).append(min(line.x1, outermost))
            key = (line.block, round(line.x0))
            self._blocks[key] = max(line.x1, self._blocks.get(key, line.x1))
        for ends in self._ends.values():
            ends.sort()
        self._right = max((min(line.x1, outermost) for line in lines), default=0.0)

    def fills_column(self, line: Line) -> bool:
        """The line reaches the page's right edge, if it is a long one, or an edge that other lines share."""
        if line.x1 - line.x0 >= _LONG_EM * line.size and line.x1 >= self._right - _SHORT_EM * line.size:
            return True
        number = int(line.x0 // _COLUMN_PT)
        columns = [self._ends.get((round(line.size), n), []) for n in (number - 1, number, number + 1)]
        last = max(ends[-1] for ends in columns if ends)
        beyond = sum(len(ends) - bisect_left(ends, line.x1 - _SHORT_EM * line.size) for ends in columns)
        beside = sum(
            bisect_right(ends, line.x1 + line.size / 2) - bisect_left(ends, line.x1 - line.size / 2) for ends in columns
        )
        return (line.x1 >= last - _SHORT_EM * line.size and beyond > 1) or (
            line.x1 >= last - _RAGGED_EM * line.size and beside > _EDGE_LINES
        )

    def fills_cell(self, line: Line) -> bool:
        """The line is the widest of its block's lines with the same left edge."""
        return line.x1 >= self._blocks[line.block, round(line.x0)] - line.size / 2


def _separator(a: Line, b: Line, edges: _Edges) -> str:
    if same_row(a, b):
        return " "
    if _continues(a, b, edges):
        return glue(a.chars[-1], b.chars[0])
    return "\n"


def _continues(a: Line, b: Line, edges: _Edges) -> bool:
    """Whether b goes on with the paragraph of a."""
    if b.indented or ITEM.match(b.chars) or _CONTENTS_ENTRY.search(a.chars):
        return False
    if not 0.8 < a.size / b.size < 1.25 or b.y0 - a.y1 > _GAP_EM * max(a.size, 1.0):
        return False
    if b.y0 > a.y0 and b.x0 < a.x0 - _FIRST_LINE_EM * a.size:
        return False
    ended = a.chars[-1] in _ENDINGS
    if a.x1 - a.x0 >= _MEASURE_EM * a.size and edges.fills_column(a):
        return not (ended and b.x0 > a.x0 + a.size)
    in_cell = a.block == b.block and abs(a.x0 - b.x0) <= 1.5 and b.x1 <= a.x1 + a.size
    return in_cell and not ended and len(a.chars) > 1 and edges.fills_cell(a)
