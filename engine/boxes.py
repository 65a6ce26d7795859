"""Rectangles for a piece of a page's text: the union of its characters' boxes, one rectangle per printed line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.values import Box, Page


def char_boxes(page: Page) -> NDArray[np.float32]:
    """The boxes of a page's characters, float32 (len(text), 4): x0, y0, x1, y1 in points."""
    return np.frombuffer(page.char_boxes, dtype="<f4").reshape(-1, 4)


def span_boxes(page: Page, start: int, end: int) -> tuple[Box, ...]:
    """One box per printed line touched by `page.text[start:end]`, in reading order.

    Offsets are clipped to the text; characters without area (inserted line breaks) add nothing.
    """
    boxes = char_boxes(page)
    start, end = max(0, start), min(end, len(boxes))
    cuts = [start]
    position = bisect_right(page.line_starts, start)
    cuts += [offset for offset in page.line_starts[position:] if offset < end]
    cuts.append(end)
    unions: list[Box] = []
    for line_start, line_end in pairwise(cuts):
        line = boxes[line_start:line_end]
        line = line[(line[:, 2] > line[:, 0]) & (line[:, 3] > line[:, 1])]
        if len(line):
            x0, y0 = line[:, :2].min(axis=0)
            x1, y1 = line[:, 2:].max(axis=0)
            unions.append(Box(float(x0), float(y0), float(x1), float(y1)))
    return tuple(unions)
