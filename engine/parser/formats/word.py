"""Word documents: headings by style, paragraphs with the numbers that Word counts for them, tables, footnotes.

Read from the document's XML through python-docx's package, because text in content controls, insertions and text
boxes is text too. Deleted text, field codes, headers and footers are left out.
"""

# pyright: basic
# lxml's elements behind python-docx carry no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from engine.parser.formats.blocks import Block, Cell, Grid, Heading, Paragraph, clean, lines_of
from engine.parser.formats.word_numbering import Numbering, inherited

_P, _TBL, _SDT, _SDT_CONTENT = qn("w:p"), qn("w:tbl"), qn("w:sdt"), qn("w:sdtContent")
_TEXT, _TAB, _BREAK, _CARRIAGE, _HYPHEN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")
_TEXT_BOX, _FALLBACK = qn("w:txbxContent"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:instrText"), _TEXT_BOX, _FALLBACK}
_WRAPPERS = {qn("w:ins"), qn("w:moveTo"), qn("w:customXml"), qn("w:smartTag")}
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_MAX_DEPTH = 60


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of a Word document, footnotes and endnotes last."""
    document = docx.Document(io.BytesIO(data))
    reader = _Reader(document)
    yield from reader.body(document.element.body)
    yield from reader.notes(document)


class _Reader:
    def __init__(self, document: Any) -> None:
        self._levels = _heading_levels(document)
        self._numbering = Numbering(document)

    def body(self, container: Any, depth: int = 0) -> Iterator[Block]:
        """The blocks of a body, a cell or a text box."""
        if depth > _MAX_DEPTH:
            return
        for element in container:
            if element.tag == _P:
                yield from self._paragraph(element, depth)
            elif element.tag == _TBL:
                yield from self._table(element, depth)
            elif element.tag == _SDT:
                for content in element.iterchildren(_SDT_CONTENT):
                    yield from self.body(content, depth + 1)
            elif element.tag in _WRAPPERS:
                yield from self.body(element, depth + 1)

    def notes(self, document: Any) -> Iterator[Block]:
        """Footnotes and endnotes, which lie in parts of their own."""
        for relation in document.part.rels.values():
            if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
                root = parse_xml(relation.target_part.blob)
                for note in root:
                    if note.get(qn("w:type")) in (None, "normal"):
                        yield from self.body(note)

    def _paragraph(self, element: Any, depth: int) -> Iterator[Block]:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style_id = style.get(qn("w:val")) if style is not None else ""
        label, list_depth = self._numbering.label(element, style_id)
        lines = lines_of(_text(element))
        if lines and label:
            lines[0] = f"{label} {lines[0]}"
        level = self._level(element, style_id)
        if lines and level:
            yield Heading(" ".join(lines), level)
        else:
            for line in lines:
                yield Paragraph(line, list_depth)
        for box in _text_boxes(element):
            yield from self.body(box, depth + 1)

    def _level(self, element: Any, style_id: str) -> int:
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is not None and outline.get(qn("w:val"), "9").isdecimal():
            level = int(outline.get(qn("w:val"), "9")) + 1
            return level if level <= 9 else 0  # 9 means running text
        return self._levels.get(style_id, 0)

    def _table(self, table: Any, depth: int) -> Iterator[Block]:
        """A table; what a cell holds, tables too, is its text."""
        cells: dict[tuple[int, int], Cell] = {}
        open_cells: dict[int, tuple[int, int]] = {}  # column -> the vertically merged cell that goes on there
        rows = [row for row in table.iter(qn("w:tr")) if _owner(row) is table]
        width = 0
        for number, row in enumerate(rows):
            column = _integer(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), 0)
            for cell in (found for found in row.iter(qn("w:tc")) if _owner(found) is table):
                properties = cell.find(qn("w:tcPr"))
                span = min(_integer(properties.find(qn("w:gridSpan")) if properties is not None else None, 1), 1000)
                merge = properties.find(qn("w:vMerge")) if properties is not None else None
                goes_on = merge is not None and merge.get(qn("w:val"), "continue") != "restart"
                if goes_on and column in open_cells:
                    above = cells[open_cells[column]]
                    cells[open_cells[column]] = Cell(
                        above.text, above.row, above.column, number - above.row + 1, above.columns
                    )
                else:
                    text = " ".join(_plain(block) for block in self.body(cell, depth + 1))
                    cells[number, column] = Cell(clean(text), number, column, 1, max(span, 1))
                    open_cells.pop(column, None)
                    if merge is not None:
                        open_cells[column] = (number, column)
                column += max(span, 1)
            width = max(width, column)
        if width:
            yield Grid(list(cells.values()), len(rows), width)


def _heading_levels(document: Any) -> dict[str, int]:
    """Outline levels by style: what the style says, else its name, else the style that it is based on."""
    found: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in document.styles.element.iterchildren(qn("w:style")):
        style_id = style.get(qn("w:styleId")) or ""
        name, parent = style.find(qn("w:name")), style.find(qn("w:basedOn"))
        outline = style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        match = _HEADING_STYLE.match(name.get(qn("w:val")) or "") if name is not None else None
        if outline is not None:
            found[style_id] = (_integer(outline, 9) + 1) % 10
        elif match:
            found[style_id] = int(match[1])
        elif name is not None and (name.get(qn("w:val")) or "").lower() == "title":
            found[style_id] = 1
        if parent is not None:
            based[style_id] = parent.get(qn("w:val")) or ""
    return inherited(found, based)


def _text(element: Any) -> str:
    """The text of a paragraph; breaks become line breaks. Text boxes are not of it."""
    parts: list[str] = []
    stack = [iter(element)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag in (_TAB, _HYPHEN):
            parts.append(" " if child.tag == _TAB else "-")
        elif child.tag in (_BREAK, _CARRIAGE):
            parts.append("\n")
        elif child.tag not in _SKIPPED:
            stack.append(iter(child))
    return "".join(parts)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes anchored in the paragraph, once each: older programs get a second copy as a fallback."""
    for box in paragraph.iter(_TEXT_BOX):
        ancestors = list(box.iterancestors())
        inside = ancestors[: ancestors.index(paragraph)]
        if not any(ancestor.tag in (_FALLBACK, _TEXT_BOX) for ancestor in inside):
            yield box


def _owner(element: Any) -> Any:
    return next((ancestor for ancestor in element.iterancestors(_TBL)), None)


def _plain(block: Block) -> str:
    if isinstance(block, Grid):
        return " ".join(cell.text for cell in block.cells if cell.text)
    return block.text if isinstance(block, (Heading, Paragraph)) else ""


def _integer(element: Any, default: int) -> int:
    value = (element.get(qn("w:val")) or "") if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < 6 else default


def sample() -> bytes:
    """A small document that takes every path a real one does."""
    document = docx.Document()
    document.add_heading("存款", 1)
    document.add_paragraph("a", style="List Number")
    document.add_table(1, 2).cell(0, 0).text = "1"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
