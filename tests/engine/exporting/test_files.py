"""Exports read back: the label stands in text and metadata, marks and struck figures survive in every format."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import docx
import pymupdf
import pytest

from engine.cancel import CancelToken
from engine.errors import Rejection, RequestRejected
from engine.exporting.blocks import Paragraph, Run, Table, blocks, runs
from engine.exporting.conversation import ExportedTurn, to_markdown
from engine.exporting.files import export_conversation
from engine.labels import METADATA_FIELD, VISIBLE_LABEL, implicit_label, labelled
from engine.settings import ParserLimits
from engine.values import Citation, Rung, WebPage

FIELDS = ["Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"]
WEB = WebPage("https://www.example.cn/a?b=1", "www.example.cn", "关于利率的公告", "2026-11-20T08:30:00+00:00")
TURNS = (
    ExportedTurn(
        "提前还款要收*违约金*吗？",
        "满一年**不收**违约金[1]。\n\n- 不满一年收~~3%~~[2]\n- 其他费用不收【未找到依据】\n\n"
        "| 期限 | 费率 |\n|---|---|\n| 一年 | 1% |",
        (
            Citation(1, "a" * 64, "贷款管理办法.pdf", 12, "满一年的，不收违约金", Rung.BRANCH, version="2024-01-01"),
            Citation(2, "b" * 64, "公告", 1, "按[合同]约定", Rung.WEB, web=WEB),
        ),
        "2026-11-23T04:00:00+00:00",
    ),
    ExportedTurn("那房贷呢？", "没有找到依据。"),
)


def exported(path: Path) -> bytes:
    export_conversation(TURNS, path, "对话记录", ParserLimits(), CancelToken())
    return path.read_bytes()


def check_label(text: str) -> None:
    label = json.loads(text)
    assert list(label) == FIELDS
    assert label["Label"] == "1"
    assert label["ContentProducer"]
    assert re.fullmatch(r"[0-9a-f]{32}", label["ProduceID"])


def test_markdown(tmp_path: Path) -> None:
    text = exported(tmp_path / "a.md").decode()
    check_label(text.splitlines()[1].removeprefix(f"{METADATA_FIELD}: '").removesuffix("'"))
    assert text.count(VISIBLE_LABEL) == 2
    for part in (
        "~~3%~~",
        "【未找到依据】",
        "提前还款要收\\*违约金\\*吗",
        "贷款管理办法.pdf，第 12 页，版本 2024-01-01",
    ):
        assert part in text
    assert (
        "关于利率的公告，www.example.cn，https://www.example.cn/a?b=1，2026-11-20 08:30 UTC：「按\\[合同\\]约定」"
        in text
    )


def test_word(tmp_path: Path) -> None:
    data = exported(tmp_path / "a.docx")
    document = docx.Document(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert text.count(VISIBLE_LABEL) == 2
    assert "【未找到依据】" in text and "「按[合同]约定」" in text and "提前还款要收*违约金*吗？" in text
    struck = [run.text for p in document.paragraphs for run in p.runs if run.font.strike]
    bold = [run.text for p in document.paragraphs for run in p.runs if run.bold]
    assert struck == ["3%"]
    assert bold[0] == "不收"
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["期限", "费率"], ["一年", "1%"]]
    assert document.core_properties.comments == VISIBLE_LABEL
    custom = zipfile.ZipFile(io.BytesIO(data)).read("docProps/custom.xml").decode()
    assert f'name="{METADATA_FIELD}"' in custom
    check_label(custom.split("<vt:lpwstr>")[1].split("</vt:lpwstr>")[0].replace("&quot;", '"'))


def test_pdf(tmp_path: Path) -> None:
    document = pymupdf.open(stream=exported(tmp_path / "a.pdf"), filetype="pdf")
    text = "".join(page.get_text() for page in document).replace("\n", "").replace("\u3000", "")
    assert text.count(VISIBLE_LABEL) == 2
    for part in ("〔划去：3%〕", "【未找到依据】", "贷款管理办法.pdf", "www.example.cn", "提前还款要收*违约金*吗"):
        assert part in text
    _, info = document.xref_get_key(-1, "Info")
    kind, value = document.xref_get_key(int(info.split()[0]), METADATA_FIELD)
    assert kind == "string"
    check_label(value)
    assert METADATA_FIELD in document.get_xml_metadata()


def test_other_formats_and_empty_conversations_are_refused(tmp_path: Path) -> None:
    for turns, name in ((TURNS, "a.exe"), ((), "a.md")):
        with pytest.raises(RequestRejected) as rejected:
            export_conversation(turns, tmp_path / name, "x", ParserLimits(), CancelToken())
        assert rejected.value.code == Rejection.OPTION_INVALID


def test_what_looks_like_markdown_in_a_question_stays_text() -> None:
    hostile = "![x](file:///etc/passwd) <img src=x> | # a\n- b"
    text = to_markdown((ExportedTurn(hostile, "答"),), "题")
    assert "![" not in text.replace("!\\[", "")
    assert "<img" not in text.replace("\\<img", "")
    shown = [block for block in blocks(text) if not isinstance(block, Table)]
    assert "".join(run.text for run in shown[2].runs) == " ".join(hostile.split())


def test_marks_that_nothing_closes_are_characters() -> None:
    assert runs("a~~b") == (Run("a"), Run("~~"), Run("b"))
    assert runs("~~a~~ **b ~~c~~**") == (
        Run("a", struck=True), Run(" "), Run("b ", bold=True), Run("c", bold=True, struck=True),
    )  # fmt: skip
    assert list(blocks("1. 一\n- 二")) == [Paragraph((Run("一"),), "1."), Paragraph((Run("二"),), "•")]


def test_the_label_is_put_on_once() -> None:
    once = labelled("答")
    assert once.endswith(VISIBLE_LABEL)
    assert labelled(once) == once
    assert implicit_label("a") != implicit_label("b")
