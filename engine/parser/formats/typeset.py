"""Typesets blocks to a PDF that the parser reads back as it was meant: the view of a document that is not a PDF.

Chinese conventions carry the structure: every paragraph begins with two ideographic spaces, lines are justified,
headings are larger and set off, tables are fully ruled. Text is written as glyph numbers of one embedded font with
a ToUnicode map; a character that the font lacks is drawn as an empty box and keeps its code point.
"""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

from collections.abc import Iterable

import pymupdf

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.formats.blocks import Block, Grid, Heading, NewPage, Paragraph
from engine.parser.formats.fonts import Fonts
from engine.parser.formats.tables import TableLayout, lay_out_tables

A4_WIDTH_PT, A4_HEIGHT_PT = 595.0, 842.0
_MARGIN_X_PT = 60.0
_MARGIN_Y = 0.09  # of the height: what repeats in the outer 8 % of pages would be taken for a running head
_BODY_PT = 11.0
_HEADING_PT = (16.0, 14.0, 12.5)
_LEADING = 1.6  # baseline to baseline, in font sizes
_HEADING_GAP = 1.9  # white space above a heading: more than any gap within a paragraph
_INDENT = "\u3000\u3000"
_DEPTH_PT = 2 * _BODY_PT
_MAX_BOOKMARKS = 5000


class Typesetter:
    """Takes blocks in order; `finish` gives the PDF."""

    def __init__(self, max_pages: int) -> None:
        self._document = pymupdf.open()
        self._fonts = Fonts()
        self._max_pages = max_pages
        self._bookmarks: list[tuple[int, str, int, float]] = []
        self._level = 0
        self._start_page(A4_WIDTH_PT, whole=False)

    def add(self, blocks: Iterable[Block]) -> None:
        """Raises DocumentRejected TOO_MANY_PAGES."""
        for block in blocks:
            match block:
                case Heading():
                    self._heading(block)
                case Paragraph():
                    self._paragraph(block)
                case Grid():
                    self._table(block)
                case NewPage():
                    self._break_page(block.whole)

    def finish(self) -> bytes:
        """The PDF with its fonts cut down to what is used."""
        if self._operators or self._whole or not self._document.page_count:
            self._end_page()
        self._fonts.finish(self._document)
        if self._bookmarks:
            self._document.set_toc([list(bookmark) for bookmark in self._bookmarks[:_MAX_BOOKMARKS]])
        self._document.subset_fonts()
        return self._document.tobytes(garbage=3, deflate=True)

    # ---- pages

    def _start_page(self, width_pt: float, *, whole: bool) -> None:
        self._width = width_pt
        self._whole = whole
        self._y = self._top = _MARGIN_Y * A4_HEIGHT_PT
        self._bottom = float("inf") if whole else A4_HEIGHT_PT - self._top
        self._operators: list[str] = []
        self._headings: list[tuple[int, str, float]] = []  # of this page

    def _end_page(self) -> None:
        if self._document.page_count >= self._max_pages:
            raise DocumentRejected(DocumentFault.TOO_MANY_PAGES, pages=self._max_pages + 1, limit=self._max_pages)
        height = max(A4_HEIGHT_PT, (self._y - self._top) / (1 - 2 * _MARGIN_Y)) if self._whole else A4_HEIGHT_PT
        shift = height * _MARGIN_Y - self._top
        page = self._document.new_page(width=self._width, height=height)
        content = self._document.get_new_xref()
        self._document.update_object(content, "<<>>")
        flipped = f"0.5 w 1 0 0 -1 0 {height - shift:.2f} cm\n"  # y counts from the top
        self._document.update_stream(content, (flipped + "\n".join(self._operators)).encode("ascii"))
        page.set_contents(content)
        number = self._document.page_count
        self._bookmarks += [(level, text, number, y + shift) for level, text, y in self._headings]
        self._document.xref_set_key(page.xref, "Resources", self._fonts.resources(self._document, page))

    def _next_page(self) -> None:
        self._end_page()
        self._start_page(self._width, whole=False)

    def _break_page(self, whole: bool) -> None:
        if self._operators or self._whole:
            self._end_page()
        self._start_page(A4_WIDTH_PT, whole=whole)

    # ---- text

    def _heading(self, heading: Heading) -> None:
        size = _HEADING_PT[min(heading.level, len(_HEADING_PT)) - 1]
        lines = self._fonts.wrap(heading.text, size, self._measure())
        if not lines:
            return
        if self._operators:
            self._y += _HEADING_GAP * size
        if self._y + (len(lines) + 1) * _LEADING * size > self._bottom:  # a heading does not end a page
            self._next_page()
        if len(self._bookmarks) < _MAX_BOOKMARKS:
            self._level = min(heading.level, self._level + 1)  # bookmarks may not skip a level
            self._headings.append((self._level, heading.text, self._y))
        self._lines(lines, size, _MARGIN_X_PT)

    def _paragraph(self, paragraph: Paragraph) -> None:
        inset = min(_DEPTH_PT * paragraph.depth, self._measure() / 2)
        lines = self._fonts.wrap(_INDENT + paragraph.text, _BODY_PT, self._measure() - inset)
        self._lines(lines, _BODY_PT, _MARGIN_X_PT + inset)

    def _lines(self, lines: list[str], size: float, x: float) -> None:
        for number, line in enumerate(lines):
            if self._y + _LEADING * size > self._bottom:
                self._next_page()
            width = self._width - _MARGIN_X_PT - x if number + 1 < len(lines) else 0.0
            self._operators.append(self._fonts.show(line, x, self._y + size, size, width))
            self._y += _LEADING * size

    def _measure(self) -> float:
        return self._width - 2 * _MARGIN_X_PT

    # ---- tables

    def _table(self, grid: Grid) -> None:
        for layout in lay_out_tables(grid, self._fonts, A4_WIDTH_PT - 2 * _MARGIN_X_PT):
            width = max(A4_WIDTH_PT, layout.width_pt + 2 * _MARGIN_X_PT)
            if self._whole:
                self._width = max(self._width, width)
            elif width != self._width:
                if self._operators and width > self._width:
                    self._end_page()
                    self._start_page(width, whole=False)
                elif not self._operators:
                    self._width = width
            self._draw(layout)
            if not self._whole and self._width > A4_WIDTH_PT:
                self._end_page()
                self._start_page(A4_WIDTH_PT, whole=False)

    def _draw(self, layout: TableLayout) -> None:
        """Row by row; a row that is taller than the page goes on on the next one."""
        self._y += _BODY_PT
        for band in layout.bands():
            done = 0.0
            while done < band.height_pt:
                room = self._bottom - self._y
                cut = band.cut(done, room, self._bottom - self._top)
                if cut <= done:
                    self._next_page()
                    continue
                self._operators += band.draw(done, cut, _MARGIN_X_PT, self._y)
                self._y += cut - done
                done = cut
        self._y += _BODY_PT
