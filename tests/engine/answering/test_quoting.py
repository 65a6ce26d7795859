"""The source's own words as the answer."""

from __future__ import annotations

from engine.answering.quoting import quoted
from engine.values import Page, PageKind, Passage, Rung, Span

TEXT = (
    "第十一条 提前还款按下列规则办理:\n"
    "3. 利息按照实际借款的期间计算;\n"
    "4. 放款满一年后提前还款的,免收违约金;不满一年的,按提前还款本金的 0.5% 收取违约金。\n"
    "第十二条 暂时还款困难的,可以申请延期。"
)


class Pages:
    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595, 842, TEXT, b"\0" * 16 * len(TEXT), (0,))


def passage(text: str = TEXT) -> Passage:
    spans = (Span(1, 0, len(text)),)
    return Passage("指南:1:0", "指南", "指南.pdf", 1, text, ("指南",), spans, Rung.BRANCH, 0.5, 0.9)


def test_a_rule_is_quoted_with_its_other_half_and_without_its_number() -> None:
    said = quoted("提前还房贷要交违约金吗？", "要交违约金。", [passage()], Pages())
    assert said == "放款满一年后提前还款的,免收违约金;不满一年的,按提前还款本金的 0.5% 收取违约金。"


def test_an_item_is_quoted_without_its_neighbours() -> None:
    assert quoted("提前还款利息按什么计算？", "按实际借款期间。", [passage()], Pages()) == "利息按照实际借款的期间计算"


def test_without_a_shared_word_nothing_is_quoted() -> None:
    assert quoted("几点开门？", "九点。", [passage()], Pages()) == ""
    assert quoted("几点开门？", "九点。", [], Pages()) == ""
