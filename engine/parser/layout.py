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
from dataclasses import dataclass, field

from engine.parser.normalize import is_cjk

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
_CELL_GAP_EM = 1.0  # pieces of a row further apart are cells of a table
_SPACE_EM = 0.3
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


def join_lines(lines: Sequence[Line], paper_width: float) -> tuple[str, bytes, tuple[int, ...]]:
    """Text, float32 boxes (len(text), 4) as bytes, and the offsets where printed lines start.

    Paragraphs are separated by a line break, cells of one row by a space; both have boxes without area.
    """
    lines = _whole_lines(lines)
    edges = _Edges(lines, (1 - _MARGIN) * paper_width)
    text: list[str] = []
    boxes = array("f")
    starts: list[int] = []
    length = 0
    for previous, line in zip([None, *lines], lines, strict=False):
        separator = "" if previous is None else _separator(previous, line, edges)
        for _ in separator:
            boxes.extend(_no_area(line.boxes[0]))
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


def _whole_lines(fragments: Sequence[Line]) -> list[Line]:
    """MuPDF breaks a printed line at wide spaces; put the pieces together where the gap is no column gap."""
    lines: list[Line] = []
    for fragment in fragments:
        last = lines[-1] if lines else None
        if last is None or not _same_row(last, fragment) or fragment.x0 - last.x1 > _CELL_GAP_EM * last.size:
            lines.append(fragment)
            continue
        if fragment.x0 - last.x1 > _SPACE_EM * last.size:
            last.chars += " "
            last.boxes.append(_no_area(last.boxes[-1]))
        last.chars += fragment.chars
        last.boxes += fragment.boxes
        last.x1, last.y0, last.y1 = fragment.x1, min(last.y0, fragment.y0), max(last.y1, fragment.y1)
    return lines


def _no_area(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return box[2], box[1], box[2], box[1]


def _same_row(a: Line, b: Line) -> bool:
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0) and b.x0 >= a.x1 - a.size / 2


def _separator(a: Line, b: Line, edges: _Edges) -> str:
    if _same_row(a, b):
        return " "
    if _continues(a, b, edges):
        return _glue(a.chars[-1], b.chars[0])
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


def _glue(last: str, first: str) -> str:
    """What joins two lines of a paragraph: nothing beside Chinese or inside a number, a space between words."""
    if is_cjk(last) or is_cjk(first) or (last.isdigit() and first.isdigit()) or (last in ",.(-" and first.isdigit()):
        return ""
    return " "
