"""Typesets the sample documents: assets/samples/*.md to PDF, A4, with the fonts used embedded as subsets.

usage: python installer/samples.py [FOLDER]     needs pymupdf, fonttools and Debian's fonts-noto-cjk (SIL OFL)

The Markdown is small on purpose: one paragraph a line, `# title`, `## chapter`, `> remark`, `1. step`, and
`| cell | cell |` rows, whose first row of a block is the table's head. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pymupdf
from fontTools import subset
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "samples"
NOTO = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = "Noto Sans CJK SC"

PAGE = pymupdf.paper_rect("a4")  # points
LEFT, RIGHT, TOP, BOTTOM = 64, 531, 84, 768
INK, SOFT, ACCENT, SHADE = (0.13, 0.15, 0.19), (0.45, 0.48, 0.53), (0.08, 0.33, 0.42), (0.93, 0.96, 0.97)
NO_LINE_START = set("，。；：、！？）》”％%")


@dataclass
class Sheet:
    """A document being typeset: `y` is where the next line's top goes, in points."""

    regular: pymupdf.Font
    bold: pymupdf.Font
    document: pymupdf.Document = field(default_factory=pymupdf.open)
    y: float = BOTTOM + 1

    def room(self, height: float) -> pymupdf.Page:
        """The page on which `height` points fit; a new one where needed."""
        if self.y + height > BOTTOM or not len(self.document):
            self.document.new_page(width=PAGE.width, height=PAGE.height)
            self.y = TOP
        return self.document[-1]

    def write(self, x: float, text: str, size: float, font: pymupdf.Font, color: tuple[float, ...] = INK) -> None:
        """One line with its top at `y`."""
        writer = pymupdf.TextWriter(PAGE, color=color)
        writer.append((x, self.y + size * 1.05), text, font=font, fontsize=size)
        writer.write_text(self.document[-1])

    def paragraph(self, text: str, size: float, font: pymupdf.Font, lead: float, indent: float = 0) -> None:
        """Wrapped lines; the first is moved in by `indent` points."""
        for number, line in enumerate(wrap(text, size, font, RIGHT - LEFT, indent)):
            self.room(lead)
            self.write(LEFT + (indent if number == 0 else 0), line, size, font)
            self.y += lead


def wrap(text: str, size: float, font: pymupdf.Font, width: float, indent: float = 0) -> Iterator[str]:
    """Break `text` where the line is full; closing punctuation may hang, numbers and words stay whole."""
    line, used = "", indent
    for word in words(text):
        length = font.text_length(word, size)
        if line and used + length > width and word not in NO_LINE_START:
            yield line.rstrip()
            line, used = "", 0.0
            word = word.lstrip()
            length = font.text_length(word, size)
        line += word
        used += length
    yield line.rstrip()


def words(text: str) -> Iterator[str]:
    for narrow, group in groupby(text, key=lambda char: char.isascii() and not char.isspace()):
        text_run = "".join(group)
        yield from [text_run] if narrow else text_run


def typeset(source: Path) -> Path:
    """Write the PDF beside its source and return its path."""
    text = source.read_text(encoding="utf-8")
    sheet = Sheet(font("Regular", text), font("Bold", text))
    lines = [line for line in text.splitlines() if line]
    title = lines[0].removeprefix("# ")
    for table, block in groupby(lines, key=lambda line: line.startswith("|")):
        if table:
            draw_table(sheet, [[cell.strip() for cell in row.strip("|").split("|")] for row in block])
        else:
            for line in block:
                draw_line(sheet, line)
    draw_margins(sheet, title)
    sheet.document.set_metadata({"title": title, "author": "金磐银行（虚构，示例）", "producer": "", "creator": ""})
    path = source.with_suffix(".pdf")
    sheet.document.save(path, garbage=4, deflate=True, deflate_fonts=True, no_new_id=True)
    return path


def draw_line(sheet: Sheet, line: str) -> None:
    if line.startswith("# "):
        sheet.room(60)
        sheet.write(LEFT, line[2:], 21, sheet.bold, ACCENT)
        sheet.y += 42
    elif line.startswith("## "):
        sheet.room(70)  # a chapter's heading stays with its first lines
        sheet.y += 10
        sheet.paragraph(line[3:], 13.5, sheet.bold, 27)
    elif line.startswith("> "):
        draw_remark(sheet, line[2:])
    elif line.startswith("表"):
        sheet.room(90)
        sheet.y += 4
        sheet.paragraph(line, 10.5, sheet.bold, 21)
    elif line[0].isdigit():
        sheet.paragraph(line, 10.5, sheet.regular, 18.5, indent=21)
    else:
        sheet.y += 3
        sheet.paragraph(line, 10.5, sheet.regular, 18.5, indent=21)


