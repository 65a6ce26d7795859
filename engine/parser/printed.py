"""Reads what is printed on a page: its lines of text and its ruling lines, turned so that text runs to the right."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pymupdf

from engine.parser.lines import Line
from engine.parser.normalize import normalize_char

_TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE  # lines that run over the paper's edge are read to their end
_MAX_CONTENT_BYTES = 2_000_000  # maps and plans: reading all their strokes would take longer than a page may
_INDENT_SPACES = 2  # Chinese paragraphs are indented by two ideographic spaces; one may be a stray
_LEADERS = ".…·-_—"  # runs of these in contents and forms are cut to three

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """A page as it is read. `text` is as the file gives it; `width` × `height` are points of the turned page.

    `back` maps points of the turned page to the page as shown; None where it is not turned.
    """

    lines: list[Line]
    rulings: list[_Box]
    text: str
    width: float
    height: float
    back: pymupdf.Matrix | None

    def shown(self, boxes: bytes) -> bytes:
        """Float32 boxes (n, 4) of the turned page as boxes of the page as shown."""
        if self.back is None:
            return boxes
        values = array("f")
        values.frombytes(boxes)
        turned = array("f")
        for at in range(0, len(values), 4):
            turned.extend(_box((values[at], values[at + 1], values[at + 2], values[at + 3]), self.back))
        return turned.tobytes()


def read_printed(page: pymupdf.Page) -> Printed:
    """Lines in file order, without empty ones and those beside the paper. Raises what PyMuPDF raises."""
    raw: Any = page.get_text("rawdict", flags=_TEXT_FLAGS, clip=pymupdf.INFINITE_RECT())
    raw_lines = [(number, line) for number, block in enumerate(raw["blocks"]) for line in block.get("lines", ())]
    turn = _turn(raw_lines, page)
    width, height = page.rect.width, page.rect.height
    # PyMuPDF reads text and drawings as if the page were not rotated.
    matrix = page.rotation_matrix * turn if turn else page.rotation_matrix if page.rotation else None
    if turn is not None and turn.a == 0:
        width, height = height, width
    lines = [line for number, raw_line in raw_lines if (line := _line(number, raw_line, matrix)) is not None]
    lines = [line for line in lines if _starts_on(line, width, height)]
    return Printed(
        lines,
        list(_rulings(page, matrix)) if lines and _content_bytes(page) <= _MAX_CONTENT_BYTES else [],
        "".join(char["c"] for _, line in raw_lines for span in line["spans"] for char in span["chars"]),
        width,
        height,
        None if turn is None else ~turn,
    )


def _content_bytes(page: pymupdf.Page) -> int:
    """Size of what draws the page, as packed in the file."""
    document: Any = page.parent
    lengths = [document.xref_get_key(xref, "Length") for xref in page.get_contents()]
    return sum(int(value) for kind, value in lengths if kind == "int")


def _turn(raw_lines: list[tuple[int, Any]], page: pymupdf.Page) -> pymupdf.Matrix | None:
    """What turns the page as shown so that most of its text runs to the right; None where it does so already."""
    directions: Counter[tuple[int, int]] = Counter()
    for _, line in raw_lines:
        x, y = line["dir"]
        directions[round(x), round(y)] += sum(len(span["chars"]) for span in line["spans"])
    if not directions:
        return None
    x, y = directions.most_common(1)[0][0]
    for _ in range(page.rotation // 90 % 4):
        x, y = -y, x
    width, height = page.rect.width, page.rect.height
    turns = {
        (0, -1): pymupdf.Matrix(0, 1, -1, 0, height, 0),
        (0, 1): pymupdf.Matrix(0, -1, 1, 0, 0, width),
        (-1, 0): pymupdf.Matrix(-1, 0, 0, -1, width, height),
    }
    return turns.get((x, y))


def _line(block: int, raw: dict[str, Any], matrix: pymupdf.Matrix | None) -> Line | None:
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    spaces = 0
    for span in raw["spans"]:
        for char in span["chars"]:
            for part in normalize_char(char["c"]):
                if part == " " and (not chars or chars[-1] == " "):
                    spaces += not chars
                    continue
                if part in _LEADERS and chars[-3:] == [part] * 3:
                    continue
                chars.append(part)
                boxes.append(_box(char["bbox"], matrix))
    while chars and chars[-1] == " ":
        chars.pop()
        boxes.pop()
    if not chars:
        return None
    size = max(span["size"] for span in raw["spans"])
    x0, y0, x1, y1 = _box(raw["bbox"], matrix)
    return Line(block, x0, y0, x1, y1, max(size, 0.1), spaces >= _INDENT_SPACES, "".join(chars), boxes)


def _starts_on(line: Line, width: float, height: float) -> bool:
    """What lies beside the paper is no text of the page, but a line that starts on it is."""
    x0, y0, _, y1 = line.boxes[0]
    return -1 <= x0 <= width and -1 <= (y0 + y1) / 2 <= height


def _box(box: tuple[float, float, float, float], matrix: pymupdf.Matrix | None) -> tuple[float, float, float, float]:
    if matrix is None:
        return box
    turned = pymupdf.Rect(box) * matrix
    return turned.x0, turned.y0, turned.x1, turned.y1


def _rulings(page: pymupdf.Page, matrix: pymupdf.Matrix | None) -> Iterator[_Box]:
    """Lines and sides of rectangles; what is filled counts where it is thin."""
    for drawing in page.get_cdrawings() or ():
        stroked = "s" in drawing["type"]
        for item in drawing["items"]:
            if item[0] == "l":
                (x0, y0), (x1, y1) = item[1], item[2]
                yield _box((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), matrix)
            elif item[0] == "re":
                x0, y0, x1, y1 = box = _box(item[1], matrix)
                yield box
                if stroked:
                    yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
