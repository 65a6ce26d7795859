from __future__ import annotations

import random
from pathlib import Path
from unittest import mock

import numpy as np
import pymupdf
import pytest

from engine.boxes import char_boxes, span_boxes
from engine.errors import DocumentFault, DocumentRejected
from engine.parser import pdf
from engine.values import Page, PageKind
from tests import pdfs


def parse(path: Path) -> list[Page]:
    document = pdf.open_document(path.read_bytes(), 5000)
    return [pdf.parse_page(document, number) for number in range(1, document.page_count + 1)]


def test_a_paragraph_comes_back_as_one_line(tmp_path: Path) -> None:
    text = "存款保险实行限额偿付,最高偿付限额为人民币50万元。" * 4
    (page,) = parse(pdfs.pages_pdf(tmp_path / "a.pdf", [text]))
    assert page.kind is PageKind.TEXT
    assert page.text == text
    assert len(page.line_starts) == len(pdfs.wrap(text))


def test_boxes_lie_on_their_characters(tmp_path: Path) -> None:
    (page,) = parse(
        pdfs.pages_pdf(
            tmp_path / "a.pdf",
            [
                "甲乙丙。",
            ],
        )
    )
    boxes = char_boxes(page)
    assert boxes.shape == (4, 4)
    assert np.allclose(np.diff(boxes[:, 0]), 11, atol=0.5)  # eleven-point characters stand eleven points apart
    (box,) = span_boxes(page, 1, 3)
    document = pymupdf.open(tmp_path / "a.pdf")
    assert document[0].get_textbox((box.x0, box.y0, box.x1, box.y1)).strip() == "乙丙"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_a_rotated_page_fit_the_page_as_shown(tmp_path: Path, rotation: int) -> None:
    document = pymupdf.open()
    page = document.new_page(width=400, height=600)
    page.insert_text((50, 100), "旋转", fontname="china-s", fontsize=20)
    page.set_rotation(rotation)
    (parsed,) = parse(pdfs.save(tmp_path / "r.pdf", document))
    assert (parsed.width_pt, parsed.height_pt) == ((400, 600) if rotation in (0, 180) else (600, 400))
    data = (tmp_path / "r.pdf").read_bytes()
    shown = pymupdf.open(stream=data, filetype="pdf")[0].get_pixmap()
    x0, y0 = char_boxes(parsed)[:, :2].min(axis=0)
    x1, y1 = char_boxes(parsed)[:, 2:].max(axis=0)
    dark = np.argwhere(np.frombuffer(shown.samples, np.uint8).reshape(shown.height, shown.width, -1)[..., 0] < 128)
    assert y0 - 1 <= dark[:, 0].min() and dark[:, 0].max() <= y1 + 1
    assert x0 - 1 <= dark[:, 1].min() and dark[:, 1].max() <= x1 + 1


