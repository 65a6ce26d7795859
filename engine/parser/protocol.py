"""What travels between the parser child and its parent.

Request, parent to child on stdin: uint32 length, that many bytes of JSON, then the document to the end of the stream;
to draw, `data_bytes` of it, then an order for each page (uint32 page_no, uint32 width_px) until the stream ends.
Answer, child to parent on stdout: frames of one kind byte, uint32 length and payload, in this order:

    R            ready: imports are done and the process is confined; JSON {"confinement": [names]}
    parse:   V   view, in parts of at most 8 MiB: the PDF that is parsed in place of a document that is none, or that
                 is locked; not sent for others
             D   document: JSON {"page_count"}
             P   page, once per page from `first_page` on: uint32 length, JSON, UTF-8 text, float32 boxes
             E   end
    draw:    I   image, once per order: uint32 length, JSON {"page_no", "width_px", "height_px"}, PNG
    scans:   S   scan, once per page of `page_nos`: uint32 length, JSON {"page_no", "width_pt", "height_pt", "width_px",
                 "height_px"}, one gray byte per pixel; no pixels where the page cannot be drawn
             E   end
    any:     F   fault, and the last frame: JSON {"code", and what `DocumentFault` lists behind it}

All integers and floats are little-endian. The child exits with 0 after E or F, or when there are no
more orders; anything else is a crash.
Nothing that the child sends may be trusted: it has read a hostile file.
"""

from __future__ import annotations

import json
import math
import struct
from array import array
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any, BinaryIO, cast

from engine.parser.regions import decode_regions, encode_regions
from engine.values import DocumentFormat, Page, PageKind

READY = b"R"
VIEW = b"V"
DOCUMENT = b"D"
PAGE = b"P"
END = b"E"
IMAGE = b"I"
SCAN = b"S"
FAULT = b"F"

PARSE = "parse"
DRAW = "draw"
SCANS = "scans"

MAX_VIEW_PART_BYTES = 8 * 1024 * 1024
MAX_FRAME_BYTES = 64 * 1024 * 1024
MAX_SCAN_SIDE_PX = 4096  # A3 at 200 dpi is 3,307 pixels high
MAX_PAGE_CHARS = 1_000_000  # a dense printed page holds under 10,000
MAX_PAGE_SIDE_PT = 2_000_000.0  # PDF allows 14,400 units times a user unit; beyond this it is nonsense
_LENGTH = struct.Struct("<I")
_ORDER = struct.Struct("<II")
_BYTES_PER_BOX = 16


class ProtocolError(ValueError):
    """The other side sent something that is not of the protocol."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the child shall do. `first_page` is where parsing starts (1-indexed).

    `page_nos` are drawn as scans at `dpi`. `format` is a DocumentFormat; `password` opens a locked PDF.
    `label` becomes metadata of a typeset view.
    """

    operation: str
    max_pages: int
    memory_bytes: int
    cpu_s: int
    first_page: int = 1
    data_bytes: int = 0
    format: str = DocumentFormat.PDF.value
    password: str = field(default="", repr=False)
    page_nos: tuple[int, ...] = ()
    dpi: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The PDF that stands for a document that is none, or that is locked."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """First thing known of a document; `format` is told by its content."""

    page_count: int
    format: DocumentFormat = DocumentFormat.PDF


def write_request(stream: BinaryIO, request: Request, data: bytes) -> None:
    head = json.dumps(asdict(request)).encode()
    stream.write(_LENGTH.pack(len(head)) + head)
    stream.write(data)
    stream.close()


def write_drawing_request(stream: BinaryIO, request: Request, data: bytes) -> None:
    """As `write_request`, and the stream stays open for orders."""
    head = json.dumps(asdict(replace(request, data_bytes=len(data)))).encode()
    stream.write(_LENGTH.pack(len(head)) + head)
    stream.write(data)
    stream.flush()


def write_order(stream: BinaryIO, page_no: int, width_px: int) -> None:
    stream.write(_ORDER.pack(page_no, width_px))
    stream.flush()


def read_order(stream: BinaryIO) -> tuple[int, int] | None:
    """Page number and width in pixels of the next page to draw; None at the end of the stream."""
    order = stream.read(_ORDER.size)
    return _ORDER.unpack(order) if len(order) == _ORDER.size else None


def read_request(stream: BinaryIO) -> Request:
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    request = Request(**json.loads(_read_exactly(stream, length)))
    return replace(request, page_nos=tuple(request.page_nos))  # JSON knows no tuples


def write_frame(stream: BinaryIO, kind: bytes, payload: bytes = b"") -> None:
    stream.write(kind + _LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """The next frame, or None at the end of the stream. Raises ProtocolError."""
    kind = stream.read(1)
    if not kind:
        return None
    (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size))
    if length > MAX_FRAME_BYTES:
        raise ProtocolError(f"frame of {length} bytes")
    return kind, _read_exactly(stream, length)


def encode_json(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode()


def decode_json(untrusted_payload: bytes) -> dict[str, Any]:
    """A JSON object. Raises ProtocolError."""
    try:
        values = json.loads(untrusted_payload)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(values, dict):
        raise ProtocolError("not a JSON object")
    return cast("dict[str, Any]", values)


def join_json(values: dict[str, Any], rest: bytes) -> bytes:
    """A payload of a JSON part and a binary part."""
    head = encode_json(values)
    return _LENGTH.pack(len(head)) + head + rest


def split_json(untrusted_payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Reverse of `join_json`. Raises ProtocolError."""
    if len(untrusted_payload) < _LENGTH.size:
        raise ProtocolError("short payload")
    (length,) = _LENGTH.unpack_from(untrusted_payload)
    end = _LENGTH.size + length
    if end > len(untrusted_payload):
        raise ProtocolError("short payload")
    return decode_json(untrusted_payload[_LENGTH.size : end]), untrusted_payload[end:]


