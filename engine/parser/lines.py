"""Printed lines, and what two of them have to do with each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engine.parser.normalize import is_cjk

CELL_GAP_EM = 1.0  # pieces of a row further apart are cells of a table
_SPACE_EM = 0.3


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

    def part(self, start: int, end: int) -> Line | None:
        """Characters `[start, end)` without spaces at the ends, boxed as narrowly as they stand; None if there are
        no others."""
        while start < end and self.chars[start] == " ":
            start += 1
        while start < end and self.chars[end - 1] == " ":
            end -= 1
        if start == end:
            return None
        if (start, end) == (0, len(self.chars)):
            return self
        boxes = self.boxes[start:end]
        x0, x1 = min(box[0] for box in boxes), max(box[2] for box in boxes)
        return replace(self, x0=x0, x1=x1, chars=self.chars[start:end], boxes=boxes)


def same_row(a: Line, b: Line) -> bool:
    """b stands to the right of a on the same printed row."""
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0) and b.x0 >= a.x1 - a.size / 2


def by_rows(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom by printed row, and in each from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.y0 + line.y1):
        if rows and line.y0 + line.y1 - rows[-1][0].y0 - rows[-1][0].y1 < line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def spaced(a: Line, b: Line) -> bool:
    """There is a space's width between a and b, which is right of it."""
    return b.x0 - a.x1 > _SPACE_EM * a.size


def whole_lines(fragments: Sequence[Line]) -> list[Line]:
    """MuPDF breaks a printed line at wide spaces; put the pieces together where the gap is no column gap."""
    groups: list[list[Line]] = []
    for fragment in fragments:
        last = groups[-1][-1] if groups else None
        if last and same_row(last, fragment) and fragment.x0 - last.x1 <= CELL_GAP_EM * last.size:
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return [group[0] if len(group) == 1 else _joined(group) for group in groups]


def _joined(pieces: Sequence[Line]) -> Line:
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for previous, piece in zip([None, *pieces], pieces, strict=False):
        if previous is not None and spaced(previous, piece):
            chars.append(" ")
            boxes.append(no_area(previous.boxes[-1]))
        chars.append(piece.chars)
        boxes += piece.boxes
    top, bottom = min(piece.y0 for piece in pieces), max(piece.y1 for piece in pieces)
    return replace(pieces[0], chars="".join(chars), boxes=boxes, x1=pieces[-1].x1, y0=top, y1=bottom)


def no_area(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box of a character that is not printed, behind another one."""
    return box[2], box[1], box[2], box[1]


def glue(last: str, first: str) -> str:
    """What joins two lines of a paragraph: nothing beside Chinese or inside a number, a space between words."""
    if is_cjk(last) or is_cjk(first):
        return ""
    number = (last.isdigit() and first in "0123456789,.%") or (last in ",.(-" and first.isdigit())
    return "" if number else " "