def test_blank_scanned_and_written_pages_are_told_apart(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page()
    pdfs.add_scan(document)
    page = document.new_page()
    page.insert_image(pymupdf.Rect(0, 0, 50, 50), pixmap=pymupdf.Pixmap(pymupdf.csRGB, (0, 0, 9, 9)))
    pdfs.write_lines(document.new_page(), ["有文字。"])
    pages = parse(pdfs.save(tmp_path / "k.pdf", document))
    assert [page.kind for page in pages] == [PageKind.EMPTY, PageKind.FAILED, PageKind.EMPTY, PageKind.TEXT]
    assert pages[1].reason == DocumentFault.SCANNED_PAGE


def test_text_beside_the_paper_is_no_text_of_the_page(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    pdfs.write_lines(page, ["看得见的文字。"])
    page.insert_text((700, 300), "纸外的文字", fontname="china-s")
    page.insert_text((70, -40), "纸上方的文字", fontname="china-s")
    (parsed,) = parse(pdfs.save(tmp_path / "o.pdf", document))
    assert parsed.text == "看得见的文字。"


def test_a_line_over_the_edge_is_read_to_its_end(tmp_path: Path) -> None:
    document = pymupdf.open()
    pdfs.write_lines(document.new_page(width=595, height=842), ["写" * 50 + "完"])
    (parsed,) = parse(pdfs.save(tmp_path / "e.pdf", document))
    assert parsed.text == "写" * 50 + "完"


@pytest.mark.parametrize("page_no", [0, 2])
def test_a_page_that_does_not_exist_cannot_be_drawn(tmp_path: Path, page_no: int) -> None:
    document = pdf.open_document(pdfs.pages_pdf(tmp_path / "a.pdf", ["一页"]).read_bytes(), 5000)
    with pytest.raises(DocumentRejected) as caught:
        pdf.render_page(document, page_no, 400)
    assert caught.value.code == DocumentFault.PAGE_BROKEN


def test_a_drawn_page_is_the_same_picture_as_mupdf_draws(tmp_path: Path) -> None:
    data = pdfs.pages_pdf(tmp_path / "a.pdf", ["画出来的一页。"]).read_bytes()
    png, width_px, height_px = pdf.render_page(pdf.open_document(data, 10), 1, 300)
    ours = pymupdf.Pixmap(png)
    zoom = 300 / pdfs.A4[0]
    theirs = pymupdf.open(stream=data, filetype="pdf")[0].get_pixmap(matrix=pymupdf.Matrix(zoom, zoom))
    assert (ours.width, ours.height) == (width_px, height_px) == (theirs.width, theirs.height)
    assert ours.samples == theirs.samples


def test_a_file_cut_anywhere_is_refused_or_read_page_by_page(tmp_path: Path) -> None:
    texts = [f"第{n}条　储户可以凭存单支取存款。" for n in range(60)]
    whole = pdfs.article_pdf(tmp_path / "a.pdf", texts).read_bytes()
    for length in range(16, len(whole), max(1, len(whole) // 150)):
        try:
            document = pdf.open_document(whole[:length], 100)
        except DocumentRejected as rejected:
            assert rejected.code in (DocumentFault.BROKEN, DocumentFault.NO_PAGES)
        else:
            for page_no in range(1, document.page_count + 1):
                assert isinstance(pdf.parse_page(document, page_no), Page)


def test_a_file_that_cannot_count_its_pages_is_broken(tmp_path: Path) -> None:
    whole = pdfs.article_pdf(tmp_path / "a.pdf", ["第一条　储户可以凭存单支取存款。"]).read_bytes()
    with pytest.raises(DocumentRejected) as rejected:
        pdf.open_document(whole.replace(b"/Count 1", b"/Count -1"), 100)
    assert rejected.value.code == DocumentFault.BROKEN


def test_a_page_of_200_000_characters_is_read_whole(tmp_path: Path) -> None:
    lines = [f"{number:06}号存款业务" * 180 for number in range(102)]
    document = pymupdf.open()
    page = document.new_page(width=14000, height=2000)
    page.insert_text((50, 50), lines, fontname="china-s", fontsize=5, lineheight=1.5)
    (parsed,) = parse(pdfs.save(tmp_path / "w.pdf", document))
    assert parsed.kind is PageKind.TEXT
    assert parsed.text.replace("\n", "") == "".join(lines) and len("".join(lines)) > 200_000


def test_200_000_words_on_one_line_are_read_in_sensible_time(tmp_path: Path) -> None:
    """Time that grows with the square of the pieces of a line would be minutes here."""
    document = pymupdf.open()
    page = document.new_page(width=14000, height=100)
    for number in range(400):
        page.insert_text((10 + 34 * number, 50), "a b" * 100, fontname="helv", fontsize=0.1)
    (parsed,) = parse(pdfs.save(tmp_path / "l.pdf", document))
    assert sum(char in "ab" for char in parsed.text) == 80_000


def test_a_map_of_many_strokes_is_read_as_text_without_looking_for_tables(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    pdfs.write_lines(page, ["城区网点分布图"])
    source = random.Random(3)
    strokes = " ".join(f"{source.random() * 500:.2f} 0 m {source.random() * 500:.2f} 800 l S" for _ in range(200_000))
    xref = document.get_new_xref()
    document.update_object(xref, "<<>>")
    document.update_stream(xref, strokes.encode(), compress=False)
    document.xref_set_key(page.xref, "Contents", f"[{page.get_contents()[0]} 0 R {xref} 0 R]")
    document.save(tmp_path / "map.pdf")
    with mock.patch.object(pdf, "find_grids", side_effect=lambda boxes: [] if not boxes else 1 / 0):
        (parsed,) = parse(tmp_path / "map.pdf")
    assert (parsed.kind, parsed.text) == (PageKind.TEXT, "城区网点分布图")
