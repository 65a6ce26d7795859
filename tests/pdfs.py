"""Makes ordinary and hostile PDFs for tests, with pymupdf. Tests may import it; the product never does."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

import pymupdf

A4 = (595.0, 842.0)
_LEFT, _TOP, _BOTTOM, _SIZE, _LEAD = 70.0, 100.0, 760.0, 11.0, 18.0
_CHARS_A_LINE = 41


def save(path: Path, document: pymupdf.Document, **options: object) -> Path:
    """Write and close the document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path, garbage=3, deflate=True, **options)
    document.close()
    return path


def write_lines(
    page: pymupdf.Page, lines: Sequence[str], x: float = _LEFT, y: float = _TOP, size: float = _SIZE
) -> None:
    """Printed lines one under the other, the first baseline at `y` points."""
    for number, line in enumerate(lines):
        page.insert_text((x, y + number * _LEAD), line, fontname="china-s", fontsize=size)


def wrap(paragraph: str, width: int = _CHARS_A_LINE) -> list[str]:
    """A Chinese paragraph as printed lines, the first indented by two ideographic spaces."""
    text = "　　" + paragraph
    return [text[at : at + width] for at in range(0, len(text), width)]


def article_pdf(
    path: Path,
    paragraphs: Sequence[str],
    title: str = "",
    header: str = "",
    footer: Callable[[int], str] | None = None,
) -> Path:
    """Paragraphs typeset on as many A4 pages as they need, with a running head and foot."""
    document = pymupdf.open()
    lines = [line for paragraph in paragraphs for line in wrap(paragraph)]
    per_page = int((_BOTTOM - _TOP) / _LEAD)
    for number, start in enumerate(range(0, max(len(lines), 1), per_page), 1):
        page = document.new_page(width=A4[0], height=A4[1])
        if number == 1 and title:
            page.insert_text((200, 85), title, fontname="china-s", fontsize=16)
        write_lines(page, lines[start : start + per_page])
        if header:
            page.insert_text((_LEFT, 45), header, fontname="china-s", fontsize=8)
        if footer is not None:
            page.insert_text((280, 815), footer(number), fontname="china-s", fontsize=8)
    return save(path, document)


def pages_pdf(path: Path, texts: Sequence[str], **options: object) -> Path:
    """One page a text, each a single paragraph; an empty text makes a blank page."""
    document = pymupdf.open()
    for text in texts:
        page = document.new_page(width=A4[0], height=A4[1])
        if text:
            write_lines(page, wrap(text))
    return save(path, document, **options)


def many_pages_pdf(path: Path, count: int, text: str) -> Path:
    """The same page `count` times."""
    source, document = pymupdf.open(), pymupdf.open()
    write_lines(source.new_page(width=A4[0], height=A4[1]), wrap(text))
    for _ in range(count):
        document.insert_pdf(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)
    document.close()
    return path


def encrypted_pdf(path: Path) -> Path:
    return pages_pdf(path, ["机密"], encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="owner", user_pw="user")


def add_scan(document: pymupdf.Document, text: str = "扫描件") -> None:
    """A page that is an image of text, without a text layer."""
    source = pymupdf.open()
    page = source.new_page(width=A4[0], height=A4[1])
    write_lines(page, wrap(text))
    image = page.get_pixmap(dpi=72).tobytes("png")
    document.new_page(width=A4[0], height=A4[1]).insert_image(pymupdf.Rect(0, 0, *A4), stream=image)


def scanned_pdf(path: Path, pages: int = 2) -> Path:
    document = pymupdf.open()
    for number in range(pages):
        add_scan(document, f"扫描件第{number}页")
    return save(path, document)


def partly_scanned_pdf(path: Path) -> Path:
    """Text on page 1, a scan on page 2, text on page 3."""
    document = pymupdf.open()
    write_lines(document.new_page(width=A4[0], height=A4[1]), wrap("第一页有文字,可以检索。"))
    add_scan(document)
    write_lines(document.new_page(width=A4[0], height=A4[1]), wrap("第三页也有文字,可以检索。"))
    return save(path, document)


def flipped_bytes(data: bytes, count: int = 3000, seed: int = 7) -> bytes:
    """The file with `count` bytes changed at random places behind the header."""
    broken = bytearray(data)
    source = random.Random(seed)
    for _ in range(count):
        broken[source.randrange(16, len(broken))] ^= source.randrange(1, 256)
    return bytes(broken)


def slow_page_pdf(path: Path, slow_page: int = 2, pages: int = 3, depth: int = 7) -> Path:
    """One page nests forms so that reading it takes for ever: each of `depth` levels draws the next ten times."""
    document = pymupdf.open()
    for number in range(1, pages + 1):
        page = document.new_page(width=A4[0], height=A4[1])
        if number != slow_page:
            write_lines(page, wrap(f"这是第{number}页的正文,内容完整。"))
    inner = _stream(document, b"0 0 1 1 re f\n" * 2000, "/Type/XObject/Subtype/Form/BBox[0 0 595 842]")
    for _ in range(depth):
        form = f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</N {inner} 0 R>>>>"
        inner = _stream(document, b"/N Do\n" * 10, form)
    page = document[slow_page - 1]
    document.xref_set_key(page.xref, "Resources", f"<</XObject<</N {inner} 0 R>>>>")
    document.xref_set_key(page.xref, "Contents", f"{_stream(document, b'/N Do')} 0 R")
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)
    document.close()
    return path


