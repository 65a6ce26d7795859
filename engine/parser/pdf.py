"""Reads and draws PDF pages with PyMuPDF. The only module of the project that imports it; runs in the child only."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pymupdf

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.headers import describe
from engine.parser.layout import PageText, lay_out
from engine.parser.lines import Line
from engine.parser.normalize import normalize_char
from engine.parser.protocol import MAX_PAGE_CHARS
from engine.parser.rulings import find_grids
from engine.parser.tables import with_tables
from engine.values import Page, PageKind, Table

Document = Any  # pymupdf.Document

_TEXT_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE  # lines that run over the paper's edge are read to their end
_SCAN_MAX_CHARS = 10  # a page with fewer characters under an image of more than half the page is a scan
_SCAN_MIN_COVER = 0.5
_INDENT_SPACES = 2  # Chinese paragraphs are indented by two ideographic spaces; one may be a stray
_LEADERS = ".…·-_—"  # runs of these in contents and forms are cut to three
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
        lines = _lines(page)
        if document.is_repaired and _content_lost(document, page):
            return _failed(page_no, DocumentFault.PAGE_BROKEN)
        width, height = page.rect.width, page.rect.height
        if sum(len(line.chars) for line in lines) > MAX_PAGE_CHARS // 2:  # joining adds at most one a line
            return _failed(page_no, DocumentFault.PAGE_BROKEN)
        letters = sum(len(line.chars.replace(" ", "")) for line in lines)
        if letters < _SCAN_MAX_CHARS and _image_cover(page) > _SCAN_MIN_COVER:
            return _failed(page_no, DocumentFault.SCANNED_PAGE, width, height)
        laid = lay_out(with_tables(lines, find_grids(_rulings(page))), width)
        tables = _tables(laid)
    except MemoryError:
        raise
    except Exception as error:  # MuPDF raises a dozen unrelated kinds for a damaged page
        return _failed(page_no, DocumentFault(_memory_or(error, DocumentFault.PAGE_BROKEN).code))
    finally:
        if page_no % _CACHE_PAGES == 0:
            pymupdf.TOOLS.store_shrink(100)
    kind = PageKind.TABLE if tables else PageKind.TEXT if laid.text else PageKind.EMPTY
    return Page(page_no, kind, width, height, laid.text, laid.boxes, laid.starts, tables=tables)


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


def _lines(page: pymupdf.Page) -> list[Line]:
    """The page's printed lines in file order, without empty ones, in points of the page as shown."""
    shown = page.rotation_matrix if page.rotation else None  # PyMuPDF reads text as if the page were not rotated
    raw: Any = page.get_text("rawdict", flags=_TEXT_FLAGS, clip=pymupdf.INFINITE_RECT())
    lines: list[Line] = []
    for number, block in enumerate(raw["blocks"]):
        for raw_line in block.get("lines", ()):
            line = _line(number, raw_line, shown)
            if line is not None and _starts_on(line, page.rect):
                lines.append(line)
    return lines


def _line(block: int, raw: dict[str, Any], shown: pymupdf.Matrix | None) -> Line | None:
    chars: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    spaces = 0
    for span in raw["spans"]:
        for char in span["chars"]:
            for part in normalize_char(char["c"]):
                if part == " " and (not chars or chars[-1] == " "):
                    spaces += not chars
                    continue
                if part in _LEADERS and chars[-3:] == [part] * 3:
                    continue
                chars.append(part)
                boxes.append(_box(char["bbox"], shown))
    while chars and chars[-1] == " ":
        chars.pop()
        boxes.pop()
    if not chars:
        return None
    size = max(span["size"] for span in raw["spans"])
    x0, y0, x1, y1 = _box(raw["bbox"], shown)
    return Line(block, x0, y0, x1, y1, max(size, 0.1), spaces >= _INDENT_SPACES, "".join(chars), boxes)


def _starts_on(line: Line, paper: pymupdf.Rect) -> bool:
    """What lies beside the paper is no text of the page, but a line that starts on it is."""
    x0, y0, _, y1 = line.boxes[0]
    return -1 <= x0 <= paper.width and -1 <= (y0 + y1) / 2 <= paper.height


def _box(box: tuple[float, float, float, float], shown: pymupdf.Matrix | None) -> tuple[float, float, float, float]:
    if shown is None:
        return box
    turned = pymupdf.Rect(box) * shown
    return turned.x0, turned.y0, turned.x1, turned.y1


def _rulings(page: pymupdf.Page) -> Iterator[tuple[float, float, float, float]]:
    """Lines and sides of rectangles in points of the page as shown; what is filled counts where it is thin."""
    shown = page.rotation_matrix if page.rotation else None
    for drawing in page.get_cdrawings() or ():
        stroked = "s" in drawing["type"]
        for item in drawing["items"]:
            if item[0] == "l":
                (x0, y0), (x1, y1) = item[1], item[2]
                yield _box((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), shown)
            elif item[0] == "re":
                x0, y0, x1, y1 = box = _box(item[1], shown)
                yield box
                if stroked:
                    yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))


def _tables(laid: PageText) -> tuple[Table, ...]:
    tables: list[Table] = []
    end = 0
    for edges, rows in laid.tables:
        start = min(cell[0] for cell in rows[0])
        tables += describe(laid.text, edges, rows, laid.text[end:start])
        end = max(cell[1] for row in rows for cell in row)
    return tuple(tables)


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
