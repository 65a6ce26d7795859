"""Reads and draws PDF pages with PyMuPDF. The only module of the project that imports it; runs in the child only."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pymupdf

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.garbled import is_garbled
from engine.parser.headers import tables_of
from engine.parser.layout import lay_out
from engine.parser.normalize import normalize_text
from engine.parser.printed import Printed, read_printed
from engine.parser.protocol import MAX_PAGE_CHARS
from engine.parser.reading_order import in_reading_order
from engine.parser.rulings import find_grids
from engine.parser.tables import with_aligned_tables, with_ruled_tables
from engine.values import Heading, Page, PageKind

Document = Any  # pymupdf.Document

_SCAN_MAX_CHARS = 20  # a stamp's words; with fewer beside head and foot, under an image of …
_SCAN_MIN_COVER = 0.5  # … more than half the page, a page is a scan
_MARGIN = 0.08  # of the page's height: head and foot
_MAX_BOOKMARKS = 20_000
_MAX_LEVEL = 20
_BOOKMARK_CHARS = 4  # so many of a bookmark's must stand at a heading's beginning
_HEADING_CHARS = 120
_MAX_IMAGE_SIDE_PX = 8000
_CACHE_PAGES = 64  # MuPDF's cache of fonts and images is emptied after so many pages


def quiet() -> None:
    """Keep MuPDF from printing (its messages would run into our frames) and bound its cache."""
    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)


def open_document(data: bytes, max_pages: int) -> Document:
    """Open a PDF from memory.

    Raises:
        DocumentRejected: BROKEN, ENCRYPTED (a password is needed), NO_PAGES or TOO_MANY_PAGES.
    """
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
        locked = document.needs_pass
        pages = 0 if locked else document.page_count  # raises when the page tree is gone
    except MemoryError:
        raise
    except Exception as error:  # MuPDF raises a dozen unrelated kinds for a damaged file
        raise _memory_or(error, DocumentFault.BROKEN) from error
    if locked:
        raise DocumentRejected(DocumentFault.ENCRYPTED)
    if pages < 1:
        raise DocumentRejected(DocumentFault.BROKEN if document.is_repaired else DocumentFault.NO_PAGES)
    if pages > max_pages:
        raise DocumentRejected(DocumentFault.TOO_MANY_PAGES, pages=pages, limit=max_pages)
    return document


def parse_page(document: Document, page_no: int) -> Page:
    """Text and boxes of one page (1-indexed). A page that cannot be read comes back FAILED, never as an exception."""
    try:
        pymupdf.TOOLS.reset_mupdf_warnings()
        page = document[page_no - 1]
        printed = read_printed(page)
        if document.is_repaired and _content_lost(document, page):
            return _failed(page_no, DocumentFault.PAGE_BROKEN)
        width, height = page.rect.width, page.rect.height
        if sum(len(line.chars) for line in printed.lines) > MAX_PAGE_CHARS // 2:  # joining adds at most one a line
            return _failed(page_no, DocumentFault.PAGE_BROKEN)
        if _is_scan(printed, page):
            return _failed(page_no, DocumentFault.SCANNED_PAGE, width, height)
        if is_garbled(printed.text):
            return _failed(page_no, DocumentFault.GARBLED_TEXT, width, height)
        parts = with_ruled_tables(printed.lines, find_grids(printed.rulings))
        laid = lay_out(with_aligned_tables(in_reading_order(parts, printed.width)), printed.width)
        tables, headings = tables_of(laid), _headings(laid.text, _bookmarks(document).get(page_no, ()))
        boxes = printed.shown(laid.boxes)
    except MemoryError:
        raise
    except Exception as error:  # MuPDF raises a dozen unrelated kinds for a damaged page
        return _failed(page_no, DocumentFault(_memory_or(error, DocumentFault.PAGE_BROKEN).code))
    finally:
        if page_no % _CACHE_PAGES == 0:
            pymupdf.TOOLS.store_shrink(100)
    kind = PageKind.TABLE if tables else PageKind.TEXT if laid.text else PageKind.EMPTY
    return Page(page_no, kind, width, height, laid.text, boxes, laid.starts, tables=tables, headings=headings)


def render_page(document: Document, page_no: int, width_px: int) -> tuple[bytes, int, int]:
    """PNG of one page (1-indexed) and its width and height in pixels.

    Raises:
        DocumentRejected: PAGE_BROKEN when the page does not exist or cannot be drawn.
    """
    if not 1 <= page_no <= document.page_count:
        raise DocumentRejected(DocumentFault.PAGE_BROKEN)
    try:
        page = document[page_no - 1]
        zoom = min(width_px / page.rect.width, _MAX_IMAGE_SIDE_PX / page.rect.height)
        pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), colorspace=pymupdf.csRGB, alpha=False)
        return _png(pixmap), pixmap.width, pixmap.height
    except MemoryError:
        raise
    except Exception as error:  # as above
        raise _memory_or(error, DocumentFault.PAGE_BROKEN) from error


def _png(pixmap: pymupdf.Pixmap) -> bytes:
    """An RGB pixmap as PNG, packed lightly: MuPDF's own writer takes 80 ms a page, this one 20."""
    samples, stride = pixmap.samples_mv, pixmap.stride
    rows = b"".join(b"\0" + samples[at : at + stride] for at in range(0, stride * pixmap.height, stride))

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", pixmap.width, pixmap.height, 8, 2, 0, 0, 0)  # 8 bits, RGB, no interlace
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows, 1)) + part(b"IEND", b"")


