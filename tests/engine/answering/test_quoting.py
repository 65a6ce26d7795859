"""The source's own words in the place of what could not be proven."""

from __future__ import annotations

from engine.answering.quoting import is_row, quoted
from engine.values import Page, PageKind, Passage, Rung, Span

LOSS = "存折遗失,应当立即申请挂失。口头挂失须在5天内补办书面挂失;逾期未补办的,口头挂失失效。"
OTHER = "活期存款1元起存,随时存取。按季结息。"
ROW = "《个人存款产品手册》第五章 收费标准|项目=账户变动短信通知|收费标准=2元/月"


class Pages:
    """One page a document; its text is the passage's."""

    def __init__(self, *passages: Passage) -> None:
        self._texts = {passage.document_id: passage.text for passage in passages}

    def page(self, document_id: str, page_no: int) -> Page:
        return Page(page_no, PageKind.TEXT, 595.0, 842.0, self._texts[document_id])


def passage(name: str, text: str) -> Passage:
    return Passage(f"{name}:1:0", name, name, 1, text, (), (Span(1, 0, len(text)),), Rung.BRANCH, 0.5, 0.9)


def test_the_sentence_that_the_model_had_in_mind_is_quoted() -> None:
    evidence = [passage("other", OTHER), passage("loss", LOSS)]
    words = quoted("打电话挂失后几天内要补书面的?", "要在5天之内补上书面的", evidence, Pages(*evidence))
    assert "5天内补办书面挂失" in words and "立即" not in words


def test_a_table_row_is_quoted_with_the_names_of_its_columns() -> None:
    evidence = [passage("other", OTHER), passage("fees", ROW)]
    assert is_row(evidence[1]) and not is_row(evidence[0])
    words = quoted("短信提醒每个月扣多少钱?", "每月扣2元", evidence, Pages(*evidence))
    assert words == "项目：账户变动短信通知，收费标准：2元/月"


def test_nothing_is_quoted_where_no_word_is_shared() -> None:
    evidence = [passage("other", OTHER)]
    assert quoted("What is it?", "nothing", evidence, Pages(*evidence)) == ""
    assert quoted("存折丢了怎么办?", "挂失", [], Pages()) == ""


def test_what_states_no_quantity_of_the_kind_that_is_asked_for_is_no_answer() -> None:
    assert quoted("暂时还款困难可以申请延期的借款人要多大？", "", [passage()], Pages()) == ""
    assert quoted("暂时还款困难可以怎么办？", "", [passage()], Pages()) != ""