def memory_bomb_pdf(path: Path, megabytes: int = 40) -> Path:
    """A page with a hundred thousand letters a megabyte of its content, which packs to next to nothing on disk."""
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    text = b"BT /F 11 Tf 70 700 Td " + b"(A) Tj " * 150_000 + b" ET "
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(text) for _ in range(megabytes)) + packer.flush()
    xref = _stream(document, b"0")
    document.update_stream(xref, packed, compress=False)
    document.xref_set_key(xref, "Filter", "/FlateDecode")
    document.xref_set_key(page.xref, "Contents", f"{xref} 0 R")
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    document.xref_set_key(page.xref, "Resources", f"<</Font<</F {font}>>>>")
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)
    document.close()
    return path


def _stream(document: pymupdf.Document, data: bytes, entries: str = "") -> int:
    """A new stream object; returns its number."""
    xref = document.get_new_xref()
    document.update_object(xref, f"<<{entries}>>")
    document.update_stream(xref, data, compress=False)
    return xref


def table_pdf(path: Path, pages: Sequence[Sequence[Sequence[str]]], ruled: bool = True, title: str = "") -> Path:
    """Tables of equal columns, one a page from the top on; `title` stands above the first one."""
    document = pymupdf.open()
    for number, rows in enumerate(pages):
        page = document.new_page(width=A4[0], height=A4[1])
        top = _TOP
        if number == 0 and title:
            page.insert_text((_LEFT, top), title, fontname="china-s", fontsize=_SIZE)
            top += _LEAD
        draw_table(page, rows, top, ruled)
    return save(path, document)


def draw_table(
    page: pymupdf.Page, rows: Sequence[Sequence[str]], top: float, ruled: bool = True, width: float = 450.0
) -> float:
    """Rows of cells of equal width; returns where the table ends."""
    columns = max(len(row) for row in rows)
    step, size = width / columns, min(_SIZE - 1, width / columns / 6)
    for number, row in enumerate(rows):
        y = top + number * _LEAD
        for column, cell in enumerate(row):
            page.insert_text((_LEFT + column * step + 2, y + 13), cell, fontname="china-s", fontsize=size)
    bottom = top + len(rows) * _LEAD
    if ruled:
        shape = page.new_shape()
        for number in range(len(rows) + 1):
            shape.draw_line((_LEFT, top + number * _LEAD), (_LEFT + width, top + number * _LEAD))
        for column in range(columns + 1):
            shape.draw_line((_LEFT + column * step, top), (_LEFT + column * step, bottom))
        shape.finish(width=0.5)
        shape.commit()
    return bottom


def two_column_pdf(path: Path, left: Sequence[str], right: Sequence[str], by_row: bool, title: str = "") -> Path:
    """A page of two columns of lines under a title over both; `by_row` writes them line by line across the page."""
    document = pymupdf.open()
    page = document.new_page(width=A4[0], height=A4[1])
    if title:
        page.insert_text((180, 70), title, fontname="china-s", fontsize=16)
    places = [((60, _TOP + n * _LEAD), line) for n, line in enumerate(left)]
    others = [((310, _TOP + n * _LEAD), line) for n, line in enumerate(right)]
    order = [place for pair in zip(places, others, strict=True) for place in pair] if by_row else [*places, *others]
    for at, line in order:
        page.insert_text(at, line, fontname="china-s", fontsize=_SIZE)
    return save(path, document)


def two_columns_pdf(path: Path, title: str, paragraphs: Sequence[str], by_row: bool = True) -> Path:
    """Paragraphs in two columns on as many pages as they need, under a head that differs on odd and even pages."""
    lines = [line for paragraph in paragraphs for line in wrap(paragraph, 20)]
    per_column = int((_BOTTOM - _TOP) / _LEAD)
    document = pymupdf.open()
    for number, start in enumerate(range(0, len(lines), 2 * per_column), 1):
        page = document.new_page(width=A4[0], height=A4[1])
        if number == 1:
            page.insert_text((180, 80), title, fontname="china-s", fontsize=16)
        head = "法律法规选编" if number % 2 else title
        page.insert_text((60, 40), f"{head} {number}", fontname="china-s", fontsize=8)
        page.insert_text((270, 815), f"第 {number} 页", fontname="china-s", fontsize=8)
        left, right = lines[start : start + per_column], lines[start + per_column : start + 2 * per_column]
        places = [((60, _TOP + n * _LEAD), line) for n, line in enumerate(left)]
        others = [((310, _TOP + n * _LEAD), line) for n, line in enumerate(right)]
        if by_row:
            written = [place for pair in zip_longest(places, others) for place in pair if place is not None]
        else:
            written = [*places, *others]
        for at, line in written:
            page.insert_text(at, line, fontname="china-s", fontsize=_SIZE)
    return save(path, document)