def draw_remark(sheet: Sheet, text: str) -> None:
    lines = list(wrap(text, 9.5, sheet.regular, RIGHT - LEFT - 24))
    height = len(lines) * 16 + 14
    page = sheet.room(height)
    page.draw_rect((LEFT, sheet.y, RIGHT, sheet.y + height), color=None, fill=SHADE)
    sheet.y += 7
    for line in lines:
        sheet.write(LEFT + 12, line, 9.5, sheet.regular, ACCENT)
        sheet.y += 16
    sheet.y += 17


def draw_table(sheet: Sheet, rows: list[list[str]]) -> None:
    """A ruled table; column widths follow the longest cell, the head is shaded and repeated on a new page."""
    size, lead, pad = 9.5, 15.0, 7.0
    longest = [max(sheet.regular.text_length(row[n], size) for row in rows) + 2 * pad + 4 for n in range(len(rows[0]))]
    scale = (RIGHT - LEFT) / sum(longest)
    edges = [LEFT + scale * sum(longest[:n]) for n in range(len(longest) + 1)]
    page_count = 0
    for number, row in enumerate(rows):
        cells = [list(wrap(cell, size, sheet.regular, edges[n + 1] - edges[n] - 2 * pad)) for n, cell in enumerate(row)]
        height = max(map(len, cells)) * lead + 8
        sheet.room(height)
        if number and len(sheet.document) != page_count:
            _draw_row(sheet, edges, [[cell] for cell in rows[0]], lead + 8, head=True)
        page_count = len(sheet.document)
        _draw_row(sheet, edges, cells, height, head=number == 0)
    sheet.y += 10


def _draw_row(sheet: Sheet, edges: list[float], cells: list[list[str]], height: float, head: bool) -> None:
    page, top = sheet.document[-1], sheet.y
    for n, lines in enumerate(cells):
        page.draw_rect((edges[n], top, edges[n + 1], top + height), color=SOFT, fill=SHADE if head else None, width=0.6)
        sheet.y = top + 4
        for line in lines:
            sheet.write(edges[n] + 7, line, 9.5, sheet.bold if head else sheet.regular)
            sheet.y += 15
    sheet.y = top + height


def draw_margins(sheet: Sheet, title: str) -> None:
    """Running head and page number on every page."""
    count = len(sheet.document)
    for number, page in enumerate(sheet.document, 1):
        writer = pymupdf.TextWriter(PAGE, color=SOFT)
        writer.append((LEFT, 50), f"金磐银行（虚构） · {title} · 示例", font=sheet.regular, fontsize=8.5)
        foot = f"第 {number} 页 共 {count} 页"
        writer.append(((PAGE.width - sheet.regular.text_length(foot, 8.5)) / 2, 806), foot, sheet.regular, 8.5)
        writer.write_text(page)
        page.draw_line((LEFT, 60), (RIGHT, 60), color=SOFT, width=0.4)


def font(weight: str, text: str) -> pymupdf.Font:
    """The simplified Chinese face of Noto Sans CJK, reduced to the characters used (others map to odd code points)."""
    path = NOTO / f"NotoSansCJK-{weight}.ttc"
    face = next(
        face
        for number in range(64)
        if (face := TTFont(path, fontNumber=number, recalcTimestamp=False))["name"]
        .getDebugName(1)
        .removesuffix(" Bold")
        == SIMPLIFIED
    )
    # MuPDF writes glyph numbers where this font expects CIDs; unchanged numbers keep the two equal.
    options = subset.Options(
        retain_gids=True, layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False
    )
    reducer = subset.Subsetter(options)
    reducer.populate(text=text + "0123456789 ·（）第页共虚构示例金磐银行")
    reducer.subset(face)
    buffer = io.BytesIO()
    face.save(buffer)
    return pymupdf.Font(fontbuffer=buffer.getvalue())


if __name__ == "__main__":
    for markdown in sorted(Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER).glob("*.md")):
        pdf = typeset(markdown)
        print(f"{pdf.name}: {len(pymupdf.open(pdf))} pages, {pdf.stat().st_size // 1024} KB")
