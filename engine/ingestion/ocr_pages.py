"""From recognized lines to a page: reading order, paragraphs, and a box for every character, in points.

Lines come in no order and perhaps askew, so they are turned until most of them run level; paragraphs are then joined
by the rules for printed text. Boxes stay on the page as it is shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import numpy as np

from engine.errors import DocumentFault
from engine.ocr.protocol import OcrLine
from engine.parser.headers import tables_of
from engine.parser.layout import lay_out
from engine.parser.lines import Line, by_rows
from engine.parser.normalize import is_cjk, normalize_char
from engine.parser.protocol import Scan
from engine.parser.reading_order import in_reading_order
from engine.parser.tables import with_aligned_tables
from engine.values import Page, PageKind

Point = tuple[float, float]
BoxTuple = tuple[float, float, float, float]

_MIN_SCORE = 0.5  # RapidOCR's own threshold: below, what was read is noise
_LEVEL_RAD = math.radians(0.2)  # less skew than this moves no line into another row
_MAX_HALF_EM = 0.6  # no character is wider than this on either side of its middle
_ASCII_EM = 0.5
_SIZE_CHARS = 6  # a line of fewer tells its font size by its height
_MIN_SIZE_PT = 0.1  # a line without height would be divided by
_SAME_SIZE = 1.12  # measured sizes of one font differ by less
_INDENT_EM = 1.2
_NEXT_LINE_EM = 2.6

# What recognition is known to confuse and context decides: ‰ comes as "%0" although both stand in its dictionary, the
# Chinese zero as a circle or a letter, the digit zero between digits as a letter.
_PER_MILLE = re.compile(r"(?<=\d)%[0Oo](?![\d.])")
_CHINESE_ZERO = re.compile(r"(?<=[〇一二三四五六七八九])[○O0o](?=[〇○O0o一二三四五六七八九年])")
_DIGIT_ZERO = re.compile(r"(?<=\d)[Oo](?=\d)|(?<=\d[.,])[Oo](?=\d)")
_LEADERS = re.compile(r"([.…·_—-])\1{3,}")


def recognized_page(scan: Scan, lines: Sequence[OcrLine]) -> Page:
    """The page that `lines`, in pixels of `scan`, make.

    OCR, EMPTY where there are no lines, FAILED where none is legible. Tables are those without ruling lines.
    """
    legible = [line for line in lines if line.score >= _MIN_SCORE and line.text.strip()]
    if not legible:
        if lines:
            return failed_page(scan, DocumentFault.OCR_FAILED)
        return Page(scan.page_no, PageKind.EMPTY, scan.width_pt, scan.height_pt)
    frame = _Frame([[_to_points(corner, scan) for corner in line.corners] for line in legible], scan)
    printed: list[Line] = []
    for number, line in enumerate(legible):
        corners = [frame.turned(_to_points(corner, scan)) for corner in line.corners]
        found = _printed_line(number, line, corners)
        printed += [found] if found else []
    if not printed:
        return Page(scan.page_no, PageKind.EMPTY, scan.width_pt, scan.height_pt)
    _even_sizes(printed)
    _mark_indents(printed)
    laid = lay_out(with_aligned_tables(in_reading_order(by_rows(printed), frame.width)), frame.width)
    boxes = frame.shown(laid.boxes)
    return Page(
        scan.page_no, PageKind.OCR, scan.width_pt, scan.height_pt, laid.text, boxes, laid.starts, tables=tables_of(laid)
    )


def failed_page(scan: Scan, fault: DocumentFault) -> Page:
    return Page(scan.page_no, PageKind.FAILED, scan.width_pt, scan.height_pt, reason=fault.value)


class _Frame:
    """The page turned until its lines run level, its corner moved to the origin."""

    def __init__(self, lines: Sequence[Sequence[Point]], scan: Scan) -> None:
        angle = _reading_angle(lines)
        self._cos, self._sin = math.cos(angle), math.sin(angle)
        self._left = self._top = 0.0
        paper = (0.0, 0.0), (scan.width_pt, 0.0), (scan.width_pt, scan.height_pt), (0.0, scan.height_pt)
        corners = [self.turned(corner) for corner in paper]
        self._left, self._top = min(x for x, _ in corners), min(y for _, y in corners)
        self.width = max(x for x, _ in corners) - self._left

    def turned(self, point: Point) -> Point:
        x, y = point
        return x * self._cos + y * self._sin - self._left, y * self._cos - x * self._sin - self._top

    def shown(self, boxes: bytes) -> bytes:
        """Boxes of the frame, float32 (n, 4), as they lie on the page."""
        x0, y0, x1, y1 = np.frombuffer(boxes, "<f4").reshape(-1, 4).T.astype(np.float64)
        if not self._sin and self._cos > 0:
            return boxes
        x = np.stack([x0, x1, x1, x0]) + self._left
        y = np.stack([y0, y0, y1, y1]) + self._top
        xs, ys = x * self._cos - y * self._sin, x * self._sin + y * self._cos
        return np.stack([xs.min(0), ys.min(0), xs.max(0), ys.max(0)], axis=1).astype("<f4").tobytes()


def _reading_angle(lines: Sequence[Sequence[Point]]) -> float:
    """The direction in which most of the text runs, clockwise from level; 0 where it is all but level.

    The longest share of text decides between the four sides of the paper, and the median, by length, in between.
    """
    angles: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1), *_ in lines:
        angles.append((math.atan2(y1 - y0, x1 - x0), math.hypot(x1 - x0, y1 - y0)))
    shares = [0.0] * 4
    for angle, length in angles:
        shares[round(angle / (math.pi / 2)) % 4] += length
    side = shares.index(max(shares)) * math.pi / 2
    off = sorted((math.remainder(angle - side, math.tau), length) for angle, length in angles)
    near = [(angle, length) for angle, length in off if abs(angle) <= math.pi / 4]
    half, passed = sum(length for _, length in near) / 2, 0.0
    for skew, length in near:
        passed += length
        if passed >= half:
            return side if abs(skew) < _LEVEL_RAD else side + skew
    return side


def _printed_line(number: int, line: OcrLine, corners: Sequence[Point]) -> Line | None:
    """The line as layout wants it, measured in the frame. None if nothing is left.

    Each is a block of its own: an image knows no blocks, and layout joins cells that are of one.
    """
    text, boxes = _characters(line, corners)
    text, boxes = _repaired(text, boxes)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if start >= end:
        return None
    x0, y0, x1, y1 = _box(corners, 0.0, 1.0)
    height = math.dist(corners[0], corners[3])
    weight = sum(1.0 if is_cjk(char) else _ASCII_EM for char in text)
    size = min(height, math.dist(corners[0], corners[1]) / weight) if len(text) >= _SIZE_CHARS else 0.0
    return Line(number, x0, y0, x1, y1, max(size or height, _MIN_SIZE_PT), False, text[start:end], boxes[start:end])


def _characters(line: OcrLine, corners: Sequence[Point]) -> tuple[str, list[BoxTuple]]:
    """Normalized characters with their boxes; white space has no area."""
    length = max(math.dist(corners[0], corners[1]), 0.01)
    half = _MAX_HALF_EM * math.dist(corners[0], corners[3]) / length
    middles = [(first + second) / 2 for first, second in pairwise(line.centers)]
    lefts = [max(center - half, cut) for center, cut in zip(line.centers, [0.0, *middles], strict=True)]
    rights = [min(center + half, cut) for center, cut in zip(line.centers, [*middles, 1.0], strict=True)]
    text: list[str] = []
    boxes: list[BoxTuple] = []
    for char, left, right in zip(line.text, lefts, rights, strict=True):
        box = _box(corners, left, left if char.isspace() else right)
        for part in normalize_char(char):
            if part.isspace() and text and text[-1] == " ":
                continue
            text.append(" " if part.isspace() else part)
            boxes.append(box)
    return "".join(text), boxes


def _box(corners: Sequence[Point], left: float, right: float) -> BoxTuple:
    """What a share of a line covers."""
    top, bottom = (corners[0], corners[1]), (corners[3], corners[2])
    points = [
        (first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share)
        for first, second in (top, bottom)
        for share in (left, right)
    ]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _repaired(text: str, boxes: list[BoxTuple]) -> tuple[str, list[BoxTuple]]:
    text = _CHINESE_ZERO.sub("〇", text)
    text = _DIGIT_ZERO.sub("0", text)
    for pattern, kept in ((_PER_MILLE, 1), (_LEADERS, 3)):
        for match in reversed(list(pattern.finditer(text))):
            start, end = match.span()
            short = "‰" if pattern is _PER_MILLE else text[start : start + kept]
            last = boxes[start + kept - 1]
            boxes[start + kept - 1] = (last[0], last[1], boxes[end - 1][2], last[3])
            del boxes[start + kept : end]
            text = text[:start] + short + text[end:]
    return text, boxes


def _even_sizes(lines: Sequence[Line]) -> None:
    """Give lines of one font one size: layout compares sizes, and measuring them on pixels scatters."""
    group: list[Line] = []
    for line in sorted(lines, key=lambda line: line.size):
        if group and line.size > group[0].size * _SAME_SIZE:
            _set_size(group)
            group = []
        group.append(line)
    _set_size(group)


def _set_size(group: Sequence[Line]) -> None:
    if group:
        size = median(line.size for line in group)
        for line in group:
            line.size = size


def _mark_indents(lines: Sequence[Line]) -> None:
    """A line is indented where the next one above or below it, long enough for text, begins further left."""
    for line in lines:
        beside = [
            other
            for other in lines
            if other is not line
            and other.x0 < line.x1
            and line.x0 < other.x1
            and abs(other.y0 - line.y0) < _NEXT_LINE_EM * line.size
            and other.x1 - other.x0 > _SIZE_CHARS * line.size
        ]
        line.indented = any(_INDENT_EM * line.size < line.x0 - other.x0 for other in beside)


def _to_points(corner: Point, scan: Scan) -> Point:
    return corner[0] * scan.width_pt / scan.width_px, corner[1] * scan.height_pt / scan.height_px
