"""How a page's boxes and a chunk's vector lie in the ledger."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.values import PageFailure, Span

_UNITS_PER_PT = 20.0  # boxes are kept in twentieths of a point: exact to 0.025 pt, a tenth of a pixel at 200 dpi
_LIMIT_PT = 1e6


def pack_boxes(char_boxes: bytes) -> bytes:
    """float32 (n, 4) in points, as bytes → deflated int32 differences from one character to the next."""
    boxes = np.frombuffer(char_boxes, "<f4").reshape(-1, 4)
    finite = np.nan_to_num(boxes, nan=0.0, posinf=_LIMIT_PT, neginf=-_LIMIT_PT).clip(-_LIMIT_PT, _LIMIT_PT)
    units = np.rint(finite * _UNITS_PER_PT).astype("<i4")
    steps = np.diff(units, axis=0, prepend=np.zeros((1, 4), "<i4"))
    return zlib.compress(np.ascontiguousarray(steps.T).tobytes(), 6)


def unpack_boxes(data: bytes) -> bytes:
    """The inverse of `pack_boxes`: little-endian float32 (n, 4) in points, as bytes."""
    steps = np.frombuffer(zlib.decompress(data), "<i4").reshape(4, -1)
    return (np.cumsum(steps, axis=1, dtype=np.int64).T / _UNITS_PER_PT).astype("<f4").tobytes()


def pack_offsets(offsets: Sequence[int]) -> bytes:
    return zlib.compress(np.asarray(offsets, "<i4").tobytes(), 6)


def unpack_offsets(data: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(zlib.decompress(data), "<i4").tolist())


def pack_vector(vector: NDArray[np.float32]) -> bytes:
    """float32 (D,) → float16: half the size, and the cosine of unit vectors moves by less than 0.001."""
    return vector.astype("<f2").tobytes()


def unpack_vectors(rows: Sequence[bytes]) -> NDArray[np.float32]:
    """n packed vectors → float32 (n, D)."""
    return np.frombuffer(b"".join(rows), "<f2").reshape(len(rows), -1).astype(np.float32)


def pack_spans(spans: Sequence[Span]) -> str:
    return json.dumps([[s.page_no, s.start, s.end] for s in spans])


def unpack_spans(data: str) -> tuple[Span, ...]:
    return tuple(Span(*numbers) for numbers in json.loads(data))


def pack_failures(failures: Sequence[PageFailure]) -> str:
    return json.dumps([[f.page_no, f.reason] for f in failures])


def unpack_failures(data: str) -> tuple[PageFailure, ...]:
    return tuple(PageFailure(page_no, reason) for page_no, reason in json.loads(data))


def storable(text: str) -> str:
    """Half surrogates (odd file names, broken PDFs) become question marks; the length stays the same."""
    return text.encode("utf-8", "replace").decode("utf-8")
