"""The boxes of a quote hold exactly its words, as they stand on the page that is drawn.

Read back with pymupdf from the PDF that pages are drawn from: every character whose middle lies in a box of the quote
belongs to it, and none is missing. Rotated and cropped pages, tables, Word, Excel and PowerPoint, an annual report.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl
import pptx
import pymupdf
import pytest
from pptx.util import Inches

from engine.boxes import span_boxes
from engine.ingestion.page_drawing import render_page
from engine.ingestion.parser_process import DocumentView, parse_document
from engine.parser.normalize import normalize_text
from engine.settings import ParserLimits
from engine.values import Box, DocumentFormat, Page
from tests import pdfs

LIMITS = ParserLimits()
PARAGRAPHS = [
    f"第{n}条 网点办理第{n}类业务，应当核对客户身份证件并登记{n * 37}项内容，留存复印件。" for n in range(1, 30)
]
QUOTE = "应当核对客户身份证件并登记"


def parsed(data: bytes, format: DocumentFormat = DocumentFormat.PDF) -> tuple[bytes, list[Page]]:
    """The PDF that is drawn, and its pages."""
    events = list(parse_document(data, LIMITS, claimed=format))
    views = [event.data for event in events if isinstance(event, DocumentView)]
    return (views or [data])[0], [event for event in events if isinstance(event, Page)]


def words_in(pdf: bytes, page_no: int, boxes: Sequence[Box]) -> str:
    """The characters in the boxes, as the page is shown, without white space."""
    page = pymupdf.open(stream=pdf, filetype="pdf")[page_no - 1]
    found: list[str] = []
    for block in page.get_text("rawdict", flags=pymupdf.TEXT_PRESERVE_LIGATURES)["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    place = pymupdf.Rect(char["bbox"]) * page.rotation_matrix
                    x, y = (place.x0 + place.x1) / 2, (place.y0 + place.y1) / 2
                    if any(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for box in boxes):
                        found.append(char["c"])
    return squeezed("".join(found))


def squeezed(text: str) -> str:
    return "".join(normalize_text(text).split())


def check(pdf: bytes, page: Page, start: int, end: int) -> None:
    boxes = span_boxes(page, start, end)
    assert boxes
    assert words_in(pdf, page.page_no, boxes) == squeezed(page.text[start:end])
    assert all(0 <= box.x0 < box.x1 <= page.width_pt + 1 and box.y1 <= page.height_pt + 1 for box in boxes)


def check_quote(pdf: bytes, pages: Sequence[Page], quote: str = QUOTE) -> None:
    places = [(page, page.text.find(quote)) for page in pages if quote in page.text]
    assert places
    for page, start in places:
        check(pdf, page, start, start + len(quote))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pages_that_are_turned(tmp_path: Path, rotation: int) -> None:
    document = pymupdf.open(pdfs.article_pdf(tmp_path / "a.pdf", PARAGRAPHS))
    for page in document:
        page.set_rotation(rotation)
    pdf, pages = parsed(document.tobytes())
    check_quote(pdf, pages)
    _, width_px, height_px = render_page(pdf, 1, 600, LIMITS)
    assert width_px / height_px == pytest.approx(pages[0].width_pt / pages[0].height_pt, rel=0.01)


def test_pages_that_are_cropped(tmp_path: Path) -> None:
    document = pymupdf.open(pdfs.article_pdf(tmp_path / "a.pdf", PARAGRAPHS))
    for page in document:
        page.set_cropbox(pymupdf.Rect(40, 60, 560, 800))
    check_quote(*parsed(document.tobytes()))


def test_a_word_document(tmp_path: Path) -> None:
    made = docx.Document()
    for paragraph in PARAGRAPHS:
        made.add_paragraph(paragraph)
    table = made.add_table(rows=3, cols=2)
    table.cell(1, 1).text = "应当核对客户身份证件并登记后办理"
    made.save(str(tmp_path / "a.docx"))
    check_quote(*parsed((tmp_path / "a.docx").read_bytes(), DocumentFormat.DOCX))


def test_a_workbook(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in range(1, 60):
        made.active.append([f"项目{row}", f"应当核对客户身份证件并登记{row}", row * 1.5])
    made.save(tmp_path / "a.xlsx")
    check_quote(*parsed((tmp_path / "a.xlsx").read_bytes(), DocumentFormat.XLSX))


def test_slides(tmp_path: Path) -> None:
    made = pptx.Presentation()
    for paragraph in PARAGRAPHS[:3]:
        box = made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(
            Inches(1), Inches(1), Inches(6), Inches(2)
        )
        box.text_frame.word_wrap = True
        box.text_frame.text = paragraph
    made.save(str(tmp_path / "a.pptx"))
    check_quote(*parsed((tmp_path / "a.pptx").read_bytes(), DocumentFormat.PPTX))


@pytest.mark.slow
def test_sentences_and_rows_of_a_published_report(shared_data: Path) -> None:
    pdf, pages = parsed((shared_data / "pdf" / "生物股份2020年年度报告.pdf").read_bytes())
    chosen, checked = random.Random(3), 0
    for page in chosen.sample([page for page in pages if len(page.text) > 300], 25):
        for line in chosen.sample([line for line in page.text.split("\n") if len(line) > 12], 2):
            start = page.text.index(line)
            check(pdf, page, start, start + len(line))
            checked += 1
    assert checked == 50
