"""From printed lines to text: which line goes on in the next one, and which one ends a paragraph.

PDF knows no paragraphs, so they are read off the page as a reader would: a line that stops short of its column's
right edge ends one, an indented line or one that starts with an item number begins one. Lines are taken in the
order of the file, which keeps two columns apart.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.parser.normalize import is_cjk

# What opens a new paragraph: 第三条, 第二章, 一、, (一), 1., 1.2, 1), ①, a bullet.
_ITEM = re.compile(
    r"第[〇零一二三四五六七八九十百千\d]+[编章节条款部分]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)"
    r"|\d{1,2}(\.\d{1,2})*[.、)](?!\d)|\d{1,2}(\.\d{1,2})+\s|[①-⑳●■□◆▪•·√]|#+\s"
)
_CONTENTS_ENTRY = re.compile(r"[.…·]{3,}\s*\d+$")
_ENDINGS = "。;:!?…"

_COLUMN_PT = 24.0  # lines whose left edges differ by less may be of one column: two characters of body text
_SHORT_EM = 2.0  # justified Chinese lines end within two characters of the edge
_MEASURE_EM = 10.0  # narrower lines are headings or cells, not running text
_GAP_EM = 1.5  # more white space than this between two lines ends a paragraph


@dataclass(slots=True)
class Line:
    """A printed line. `chars` are normalized and stripped; `boxes` hold four floats per character.

    `x0` … `y1` cover white space at the ends too, in points of the page as shown; `size` is the font size.
    """

    block: int
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    indented: bool
    chars: str
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list[tuple[float, float, float, float]])

    @property
    def mid_y(self) -> float:
        return (self.y0 + self.y1) / 2


def join_lines(lines: Sequence[Line]) -> tuple[str, bytes, tuple[int, ...]]:
    """Text, float32 boxes (len(text), 4) as bytes, and the offsets where printed lines start.

    Paragraphs are separated by a line break, cells of one row by a space; both have boxes without area.
    """
    edges = _Edges(lines)
    text: list[str] = []
    boxes = array("f")
    starts: list[int] = []
    length = 0
    for previous, line in zip([None, *lines], lines, strict=False):
        separator = "" if previous is None else _separator(previous, line, edges)
        for _ in separator:
            boxes.extend((line.boxes[0][0], line.boxes[0][1]) * 2)
        length += len(separator)
        if previous is None or not _same_row(previous, line):
            starts.append(length)
        text += (separator, line.chars)
        for box in line.boxes:
            boxes.extend(box)
        length += len(line.chars)
    return "".join(text), boxes.tobytes(), tuple(starts)


class _Edges:
    """Right edges of the page's columns and of its blocks."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._columns: dict[int, list[float]] = {}
        self._blocks: dict[tuple[int, int], float] = {}
        for line in lines:
            column = self._columns.setdefault(int(line.x0 // _COLUMN_PT), [])
            column.append(line.x1)
            column.sort(reverse=True)
            del column[2:]
            key = (line.block, round(line.x0))
            self._blocks[key] = max(line.x1, self._blocks.get(key, line.x1))

    def fills_column(self, line: Line) -> bool:
        """The line reaches the right edge of its column, and another line shows that there is such an edge."""
        number = int(line.x0 // _COLUMN_PT)
        ends = sorted((x for n in (number - 1, number, number + 1) for x in self._columns.get(n, ())), reverse=True)
        short = _SHORT_EM * line.size
        return len(ends) > 1 and line.x1 >= ends[0] - short and ends[1] >= line.x1 - short

    def fills_cell(self, line: Line) -> bool:
        """The line is the widest of its block's lines with the same left edge."""
        return line.x1 >= self._blocks[line.block, round(line.x0)] - line.size / 2


def _same_row(a: Line, b: Line) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0) and b.x0 >= a.x1 - a.size / 2


def _separator(a: Line, b: Line, edges: _Edges) -> str:
    if _same_row(a, b):
        return "" if b.x0 - a.x1 < 0.3 * a.size and b.chars[0] != "(" else " "
    if _continues(a, b, edges):
        return _glue(a.chars[-1], b.chars[0])
    return "\n"


def _continues(a: Line, b: Line, edges: _Edges) -> bool:
    """Whether b goes on with the paragraph of a."""
    if b.indented or _ITEM.match(b.chars) or _CONTENTS_ENTRY.search(a.chars):
        return False
    if not 0.8 < a.size / b.size < 1.25 or b.y0 - a.y1 > _GAP_EM * max(a.size, 1.0):
        return False
    ended = a.chars[-1] in _ENDINGS
    if a.x1 - a.x0 >= _MEASURE_EM * a.size and edges.fills_column(a):
        return not (ended and b.x0 > a.x0 + a.size)
    in_cell = a.block == b.block and abs(a.x0 - b.x0) <= 1.5 and b.x1 <= a.x1 + a.size
    return in_cell and not ended and len(a.chars) > 1 and edges.fills_cell(a)


def _glue(last: str, first: str) -> str:
    """What joins two lines of a paragraph: nothing beside Chinese or inside a number, a space between words."""
    if is_cjk(last) or is_cjk(first) or (last.isdigit() and first.isdigit()) or last in ",.(-" and first.isdigit():
        return ""
    return " "
