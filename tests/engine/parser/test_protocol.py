from __future__ import annotations

import io
import json
import struct
from dataclasses import replace

import numpy as np
import pytest

from engine.parser.protocol import (
    MAX_FRAME_BYTES,
    PAGE,
    PARSE,
    ProtocolError,
    Request,
    decode_page,
    encode_page,
    join_json,
    read_frame,
    read_request,
    split_json,
    write_frame,
)
from engine.values import Heading, Page, PageKind, Table

REASONS = frozenset({"page_broken"})
GOOD = Page(3, PageKind.TEXT, 595.0, 842.0, "存款\nok", np.ones((5, 4), "<f4").tobytes(), (0, 3))
TABLE = Table("表1", 1, (((0, 1), (1, 2)), ((3, 5), (3, 3))), (50.0, 100.5, 200.0))
TABLED = replace(GOOD, kind=PageKind.TABLE, tables=(TABLE,), headings=(Heading(1, 0), Heading(2, 3)))


def test_a_page_survives_the_journey() -> None:
    stream = io.BytesIO()
    write_frame(stream, PAGE, encode_page(GOOD))
    stream.seek(0)
    kind, payload = read_frame(stream) or (b"", b"")
    assert kind == PAGE
    assert decode_page(payload, 3, REASONS) == GOOD
    assert read_frame(stream) is None


@pytest.mark.parametrize(
    "lie",
    [
        {"width_pt": float("nan")},
        {"width_pt": -1.0},
        {"height_pt": 1e12},
        {"line_starts": (0, 0)},
        {"line_starts": (0, 99)},
        {"line_starts": (-1,)},
        {"page_no": 4},
        {"char_boxes": np.full((5, 4), np.inf, "<f4").tobytes()},
        {"char_boxes": np.full((5, 4), np.nan, "<f4").tobytes()},
        {"char_boxes": b"\0" * 16},
        {"kind": PageKind.FAILED},
        {"kind": PageKind.OCR},
        {"kind": PageKind.FAILED, "reason": "made_up"},
    ],
)
def test_a_page_out_of_range_is_refused(lie: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_page(encode_page(replace(GOOD, **lie)), 3, REASONS)  # type: ignore[arg-type]


def test_tables_and_headings_survive_the_journey() -> None:
    assert decode_page(encode_page(TABLED), 3, REASONS) == TABLED


@pytest.mark.parametrize(
    "lie",
    [
        {"tables": ()},
        {"kind": PageKind.TEXT},
        {"headings": (Heading(0, 0),)},
        {"headings": (Heading(1, 5),)},
        {"headings": (Heading(1, 3), Heading(1, 0))},
    ],
)
def test_headings_and_kinds_out_of_range_are_refused(lie: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_page(encode_page(replace(TABLED, **lie)), 3, REASONS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "lie",
    [
        {"rows": ()},
        {"rows": (((0, 1), (1, 6)),)},
        {"rows": (((0, 1), (2, 1)),)},
        {"rows": (((0, 1), (-1, 1)),)},
        {"rows": (((0, 1),), ((0, 1), (1, 2)))},
        {"rows": (((0, 1), (1, 2)),) * 2001},
        {"header_rows": 3},
        {"header_rows": True},
        {"title": "长" * 201},
        {"edges_pt": (50.0, 50.0, 60.0)},
        {"edges_pt": (50.0, float("nan"), 60.0)},
        {"edges_pt": (50.0,)},
        {"edges_pt": tuple(range(602)), "rows": (((0, 1),) * 601,)},
    ],
)
def test_a_table_out_of_range_is_refused(lie: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_page(encode_page(replace(TABLED, tables=(replace(TABLE, **lie),))), 3, REASONS)  # type: ignore[arg-type]


@pytest.mark.parametrize("payload", [b"", b"\1\0\0", struct.pack("<I", 900) + b"{}", join_json({}, b"")])
def test_a_payload_of_nonsense_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_page(payload, 3, REASONS)


def test_deep_json_is_refused_and_does_not_crash() -> None:
    deep = b"[" * 200_000
    with pytest.raises(ProtocolError):
        split_json(struct.pack("<I", len(deep)) + deep)


def test_a_frame_that_announces_too_much_is_refused() -> None:
    with pytest.raises(ProtocolError):
        read_frame(io.BytesIO(b"P" + struct.pack("<I", MAX_FRAME_BYTES + 1)))
    with pytest.raises(ProtocolError):
        read_frame(io.BytesIO(b"P" + struct.pack("<I", 10) + b"short"))


def test_a_request_carries_its_numbers() -> None:
    request = Request(PARSE, 5, 1 << 30, 60, first_page=2)
    head = json.dumps({name: getattr(request, name) for name in Request.__slots__}).encode()
    assert read_request(io.BytesIO(struct.pack("<I", len(head)) + head + b"%PDF")) == request
