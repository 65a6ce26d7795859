from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.answering.checking import check
from engine.answering.citations import PageSource, complete, locate_quote
from engine.values import Citation, Page, PageKind, Passage, Rung, Span

LAW = "第五条　存款保险实行限额偿付，最高偿付限额为人民币50万元。\n中国人民银行会同国务院有关部门可以调整最高偿付限额。"
CASH = "个人办理人民币现金取款5万元以上的，应当提前一日预约。"


class Pages:
    """The one call of the knowledge base that citing needs."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595, 842, self._texts[document_id])


def passage(document_id: str, text: str, rung: Rung = Rung.BRANCH) -> Passage:
    return Passage(
        f"{document_id}:1:0", document_id, f"{document_id}.pdf", 1, text, (), (Span(1, 0, len(text)),), rung, 1.0, 0.9
    )


def checked(text: str, evidence: list[Passage], pages: PageSource) -> tuple[str, tuple[Citation, ...]]:
    answer = check(text, evidence, pages)
    return answer.text, answer.citations


@pytest.fixture
def pages() -> Pages:
    return Pages({"law": LAW, "cash": CASH, "builtin": "存款保险最高偿付限额为人民币50万元。"})


def test_a_marker_is_added_where_the_model_left_it_out(pages: Pages) -> None:
    text, citations = checked("最高偿付限额为人民币50万元。", [passage("cash", CASH), passage("law", LAW)], pages)
    assert text == "最高偿付限额为人民币50万元[1]。"
    assert [(c.marker, c.document_id, c.page_no) for c in citations] == [(1, "law", 1)]


def test_the_quote_stands_word_for_word_on_the_page(pages: Pages) -> None:
    _, (citation,) = checked("最高偿付限额为50万元[1]。", [passage("law", LAW)], pages)
    assert citation.quote in LAW
    assert "50万元" in citation.quote


def test_a_marker_that_points_to_the_wrong_passage_is_moved(pages: Pages) -> None:
    _, citations = checked("最高偿付限额为人民币50万元[1]。", [passage("cash", CASH), passage("law", LAW)], pages)
    assert [c.document_id for c in citations] == ["law"]


@pytest.mark.parametrize("marker", ["[7]", "[0]", "[999]"])
def test_a_marker_without_a_passage_is_taken_out(pages: Pages, marker: str) -> None:
    text, citations = checked(f"今天天气很好{marker}。", [passage("law", LAW)], pages)
    assert text == "今天天气很好【未找到依据】。"
    assert citations == ()


def test_a_sentence_with_another_figure_is_not_supported(pages: Pages) -> None:
    text, citations = checked("最高偿付限额为人民币80万元[1]。", [passage("law", LAW)], pages)
    assert text.startswith("最高偿付限额为~~人民币80万元~~【未找到依据】。")
    assert citations == ()


def test_built_in_and_branch_sources_stand_side_by_side(pages: Pages) -> None:
    evidence = [passage("builtin", "存款保险最高偿付限额为人民币50万元。", Rung.BUILTIN), passage("law", LAW)]
    text, citations = checked("存款保险最高偿付限额为人民币50万元。", evidence, pages)
    assert text == "存款保险最高偿付限额为人民币50万元[1][2]。"
    assert [c.rung for c in citations] == [Rung.BUILTIN, Rung.BRANCH]


def test_markers_are_numbered_in_order_of_use(pages: Pages) -> None:
    answer = "个人取款5万元以上的，应当提前一日预约。\n最高偿付限额为人民币50万元。"
    text, citations = checked(answer, [passage("law", LAW), passage("cash", CASH)], pages)
    assert [c.document_id for c in citations] == ["cash", "law"]
    assert text.index("[1]") < text.index("[2]")


def test_markdown_lines_without_words_survive(pages: Pages) -> None:
    answer = "| 项目 | 限额 |\n| --- | --- |\n| 最高偿付限额 | 人民币50万元 |"
    text, _ = checked(answer, [passage("law", LAW)], pages)
    assert text.splitlines()[1] == "| --- | --- |"


@pytest.mark.parametrize(("text", "start"), [("[2]", "第五条"), ("限额规定如下：[2]", "限额规定如下：\n第五条")])
def test_an_answer_that_says_nothing_is_completed_by_a_quote(pages: Pages, text: str, start: str) -> None:
    evidence = [passage("cash", CASH), passage("law", LAW)]
    completed = complete(text, "最高偿付限额是多少", evidence, pages)
    assert completed.startswith(start)
    assert "50万元" in completed


def test_an_answer_that_says_something_is_left_alone(pages: Pages) -> None:
    assert complete("最高50万元[1]。", "多少", [passage("law", LAW)], pages) == "最高50万元[1]。"


def test_a_heading_is_not_quoted_where_a_sentence_says_it(pages: Pages) -> None:
    text = "最高偿付限额规定\n最高偿付限额为人民币50万元。"
    found = passage("heading", text)
    _, quote = locate_quote(found, "最高偿付限额规定", Pages({"heading": text}))
    assert quote.text == "最高偿付限额为人民币50万元。"


FEES = "项目 金额 备注\n挂失 10 元 每笔\n开户 免收"


def fee_row() -> tuple[Passage, Pages]:
    """A row of a table, as the chunker makes it, on a page whose characters are ten points wide and high."""
    row, header = Span(1, 9, 19), Span(1, 0, 8)
    boxes = np.array(
        [(10 * n, 20 * line, 10 * n + 10, 20 * line + 10) for line, text in enumerate(FEES.split("\n"))
         for n in range(len(text) + 1)][:-1], "<f4"
    )  # fmt: skip
    pages = Pages({})
    pages.page = lambda _, page_no: Page(page_no, PageKind.OCR, 595, 842, FEES, boxes.tobytes(), (0, 9, 20))
    text = "《收费表》表1|项目=挂失|金额=10 元|备注=每笔"
    return Passage("fees:1:0", "fees", "fees.pdf", 1, text, (), (row, header), Rung.BRANCH, 1.0, 0.9), pages


def test_a_row_is_quoted_as_it_stands_and_boxed_with_its_header() -> None:
    found, pages = fee_row()
    text, (citation,) = checked("挂失的金额为10元。", [found], pages)
    assert text == "挂失的金额为10元[1]。"
    assert citation.quote == "挂失 10 元 每笔" and citation.quote in FEES
    assert [(box.y0, box.y1) for box in citation.boxes] == [(20, 30), (0, 10)]


def test_a_header_on_another_page_is_not_boxed_on_this_one() -> None:
    found, pages = fee_row()
    later = replace(found, spans=(found.spans[0], replace(found.spans[1], page_no=7)))
    _, (citation,) = checked("挂失的金额为10元。", [later], pages)
    assert [box.y0 for box in citation.boxes] == [20]


def test_a_row_that_completes_an_answer_names_its_columns() -> None:
    found, pages = fee_row()
    assert complete("[1]", "挂失多少钱", [found], pages) == "项目：挂失，金额：10 元，备注：每笔"


def test_a_citation_says_which_version_it_is(pages: Pages) -> None:
    old = replace(passage("law", LAW), version="2006-10-31", superseded=True)
    _, (citation,) = checked("最高偿付限额为人民币50万元。", [old], pages)
    assert (citation.version, citation.superseded) == ("2006-10-31", True)
