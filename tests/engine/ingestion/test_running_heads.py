from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from engine.ingestion.running_heads import without_running_heads
from engine.parser import pdf
from engine.values import Page, PageKind
from tests import pdfs


def parse(path: Path) -> list[Page]:
    document = pdf.open_document(path.read_bytes(), 5000)
    return [pdf.parse_page(document, number) for number in range(1, document.page_count + 1)]


BODY = [
    f"这是正文的第{number}段,讲的是存款保险的第{number}件事情,内容各不相同,写得稍微长一些。" for number in range(60)
]


@pytest.mark.parametrize("footer", ["- {} -", "{}", "第{}页", "第 {} 页 共 9 页", "{} / 9"])
def test_heads_and_page_numbers_go_and_the_body_stays(tmp_path: Path, footer: str) -> None:
    path = pdfs.article_pdf(tmp_path / "a.pdf", BODY, header="2024 年年度报告", footer=footer.format)
    raw = parse(path)
    clean = without_running_heads(raw)
    assert len(clean) >= 3
    assert all("年度报告" in page.text for page in raw)
    assert "".join(page.text for page in clean).replace("\n", "") == "".join(BODY)


def test_boxes_and_line_starts_move_with_the_text(tmp_path: Path) -> None:
    raw = parse(pdfs.article_pdf(tmp_path / "a.pdf", BODY, header="页眉", footer="- {} -".format))
    for before, after in zip(raw[:3], without_running_heads(raw)[:3], strict=True):
        assert len(after.char_boxes) == 16 * len(after.text)
        start, end = after.line_starts[2:4]
        line = after.text[start:end].rstrip()
        at_before, at_after = before.text.index(line), after.text.index(line)
        size = 16 * len(line)
        assert at_after == start
        assert before.char_boxes[16 * at_before :][:size] == after.char_boxes[16 * at_after :][:size]


def test_a_page_with_nothing_else_is_empty(tmp_path: Path) -> None:
    pages = without_running_heads(parse(pdfs.article_pdf(tmp_path / "a.pdf", [], footer="- {} -".format)))
    assert [(page.kind, page.text) for page in pages] == [(PageKind.EMPTY, "")]


def test_a_head_on_both_of_two_pages_goes_and_on_one_page_stays(tmp_path: Path) -> None:
    two = without_running_heads(parse(pdfs.article_pdf(tmp_path / "2.pdf", BODY[:30], header="页眉")))
    assert len(two) == 2
    assert not any("页眉" in page.text for page in two)
    (one,) = without_running_heads(parse(pdfs.article_pdf(tmp_path / "1.pdf", BODY[:5], header="通知")))
    assert "通知" in one.text


def test_different_figures_at_the_top_are_no_page_numbers(tmp_path: Path) -> None:
    path = pdfs.article_pdf(tmp_path / "a.pdf", BODY, footer=lambda number: str((7919 * number) % 1000))
    pages = without_running_heads(parse(path))
    assert pages[2].text.endswith(str((7919 * 3) % 1000))


def test_heads_of_odd_and_even_pages_go(tmp_path: Path) -> None:
    def head(number: int) -> str:
        return f"某某银行 {number}" if number % 2 else f"{number} 业务手册 第二部分"

    for paragraphs in (BODY + BODY[:20], BODY * 3):
        pages = without_running_heads(parse(pdfs.article_pdf(tmp_path / "o.pdf", paragraphs, footer=head)))
        assert len(pages) >= 4
        assert not any("某某银行" in page.text or "业务手册" in page.text for page in pages)


def test_a_page_number_among_words_goes_with_them(tmp_path: Path) -> None:
    path = pdfs.article_pdf(tmp_path / "n.pdf", BODY, footer="内部资料 第 {} 页 共 20 页 版本 3".format)
    assert not any("内部资料" in page.text for page in without_running_heads(parse(path)))


def test_the_first_row_of_a_table_is_no_running_head(tmp_path: Path) -> None:
    document = pymupdf.open()
    for number in range(4):
        page = document.new_page(width=595, height=842)
        pdfs.draw_table(page, [["项目", "金额"], *([f"第{number}类费用{n}", f"{n}.50"] for n in range(5))], 30)
        page.insert_text((290, 820), str(number + 1), fontname="china-s", fontsize=9)
    pages = without_running_heads(parse(pdfs.save(tmp_path / "t.pdf", document)))
    for number, page in enumerate(pages):
        (table,) = page.tables
        assert page.kind is PageKind.TABLE and page.text.endswith("4.50")
        assert [page.text[a:b] for a, b in table.rows[1]] == [f"第{number}类费用0", "0.50"]


def test_tables_and_headings_move_with_the_text(tmp_path: Path) -> None:
    document = pymupdf.open()
    for number in range(3):
        page = document.new_page(width=595, height=842)
        page.insert_text((70, 40), f"某某银行 {number}", fontname="china-s", fontsize=9)
        pdfs.write_lines(page, ["收费的种类"], y=120)
        pdfs.draw_table(page, [["项目", "金额"], ["挂失", "10.00"]], 140)
    document.set_toc([[1, "收费的种类", number] for number in (1, 2, 3)])
    for page in without_running_heads(parse(pdfs.save(tmp_path / "m.pdf", document))):
        (table,) = page.tables
        assert page.text.startswith("收费的种类\n项目")
        assert page.headings[0].start == 0 and table.title == "收费的种类"
        assert [page.text[a:b] for row in table.rows for a, b in row] == ["项目", "金额", "挂失", "10.00"]
