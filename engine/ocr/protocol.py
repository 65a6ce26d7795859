"""What travels between the OCR child and its parent; frames as in `engine.parser.protocol`.

Parent to child on stdin: uint32 length and JSON of an `OcrRequest`, then one frame per page until the stream ends:

    I   image: uint32 length, JSON {"width_px", "height_px"}, one gray byte per pixel, row by row

Child to parent on stdout:

    R   ready: models loaded and warmed up, the process confined; JSON {"confinement": [names]}
    L   lines of the image, in no order: JSON {"lines": [[text, score, corners, centers], ...]}
    F   fault, and the last frame: JSON {"code"}, of `OcrFault`

`corners` are eight numbers, x and y in pixels: top left, top right, bottom right and bottom left of the line as it is
read, so a line that stands on its head begins at the right. `centers` are one number per character of `text`: how far
along the line its middle lies, 0 at its beginning, 1 at its end. The child has looked at a hostile image, so nothing
it sends may be trusted.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, BinaryIO, cast

from engine.parser.protocol import (
    ProtocolError,
    decode_json,
    encode_json,
    join_json,
    split_json,
    whole_number,
    write_frame,
)

GRAY_IMAGE = b"I"
LINES = b"L"

MAX_SIDE_PX = 4096  # A3 at 200 dpi is 3,307 pixels high
MAX_LINES = 1_000  # as many candidates RapidOCR's detection looks at
MAX_LINE_CHARS = 2_000
_LENGTH = struct.Struct("<I")


class OcrFault(StrEnum):
    """Why the child gave up."""

    UNUSABLE = "unusable"  # a model file is missing or damaged
    MEMORY = "memory"
    FAILED = "failed"  # this image


@dataclass(frozen=True, slots=True)
class OcrRequest:
    """`memory_bytes` is what pages may take on top of the loaded models; `cpu_s` is for all pages together."""

    threads: int
    memory_bytes: int
    cpu_s: int


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A recognized line, in pixels of the image; see the module for `corners` and `centers`."""

    text: str
    score: float
    corners: tuple[tuple[float, float], ...]
    centers: tuple[float, ...]


def write_ocr_request(stream: BinaryIO, request: OcrRequest) -> None:
    head = json.dumps(asdict(request)).encode()
    stream.write(_LENGTH.pack(len(head)) + head)
    stream.flush()


def read_ocr_request(stream: BinaryIO) -> OcrRequest:
    (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
    return OcrRequest(**json.loads(stream.read(length)))


def write_image(stream: BinaryIO, width_px: int, height_px: int, gray: bytes) -> None:
    write_frame(stream, GRAY_IMAGE, join_json({"width_px": width_px, "height_px": height_px}, gray))


def read_image(payload: bytes) -> tuple[int, int, bytes]:
    """Width, height and gray bytes. Raises ProtocolError."""
    head, gray = split_json(payload)
    width_px = whole_number(head, "width_px", 1, MAX_SIDE_PX)
    height_px = whole_number(head, "height_px", 1, MAX_SIDE_PX)
    if len(gray) != width_px * height_px:
        raise ProtocolError("not the announced image")
    return width_px, height_px, gray


def encode_lines(lines: list[OcrLine]) -> bytes:
    rows = [
        [line.text, line.score, [number for corner in line.corners for number in corner], list(line.centers)]
        for line in lines
    ]
    return encode_json({"lines": rows})


def decode_lines(untrusted_payload: bytes, width_px: int, height_px: int) -> list[OcrLine]:
    """The lines of a frame, every value range-checked against the image they were read from.

    Raises:
        ProtocolError: a value is missing, of the wrong type, out of range or not finite.
    """
    rows = decode_json(untrusted_payload).get("lines")
    if not isinstance(rows, list) or len(cast("list[Any]", rows)) > MAX_LINES:
        raise ProtocolError("lines")
    return [_line(row, width_px, height_px) for row in cast("list[Any]", rows)]


def _line(untrusted_row: Any, width_px: int, height_px: int) -> OcrLine:
    try:
        text, score, corners, centers = untrusted_row
    except (TypeError, ValueError) as error:
        raise ProtocolError("line") from error
    if not isinstance(text, str) or not 0 < len(text) <= MAX_LINE_CHARS or not _encodable(text):
        raise ProtocolError("text")
    numbers = _numbers(corners, 8, 0.0, float(max(width_px, height_px)))
    xs, ys = numbers[::2], numbers[1::2]
    if max(xs) > width_px or max(ys) > height_px:
        raise ProtocolError("corners")
    along = _numbers(centers, len(text), 0.0, 1.0)
    if any(first > second for first, second in pairwise(along)):
        raise ProtocolError("centers")
    return OcrLine(text, _numbers([score], 1, 0.0, 1.0)[0], tuple(zip(xs, ys, strict=True)), along)


def _numbers(untrusted_values: Any, count: int, least: float, most: float) -> tuple[float, ...]:
    if not isinstance(untrusted_values, list) or len(cast("list[Any]", untrusted_values)) != count:
        raise ProtocolError("numbers")
    values = cast("list[Any]", untrusted_values)
    if any(type(value) not in (int, float) or not math.isfinite(value) for value in values):
        raise ProtocolError("numbers")
    if any(not least <= value <= most for value in values):
        raise ProtocolError("number out of range")
    return tuple(float(value) for value in values)


def _encodable(text: str) -> bool:
    """No lone surrogates: they could not be stored."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)
