from __future__ import annotations

from pathlib import Path

import numpy as np
import pymupdf
import pytest

from engine.boxes import char_boxes, span_boxes
from engine.errors import DocumentFault
from engine.parser import pdf
from engine.values import Heading, Page, PageKind
from tests import pdfs

LEFT = [f"左栏第{n:02}行写的是存款业务的事项" for n in range(1, 16)]
RIGHT = [f"右栏第{n:02}行写的是贷款业务的事项" for n in range(1, 16)]


def parse(path: Path) -> list[Page]:
    document = pdf.open_document(path.read_bytes(), 5000)
    return [pdf.parse_page(document, number) for number in range(1, document.page_count + 1)]


@pytest.mark.parametrize("by_row", [True, False])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, by_row: bool) -> None:
    (page,) = parse(pdfs.two_column_pdf(tmp_path / "c.pdf", LEFT, RIGHT, by_row, title="银行业务综合公告二〇二四"))
    assert page.kind is PageKind.TEXT
    squeezed = page.text.replace("\n", "")
    assert squeezed == "银行业务综合公告二〇二四" + "".join(LEFT) + "".join(RIGHT)


@pytest.mark.parametrize("between", ["heading", "table"])
def test_what_runs_over_both_columns_parts_them(tmp_path: Path, between: str) -> None:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    bands = ((0, 100), (7, 400))
    for start, top in bands:
        for n in range(7):
            for x, lines in ((60, LEFT), (310, RIGHT)):
                page.insert_text((x, top + 18 * n), lines[start + n], fontname="china-s", fontsize=11)
    if between == "heading":
        page.insert_text((60, 330), "以下内容横跨两栏" * 4, fontname="china-s", fontsize=11)
    else:
        pdfs.draw_table(page, [["项目", "金额"], ["存款", "100"], ["贷款", "200"]], 260)
    (parsed,) = parse(pdfs.save(tmp_path / "b.pdf", document))
    middle = "以下内容横跨两栏" if between == "heading" else "存款 100"
    order = [LEFT[0], LEFT[6], RIGHT[0], RIGHT[6], middle, LEFT[7], LEFT[13], RIGHT[7], RIGHT[13]]
    places = [parsed.text.index(text) for text in order]
    assert places == sorted(places)
    assert len(parsed.tables) == (between == "table")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_that_runs_up_down_or_upside_down_is_read_as_any(tmp_path: Path, turn: int, rotation: int) -> None:
    text = "存款保险实行限额偿付，最高偿付限额为人民币五十万元。" * 3
    document = pymupdf.open()
    page = document.new_page(width=600, height=800)
    lines = [text[at : at + 30] for at in range(0, len(text), 30)]
    step = {90: (18, 0), 180: (0, -18), 270: (-18, 0)}[turn]
    start = {90: (200, 600), 180: (500, 600), 270: (400, 100)}[turn]
    for n, line in enumerate(lines):
        at = (start[0] + n * step[0], start[1] + n * step[1])
        page.insert_text(at, line, fontname="china-s", fontsize=12, rotate=turn)
    page.set_rotation(rotation)
    (parsed,) = parse(pdfs.save(tmp_path / "t.pdf", document))
    assert parsed.text == text
    shown = pymupdf.open(tmp_path / "t.pdf")[0].get_pixmap()
    ink = np.frombuffer(shown.samples, np.uint8).reshape(shown.height, shown.width, -1)[..., 0] < 128
    assert (parsed.width_pt, parsed.height_pt) == (shown.width, shown.height)
    for box in span_boxes(parsed, 0, len(text)):
        area = ink[int(box.y0) : int(box.y1) + 1, int(box.x0) : int(box.x1) + 1]
        assert area.any()
        ink[int(box.y0) - 1 : int(box.y1) + 2, int(box.x0) - 1 : int(box.x1) + 2] = False
    assert not ink.any()
    assert len(char_boxes(parsed)) == len(text)


def test_a_table_printed_sideways_is_a_table(tmp_path: Path) -> None:
    source = pymupdf.open()
    pdfs.draw_table(source.new_page(width=842, height=595), [["项目", "金额"], ["手续费", "100.00"]], 100)
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    page.show_pdf_page(page.rect, source, 0, rotate=90)
    (parsed,) = parse(pdfs.save(tmp_path / "s.pdf", document))
    (table,) = parsed.tables
    assert [[parsed.text[a:b] for a, b in row] for row in table.rows] == [["项目", "金额"], ["手续费", "100.00"]]


def test_bookmarks_are_headings_where_they_name_a_paragraph(tmp_path: Path) -> None:
    document = pymupdf.open()
    pdfs.write_lines(document.new_page(), ["业务须知", "开户的条件", "年满十六周岁的个人可以开户。"])
    document.set_toc([[1, "业务须知", 1], [2, "开户的  条件", 1], [2, "OLE_LINK2", 1], [3, "别处的标题", 1]])
    (parsed,) = parse(pdfs.save(tmp_path / "k.pdf", document))
    assert parsed.headings == (Heading(1, 0), Heading(2, parsed.text.index("开户的条件")))


def test_a_scan_with_a_page_number_and_a_stamp_is_a_scan(tmp_path: Path) -> None:
    document = pymupdf.open()
    pdfs.add_scan(document)
    page = document[0]
    page.insert_text((280, 820), "第 3 页 共 20 页 内部资料注意保存", fontname="china-s", fontsize=9)
    page.insert_text((400, 600), "与原件核对无误", fontname="china-s", fontsize=14)
    pdfs.add_scan(document)
    pdfs.write_lines(document[1], pdfs.wrap("图上另有一段真正的文字，说明这一页并不是扫描件，而是带底图的正文。"))
    first, second = parse(pdfs.save(tmp_path / "s.pdf", document))
    assert (first.kind, first.reason) == (PageKind.FAILED, DocumentFault.SCANNED_PAGE)
    assert second.kind is PageKind.TEXT


def test_three_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    columns = [[f"第{c}栏{n:02}行讲存款业务事项" for n in range(1, 13)] for c in "一二三"]
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    for number in range(12):
        for column, x in enumerate((45, 225, 405)):
            page.insert_text((x, 100 + 18 * number), columns[column][number], fontname="china-s", fontsize=11)
    (parsed,) = parse(pdfs.save(tmp_path / "3.pdf", document))
    assert parsed.text.replace("\n", "") == "".join(line for column in columns for line in column)
