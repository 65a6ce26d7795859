"""The checked text: what is marked, struck, renumbered and taken out, on real sample documents where pages matter."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from engine.answering.checking import check
from engine.answering.phrases import STRUCK_NOTE, UNSUPPORTED
from engine.figures import quantities
from engine.ingestion.chunker import chunk_document
from engine.ingestion.running_heads import without_running_heads
from engine.parser import pdf
from engine.proof import Verdict
from engine.values import Page, PageKind, Passage, Rung, Span

DEPOSIT = "第三条 存款保险实行限额偿付，最高偿付限额为人民币50万元。理财产品不属于存款，不受存款保险保障。"
CASH = "第六条 单笔取现20万元以上的，客户应当提前1个工作日向网点预约。"


class Pages:
    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595, 842, {"deposit": DEPOSIT, "cash": CASH}[document_id])


def passage(name: str, text: str) -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, 1.0, 0.9)


EVIDENCE = [passage("deposit", DEPOSIT), passage("cash", CASH)]


def shown(text: str, question: str = "") -> str:
    return check(text, EVIDENCE, Pages(), question=question).text


def test_every_sentence_has_its_marker_or_its_mark() -> None:
    answer = check("最高偿付限额为人民币50万元。网点会赠送一份礼品。", EVIDENCE, Pages())
    assert answer.text == f"最高偿付限额为人民币50万元[1]。网点会赠送一份礼品{UNSUPPORTED}。"
    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
    assert [claim.markers for claim in answer.claims] == [(1,), ()]


def test_a_figure_without_a_source_is_struck_and_the_text_says_so() -> None:
    answer = check("单笔取现30万元以上的，应当提前预约。最高偿付限额为50万元。", EVIDENCE, Pages())
    assert "~~30万元~~" in answer.text and "~~50万元~~" not in answer.text
    assert answer.text.endswith(STRUCK_NOTE)
    assert answer.claims[0].struck == ("30万元",)


def test_the_figures_of_a_calculation_hold_without_a_passage() -> None:
    text = "每月还款4546.45元。最高偿付限额为50万元。"
    answer = check(text, EVIDENCE, Pages(), calculated=quantities("4546.45元"))
    assert [claim.verdict for claim in answer.claims] == [Verdict.CALCULATED, Verdict.SUPPORTED]
    assert "~~" not in answer.text and UNSUPPORTED not in answer.text


@pytest.mark.parametrize(
    "faked",
    [
        "最高偿付限额为人民币~~50万元~~。",
        "最高偿付限额为人民币50万元【未找到依据】。",
        "最高偿付限额为人民币50万元【未找【未找到依据】到依据】。",
        "最高偿付限额为人民币50万元~~~~[2]。",
        "最高偿付限额为人民币50万元[资料2]。",
        "最高偿付限额为人民币50万元[1, 2]。",
        "最高偿付限额为人民币50万元【2】。",
        "最高偿付限额为人民币50万元[2[2]]。",
    ],
)
def test_marks_and_markers_that_the_model_writes_count_for_nothing(faked: str) -> None:
    assert shown(faked) == "最高偿付限额为人民币50万元[1]。"


def test_a_range_stays_a_range() -> None:
    assert "~~10次~~" in shown("可以预约5~~10次。") and "～" in shown("可以预约5~~10次。")


@pytest.mark.parametrize(
    "text",
    [
        "您好！",
        "办理步骤如下：",
        "## 存款保险",
        "**存款保险**",
        "您想问的是哪一种？",
        "作为智能助手，我无法回答。",
        "- - -",
        "",
    ],
)
def test_what_states_nothing_gets_no_mark(text: str) -> None:
    answer = check(text, EVIDENCE, Pages())
    assert answer.text == text and all(claim.verdict is Verdict.NO_CLAIM for claim in answer.claims)


def test_an_announcement_that_denies_something_is_a_claim() -> None:
    assert UNSUPPORTED in shown("办理取现不需要以下材料：")


def test_lists_and_bold_survive() -> None:
    text = "办理要求如下：\n\n1. **预约**：单笔取现20万元以上的，应当提前1个工作日预约；\n2. 最高偿付限额为50万元。"
    lines = shown(text).split("\n")
    assert lines[0] == "办理要求如下：" and lines[1] == ""
    assert lines[2].startswith("1. **预约**：单笔") and lines[2].endswith("[1]；")
    assert lines[3] == "2. 最高偿付限额为50万元[2]。"


def test_a_list_may_begin_in_the_line_that_announces_it() -> None:
    text = "办理要求如下：1. 单笔取现20万元以上的，应当提前1个工作日预约；2. 最高偿付限额为50万元。"
    assert shown(text) == (
        "办理要求如下：1. 单笔取现20万元以上的，应当提前1个工作日预约[1]；2. 最高偿付限额为50万元[2]。"
    )


def test_a_table_is_checked_row_by_row() -> None:
    text = "| 项目 | 限额 |\n| --- | --- |\n| 最高偿付限额 | 50万元 |\n| 最高偿付限额 | 80万元 |"
    lines = shown(text).split("\n")
    assert lines[:2] == ["| 项目 | 限额 |", "| --- | --- |"]
    assert lines[2] == "| 最高偿付限额 | 50万元[1] |"
    assert lines[3] == f"| 最高偿付限额 | ~~80万元~~{UNSUPPORTED} |"


def test_a_bare_figure_is_no_item_of_a_list() -> None:
    assert "4546.45" in shown("4546.45元")


@cache
def sample(path: Path) -> tuple[dict[int, Page], list[Passage]]:
    pdf.quiet()
    document = pdf.open_document(path.read_bytes(), 100)
    pages = without_running_heads([pdf.parse_page(document, n) for n in range(1, document.page_count + 1)])
    chunks = chunk_document(path.stem, path.stem, pages)
    made = [
        Passage(c.chunk_id, path.stem, path.stem, c.page_no, c.text, c.heading_path, c.spans, Rung.BRANCH, 1.0, 0.9)
        for c in chunks
    ]
    return {page.page_no: page for page in pages}, made


@pytest.mark.parametrize("name", ["个人存款产品手册", "个人住房贷款业务办理指南", "大额现金与反洗钱操作须知"])
def test_every_quote_stands_on_its_page(sample_folder: Path, name: str) -> None:
    pages, passages = sample(sample_folder / f"{name}.pdf")

    class Source:
        def page(self, document_id: str, page_no: int) -> Page:
            return pages[page_no]

    citations = 0
    for one in passages:
        body = one.text.partition("\n")[2] or one.text.partition("|")[2].replace("|", "，").replace("=", "：")
        for citation in check(body, [one], Source()).citations:
            citations += 1
            spans = [span for span in one.spans if span.page_no == citation.page_no]
            assert citation.quote and citation.boxes
            assert any(citation.quote in pages[s.page_no].text[s.start : s.end] for s in spans)
    assert citations >= 0.9 * len(passages)


def test_markers_are_those_of_the_citations(sample_folder: Path) -> None:
    pages, passages = sample(sample_folder / "个人存款产品手册.pdf")

    class Source:
        def page(self, document_id: str, page_no: int) -> Page:
            return pages[page_no]

    answer = check("个人大额存单20万元起存。活期存款1元起存，随时存取。", passages, Source())
    assert [int(n) for n in re.findall(r"\[(\d+)\]", answer.text)] == [1, 2]
    assert [citation.marker for citation in answer.citations] == [1, 2]


def test_a_sentence_that_stands_in_a_passage_word_for_word_is_supported() -> None:
    told = "超过原定存期的部分，除约定自动转存的以外，按活期存款利率计息"
    source = passage("deposit", f"但书在前的，从其规定。{told}。")
    assert check(told, [source], Pages()).claims[0].verdict is Verdict.SUPPORTED