def encode_page(page: Page) -> bytes:
    text = page.text.encode()
    head = {
        "page_no": page.page_no,
        "kind": page.kind.value,
        "width_pt": page.width_pt,
        "height_pt": page.height_pt,
        "text_bytes": len(text),
        "line_starts": page.line_starts,
        "reason": page.reason,
        **encode_regions(page),
    }
    return join_json(head, text + page.char_boxes)


def decode_page(untrusted_payload: bytes, page_no: int, reasons: frozenset[str]) -> Page:
    """The page of a frame, every value range-checked.

    Args:
        page_no: the page that is due; any other is refused.
        reasons: the codes that a failed page may carry.

    Raises:
        ProtocolError: a value is missing, of the wrong type, out of range or not finite.
    """
    head, rest = split_json(untrusted_payload)
    text_bytes = whole_number(head, "text_bytes", 0, len(rest))
    try:
        text = rest[:text_bytes].decode()
        kind = PageKind(str(head.get("kind")))
    except ValueError as error:
        raise ProtocolError("text or kind") from error
    boxes = rest[text_bytes:]
    reason = str(head.get("reason"))
    if len(text) > MAX_PAGE_CHARS or len(boxes) != len(text) * _BYTES_PER_BOX or not _all_finite(boxes):
        raise ProtocolError("text or boxes")
    if (kind is PageKind.FAILED) != (reason in reasons) or kind is PageKind.OCR:
        raise ProtocolError("kind and reason")
    try:
        tables, headings = decode_regions(head, len(text))
    except ValueError as error:
        raise ProtocolError("tables or headings") from error
    if (kind is PageKind.TABLE) != bool(tables):
        raise ProtocolError("kind and tables")
    return Page(
        page_no=whole_number(head, "page_no", page_no, page_no),
        kind=kind,
        width_pt=_side(head, "width_pt"),
        height_pt=_side(head, "height_pt"),
        text=text,
        char_boxes=boxes,
        line_starts=_offsets(head.get("line_starts"), len(text)),
        reason=reason if kind is PageKind.FAILED else "",
        tables=tables,
        headings=headings,
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as gray pixels, row by row; `width_px` is 0 where it could not be drawn."""

    page_no: int
    width_pt: float
    height_pt: float
    width_px: int
    height_px: int
    gray: bytes = field(repr=False)


def encode_scan(scan: Scan) -> bytes:
    head = {"page_no": scan.page_no, "width_pt": scan.width_pt, "height_pt": scan.height_pt}
    return join_json(head | {"width_px": scan.width_px, "height_px": scan.height_px}, scan.gray)


def decode_scan(untrusted_payload: bytes, page_no: int) -> Scan:
    """The scan of a frame, which must be of page `page_no`. Raises ProtocolError."""
    head, gray = split_json(untrusted_payload)
    width_px = whole_number(head, "width_px", 0, MAX_SCAN_SIDE_PX)
    height_px = whole_number(head, "height_px", 0, MAX_SCAN_SIDE_PX)
    if len(gray) != width_px * height_px:
        raise ProtocolError("not the announced scan")
    page_no = whole_number(head, "page_no", page_no, page_no)
    return Scan(page_no, _side(head, "width_pt"), _side(head, "height_pt"), width_px, height_px, gray)


def whole_number(values: dict[str, Any], key: str, least: int, most: int) -> int:
    """An integer within [least, most]. Raises ProtocolError."""
    value = values.get(key)
    if type(value) is not int or not least <= value <= most:
        raise ProtocolError(f"{key} is out of range")
    return value


def _side(values: dict[str, Any], key: str) -> float:
    value = values.get(key)
    if not isinstance(value, (int, float)) or not 0 < value <= MAX_PAGE_SIDE_PT:
        raise ProtocolError(f"{key} is out of range")
    return float(value)


def _offsets(untrusted_offsets: Any, text_length: int) -> tuple[int, ...]:
    """Strictly rising offsets of the text."""
    if not isinstance(untrusted_offsets, list):
        raise ProtocolError("line_starts")
    offsets = tuple(cast("list[Any]", untrusted_offsets))
    if any(type(offset) is not int or not 0 <= offset < text_length for offset in offsets):
        raise ProtocolError("line_starts")
    if any(first >= second for first, second in pairwise(offsets)):
        raise ProtocolError("line_starts")
    return offsets


def _all_finite(boxes: bytes) -> bool:
    return math.isfinite(math.fsum(map(abs, floats(boxes))))


def floats(boxes: bytes) -> array[float]:
    """Little-endian float32 bytes as numbers of this machine (every machine we run on is little-endian)."""
    values = array("f")
    values.frombytes(boxes)
    return values


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise ProtocolError("stream ended early")
    return data
