"""Word files (docx). The implicit label is the custom property AIGC; figures without a source are struck through."""

# pyright: basic
# python-docx is typed only in part; what it gives does not leave this module.

from __future__ import annotations

import io
from xml.sax.saxutils import escape

from docx import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn

from engine.exporting.blocks import Heading, Paragraph, Run, Table, blocks
from engine.labels import METADATA_FIELD, PRODUCER, VISIBLE_LABEL, implicit_label_json

_FONT = "SimSun"
_CUSTOM_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property></Properties>"
)


def word_file(text: str, title: str) -> bytes:
    """A docx of Markdown `text`."""
    document = Document()
    normal = document.styles["Normal"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    for block in blocks(text):
        match block:
            case Heading():
                _write(document.add_heading(level=min(block.level, 4)), block.runs)
            case Paragraph():
                mark = (Run(f"{block.mark} "),) if block.mark else ()
                _write(document.add_paragraph(), (*mark, *block.runs))
            case Table():
                _write_table(document, block)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, PRODUCER, VISIBLE_LABEL
    _label(document, implicit_label_json(text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _write(paragraph, runs: tuple[Run, ...]) -> None:
    for run in runs:
        written = paragraph.add_run(run.text)
        written.bold = run.bold or None
        written.font.strike = run.struck or None


def _write_table(document, table: Table) -> None:
    width = max(map(len, table.rows))
    written = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in table.rows:
        cells = written.add_row().cells
        for cell, runs in zip(cells, row, strict=False):
            _write(cell.paragraphs[0], runs)


def _label(document, label: str) -> None:
    """python-docx writes no custom properties; the part is small enough to be written here (ECMA-376, part 1, 22.3)."""
    xml = _CUSTOM_PROPERTIES.format(name=METADATA_FIELD, value=escape(label))
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, xml.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
