"""Real files of each format, made by the libraries, through the real parser child: all of their text comes back."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from engine.errors import DocumentFault, DocumentRejected
from engine.ingestion.parser_process import DocumentHeader, DocumentView, parse_document
from engine.parser.normalize import normalize_char
from engine.settings import ParserLimits
from engine.values import DocumentFormat, Page, PageKind

LIMITS = ParserLimits()
LONG = (
    "同一存款人在同一家投保机构所有被保险存款账户的存款本金和利息合并计算的资金数额在最高偿付限额以内的，实行全额偿付。"
)
ENGLISH = "The deposit insurance covers the principal and the interest of all insured accounts of one depositor."


def parsed(data: bytes, kind: DocumentFormat) -> tuple[DocumentHeader, list[Page], bytes]:
    items = list(parse_document(data, LIMITS, claimed=kind))
    views = [item.data for item in items if isinstance(item, DocumentView)]
    (header,) = [item for item in items if isinstance(item, DocumentHeader)]
    return header, [item for item in items if isinstance(item, Page)], b"".join(views)


def text_of(data: bytes, kind: DocumentFormat) -> str:
    header, pages, view = parsed(data, kind)
    assert header.format is kind and view.startswith(b"%PDF-")
    assert {page.kind for page in pages} <= {PageKind.TEXT, PageKind.TABLE, PageKind.EMPTY}
    return "\n".join(page.text for page in pages)


def same(text: str) -> str:
    """Letters alone, normalized as the parser does."""
    return re.sub(r"\s", "", "".join("".join(normalize_char(char)) for char in text))


def rejection(data: bytes, kind: DocumentFormat) -> DocumentRejected:
    with pytest.raises(DocumentRejected) as caught:
        parsed(data, kind)
    return caught.value


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def word_file() -> bytes:
    document = docx.Document()
    document.add_heading("个人存款业务办法", 1)
    document.add_paragraph(LONG * 3)
    document.add_heading("费用", 2)
    document.add_paragraph("甲项", style="List Number")
    document.add_paragraph("乙项", style="List Number")
    table = document.add_table(3, 3)
    for row, cells in enumerate((("项目", "费率", "备注"), ("汇款", "0.5‰", "最低1元"), ("", "1.2‰", "次日到账"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph(ENGLISH * 3)
    return saved(document)


def test_a_word_document_keeps_headings_numbers_tables_and_order() -> None:
    header, pages, _ = parsed(word_file(), DocumentFormat.DOCX)
    (page,) = pages
    expected = [
        "个人存款业务办法",
        LONG * 3,
        "费用",
        "1.甲项",
        "2.乙项",
        "项目费率备注汇款0.5‰最低1元1.2‰次日到账",
        ENGLISH * 3,
    ]
    assert header.page_count == 1
    assert same(page.text) == same("".join(expected))
    assert page.text.count("\n") == 8  # paragraphs and rows are lines, printed lines are not
    (table,) = page.tables
    cells = [[page.text[start:end] for start, end in row] for row in table.rows]
    assert cells[1:] == [["汇款", "0.5‰", "最低1元"], ["汇款", "1.2‰", "次日到账"]]


def test_text_that_word_keeps_in_special_places_is_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("前")
    xml = paragraph._p.xml
    namespace = re.search(r'xmlns:w="[^"]+"', xml)
    assert namespace is not None
    inserted = docx.oxml.parse_xml(f"<w:ins {namespace[0]}><w:r><w:t>插入</w:t></w:r></w:ins>")  # type: ignore[attr-defined]
    deleted = docx.oxml.parse_xml(f"<w:del {namespace[0]}><w:r><w:delText>删去</w:delText></w:r></w:del>")  # type: ignore[attr-defined]
    control = docx.oxml.parse_xml(  # type: ignore[attr-defined]
        f"<w:sdt {namespace[0]}><w:sdtContent><w:p><w:r><w:t>控件里的字</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    paragraph._p.append(inserted)
    paragraph._p.append(deleted)
    paragraph._p.addnext(control)
    assert text_of(saved(document), DocumentFormat.DOCX) == "前插入\n控件里的字"


def workbook_file() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "费率表"
    rows = [
        ["贷款利率一览", None, None, None],
        ["品种", "利率", "起始日", "金额"],
        ["短期", 0.031, dt.date(2024, 3, 1), 1234567.5],
        ["长期", 0.0435, dt.datetime(2024, 12, 31), -88],
        [None, None, None, None],
        ["注：以公告为准", None, None, None],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    for row in (3, 4):
        sheet.cell(row, 2).number_format = "0.00%"
        sheet.cell(row, 3).number_format = 'yyyy"年"m"月"d"日"'
        sheet.cell(row, 4).number_format = "#,##0.00"
    secret = workbook.create_sheet("底稿")
    secret.append(["不给人看"])
    secret.sheet_state = "hidden"
    workbook.create_sheet("第二张").append(["品种", True])
    return saved(workbook)


def test_a_workbook_shows_its_cells_as_excel_does() -> None:
    _, pages, _ = parsed(workbook_file(), DocumentFormat.XLSX)
    assert [page.text.split("\n")[0] for page in pages] == ["费率表", "第二张"]
    assert pages[0].text.split("\n") == [
        "费率表",
        "贷款利率一览",
        "品种 利率 起始日 金额",
        "短期 3.10% 2024年3月1日 1,234,567.50",
        "长期 4.35% 2024年12月31日 -88.00",
        "注：以公告为准",
    ]
    assert pages[0].kind is PageKind.TABLE and "不给人看" not in pages[1].text


def test_a_formula_that_was_never_calculated_stands_as_itself() -> None:
    workbook = openpyxl.Workbook()
    for row in (["项目", "金额"], ["甲", 3], ["合计", "=SUM(B2:B2)"]):
        workbook.worksheets[0].append(row)
    assert text_of(saved(workbook), DocumentFormat.XLSX).split("\n")[-1] == "合计 =SUM(B2:B2)"


def test_a_table_of_500_columns_is_split_with_its_first_column_repeated() -> None:
    workbook = openpyxl.Workbook()
    for row in range(3):
        workbook.worksheets[0].append([f"行{row}", *(f"r{row}c{column}" for column in range(1, 500))])
    _, pages, _ = parsed(saved(workbook), DocumentFormat.XLSX)
    text = " ".join(page.text for page in pages)
    assert all(f"r{row}c{column}" in text.split() for row in range(3) for column in (1, 2, 250, 498, 499))
    assert text.split().count("行1") > 1


def test_a_row_taller_than_a_page_goes_on() -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["项目", "说明"])
    workbook.worksheets[0].append(["长文", LONG * 120])
    text = text_of(saved(workbook), DocumentFormat.XLSX)
    assert same(text) == same("Sheet项目说明长文" + LONG * 120)


def presentation_file() -> bytes:
    presentation = Presentation()
    for number in (1, 2):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = f"第{number}讲"  # type: ignore[union-attr]
        slide.placeholders[1].text_frame.text = f"要点{number}\n{LONG * (1 if number == 1 else 60)}"  # type: ignore[attr-defined]
    presentation.slides.add_slide(presentation.slide_layouts[6])
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for place, text in {(0, 0): "档次", (0, 1): "年费", (1, 0): "金卡", (1, 1): "200元"}.items():
        table.cell(*place).text = text
    slide.notes_slide.notes_text_frame.text = "讲到这里举例。"  # type: ignore[union-attr]
    return saved(presentation)


def test_each_slide_is_one_page_however_much_it_holds() -> None:
    _, pages, _ = parsed(presentation_file(), DocumentFormat.PPTX)
    assert [same(page.text) for page in pages] == [
        same(f"第1讲要点1{LONG}"),
        same(f"第2讲要点2{LONG * 60}"),
        "",
        same("档次年费金卡200元讲到这里举例。"),
    ]
    assert pages[1].height_pt > 842 and pages[2].kind is PageKind.EMPTY and pages[3].kind is PageKind.TABLE


HTML = f"""<!DOCTYPE html><html><head><title>不在正文</title><style>p {{color: red}}</style></head><body>
<script>alert('不要')</script><h1>网页标题</h1><p>{LONG}<br>另起一行 <b>粗</b>体&nbsp;&amp;</p>
<ol><li>甲</li><li>乙<ul><li>丙</li></ul></li></ol><div style="display: none">看不见</div>
<table><tr><th rowspan="2">项目</th><th colspan="2">费用</th></tr><tr><th>柜面</th><th>网银</th></tr>
<tr><td>汇款</td><td>5元</td><td>免</td></tr></table><img src="http://127.0.0.1:9/x.png" alt="图">
<table><tr><td><h2>排版用的表</h2></td></tr></table></body></html>"""
HTML_TEXT = f"网页标题{LONG}另起一行粗体&1.甲2.乙•丙项目费用柜面网银汇款5元免排版用的表"


def test_a_web_page_is_read_without_scripts_or_what_it_hides() -> None:
    assert same(text_of(HTML.encode(), DocumentFormat.HTML)) == same(HTML_TEXT)


@pytest.mark.parametrize("charset", ["gbk", "gb18030", "big5"])
def test_a_web_page_says_its_encoding(charset: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>存款保管</p>'
    assert text_of(page.encode(charset), DocumentFormat.HTML) == "存款保管"


def test_markdown_is_read_with_its_tables() -> None:
    source = f"---\na: 1\n---\n# 标题\n\n{LONG}\n**粗**体\n\n- 甲\n  - 乙\n\n"
    source += "| 项目 | 费率 |\n|---|---|\n| 汇款 | 0.5‰ |\n\n```\n代 码\n```\n"
    text = text_of(source.encode(), DocumentFormat.MARKDOWN)
    assert same(text) == same(f"标题{LONG}粗体•甲•乙项目费率汇款0.5‰代码")
    _, (page,), _ = parsed(source.encode(), DocumentFormat.MARKDOWN)
    assert page.kind is PageKind.TABLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_any_usual_encoding(encoding: str) -> None:
    text = f"第一条 {LONG}\n\n第二条 限额为 500,000 元。\r\n{ENGLISH}\n"
    lines = text_of(text.encode(encoding), DocumentFormat.TEXT).split("\n")
    assert list(map(same, lines)) == list(map(same, [f"第一条{LONG}", "第二条限额为500,000元。", ENGLISH]))


def test_characters_that_the_font_lacks_keep_their_code_points() -> None:
    text = "客户𠮷田，表情😀，泰文กข，完。"
    assert same(text_of(text.encode(), DocumentFormat.TEXT)) == same(text)


def test_two_thousand_lines_keep_their_order() -> None:
    lines = [f"第{number}行 {LONG[: number % 50]}" for number in range(2000)]
    assert same(text_of("\n".join(lines).encode(), DocumentFormat.TEXT)) == same("".join(lines))


# ---- what is refused

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def package(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "suffix"),
    [
        (COMPOUND + "WordDocument".encode("utf-16-le"), DocumentFault.UNSUPPORTED, ".doc"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), DocumentFault.ENCRYPTED, None),
        (b"\xff\xd8\xff\xe0 a photograph", DocumentFault.CONTENT_MISMATCH, ".docx"),
        (package({"readme": b"x"}), DocumentFault.CONTENT_MISMATCH, ".docx"),
        (package({"word/document.xml": b"<w:document"}), DocumentFault.BROKEN, None),
        (word_file()[:5000], DocumentFault.BROKEN, None),
    ],
)
def test_what_is_no_word_document_is_named(data: bytes, code: DocumentFault, suffix: str | None) -> None:
    error = rejection(data, DocumentFormat.DOCX)
    assert (error.code, error.details.get("suffix")) == (code, suffix)


def test_the_content_decides_not_the_suffix() -> None:
    header, pages, _ = parsed(workbook_file(), DocumentFormat.DOCX)
    assert header.format is DocumentFormat.XLSX and pages[0].kind is PageKind.TABLE
    assert rejection(bytes(range(256)) * 40, DocumentFormat.TEXT).code == DocumentFault.CONTENT_MISMATCH


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return package({name: change(name, source.read(name)) for name in source.namelist()})


def test_entities_and_bombs_are_refused_before_a_library_opens_the_file() -> None:
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x">]>'
    data = rewritten(word_file(), lambda name, part: entities + part if name == "word/document.xml" else part)
    assert rejection(data, DocumentFormat.DOCX).code == DocumentFault.BROKEN
    zeros = {"word/document.xml": b"<a/>", "word/x.xml": bytes(401 << 20)}
    error = rejection(package(zeros), DocumentFormat.DOCX)
    assert error.code == DocumentFault.TOO_LARGE and error.details["limit_bytes"] == 400 << 20


def test_links_to_the_outside_are_not_followed() -> None:
    outside = (
        b'<Relationship Id="rIdX" Type="http://x/attachedTemplate" Target="file:///etc/passwd" TargetMode="External"/>'
    )
    data = rewritten(
        word_file(),
        lambda name, part: part.replace(b"</Relationships>", outside + b"</Relationships>") if "rels" in name else part,
    )
    assert "root" not in text_of(data, DocumentFormat.DOCX)
