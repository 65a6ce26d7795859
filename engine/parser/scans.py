"""Draws pages as gray pixels for text recognition. Runs in the child only."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

from typing import Any

import pymupdf

from engine.parser.protocol import MAX_SCAN_SIDE_PX, Scan

_PT_PER_INCH = 72.0


def draw_scan(document: Any, page_no: int, dpi: int) -> Scan:
    """One page (1-indexed), without pixels where it does not exist or cannot be drawn.

    Pages whose sides would be longer than `MAX_SCAN_SIDE_PX` are drawn at fewer dots per inch.
    """
    try:
        page = document[page_no - 1]
        width_pt, height_pt = page.rect.width, page.rect.height
        zoom = min(dpi / _PT_PER_INCH, (MAX_SCAN_SIDE_PX - 1) / max(width_pt, height_pt))
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csGRAY, alpha=False)
        rows = pixmap.samples_mv
        gray = rows.tobytes() if pixmap.stride == pixmap.width else _without_padding(rows, pixmap)
        return Scan(page_no, width_pt, height_pt, pixmap.width, pixmap.height, gray)
    except MemoryError:
        raise
    except Exception:  # MuPDF raises a dozen unrelated kinds for a damaged page; the parent says that it failed
        return Scan(page_no, 595.0, 842.0, 0, 0, b"")


def _without_padding(rows: memoryview, pixmap: pymupdf.Pixmap) -> bytes:
    stride = pixmap.stride
    return b"".join(rows[at : at + pixmap.width] for at in range(0, stride * pixmap.height, stride))