def warm_up() -> None:
    """Parse and draw a small page once, so that everything loaded lazily is loaded before files are out of reach."""
    sample = pymupdf.open()
    page = sample.new_page(width=100, height=100)
    page.insert_text((10, 50), "存款 deposit", fontname="china-s")
    data = sample.tobytes(garbage=3, deflate=True)
    document = open_document(data, 1)
    parse_page(document, 1)
    render_page(document, 1, 50)


def _memory_or(error: Exception, fault: DocumentFault) -> DocumentRejected:
    """MuPDF reports an allocation that failed as an ordinary error; tell it from a damaged file."""
    text = str(error).lower()
    out_of_memory = "malloc" in text or "calloc" in text or "out of memory" in text
    return DocumentRejected(DocumentFault.MEMORY if out_of_memory else fault)


def _failed(page_no: int, reason: DocumentFault, width: float = 595.0, height: float = 842.0) -> Page:
    return Page(page_no, PageKind.FAILED, width, height, reason=reason.value)


def _is_scan(printed: Printed, page: pymupdf.Page) -> bool:
    """A picture of a page: perhaps with page numbers and a stamp in letters, but without a text of its own."""
    head, foot = _MARGIN * printed.height, (1 - _MARGIN) * printed.height
    body = [line for line in printed.lines if head < (line.y0 + line.y1) / 2 < foot]
    letters = sum(len(line.chars.replace(" ", "")) for line in body)
    return letters < _SCAN_MAX_CHARS and _image_cover(page) > _SCAN_MIN_COVER


@lru_cache(maxsize=1)
def _bookmarks(document: Document) -> dict[int, list[tuple[int, str]]]:
    """Level and title of the document's bookmarks by the number of the page that they lead to."""
    try:
        contents = document.get_toc()
    except MemoryError:
        raise
    except Exception as error:  # MuPDF raises a dozen unrelated kinds for a damaged outline; pages are read without it
        if _memory_or(error, DocumentFault.BROKEN).code == DocumentFault.MEMORY:
            raise
        return {}
    by_page: dict[int, list[tuple[int, str]]] = {}
    for level, title, page_no, *_ in contents[:_MAX_BOOKMARKS]:
        by_page.setdefault(page_no, []).append((min(max(level, 1), _MAX_LEVEL), title))
    return by_page


def _headings(text: str, bookmarks: Sequence[tuple[int, str]]) -> tuple[Heading, ...]:
    """The paragraphs that bookmarks name, in order; bookmarks that name none are left out."""
    found: dict[int, int] = {}
    for level, title in bookmarks:
        wanted = _squeezed(title)
        start = 0
        for line in text.split("\n") if len(wanted) > 1 else ():
            here = _squeezed(line)
            same = here == wanted or (len(wanted) >= _BOOKMARK_CHARS and here.startswith(wanted))
            if same and start not in found and len(line) <= _HEADING_CHARS:
                found[start] = level
                break
            start += len(line) + 1
    return tuple(Heading(level, start) for start, level in sorted(found.items()))


def _squeezed(text: str) -> str:
    return "".join(normalize_text(text).split())


def _content_lost(document: Document, page: pymupdf.Page) -> bool:
    """MuPDF repairs a damaged file as far as it can and reads the rest; half a page must not pass for a whole one."""
    if not 0 < page.xref < document.xref_length():  # the page itself is gone; MuPDF shows a blank one
        return True
    warnings = pymupdf.TOOLS.mupdf_warnings()
    return any(sign in warnings for sign in ("cannot load content stream", "premature end of data"))


def _image_cover(page: pymupdf.Page) -> float:
    """Share of the page under images; tiles of one scan add up, overlaps count twice."""
    area = page.rect.width * page.rect.height
    clipped = [pymupdf.Rect(info["bbox"]) & page.rect for info in page.get_image_info()]
    return sum(max(0.0, box.width) * max(0.0, box.height) for box in clipped) / area
