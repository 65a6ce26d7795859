from __future__ import annotations

import numpy as np
import pytest

from engine.knowledge import codec
from engine.values import PageFailure, Span


@pytest.mark.parametrize("count", [0, 1, 2, 5000])
def test_boxes_come_back_within_a_twentieth_of_a_point(count: int) -> None:
    boxes = np.random.default_rng(count).uniform(-5000, 20000, (count, 4)).astype("<f4")
    back = np.frombuffer(codec.unpack_boxes(codec.pack_boxes(boxes.tobytes())), "<f4").reshape(-1, 4)
    assert back.shape == boxes.shape
    assert np.abs(back - boxes).max(initial=0) <= 0.05


def test_boxes_of_a_printed_page_shrink_to_a_fraction() -> None:
    x = np.tile(np.arange(40) * 12.0, 50)
    y = np.repeat(np.arange(50) * 15.0, 40)
    boxes = np.stack([x, y, x + 12, y + 12], axis=1).astype("<f4").tobytes()
    assert len(codec.pack_boxes(boxes)) < len(boxes) / 10


def test_broken_coordinates_do_not_break_the_page() -> None:
    boxes = np.array([[np.nan, np.inf, -np.inf, 1.0], [1.0, 2.0, 3.0, 4.0]], "<f4").tobytes()
    back = np.frombuffer(codec.unpack_boxes(codec.pack_boxes(boxes)), "<f4").reshape(2, 4)
    assert np.isfinite(back).all()
    assert back[1].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_small_values_come_back_equal() -> None:
    assert codec.unpack_offsets(codec.pack_offsets((0, 7, 70000))) == (0, 7, 70000)
    assert codec.unpack_spans(codec.pack_spans([Span(1, 0, 5), Span(2, 3, 9)])) == (Span(1, 0, 5), Span(2, 3, 9))
    failures = (PageFailure(3, "scanned_page"),)
    assert codec.unpack_failures(codec.pack_failures(failures)) == failures


def test_half_surrogates_of_odd_file_names_can_be_stored() -> None:
    assert codec.storable("账单\udce9.pdf") == "账单?.pdf"
