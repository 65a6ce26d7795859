from __future__ import annotations

from pathlib import Path

import pytest

from engine.boxes import span_boxes
from engine.ingestion.chunker import chunk_document
from engine.ingestion.running_heads import without_running_heads
from engine.parser import pdf
from engine.values import Chunk, Page, PageKind
from tests import pdfs

HEADER = ["收费项目", "收费标准", "最低(元)", "备注"]
FEES = [[f"汇款业务{n}", f"0.{n}%", str(n + 1), "" if n % 3 else "对公"] for n in range(1, 25)]


def read(path: Path) -> tuple[list[Page], list[Chunk]]:
    document = pdf.open_document(path.read_bytes(), 5000)
    pages = [pdf.parse_page(document, number) for number in range(1, document.page_count + 1)]
    pages = without_running_heads(pages)
    return pages, chunk_document("d", path.name, pages)


def cited(chunk: Chunk, pages: list[Page]) -> list[str]:
    return [pages[span.page_no - 1].text[span.start : span.end] for span in chunk.spans]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("repeated", [True, False])
def test_fees_on_two_pages_have_the_first_pages_columns(tmp_path: Path, ruled: bool, repeated: bool) -> None:
    second = [HEADER] * repeated + FEES[12:]
    path = pdfs.table_pdf(tmp_path / "收费.pdf", [[HEADER, *FEES[:12]], second], ruled, "表1 结算业务收费 单位:元")
    pages, chunks = read(path)
    assert [page.kind for page in pages] == [PageKind.TABLE, PageKind.TABLE]
    rows = [chunk for chunk in chunks if "|" in chunk.text]
    assert len(rows) == len(FEES)
    assert rows[0].text == "《收费》表1 结算业务收费 单位:元|收费项目=汇款业务1|收费标准=0.1%|最低(元)=2"
    late = rows[20]
    assert late.text.endswith("|收费项目=汇款业务21|收费标准=0.21%|最低(元)=22|备注=对公")
    assert late.page_no == 2 and late.heading_path[-1] == "表1 结算业务收费 单位:元"
    assert cited(late, pages) == ["汇款业务21 0.21% 22 对公", "收费项目 收费标准 最低(元) 备注"]
    assert late.spans[1].page_no == (2 if repeated else 1)


def test_the_boxes_of_a_row_lie_on_its_line(tmp_path: Path) -> None:
    pages, chunks = read(pdfs.table_pdf(tmp_path / "a.pdf", [[HEADER, *FEES[:5]]]))
    span = chunks[2].spans[0]
    (box,) = span_boxes(pages[0], span.start, span.end)
    assert 100 + 3 * 18 <= box.y0 < box.y1 <= 100 + 4 * 18
    assert box.x0 < 80 and box.x1 > 300


def test_text_around_a_table_stays_text(tmp_path: Path) -> None:
    document = pdfs.pymupdf.open()
    page = document.new_page(width=595, height=842)
    pdfs.write_lines(page, ["办理业务按下表收费。"], y=100)
    bottom = pdfs.draw_table(page, [HEADER, *FEES[:3]], 110)
    pdfs.write_lines(page, ["以上标准自发布之日起施行。"], y=bottom + 20)
    pages, chunks = read(pdfs.save(tmp_path / "b.pdf", document))
    texts = [chunk.text for chunk in chunks]
    assert texts[0].endswith("办理业务按下表收费。") and texts[-1].endswith("以上标准自发布之日起施行。")
    assert len(texts) == 5 and all("收费标准=" in text for text in texts[1:-1])
    assert pages[0].text.count("\n") == 5


def test_another_table_at_the_top_of_the_next_page_keeps_its_own_header(tmp_path: Path) -> None:
    other = [["存期", "年利率(%)", "起点(元)", "说明"], ["三个月", "1.15", "50", ""], ["一年", "1.45", "50", ""]]
    _, chunks = read(pdfs.table_pdf(tmp_path / "c.pdf", [[HEADER, *FEES[:3]], other]))
    assert chunks[-1].text.endswith("|存期=一年|年利率(%)=1.45|起点(元)=50")


def test_a_table_of_500_columns_is_cut_by_columns_with_its_first_cell(tmp_path: Path) -> None:
    rows = [["网点", *(f"指标{n}" for n in range(1, 500))], ["城东支行", *(f"{n}.5" for n in range(1, 500))]]
    document = pdfs.pymupdf.open()
    pdfs.draw_table(document.new_page(width=14000, height=300), rows, 100, width=13500)
    pages, chunks = read(pdfs.save(tmp_path / "w.pdf", document))
    assert len(pages[0].tables[0].edges_pt) == 501
    assert len(chunks) > 10 and all(len(chunk.text) < 600 for chunk in chunks)
    assert all("|网点=城东支行|" in chunk.text for chunk in chunks)
    for number in range(1, 500):
        assert sum(f"|指标{number}={number}.5" in chunk.text + "|" for chunk in chunks) == 1
    assert len({chunk.spans[0] for chunk in chunks}) == len(chunks)


def test_rows_that_say_nothing_are_no_chunks(tmp_path: Path) -> None:
    _, chunks = read(pdfs.table_pdf(tmp_path / "d.pdf", [[HEADER, ["-", "/", "-", "-"], *FEES[:3]]]))
    assert len(chunks) == 3


def test_two_columns_of_text_are_no_table(tmp_path: Path) -> None:
    line = "储户可以凭存单支取存款本金利"
    for by_row in (True, False):
        path = pdfs.two_column_pdf(tmp_path / "t.pdf", [line] * 20, [line] * 20, by_row)
        assert read(path)[0][0].kind is PageKind.TEXT


def test_rows_know_the_group_that_they_stand_in_also_on_the_next_page(tmp_path: Path) -> None:
    first = [["项目", "期末", "期初"], ["一、原值", "", ""], ["1.期初余额", "5.00", "4.00"], ["二、折旧：", "", ""]]
    second = [["1.期初余额", "3.00", "2.00"], ["合计", "8.00", "6.00"], ["其他", "1.00", "1.00"]]
    _, chunks = read(pdfs.table_pdf(tmp_path / "表.pdf", [first, second], title="固定资产表"))
    assert [chunk.text.removeprefix("《固定资产表》") for chunk in chunks] == [
        "|项目=一、原值",
        "一、原值|项目=1.期初余额|期末=5.00|期初=4.00",
        "|项目=二、折旧：",
        "二、折旧：|项目=1.期初余额|期末=3.00|期初=2.00",
        "|项目=合计|期末=8.00|期初=6.00",
        "|项目=其他|期末=1.00|期初=1.00",
    ]


def test_a_header_cut_by_the_page_break_names_the_columns_whole(tmp_path: Path) -> None:
    header = [["项目", "上期末金", "本期末金额"]]
    rest = [["", "额(元)", ""], ["存款", "1.00", "2.00"], ["贷款", "3.00", "4.00"]]
    pages, chunks = read(pdfs.table_pdf(tmp_path / "h.pdf", [header, rest], title="余额表"))
    assert chunks[-1].text.endswith("|项目=贷款|上期末金额(元)=3.00|本期末金额=4.00")
    assert cited(chunks[-1], pages) == ["贷款 3.00 4.00", "项目 上期末金 本期末金额"]
