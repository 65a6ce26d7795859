"""PowerPoint presentations: one page a slide, with the slide's number as its page number.

The title comes first, then what else the slide holds in the order in which it was made, then the speaker's notes.
Hidden slides are kept, or the numbers would not fit.
"""

# pyright: basic
# lxml's elements behind python-pptx carry no types; text leaves this module as `str` in blocks.

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from engine.parser.formats.blocks import Block, Cell, Grid, Heading, NewPage, Paragraph, clean, lines_of

_MAX_GROUPS = 50  # groups within groups


def blocks(data: bytes) -> Iterator[Block]:
    """The blocks of a presentation."""
    for slide in Presentation(io.BytesIO(data)).slides:
        yield NewPage(whole=True)
        title = slide.shapes.title
        if title is not None and clean(title.text_frame.text):
            yield Heading(clean(title.text_frame.text), 1)
        for shape in _shapes(slide.shapes, 0):
            if title is None or shape.shape_id != title.shape_id:
                yield from _shape(shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            for line in lines_of(slide.notes_slide.notes_text_frame.text):
                yield Paragraph(line)


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _MAX_GROUPS:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _shape(shape: Any) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        table = shape.table
        cells = [
            Cell(clean(cell.text), row, column, cell.span_height, cell.span_width)
            for row, cells in enumerate(table.rows)
            for column, cell in enumerate(cells.cells)
            if not cell.is_spanned
        ]
        yield Grid(cells, len(table.rows), len(table.columns))
    elif getattr(shape, "has_text_frame", False):
        for paragraph in shape.text_frame.paragraphs:
            for line in lines_of(paragraph.text.replace("\v", "\n")):
                yield Paragraph(line, paragraph.level)


def sample() -> bytes:
    """A small presentation that takes every path a real one does."""
    presentation: Any = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "存款"
    slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "a\vb"
    slide.shapes.add_table(1, 1, 0, 0, Inches(1), Inches(1)).table.cell(0, 0).text = "1"
    slide.notes_slide.notes_text_frame.text = "c"
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()
