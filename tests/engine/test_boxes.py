from __future__ import annotations

import numpy as np

from engine.boxes import char_boxes, span_boxes
from engine.values import Box, Page, PageKind

# "ab\ncd": two printed lines of two characters, ten points wide each, and a line break without area.
BOXES = np.array([[0, 0, 10, 8], [10, 0, 20, 10], [20, 0, 20, 10], [0, 20, 10, 30], [10, 20, 20, 30]], "<f4")
PAGE = Page(1, PageKind.TEXT, 100, 100, "ab\ncd", BOXES.tobytes(), (0, 3))


def test_boxes_come_back_as_stored() -> None:
    assert np.array_equal(char_boxes(PAGE), BOXES)


def test_a_span_within_a_line_is_the_union_of_its_characters() -> None:
    assert span_boxes(PAGE, 0, 2) == (Box(0, 0, 20, 10),)


def test_a_span_over_two_lines_gives_a_box_each() -> None:
    assert span_boxes(PAGE, 1, 4) == (Box(10, 0, 20, 10), Box(0, 20, 10, 30))


def test_offsets_beyond_the_text_are_clipped_and_nothing_gives_nothing() -> None:
    assert span_boxes(PAGE, 4, 99) == (Box(10, 20, 20, 30),)
    assert span_boxes(PAGE, -5, 1) == (Box(0, 0, 10, 8),)
    assert span_boxes(PAGE, 2, 3) == ()
    assert span_boxes(PAGE, 50, 60) == ()
    assert span_boxes(Page(1, PageKind.EMPTY, 100, 100), 0, 9) == ()
