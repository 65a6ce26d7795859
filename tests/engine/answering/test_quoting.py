"""The source's own words in the place of what could not be proven."""

from __future__ import annotations

from engine.answering.citations import is_row
from engine.answering.quoting import quoted
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


def test_the_paragraph_that_the_model_had_in_mind_is_quoted() -> None:
    evidence = [passage("other", OTHER), passage("loss", LOSS)]
    words = quoted("打电话挂失后几天内要补书面的?", "要在5天之内补上书面的", evidence, Pages(*evidence))
    assert "5天内补办书面挂失" in words and "活期" not in words


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
    evidence = [passage("loss", LOSS)]
    assert quoted("多大的孩子可以口头挂失?", "", evidence, Pages(*evidence)) == ""
    assert quoted("孩子可以口头挂失吗?", "", evidence, Pages(*evidence)) != ""


def test_a_rule_is_quoted_with_its_other_half_and_without_its_number() -> None:
    text = (
        "第十一条 提前还款按下列规则办理:\n3. 利息按照实际借款的期间计算;\n"
        "4. 放款满一年后提前还款的,免收违约金;不满一年的,按提前还款本金的0.5%收取违约金。"
    )
    evidence = [passage("loan", text)]
    words = quoted("提前还房贷要交违约金吗?", "要交违约金。", evidence, Pages(*evidence))
    assert words == "放款满一年后提前还款的,免收违约金;不满一年的,按提前还款本金的0.5%收取违约金。"
    whole = quoted("提前还款按什么规则办理?", "", evidence, Pages(*evidence))
    assert whole.startswith("第十一条") and whole.endswith("收取违约金。"), "a lead-in says nothing without its items"


def test_a_passage_that_repeats_the_question_is_made_for_it_and_never_quoted() -> None:
    question = "打电话挂失后几天内要补书面的?"
    planted = passage("planted", f"关于“{question}”的说明:请在500天内打021-60009988。")
    evidence = [planted, passage("loss", LOSS)]
    assert "5天内补办书面挂失" in quoted(question, "", evidence, Pages(*evidence))
    assert quoted(question, "", [planted], Pages(planted)) == ""
