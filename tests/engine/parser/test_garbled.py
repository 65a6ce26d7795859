from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from engine.errors import DocumentFault
from engine.parser import pdf
from engine.parser.garbled import is_garbled
from engine.values import PageKind
from tests import pdfs

CHINESE = "储户可以凭存单支取存款本金和利息，银行应当及时办理，不得拖延。最高偿付限额为人民币50万元。"


@pytest.mark.parametrize(
    "text",
    [
        CHINESE,
        "儲戶可以憑存單支取存款本金和利息，銀行應當及時辦理，不得拖延。認購權證之價格變動風險應予說明。",
        "The depositor may withdraw the principal and interest against the certificate of deposit at any time.",
        "Le déposant peut retirer à tout moment le capital et les intérêts échus ; l'intérêt est calculé à l'année.",
        "ང་ཚོའི་དངུལ་ཁང་གི་ལས་ཀ་བྱེད་མཁན་ཚོས་ཁྱེད་རང་ལ་རོགས་རམ་བྱེད་ཀྱི་ཡིན།",
        "Вкладчик вправе получить сумму вклада и проценты по первому требованию в любом отделении банка.",
        "1,234.56 ‰ № ±5% §3 ①②③ √ □ × ÷ ≤ ≥ ~ — “存款” ￥500 $20 €30 ㎡ ℃ 2024-01-01 表1 合计",
        "\uf06c 存款\uf06c 取款\uf06c 转账业务办理须知以及各项收费标准说明",
        "太短\ufffd\ufffd",
    ],
)
def test_documents_of_many_kinds_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        CHINESE.encode().decode("latin-1"),
        CHINESE.encode("gbk").decode("latin-1"),
        CHINESE.encode("gbk").decode("cp1252", "replace"),
        CHINESE.encode().decode("gbk", "replace"),
        CHINESE.encode("gbk").decode("utf-8", "replace"),
        CHINESE[:20] + "\ufffd" * 20,
        "".join(chr(0xE000 + n) for n in range(40)),
        "".join(chr(1 + n % 8) for n in range(40)),
        "".join(chr(0x370 + 97 * n) for n in range(60)),
    ],
)
def test_text_that_is_not_what_is_printed_is_garbled(text: str) -> None:
    assert is_garbled(text)


def test_a_page_whose_font_has_lost_its_character_map_is_garbled(tmp_path: Path) -> None:
    document = pymupdf.open()
    page = document.new_page()
    page.insert_font("F0", fontbuffer=pymupdf.Font("cjk").buffer)
    for number, line in enumerate(pdfs.wrap(CHINESE * 3)):
        page.insert_text((70, 100 + 18 * number), line, fontname="F0", fontsize=11)
    document = pymupdf.open(stream=document.tobytes(), filetype="pdf")
    assert pdf.parse_page(document, 1).kind is PageKind.TEXT
    for xref in range(1, document.xref_length()):
        if document.xref_get_key(xref, "ToUnicode")[0] == "xref":
            document.xref_set_key(xref, "ToUnicode", "null")
    data = pdfs.save(tmp_path / "g.pdf", document).read_bytes()
    parsed = pdf.parse_page(pdf.open_document(data, 10), 1)
    assert (parsed.kind, parsed.reason) == (PageKind.FAILED, DocumentFault.GARBLED_TEXT)
    assert parsed.width_pt == 595


def test_other_pages_of_a_document_with_a_garbled_one_are_read(tmp_path: Path) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((70, 100), CHINESE.encode("gbk").decode("latin-1"), fontname="helv")
    pdfs.write_lines(document.new_page(), pdfs.wrap(CHINESE))
    document = pdf.open_document(pdfs.save(tmp_path / "m.pdf", document).read_bytes(), 10)
    assert pdf.parse_page(document, 1).reason == DocumentFault.GARBLED_TEXT
    assert pdf.parse_page(document, 2).text == CHINESE
