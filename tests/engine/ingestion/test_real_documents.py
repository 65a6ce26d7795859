"""The public laws and the annual report, as published, through the parser child and the chunker."""

from __future__ import annotations

import re
from pathlib import Path

import pymupdf
import pytest

from engine.boxes import char_boxes, span_boxes
from engine.ingestion.chunker import chunk_document
from engine.ingestion.parser_process import DocumentHeader, parse_document
from engine.ingestion.running_heads import without_running_heads
from engine.parser.normalize import normalize_text
from engine.settings import ParserLimits
from engine.values import Chunk, Page, PageKind
from tests import pdfs
from tests.table_cells import missing_cells, read_cells

ARTICLE = re.compile(r"第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
FEW = ("存款保险条例(2015-02-17)", "附则", "票据法(2004-08-28)", "现金管理暂行条例(2011-01-08)")


def read(path: Path) -> tuple[list[Page], list[Chunk]]:
    items = parse_document(path.read_bytes(), ParserLimits())
    pages = without_running_heads([item for item in items if not isinstance(item, DocumentHeader)])
    return pages, chunk_document("d", path.name, pages)


def squeeze(text: str) -> str:
    return "".join(normalize_text(text).split())


def body(chunk: Chunk) -> str:
    return chunk.text.split("\n", 1)[1]


def check_spans(pages: list[Page], chunks: list[Chunk]) -> None:
    """Spans give the body exactly, rows have their cells, and every character is in a span or in a heading."""
    texts = {page.page_no: page.text for page in pages}
    covered = {page.page_no: [False] * len(page.text) for page in pages}
    headings = {heading for chunk in chunks for heading in chunk.heading_path}
    for chunk in chunks:
        assert chunk.page_no == chunk.spans[0].page_no
        pieces = [texts[span.page_no][span.start : span.end] for span in chunk.spans]
        if "\n" in chunk.text:
            assert body(chunk).replace("\n", "").endswith("".join(pieces).replace("\n", ""))
        else:
            assert "\n" not in pieces[0] and pieces[0].split(" ")[-1] in chunk.text
        for span in chunk.spans:
            covered[span.page_no][span.start : span.end] = [True] * (span.end - span.start)
    for page in pages:
        left = "".join(char for char, seen in zip(page.text, covered[page.page_no], strict=True) if not seen)
        lines = [line for line in left.split("\n") if any(char.isalnum() for char in line)]
        assert all(any(line in heading for heading in headings) for line in lines), (page.page_no, left)


def check_law(folder: Path, name: str) -> int:
    """Every article is a chunk of its own, on the page where it is printed. Returns how many there are."""
    path = folder / "laws_pdf" / f"{name}.pdf"
    pages, chunks = read(path)
    check_spans(pages, chunks)
    with pymupdf.open(path) as document:
        printed = [squeeze(page.get_text()) for page in document]
    source = (folder / "laws" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    articles = [line.strip() for line in source if ARTICLE.match(line.strip())]
    for article in articles:
        label = ARTICLE.match(article)
        assert label is not None
        wanted = squeeze(article)[:60]
        found = [
            chunk for chunk in chunks if chunk.heading_path[-1] == label[0] and squeeze(body(chunk)).startswith(wanted)
        ]
        assert found, f"{name} {article[:40]}"
        assert any(wanted[:14] in printed[chunk.page_no - 1] for chunk in found), f"{name} {label[0]} stands elsewhere"
    return len(articles)


@pytest.mark.parametrize("name", FEW)
def test_every_article_of_a_law_is_a_chunk_on_its_page(shared_data: Path, name: str) -> None:
    assert check_law(shared_data, name) > 0


@pytest.mark.slow
def test_every_article_of_every_law_is_a_chunk_on_its_page(shared_data: Path) -> None:
    names = sorted(path.stem for path in (shared_data / "laws_pdf").glob("*.pdf"))
    assert len(names) == 100
    assert sum(check_law(shared_data, name) for name in names) == 5623


@pytest.fixture(scope="module")
def report(shared_data: Path) -> tuple[list[Page], list[Chunk], Path]:
    (path,) = (shared_data / "pdf").glob("*.pdf")
    return *read(path), path


Report = tuple[list[Page], list[Chunk], Path]


def test_the_annual_report_is_read_completely(report: Report) -> None:
    pages, chunks, path = report
    with pymupdf.open(path) as document:
        letters = [len("".join(page.get_text().split())) for page in document]
    assert len(pages) == len(letters) == 195
    assert all((page.kind is PageKind.TABLE) == bool(page.tables) for page in pages)
    assert all(page.kind in (PageKind.TEXT, PageKind.TABLE) for page in pages)
    assert sum(len(page.tables) for page in pages) > 250
    for page, printed in zip(pages, letters, strict=True):
        kept = len("".join(page.text.split()))
        # 20 letters of head and page number go; dots of the contents and fi ligatures change the count a little.
        assert page.page_no == 3 or printed * 0.99 - 30 <= kept <= printed * 1.01, page.page_no
    check_spans(pages, chunks)


@pytest.mark.parametrize(
    ("page_no", "text"),
    [
        (2, "五、 经董事会审议的报告期利润分配预案或公积金转增股本预案\n公司拟以未来实施权益分派方案时"),
        (4, "公司的法定代表人 张翀宇"),
        (5, "营业收入 1,581,905,632.48 1,126,782,253.35 40.39 1,896,608,630.19"),
        (30, "非洲猪瘟疫情得到一定控制但仍有反复，目前下游生猪养殖行业复养能力和养殖成绩参差不齐"),
        (61, "魏学峰 否 5 5 3 0 0 否 2\n"),
    ],
)
def test_pages_of_the_report_read_as_printed(report: Report, page_no: int, text: str) -> None:
    assert text in report[0][page_no - 1].text


def test_no_page_of_the_report_keeps_its_head_or_number(report: Report) -> None:
    for page in report[0]:
        assert not re.search(rf"^(2020 年年度报告|{page.page_no} / 195)$", page.text, re.M) or page.page_no == 1


def test_boxes_of_the_report_lie_on_their_words(report: Report) -> None:
    pages, _, path = report
    page = pages[4]
    at = page.text.index("1,581,905,632.48")
    (box,) = span_boxes(page, at, at + 16)
    with pymupdf.open(path) as document:
        (found, *_) = document[4].search_for("1,581,905,632.48")
    assert [box.x0, box.y0, box.x1, box.y1] == pytest.approx(list(found), abs=2.0)
    assert len(char_boxes(page)) == len(page.text)


def test_cells_of_the_report_stand_in_rows_with_their_columns(report: Report) -> None:
    cells = read_cells()
    assert len(cells) >= 60 and len({cell.page for cell in cells}) >= 12
    wrong, elsewhere = missing_cells(cells, report[1])
    assert len(elsewhere) <= 0.02 * len(cells), elsewhere
    assert len(wrong) <= 0.05 * len(cells), wrong


@pytest.mark.parametrize("by_row", [True, False])
def test_every_article_of_a_law_in_two_columns_is_a_chunk(shared_data: Path, tmp_path: Path, by_row: bool) -> None:
    source = (shared_data / "laws" / "存款保险条例(2015-02-17).md").read_text(encoding="utf-8").splitlines()
    lines = [line.strip() for line in source if line.strip() and not line.startswith(("#", "<", ">", "-"))]
    start = next(number for number, line in enumerate(lines) if line.startswith("第一条"))
    path = pdfs.two_columns_pdf(tmp_path / "两栏.pdf", "存款保险条例", lines[start:], by_row)
    pages, chunks = read(path)
    check_spans(pages, chunks)
    assert not any("法律法规选编" in page.text for page in pages)
    articles = [line for line in lines[start:] if ARTICLE.match(line)]
    assert len(articles) > 20
    for article in articles:
        assert any(squeeze(body(chunk)).startswith(squeeze(article)[:60]) for chunk in chunks), article[:40]
