"""Frames of the OCR child: what goes in comes out, and what a child may not say is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest

from engine.ocr.protocol import (
    MAX_LINES,
    OcrLine,
    OcrRequest,
    decode_lines,
    encode_lines,
    read_image,
    read_ocr_request,
    write_image,
    write_ocr_request,
)
from engine.parser.protocol import ProtocolError, encode_json, read_frame

LINE = OcrLine("存款", 0.9, ((1.0, 2.0), (90.0, 2.0), (90.0, 20.0), (1.0, 20.0)), (0.25, 0.75))
GOOD: list[Any] = ["存款", 0.9, [1, 2, 90, 2, 90, 20, 1, 20], [0.25, 0.75]]


def test_requests_images_and_lines_come_out_as_they_went_in() -> None:
    stream = io.BytesIO()
    write_ocr_request(stream, OcrRequest(2, 1 << 30, 60))
    write_image(stream, 3, 2, bytes(range(6)))
    stream.seek(0)
    assert read_ocr_request(stream) == OcrRequest(2, 1 << 30, 60)
    frame = read_frame(stream)
    assert frame is not None and read_image(frame[1]) == (3, 2, bytes(range(6)))
    assert decode_lines(encode_lines([LINE]), 100, 30) == [LINE]


@pytest.mark.parametrize(
    "change",
    [
        {0: ""},
        {0: 7},
        {0: "存\ud800"},
        {0: "存" * 3000},
        {1: 1.5},
        {1: float("nan")},
        {1: True},
        {2: [1, 2, 90]},
        {2: [1, 2, 101, 2, 90, 20, 1, 20]},
        {2: [1, 2, 90, 31, 90, 20, 1, 20]},
        {2: [-1, 2, 90, 2, 90, 20, 1, 20]},
        {2: [1e309, 2, 90, 2, 90, 20, 1, 20]},
        {3: [0.25]},
        {3: [0.75, 0.25]},
        {3: [0.25, 1.25]},
        {3: ["a", "b"]},
    ],
)
def test_a_line_that_cannot_be_is_refused(change: dict[int, Any]) -> None:
    row = [change.get(place, value) for place, value in enumerate(GOOD)]
    with pytest.raises(ProtocolError):
        decode_lines(encode_json({"lines": [row]}), 100, 30)


def test_lines_of_another_shape_are_refused() -> None:
    for lines in (None, {}, [1], [[1, 2]], ["abcd"], [GOOD] * (MAX_LINES + 1)):
        with pytest.raises(ProtocolError):
            decode_lines(encode_json({"lines": lines}), 100, 30)
    assert decode_lines(encode_json({"lines": [GOOD]}), 100, 30) == [LINE]


def test_an_image_of_another_size_is_refused() -> None:
    stream = io.BytesIO()
    write_image(stream, 3, 3, b"12345678")
    stream.seek(0)
    frame = read_frame(stream)
    assert frame is not None
    with pytest.raises(ProtocolError):
        read_image(frame[1])
